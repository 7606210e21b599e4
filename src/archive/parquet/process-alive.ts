import { errorCode } from '../../util/error-code.js';

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
