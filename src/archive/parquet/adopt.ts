import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CallLog } from '../../convoso/call-log.js';
import { errorCode } from '../../util/error-code.js';
import { Failure } from '../../util/failure.js';
import { dayCount } from '../days.js';
import type { ArchiveOwner, ArchiveStore } from '../store.js';
import { accountFolder, ownerOf, writeOwner } from './account-folder.js';
import { inventory } from './day-folder.js';
import { readFailure, writeFailure } from './file-errors.js';
import { WriterLock } from './writer-lock.js';

/** So many archived calls must be found at the service, and what never changes about a call must be the same. */
const PROOFS = 5;
const LASTING = ['id', 'lead_id', 'call_date', 'phone_number', 'campaign_id'] as const;

export interface AdoptParts {
  /** Directory of all archives. */
  readonly directory: string;
  readonly owner: ArchiveOwner;
  /** Opens the archive of an owner, to read a few of its calls. */
  readonly open: (owner: ArchiveOwner) => ArchiveStore;
  /** The call of this id at the service, with the token that is now set. */
  readonly find: (id: string) => Promise<CallLog | undefined>;
}

/**
 * Hands the archive of an earlier token over to the one that is now set, when archived calls show that both are of the
 * same account. @returns how many days it holds @throws Failure
 */
export async function adopt(parts: AdoptParts): Promise<number> {
  const { directory, owner } = parts;
  const target = accountFolder(directory, owner);
  const candidates = await others(directory, owner, target);
  const held = (await inventory(target)).days.length;
  if (held > 0) {
    throw notAdopted(
      `The token that is now set has an archive of ${dayCount(held)} of its own.`,
      'There is nothing to do.',
    );
  }
  const refusals: string[] = [];
  for (const { folder, found } of candidates) {
    if (found.timeZone !== owner.timeZone) {
      refusals.push(`the one in ${folder} was written for the time zone ${found.timeZone}`);
      continue;
    }
    const proof = found.account === owner.account ? undefined : await disproof(parts, found);
    if (proof !== undefined) {
      refusals.push(`the one in ${folder} ${proof}`);
      continue;
    }
    return handOver(folder, target, owner);
  }
  throw notAdopted(
    candidates.length === 0
      ? `There is no other archive in ${directory}.`
      : `No archive there is shown to be of this account: ${refusals.join('; ')}.`,
    'Run sync to read the days again.',
  );
}

async function others(directory: string, owner: ArchiveOwner, target: string) {
  const names = await readdir(directory).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw readFailure(error);
  });
  const found = [];
  for (const name of names) {
    const folder = join(directory, name);
    if (folder === target || !/^[0-9a-f]{16}$/.test(name)) continue;
    const found_ = await ownerOf(folder);
    // A hand-over that was cut off between its two steps has the new owner in the old place.
    const inPlace = found_ !== undefined && accountFolder(directory, found_) === folder;
    if (found_ !== undefined && (inPlace || found_.account === owner.account))
      found.push({ folder, found: found_ });
  }
  return found;
}

/** Why the archive of an owner is not shown to be of the account that is now reached; undefined when it is. */
async function disproof({ open, find }: AdoptParts, found: ArchiveOwner): Promise<string | undefined> {
  const store = open(found);
  try {
    const days = (await store.days()).filter(({ rows }) => rows > 0);
    const calls: CallLog[] = [];
    for (const day of days.slice(-PROOFS).reverse()) {
      const question = await store.ask({ days: [day], filters: {} });
      try {
        for await (const batch of question.read(new AbortController().signal)) {
          calls.push(...batch.slice(0, Math.ceil(PROOFS / Math.min(days.length, PROOFS))));
          break;
        }
      } finally {
        await question.close();
      }
    }
    const asked = calls.slice(0, PROOFS);
    if (asked.length < 2) return 'holds too few calls to tell whose it is';
    for (const call of asked) {
      const live = await find(call.id);
      if (live === undefined || LASTING.some((field) => live[field] !== call[field])) {
        return 'holds calls that this account does not have';
      }
    }
    return undefined;
  } finally {
    await store.close();
  }
}

async function handOver(folder: string, target: string, owner: ArchiveOwner): Promise<number> {
  const unlock = await new WriterLock(folder).take(async () => {});
  try {
    const { days } = await inventory(folder);
    await writeOwner(folder, owner);
    // Only an empty archive can stand there: one with days was refused.
    await rm(target, { recursive: true, force: true });
    await rename(folder, target);
    return days.length;
  } catch (error) {
    throw error instanceof Failure ? error : writeFailure(error, 'The archive was not adopted.');
  } finally {
    await unlock();
    await rm(join(target, 'writer.lock'), { force: true });
  }
}

function notAdopted(why: string, next: string): Failure {
  return new Failure({ what: 'No archive was adopted.', why, next });
}
