import { isDay } from '../account-time/stamps.js';
import { isOutdated } from '../archive/coverage.js';
import { dayCount } from '../archive/days.js';
import type { ArchiveStore } from '../archive/store.js';
import { missingDates } from '../archive/sync.js';
import { SettingsError } from '../config/settings-error.js';
import { Failure } from '../util/failure.js';
import { type OpenAccount, openAccount } from '../wiring/open-account.js';
import { archivePlace, clickHouseBounds, openStore, syncPlan } from '../wiring/open-archive.js';
import { type CommandInput, openLog, print } from './command.js';

/** Opens the archive that the settings name for one action. */
async function withArchive(
  { settings, io }: CommandInput,
  action: (store: ArchiveStore, account: OpenAccount) => Promise<void>,
): Promise<number> {
  archivePlace(settings);
  const account = await openAccount(settings, openLog(settings, io));
  try {
    const store = await openStore(settings, account.context.account.clock.zone);
    try {
      await action(store, account);
      return 0;
    } finally {
      await store.close();
    }
  } finally {
    await account.close();
  }
}

/** Creates the tables of an archive in ClickHouse, or brings them to this version; it needs no token. */
export async function init({ settings, io }: CommandInput): Promise<number> {
  const place = archivePlace(settings);
  if (!('url' in place)) {
    throw new SettingsError({
      what: 'There is nothing to initialize.',
      why: 'CALL_LOGS_ARCHIVE_DIR names a directory, which sync fills as it is; archive init is for ClickHouse.',
      next: 'Run sync.',
    });
  }
  const { initializeClickHouse } = await import('../archive/clickhouse/store.js');
  const { done, place: words } = await initializeClickHouse(
    place.url,
    clickHouseBounds(settings),
    settings.archiveCluster,
  );
  return print(io, `${INITIALIZED[done]} ${words}`);
}

const INITIALIZED = {
  created: 'Created the tables of the archive in',
  migrated: 'Brought to this version:',
  unchanged: 'Up to date already:',
} as const;

/** What the archive holds: days, calls, when they were read, gaps, and days that are to be read again. */
export function status(input: CommandInput): Promise<number> {
  const { settings, io } = input;
  return withArchive(input, async (store, account) => {
    const days = await store.days();
    const [first, last] = [days[0], days.at(-1)];
    print(io, `Archive: ${store.place}`);
    if (first === undefined || last === undefined) return void print(io, 'It holds no day yet: run sync.');
    const rows = days.reduce((sum, day) => sum + day.rows, 0);
    const readings = days.map(({ readAt }) => readAt).sort();
    print(
      io,
      `Days: ${days.length}, from ${first.date} to ${last.date}; calls: ${rows.toLocaleString('en-US')}`,
    );
    print(io, `Read: between ${readings[0]} and ${readings.at(-1)}`);
    const { clock } = account.context.account;
    const gaps = await missingDates(syncPlan(settings, clock.zone), store, clock.now());
    print(io, gaps.length === 0 ? 'Gaps: none' : gapWords(gaps));
    const outdated = days.filter(isOutdated).map(({ date }) => date);
    if (outdated.length > 0) print(io, outdatedWords(outdated));
    if (!(await store.isConfirmed())) {
      print(
        io,
        'Token: changed since then; the next sync compares archived calls with those of the service.',
      );
    }
  });
}

function outdatedWords(dates: readonly string[]): string {
  const more = dates.length > 20 ? ` and ${dates.length - 20} more` : '';
  return `To be read again: ${dayCount(dates.length)}, archived by an earlier version that checked less: ${dates.slice(0, 20).join(', ')}${more}. Run sync; until then live answers take their place.`;
}

function gapWords(gaps: readonly string[]): string {
  const more = gaps.length > 20 ? ` and ${gaps.length - 20} more` : '';
  return `Gaps: ${dayCount(gaps.length)}: ${gaps.slice(0, 20).join(', ')}${more}`;
}

/** Reads every archived day again. @throws Failure that names the damaged ones */
export function verify(input: CommandInput): Promise<number> {
  const { io } = input;
  return withArchive(input, async (store) => {
    const days = await store.days();
    const { signal } = io;
    const wrong = await store.verify(signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
      throw new Failure({
        what: 'The archive was not verified.',
        why: 'It was told to stop before it had read every day.',
        next: 'Run archive verify again; it changes nothing.',
      });
    });
    for (const [date, why] of wrong) print(io, `${date}: ${why}`);
    if (wrong.size > 0) throw damaged([...wrong.keys()]);
    print(
      io,
      `ok: ${days.length === 1 ? 'one day is as it was' : `${days.length} days are as they were`} written`,
    );
  });
}

function damaged(dates: readonly string[]): Failure {
  return new Failure({
    what: `${dates.length === 1 ? 'One archived day is' : `${dates.length} archived days are`} damaged.`,
    why: `${dates.slice(0, 10).join(', ')} cannot be relied on; the other days can.`,
    next: `Run convoso-call-logs-mcp archive purge ${dates.join(' ')} and then sync: they are read again.`,
  });
}

/** Removes the days that are named, or with --before all earlier ones. */
export async function purge(input: CommandInput): Promise<number> {
  const { settings, operands, io } = input;
  const { purgeBefore } = settings;
  const wrong = operands.find((operand) => !isDay(operand));
  if (wrong !== undefined || (purgeBefore === undefined) === (operands.length === 0)) {
    throw new SettingsError({
      what: 'Nothing was removed.',
      why:
        wrong === undefined
          ? 'archive purge takes days, or --before and a day.'
          : `“${wrong.slice(0, 40)}” is not a date; use YYYY-MM-DD.`,
      next: 'Use: archive purge 2026-01-30 2026-01-31 for these days, or archive purge --before 2026-01-01 for all earlier ones.',
    });
  }
  return withArchive(input, async (store) => {
    const dates = await store.purge((date) =>
      purgeBefore === undefined ? operands.includes(date) : date < purgeBefore,
    );
    if (dates.length > 0) print(io, `Removed ${dayCount(dates.length)}.`);
    else if (purgeBefore === undefined) print(io, 'None of these days is archived.');
    else print(io, `No day before ${purgeBefore} is archived.`);
  });
}
