import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Root of the repository. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A clean folder outside the repository, with a space in its path; `remove` it in the end. */
export async function cleanFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'call logs '));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Runs a program to its end and gives what it printed. @throws with its stderr when it fails. */
export const run = promisify(execFile);
