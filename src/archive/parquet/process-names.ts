import { randomBytes } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, MACHINE, ownMark } from './process-alive.js';

/** What a process keeps in an archive for itself alone, for as long as it needs it. */
type Kind = 'stale' | 'spill';
const OWNED = /^\.(?:stale|spill)-(.+)-(\d+)-([0-9a-f]{16})$/;
/** Nothing takes this long: what another machine or container left is left behind, in milliseconds. */
const FORGOTTEN = 24 * 3_600_000;

/** A name for it that no other process uses, and that says which process does. */
export function processName(kind: Kind): string {
  const nonce = randomBytes(8).toString('hex');
  ownMark(nonce);
  return `.${kind}-${MACHINE}-${process.pid}-${nonce}`;
}

/** Removes what processes that were killed left behind, and leaves to those that live what is theirs. */
export async function removeOfDeadProcesses(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const [, machine, pid, nonce] = OWNED.exec(name) ?? [];
    if (machine === undefined || nonce === undefined) continue;
    const path = join(directory, name);
    if (await isDead(path, machine, Number(pid), nonce)) await rm(path, { recursive: true, force: true });
  }
}

async function isDead(path: string, machine: string, pid: number, nonce: string): Promise<boolean> {
  if (machine === MACHINE) return !isAlive(pid, nonce);
  const changed = await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => Date.now(),
  );
  return Date.now() - changed > FORGOTTEN;
}
