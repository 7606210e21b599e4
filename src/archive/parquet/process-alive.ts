import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { errorCode } from '../../util/error-code.js';

/**
 * Where the number of a process means that process: this machine since it was started and, on Linux, this namespace.
 * Containers may share a directory and a host name; the same number is another process in each of them.
 */
export const MACHINE = [hostname(), bootOf(), namespaceOf()].filter((part) => part !== '').join('~');

/** The name of a machine as people know it. */
export function hostOf(machine: string): string {
  return machine.split('~')[0] ?? machine;
}

function bootOf(): string {
  return orNothing(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8));
}

function namespaceOf(): string {
  return orNothing(() => readlinkSync('/proc/self/ns/pid').replace(/\D/g, ''));
}

/** Other systems have no such files. */
function orNothing(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

/** Marks of this very process, whose number an earlier one may have had (in a container it is always the same). */
const OWN = new Set<string>();

/** Makes a mark this process's own. @returns takes it back */
export function ownMark(mark: string): () => void {
  OWN.add(mark);
  return () => {
    OWN.delete(mark);
  };
}

/** True while the process of this machine that left a mark may still run: as far as its number tells, or its mark. */
export function isAlive(pid: number, mark: string): boolean {
  return pid === process.pid ? OWN.has(mark) : isRunning(pid);
}

/** True while a process of this number runs on this machine, whoever's it is. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
