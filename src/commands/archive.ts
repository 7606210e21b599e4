import { allHistory, isDay } from '../account-time/stamps.js';
import { isOutdated } from '../archive/coverage.js';
import { dayCount } from '../archive/days.js';
import type { ArchiveStore } from '../archive/store.js';
import { missingDates } from '../archive/sync.js';
import { type Settings, SettingsError } from '../config/settings.js';
import { Failure } from '../util/failure.js';
import { createLog } from '../util/log.js';
import { type Account, openAccount } from '../wiring/open-account.js';
import { archiveOwner, archivePlace, clickHouseBounds, openStore, syncPlan } from '../wiring/open-archive.js';

/** Looks after the archive: what it holds, whether it is whole, what goes, and the archive of an earlier token. */
export async function archive(settings: Settings, operands: readonly string[]): Promise<void> {
  const [action, ...rest] = operands;
  const run = Object.hasOwn(ACTIONS, action ?? '') ? ACTIONS[action ?? ''] : undefined;
  if (action === 'init' && rest.length === 0) return init(settings);
  if (run === undefined || (rest.length > 0 && action !== 'purge')) {
    throw new SettingsError({
      what: 'archive cannot be run.',
      why: 'It does not know these operands.',
      next: 'Use: archive status, archive verify, archive purge DAY… or --before DAY, archive adopt, or archive init.',
    });
  }
  archivePlace(settings);
  const account = await openAccount(settings, createLog(settings.logLevel));
  try {
    const store = await openStore(settings, account.context.calls.clock.zone);
    try {
      await run({ store, settings, account, operands: rest });
    } finally {
      await store.close();
    }
  } finally {
    await account.close();
  }
}

interface ActionParts {
  readonly store: ArchiveStore;
  readonly settings: Settings;
  readonly account: Account;
  /** What follows the action on the command line. */
  readonly operands: readonly string[];
}

type Action = (parts: ActionParts) => Promise<void>;

const ACTIONS: Readonly<Record<string, Action>> = { status, verify, purge, adopt };

/** Creates the tables of an archive in ClickHouse, or brings them to this version; it needs no token. */
async function init(settings: Settings): Promise<void> {
  const place = archivePlace(settings);
  if (!('url' in place)) {
    throw new SettingsError({
      what: 'There is nothing to initialise.',
      why: 'CALL_LOGS_ARCHIVE_DIR names a directory, which sync fills as it is; archive init is for ClickHouse.',
      next: 'Run sync.',
    });
  }
  const { initialiseClickHouse } = await import('../archive/clickhouse/store.js');
  const { done, place: words } = await initialiseClickHouse(place.url, clickHouseBounds(settings));
  print(`${INITIALISED[done]} ${words}`);
}

const INITIALISED = {
  created: 'Created the tables of the archive in',
  migrated: 'Brought to this version:',
  unchanged: 'Up to date already:',
} as const;

async function status({ store, settings, account }: ActionParts): Promise<void> {
  const days = await store.days();
  const [first, last] = [days[0], days.at(-1)];
  print(`Archive: ${store.place}`);
  if (first === undefined || last === undefined) return print('It holds no day yet: run sync.');
  const rows = days.reduce((sum, day) => sum + day.rows, 0);
  const readings = days.map(({ readAt }) => readAt).sort();
  print(`Days: ${days.length}, from ${first.date} to ${last.date}; calls: ${rows.toLocaleString('en-US')}`);
  print(`Read: between ${readings[0]} and ${readings.at(-1)}`);
  const { clock } = account.context.calls;
  const gaps = await missingDates(syncPlan(settings, clock.zone), store, clock.now());
  print(gaps.length === 0 ? 'Gaps: none' : gapWords(gaps));
  const outdated = days.filter(isOutdated).map(({ date }) => date);
  if (outdated.length > 0) print(outdatedWords(outdated));
}

