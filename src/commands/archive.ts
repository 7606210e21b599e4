import { dayAfter } from '../archive/days.js';
import { ParquetStore } from '../archive/parquet-store.js';
import type { ArchiveStore } from '../archive/store.js';
import { allHistory } from '../convoso/time.js';
import { Failure } from '../failure.js';
import { createLog } from '../log.js';
import { type Settings, SettingsError } from '../settings.js';
import { type Account, openAccount } from './account.js';
import { archiveDirectory, archiveOwner, openStore } from './archive-store.js';

/** Looks after the archive: what it holds, whether it is whole, what goes, and the archive of an earlier token. */
export async function archive(settings: Settings, operands: readonly string[]): Promise<void> {
  const [action, ...rest] = operands;
  const run = Object.hasOwn(ACTIONS, action ?? '') ? ACTIONS[action ?? ''] : undefined;
  if (run === undefined || rest.length > 0) {
    throw new SettingsError({
      what: 'archive cannot be run.',
      why: 'It does not know these operands.',
      next: 'Use: archive status, archive verify, archive purge --before DAY, or archive adopt.',
    });
  }
  archiveDirectory(settings);
  const account = await openAccount(settings, createLog(settings.logLevel));
  try {
    const store = openStore(settings, account.context.calls.clock.zone);
    try {
      await run(store, settings, account);
    } finally {
      await store.close();
    }
  } finally {
    await account.close();
  }
}

type Action = (store: ArchiveStore, settings: Settings, account: Account) => Promise<void>;

const ACTIONS: Readonly<Record<string, Action>> = { status, verify, purge, adopt };

async function status(store: ArchiveStore): Promise<void> {
  const days = await store.days();
  const [first, last] = [days[0], days.at(-1)];
  print(`Archive: ${store.place}`);
  if (first === undefined || last === undefined) return print('It holds no day yet: run sync.');
  const rows = days.reduce((sum, day) => sum + day.rows, 0);
  const readings = days.map(({ readAt }) => readAt).sort();
  print(`Days: ${days.length}, from ${first.date} to ${last.date}; calls: ${rows.toLocaleString('en-US')}`);
  print(`Read: between ${readings[0]} and ${readings.at(-1)}`);
  const known = new Set(days.map(({ date }) => date));
  const gaps: string[] = [];
  for (let date = first.date; date < last.date; date = dayAfter(date, 1))
    if (!known.has(date)) gaps.push(date);
  print(gaps.length === 0 ? 'Gaps: none' : `Gaps: ${gaps.length} days: ${gaps.slice(0, 20).join(', ')}`);
}

async function verify(store: ArchiveStore): Promise<void> {
  const days = await store.days();
  const wrong = await store.verify(stopSignal());
  for (const [date, why] of wrong) print(`${date}: ${why}`);
  if (wrong.size === 0) return print(`ok: ${days.length} days are as they were written`);
  throw new Failure({
    what: `${wrong.size === 1 ? 'One archived day is' : `${wrong.size} archived days are`} damaged.`,
    why: `${[...wrong.keys()].slice(0, 10).join(', ')} cannot be relied on; the other days can.`,
    next: `Remove their folders (date=…) from ${store.place} and run sync: they are then read again.`,
  });
}

async function purge(store: ArchiveStore, { purgeBefore }: Settings): Promise<void> {
  if (purgeBefore === undefined) {
    throw new SettingsError({
      what: 'Nothing was removed.',
      why: 'archive purge needs to know before which day.',
      next: 'Use: archive purge --before DAY, such as --before 2026-01-01.',
    });
  }
  const dates = await store.purge(purgeBefore);
  print(dates.length === 0 ? `No day before ${purgeBefore} is archived.` : `Removed ${dates.length} days.`);
}

/** A token that was renewed keeps its archive. */
async function adopt(_: ArchiveStore, settings: Settings, { client, context }: Account): Promise<void> {
  const { adopt: handOver } = await import('../archive/adopt.js');
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
    directory: archiveDirectory(settings),
    owner: archiveOwner(settings, clock.zone ?? ''),
    open: (owner) =>
      new ParquetStore({
        directory: archiveDirectory(settings),
        owner,
        limits: { memory: settings.archiveMemory, threads: 1 },
      }),
    find: async (id) => (await client.retrieve({ ...page, id })).calls.find((call) => call.id === id),
  });
  print(`Adopted ${days} days: the calls at the service are those of the archive.`);
}

function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  return stop.signal;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
