import { setTimeout as sleep } from 'node:timers/promises';
import { ConvosoError, type ConvosoErrorKind } from '../convoso/errors.js';
import { Failure } from '../util/failure.js';
import type { Completeness } from '../walk/completeness.js';
import type { PageSource, WalkBudget } from '../walk/population.js';
import { Walk } from '../walk/walk.js';
import { isOutdated } from './coverage.js';
import { datesBack, dayAfter, lastDayOver } from './days.js';
import { confirmAccount } from './same-account.js';
import { type ArchivedDay, type ArchiveStore, NoRoom } from './store.js';

/** What a sync keeps up to date, and how. */
export interface SyncPlan {
  /** IANA name of the account's zone. */
  readonly timeZone: string;
  /** The first day to have: a date, or a number of days back from the last day that is over. */
  readonly from: string | number;
  /** Number of recent days to re-read, because rows change after the call … */
  readonly recentDays: number;
  /** … once their reading is older than this, in milliseconds. */
  readonly refreshMs: number;
  /** Days kept; those before are removed. */
  readonly keepDays?: number | undefined;
  /** Requests under way at once. */
  readonly concurrency: number;
  /** Pauses before a day is tried again when the service does not answer, in milliseconds. */
  readonly pauses?: readonly number[];
}

export interface SyncParts {
  readonly store: ArchiveStore;
  readonly service: PageSource;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly report?: SyncReport;
}

/** Told how a sync goes on. */
export interface SyncReport {
  /** Before the first day: how many there are to read. */
  planned?(days: number): void;
  /** Calls of the day under way so far, and how many there are where the service says so. */
  progress?(date: string, rows: number, total: number | undefined): void;
  archived?(day: ArchivedDay, milliseconds: number): void;
  missed?(date: string, why: string): void;
  purged?(dates: readonly string[]): void;
}

/** How one round ended. */
export interface SyncOutcome {
  readonly archived: readonly ArchivedDay[];
  /** Days that could not be read completely, and why. */
  readonly missing: readonly { readonly date: string; readonly why: string }[];
  /** Days that are archived though the clock says that they are not over: it was set back, or forward before. */
  readonly ahead: readonly string[];
  readonly purged: readonly string[];
}

/** A day is read to its end, whatever it holds: the requests have their own time limits, and the archive its memory limit. */
const WHOLE_DAY: Omit<WalkBudget, 'concurrency'> = { seconds: 2_000_000, rows: Number.MAX_SAFE_INTEGER };
/** The client has tried each request several times, and leaves the service alone for ten seconds after that. */
const PAUSES = [12_000, 30_000, 60_000];
/** Failures that pass by themselves. Others, such as a refused token, would be the same on every day. */
const PASSING: ReadonlySet<ConvosoErrorKind> = new Set([
  'busy',
  'service',
  'unreachable',
  'interrupted',
  'timeout',
  'unreadable',
  'paused',
]);

/** The first day to have: what was asked for, without the days that are kept no longer. */
function firstWanted(plan: SyncPlan, now: Date): string {
  const last = lastDayOver(now, plan.timeZone);
  const asked = typeof plan.from === 'string' ? plan.from : dayAfter(last, 1 - plan.from);
  const kept = firstKept(plan, now) ?? asked;
  return asked > kept ? asked : kept;
}

/** The first day that is kept, where days are removed with time. */
function firstKept({ keepDays, timeZone }: SyncPlan, now: Date): string | undefined {
  return keepDays === undefined ? undefined : dayAfter(lastDayOver(now, timeZone), 1 - keepDays);
}

/**
 * Dates to read, newest first: what is asked about most comes first, and an interrupted sync leaves the rest for later.
 * Days that answers do not use, damaged or outdated, are among them however old they are.
 */
