import { allHistory } from '../account-time/stamps.js';
import type { CallLog } from '../convoso/call-log.js';
import { Failure } from '../util/failure.js';
import type { PageSource } from '../walk/population.js';
import { dayAfter } from './days.js';
import type { ArchivedDay, ArchiveStore } from './store.js';

/** Archived calls that the service is asked for, of the newest days. */
const ASKED = 5;
/** What never changes about a call. */
const LASTING = ['id', 'lead_id', 'call_date', 'phone_number', 'campaign_id'] as const;

/**
 * Makes sure that an archive is of the account that the service now reaches. When the token has changed since it was
 * written, the service is asked for calls that the archive holds. Only for its one writer.
 * @throws Failure when they are other calls, or when there are none to tell by; ConvosoError
 */
export async function confirmAccount(
  store: ArchiveStore,
  service: PageSource,
  now: Date,
  signal: AbortSignal,
): Promise<void> {
  if (await store.isConfirmed()) return;
  const days = await store.days();
  if (days.length > 0) await compareCalls(store, days, service, now, signal);
  await store.confirm();
}

async function compareCalls(
  store: ArchiveStore,
  days: readonly ArchivedDay[],
  service: PageSource,
  now: Date,
  signal: AbortSignal,
): Promise<void> {
  const calls = await newestCalls(store, days, signal);
  if (calls.length === 0) throw nothingToTellBy(store, days);
  const { start, end } = allHistory(now);
  let same = 0;
  for (const call of calls) {
    const page = await service.retrieve(
      {
        start_time: start,
        end_time: end,
        limit: 2,
        offset: 0,
        order: 'desc',
        include_recordings: 0,
        id: call.id,
      },
      { signal },
    );
    const live = page.calls.find(({ id }) => id === call.id);
    // A call may have been removed at the service; under its id there is never another one.
    if (live !== undefined && LASTING.some((field) => live[field] !== call[field])) throw otherAccount(store);
    if (live !== undefined) same += 1;
  }
  if (same === 0) throw otherAccount(store);
}

/** A few calls of each of the newest days that hold any. */
async function newestCalls(
  store: ArchiveStore,
  days: readonly ArchivedDay[],
  signal: AbortSignal,
): Promise<readonly CallLog[]> {
  const chosen = days.filter(({ rows }) => rows > 0).slice(-ASKED);
  const calls: CallLog[] = [];
  for (const day of chosen.reverse()) {
    const question = await store.ask({ days: [day], filters: {} });
    try {
      for await (const batch of question.read(signal)) {
        calls.push(...batch.slice(0, Math.ceil(ASKED / chosen.length)));
        break;
      }
    } finally {
      await question.close();
    }
  }
  return calls.slice(0, ASKED);
}

/** Why an archive may not be read with a token that no writer has shown to be of its account. */
export function notConfirmed({ place }: Pick<ArchiveStore, 'place'>): Failure {
  return new Failure({
    what: `The archive in ${place} cannot be used yet.`,
    why: 'The token has changed since it was written, and no sync has compared its calls with those of the service yet.',
    next: 'Run convoso-call-logs-mcp sync.',
  });
}

const OWN_ARCHIVE =
  'give this account an archive of its own (another CALL_LOGS_ARCHIVE_DIR; in ClickHouse another CALL_LOGS_ACCOUNT)';

function otherAccount({ place }: ArchiveStore): Failure {
  return new Failure({
    what: 'Nothing was archived.',
    why: `The token has changed, and the archive in ${place} holds calls that the service does not have under it: they are another account’s.`,
    next: `Set CONVOSO_AUTH_TOKEN to a token of that account, or ${OWN_ARCHIVE}.`,
  });
}

function nothingToTellBy({ place }: ArchiveStore, days: readonly ArchivedDay[]): Failure {
  const after = dayAfter(days.at(-1)?.date ?? '', 1);
  return new Failure({
    what: 'Nothing was archived.',
    why: `The token has changed, and the archive in ${place} holds no call to tell by whether it is of the same account.`,
    next: `If it is, run “archive purge --before ${after}” and sync again; otherwise ${OWN_ARCHIVE}.`,
  });
}
