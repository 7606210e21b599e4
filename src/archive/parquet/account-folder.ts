import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { isDay } from '../../account-time/stamps.js';
import { errorCode } from '../../util/error-code.js';
import { Failure } from '../../util/failure.js';
import type { ArchiveOwner } from '../store.js';
import { inventory, LAYOUT, writeWhole } from './day-folder.js';
import { readFailure } from './file-errors.js';

const FILE = 'account.json';
/** Digests of tokens that are remembered, the newest: those of replicas that have not been given the new one yet. */
const MAX_TOKENS = 10;

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const accountSchema = z
  .object({
    layout: z.literal(LAYOUT),
    timeZone: z.string(),
    /** Tokens that are known to reach this account (see ArchiveOwner.token), oldest first. */
    tokens: z.array(digest).optional(),
    /** How an earlier version wrote the one token of a folder. */
    account: digest.optional(),
    /** The first day that the last sync was asked to have, `YYYY-MM-DD`. */
    askedFrom: z.string().refine(isDay).optional(),
  })
  .transform(({ account, tokens, ...rest }) => ({
    ...rest,
    tokens: tokens ?? (account === undefined ? [] : [account]),
  }));
type Account = z.output<typeof accountSchema>;

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

/** Whether this token is known to reach the account of the folder. @throws Failure */
export async function knowsToken(folder: string, { token }: ArchiveOwner): Promise<boolean> {
  return (await readAccount(folder))?.tokens.includes(token) ?? false;
}

/** Notes that it does. Only for the folder's one writer. @throws Failure */
export async function noteToken(folder: string, { token }: ArchiveOwner): Promise<void> {
  const found = await readAccount(folder);
  if (found === undefined || found.tokens.includes(token)) return;
  await writeAccount(folder, { ...found, tokens: [...found.tokens, token].slice(-MAX_TOKENS) });
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

/** Checks that a folder is of this owner's zone and of this layout, or nobody's yet. @throws Failure */
export async function checkOwner(folder: string, { timeZone }: ArchiveOwner): Promise<void> {
  const found = await readAccount(folder);
  if (found === undefined) return checkLayout(folder);
  if (found.timeZone === timeZone) return;
  throw new Failure({
    what: 'The archive cannot be used.',
    why: `It was written for the time zone ${found.timeZone} and the account’s is now set to ${timeZone}: its days begin and end at other moments.`,
    next: `Set CONVOSO_TIMEZONE back to ${found.timeZone} if that is right; otherwise move ${folder} away and run sync to read the days again.`,
  });
}

/** An earlier version kept a folder for each token, of the layout that this directory now has. */
async function checkLayout(directory: string): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  const old: string[] = [];
  for (const name of names.filter((one) => /^[0-9a-f]{16}$/.test(one))) {
    const path = join(directory, name);
    if (await stat(join(path, FILE)).catch(() => undefined)) old.push(path);
  }
  if (old.length === 0) return;
  throw new Failure({
    what: `The archive in ${directory} cannot be used.`,
    why: 'It was written by an earlier version, which kept a folder for each token in it.',
    next: `Set CALL_LOGS_ARCHIVE_DIR to the folder of this account, whose days stay as they are: ${old.join(' or ')}.`,
  });
}

/** Makes a folder that is nobody's yet. */
export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
}

/** Makes a folder this owner's; one without days is of the token that begins it. Only for its one writer. @throws Failure */
export async function claimFolder(folder: string, owner: ArchiveOwner): Promise<void> {
  await checkOwner(folder, owner);
  if ((await readAccount(folder)) !== undefined) return;
  const { days } = await inventory(folder);
  const tokens = days.length === 0 ? [owner.token] : [];
  await writeAccount(folder, { layout: LAYOUT, timeZone: owner.timeZone, tokens });
}

async function writeAccount(folder: string, content: Account): Promise<void> {
  await writeWhole(folder, FILE, `${JSON.stringify(content, null, 2)}\n`);
}
