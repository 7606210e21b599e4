import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { isDay } from '../../account-time/stamps.js';
import { errorCode } from '../../util/error-code.js';
import { Failure } from '../../util/failure.js';
import type { ArchiveOwner } from '../store.js';
import { LAYOUT, writeWhole } from './day-folder.js';
import { readFailure } from './file-errors.js';

const FILE = 'account.json';
const accountSchema = z.object({
  layout: z.literal(LAYOUT),
  /** SHA-256 of base URL and token: nobody gets the token back from it, and another token gets another one. */
  account: z.string().regex(/^[0-9a-f]{64}$/),
  timeZone: z.string(),
  /** The first day that the last sync was asked to have, `YYYY-MM-DD`. */
  askedFrom: z.string().refine(isDay).optional(),
});
type Account = z.output<typeof accountSchema>;

/** The folder of an account, so that no account ever looks into another one's. */
export function accountFolder(directory: string, { account }: Pick<ArchiveOwner, 'account'>): string {
  return join(directory, account.slice(0, 16));
}

/** Whose folder this is; undefined when nobody's yet. @throws Failure when what stands there is not readable */
export async function ownerOf(folder: string): Promise<ArchiveOwner | undefined> {
  const found = await readAccount(folder);
  return found && { account: found.account, timeZone: found.timeZone };
}

/** The first day that the last sync of this folder was asked to have. @throws Failure */
export async function askedFrom(folder: string): Promise<string | undefined> {
  return (await readAccount(folder))?.askedFrom;
}

/** Notes the first day that a sync was asked to have. Only for the folder's one writer. @throws Failure */
export async function noteAskedFrom(folder: string, date: string): Promise<void> {
  const found = await readAccount(folder);
  if (found !== undefined && found.askedFrom !== date)
    await writeAccount(folder, { ...found, askedFrom: date });
}

async function readAccount(folder: string): Promise<Account | undefined> {
  let json: string;
  try {
    json = await readFile(join(folder, FILE), 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    if (['ENOTDIR', 'EACCES', 'EPERM'].includes(errorCode(error))) throw readFailure(error);
    throw unreadable(folder, `Its ${FILE} cannot be read (${errorCode(error)}).`);
  }
  try {
    return accountSchema.parse(JSON.parse(json));
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

/** Makes a folder that is nobody's yet. */
export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
}

/** Makes a folder this owner's. Only for its one writer. @throws Failure when it is somebody else's */
export async function claimFolder(folder: string, owner: ArchiveOwner): Promise<void> {
  await checkOwner(folder, owner);
  if ((await ownerOf(folder)) === undefined) await writeOwner(folder, owner);
}

/** Writes whose folder this is. */
export async function writeOwner(folder: string, { account, timeZone }: ArchiveOwner): Promise<void> {
  await writeAccount(folder, { layout: LAYOUT, account, timeZone });
}

async function writeAccount(folder: string, content: Account): Promise<void> {
  await writeWhole(folder, FILE, `${JSON.stringify(content, null, 2)}\n`);
}
