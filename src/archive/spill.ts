import { randomBytes } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isAlive } from './living.js';

const SPILL = /^\.spill-(.+)-(\d+)-([0-9a-f]{16})$/;
/** No question takes this long: what another machine left is left behind, in milliseconds. */
const FORGOTTEN = 24 * 3_600_000;
/** Folders of this very process, whose number an earlier one may have had. */
const OWN = new Set<string>();

/** A folder for what does not fit into the memory of one engine, for it alone: it holds calls while they are needed. */
export function newSpillFolder(directory: string): string {
  const nonce = randomBytes(8).toString('hex');
  OWN.add(nonce);
  return join(directory, `.spill-${hostname()}-${process.pid}-${nonce}`);
}

/** Removes what engines of processes that were killed left behind. */
export async function removeDeadSpills(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const [, host, pid, nonce] = SPILL.exec(name) ?? [];
    if (host === undefined || nonce === undefined) continue;
    const path = join(directory, name);
    if (await isDead(path, host, Number(pid), nonce)) await rm(path, { recursive: true, force: true });
  }
}

async function isDead(path: string, host: string, pid: number, nonce: string): Promise<boolean> {
  if (host === hostname()) return pid === process.pid ? !OWN.has(nonce) : !isAlive(pid);
  const changed = await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => Date.now(),
  );
  return Date.now() - changed > FORGOTTEN;
}