export function datesToRead(
  plan: SyncPlan,
  archived: readonly ArchivedDay[],
  now: Date,
  damaged: Iterable<string> = [],
): string[] {
  const last = lastDayOver(now, plan.timeZone);
  const unusable = unusableDates(archived, damaged);
  const usable = archived.filter(({ date }) => !unusable.has(date));
  const readAt = new Map(usable.map((day) => [day.date, Date.parse(day.readAt)]));
  const recent = dayAfter(last, 1 - plan.recentDays);
  const from = firstWanted(plan, now);
  const kept = firstKept(plan, now);
  const before = [...unusable].filter((date) => date < from && date >= (kept ?? date));
  const inPlan = datesBack(from, last).filter((date) => {
    const read = readAt.get(date);
    if (read === undefined) return true;
    const age = now.getTime() - read;
    // A reading that seems to come from the future says nothing of its age.
    return date >= recent && (age >= plan.refreshMs || age < 0);
  });
  return [...inPlan, ...before.sort().reverse()];
}

/** Dates whose archived calls no answer uses. */
function unusableDates(archived: readonly ArchivedDay[], damaged: Iterable<string>): Set<string> {
  return new Set([...archived.filter(isOutdated).map(({ date }) => date), ...damaged]);
}

/**
 * Dates that should be archived and are not, oldest first: those the last sync was asked for (by the plan, where the archive
 * does not know), and those between archived days.
 */
export async function missingDates(
  plan: SyncPlan,
  store: Pick<ArchiveStore, 'days' | 'askedFrom'>,
  now: Date,
): Promise<string[]> {
  const archived = await store.days();
  const from = firstWanted({ ...plan, from: (await store.askedFrom?.()) ?? plan.from }, now);
  const first = archived[0]?.date ?? from;
  const known = new Set(archived.map(({ date }) => date));
  return datesBack(from < first ? from : first, lastDayOver(now, plan.timeZone))
    .filter((date) => !known.has(date))
    .reverse();
}

/**
 * Brings an archive up to date, day by day. Can be ended at any moment, by any means, and started again: what was archived
 * stands, and the next one reads what is missing. A day that cannot be read completely is not archived.
 * @throws Failure when there is another writer, when the archive cannot be written to, when the service refuses the token,
 * or when it does not answer at all for a while; the signal's reason when it was stopped
 */
export async function sync(plan: SyncPlan, parts: SyncParts): Promise<SyncOutcome> {
  const { store, now, report = {} } = parts;
  const unlock = await lockWithRoom(plan, parts);
  try {
    await confirmAccount(store, parts.service, now(), parts.signal);
    await store.noteAskedFrom?.(firstWanted({ ...plan, keepDays: undefined }, now()));
    const before = await store.days();
    const last = lastDayOver(now(), plan.timeZone);
    const kept = firstKept(plan, now());
    const purged = kept === undefined ? [] : await purgeBefore(store, kept);
    if (purged.length > 0) report.purged?.(purged);
    const damaged = await store.damaged('0000-01-01', '9999-12-31');
    const dates = datesToRead(plan, before, now(), damaged.keys());
    report.planned?.(dates.length);
    const held = unusableDates(
      before.filter(({ rows }) => rows > 0),
      damaged.keys(),
    );
    const archived: ArchivedDay[] = [];
    const missing: { date: string; why: string }[] = [];
    for (const date of dates) {
      const started = performance.now();
      const result = await readDayWithRetry({ date, isHeld: held.has(date) }, plan, parts);
      if (typeof result === 'string') {
        missing.push({ date, why: result });
        report.missed?.(date, result);
      } else {
        archived.push(result);
        report.archived?.(result, performance.now() - started);
      }
    }
    const ahead = before.flatMap(({ date }) => (date > last ? [date] : []));
    return { archived, missing, ahead, purged };
  } finally {
    await unlock();
  }
}

/** Takes the lock; on a disk that is full, once the days that are kept no longer are gone. */
async function lockWithRoom(plan: SyncPlan, { store, now, report }: SyncParts): Promise<() => Promise<void>> {
  try {
    return await store.lock();
  } catch (error) {
    const kept = firstKept(plan, now());
    if (!(error instanceof NoRoom) || kept === undefined) throw error;
    const purged = await purgeBefore(store, kept);
    if (purged.length === 0) throw error;
    report?.purged?.(purged);
    return store.lock();
  }
}

function purgeBefore(store: ArchiveStore, first: string): Promise<readonly string[]> {
  return store.purge((date) => date < first);
}