function outdatedWords(dates: readonly string[]): string {
  const more = dates.length > 20 ? ` and ${dates.length - 20} more` : '';
  return `To be read again: ${dayCount(dates.length)}, archived by an earlier version that checked less: ${dates.slice(0, 20).join(', ')}${more}. Run sync; until then live answers take their place.`;
}

function gapWords(gaps: readonly string[]): string {
  const more = gaps.length > 20 ? ` and ${gaps.length - 20} more` : '';
  return `Gaps: ${dayCount(gaps.length)}: ${gaps.slice(0, 20).join(', ')}${more}`;
}

async function verify({ store }: ActionParts): Promise<void> {
  const days = await store.days();
  const signal = stopSignal();
  const wrong = await store.verify(signal).catch((error: unknown) => {
    if (!signal.aborted) throw error;
    throw new Failure({
      what: 'The archive was not verified.',
      why: 'It was told to stop before it had read every day.',
      next: 'Run archive verify again; it changes nothing.',
    });
  });
  for (const [date, why] of wrong) print(`${date}: ${why}`);
  if (wrong.size === 0)
    return print(
      `ok: ${days.length === 1 ? 'one day is as it was' : `${days.length} days are as they were`} written`,
    );
  throw new Failure({
    what: `${wrong.size === 1 ? 'One archived day is' : `${wrong.size} archived days are`} damaged.`,
    why: `${[...wrong.keys()].slice(0, 10).join(', ')} cannot be relied on; the other days can.`,
    next: `Run convoso-call-logs-mcp archive purge ${[...wrong.keys()].join(' ')} and then sync: they are read again.`,
  });
}

async function purge({ store, settings, operands }: ActionParts): Promise<void> {
  const { purgeBefore } = settings;
  const wrong = operands.find((operand) => !isDay(operand));
  if (wrong !== undefined || (purgeBefore === undefined) === (operands.length === 0)) {
    throw new SettingsError({
      what: 'Nothing was removed.',
      why:
        wrong === undefined
          ? 'archive purge takes days, or --before and a day.'
          : `${wrong} is no day, such as 2026-01-31.`,
      next: 'Use: archive purge 2026-01-30 2026-01-31 for these days, or archive purge --before 2026-01-01 for all earlier ones.',
    });
  }
  const dates = await store.purge((date) =>
    purgeBefore === undefined ? operands.includes(date) : date < purgeBefore,
  );
  if (dates.length > 0) return print(`Removed ${dayCount(dates.length)}.`);
  print(
    purgeBefore === undefined
      ? 'None of these days is archived.'
      : `No day before ${purgeBefore} is archived.`,
  );
}

/** A token that was renewed keeps its archive. */
async function adopt({ settings, account: { client, context } }: ActionParts): Promise<void> {
  const place = archivePlace(settings);
  if ('url' in place) {
    throw new SettingsError({
      what: 'Nothing was adopted.',
      why: 'In ClickHouse the days of an earlier token cannot be handed over: they are filed under that token.',
      next: 'Run sync: it reads the days again under the token that is now set.',
    });
  }
  const { directory } = place;
  const [{ adopt: handOver }, { ParquetStore }] = await Promise.all([
    import('../archive/parquet/adopt.js'),
    import('../archive/parquet/store.js'),
  ]);
  const { clock } = context.calls;
  const { start, end } = allHistory(clock.now());
  const page = {
    start_time: start,
    end_time: end,
    limit: 2,
    offset: 0,
    order: 'desc',
    include_recordings: 0,
  } as const;
  const days = await handOver({
    directory,
    owner: archiveOwner(settings, clock.zone ?? ''),
    open: (owner) =>
      new ParquetStore({
        directory,
        owner,
        limits: { memory: settings.archiveMemory, threads: 1 },
      }),
    find: async (id) => (await client.retrieve({ ...page, id })).calls.find((call) => call.id === id),
  });
  print(`Adopted ${dayCount(days)}: the calls at the service are those of the archive.`);
}

function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  return stop.signal;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
