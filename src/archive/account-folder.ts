import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { Failure } from '../failure.js';
import { LAYOUT, writeWhole } from './day-folder.js';
import { codeOf } from './faults.js';
import type { ArchiveOwner } from './store.js';

const FILE = 'account.json';
const ownerSchema = z.object({
  layout: z.literal(LAYOUT),
  /** SHA-256 of base URL and token: nobody gets the token back from it, and another token gets another one. */
  account: z.string().regex(/^[0-9a-f]{64}$/),
  timeZone: z.string(),
});

/** The folder of an account, so that no account ever looks into another one's. */
export function accountFolder(directory: string, { account }: Pick<ArchiveOwner, 'account'>): string {
  return join(directory, account.slice(0, 16));
}

/** Whose folder this is; undefined when nobody's yet. @throws Failure when what stands there is not readable */
export async function ownerOf(folder: string): Promise<ArchiveOwner | undefined> {
  let json: string;
  try {
    json = await readFile(join(folder, FILE), 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw unreadable(folder, `Its ${FILE} cannot be read (${codeOf(error)}).`);
  }
  try {
    const { account, timeZone } = ownerSchema.parse(JSON.parse(json));
    return { account, timeZone };
  } catch {
    throw unreadable(folder, `Its ${FILE} is not one that this version of the server wrote.`);
  }
}

function unreadable(folder: string, why: string): Failure {
  return new Failure({
    what: `The archive in ${folder} cannot be used.`,
    why,
    next: 'Restore that file from a backup, or move the folder away and run sync to read the days again.',
  });
}

/** Checks that a folder is this owner's, or nobody's yet. @throws Failure */
export async function checkOwner(folder: string, owner: ArchiveOwner): Promise<void> {
  const found = await ownerOf(folder);
  if (found === undefined) return;
  if (found.account !== owner.account) {
    throw new Failure({
      what: 'The archive cannot be used.',
      why: `${folder} holds the calls of another account or token.`,
      next: 'Set CALL_LOGS_ARCHIVE_DIR to another directory.',
    });
  }
  if (found.timeZone !== owner.timeZone) {
    throw new Failure({
      what: 'The archive cannot be used.',
      why: `It was written for the time zone ${found.timeZone} and the account’s is now set to ${owner.timeZone}: its days begin and end at other moments.`,
      next: `Set CONVOSO_TIMEZONE back to ${found.timeZone} if that is right; otherwise move ${folder} away and run sync to read the days again.`,
    });
  }
}

/** Makes a folder this owner's. */
export async function claimFolder(folder: string, owner: ArchiveOwner): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await ownerOf(folder)) === undefined) await writeOwner(folder, owner);
}

/** Writes whose folder this is. */
export async function writeOwner(folder: string, { account, timeZone }: ArchiveOwner): Promise<void> {
  await writeWhole(folder, FILE, `${JSON.stringify({ layout: LAYOUT, account, timeZone }, null, 2)}\n`);
}