interface DayToRead {
  readonly date: string;
  /** Whether the archive holds calls of it that answers do not use. */
  readonly isHeld: boolean;
}

/** A day, or why it was not archived. Waits for a service that does not answer, up to a limit. */
async function readDayWithRetry(
  target: DayToRead,
  plan: SyncPlan,
  parts: SyncParts,
): Promise<ArchivedDay | string> {
  const pauses = plan.pauses ?? PAUSES;
  for (let attempt = 0; ; attempt += 1) {
    const pause = pauses[attempt];
    let wait = pause;
    try {
      const { day, completeness } = await readDay(target, plan, parts);
      if (day !== undefined) return day;
      // What broke off may hold when it is tried once more; rows that cannot be read will not get better.
      const brokeOff = completeness.missing.length > 0 && completeness.malformed === 0;
      if (!brokeOff || attempt > 0 || pause === undefined) return incompleteReason(completeness);
    } catch (error) {
      parts.signal.throwIfAborted();
      if (!(error instanceof ConvosoError) || !PASSING.has(error.kind) || pause === undefined) throw error;
      wait = Math.max(pause, error.retryAfterMs ?? 0);
    }
    await sleep(wait, undefined, { signal: parts.signal });
  }
}

async function readDay(
  { date, isHeld }: DayToRead,
  plan: SyncPlan,
  { store, service, now, signal, report }: SyncParts,
) {
  const population = {
    filters: { start_time: `${date} 00:00:00`, end_time: `${date} 23:59:59` },
    includeRecordings: true,
  };
  const onProgress = (rows: number, total: number | undefined) => report?.progress?.(date, rows, total);
  const walk = new Walk(
    service,
    population,
    { signal, onProgress, clock: { zone: plan.timeZone, now } },
    { ...WHOLE_DAY, concurrency: plan.concurrency },
  );
  const facts = { date, readAt: now().toISOString() };
  const completeness = () => checked(walk.completeness, isHeld);
  const day = await store.writeDay(facts, walk, completeness);
  return { day, completeness: completeness() };
}

/** A service that has forgotten an old day must not empty the archive of it. */
function checked(completeness: Completeness, isHeld: boolean): Completeness {
  if (completeness.unique > 0 || !isHeld || !completeness.complete) return completeness;
  const reason =
    'The service shows no call of this day any more; the archive keeps those of its earlier reading.';
  return { ...completeness, complete: false, reason };
}

function incompleteReason({ reason, missing }: Completeness): string {
  const windows = missing.slice(0, 3).map(({ start, end }) => `${start} to ${end}`);
  const more = missing.length > windows.length ? ` and ${missing.length - windows.length} more windows` : '';
  const where = windows.length === 0 ? '' : ` Missing: ${windows.join(', ')}${more}.`;
  return `${reason ?? 'The service did not say how many calls there are.'}${where}`;
}

/** A service that lets others go first: each page waits while they are at it, but never for longer than this. */
export function yielding(service: PageSource, isBusy: () => boolean, longestMs = 3000): PageSource {
  return {
    async retrieve(query, options) {
      const until = performance.now() + longestMs;
      while (isBusy() && performance.now() < until) await sleep(50, undefined, { signal: options.signal });
      return service.retrieve(query, options);
    },
  };
}

/** What went wrong in a round, in words that end a command or become a line of a log. */
export function outcomeFailure({ missing }: SyncOutcome): Failure | undefined {
  const [first] = missing;
  if (first === undefined) return undefined;
  const dates = missing.map(({ date }) => date);
  return notArchived(dates, `${dates.length === 1 ? '' : `For ${first.date}: `}${first.why}`);
}

/** What ends a command when days are missing. */
export function notArchived(dates: readonly string[], why: string): Failure {
  const listed =
    dates.length <= 10 ? dates.join(', ') : `${dates.slice(0, 10).join(', ')} and ${dates.length - 10} more`;
  return new Failure({
    what: `${dates.length === 1 ? 'One day is' : `${dates.length} days are`} not archived: ${listed}.`,
    why,
    next: 'Run sync again: it reads only what is missing. Days archived before are untouched.',
  });
}
