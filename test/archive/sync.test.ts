import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { lastDayOver } from '../../src/archive/days.js';
import { ParquetStore } from '../../src/archive/parquet/store.js';
import {
  datesToRead,
  outcomeFailure,
  type SyncOutcome,
  type SyncPlan,
  sync,
  yielding,
} from '../../src/archive/sync.js';
import { ConvosoClient } from '../../src/convoso/client.js';
import { Failure } from '../../src/util/failure.js';
import { runEvery } from '../../src/util/run-every.js';
import { EVIDENCE_VERSION } from '../../src/walk/evidence.js';
import { type StandIn, type StandInOptions, spread, startStandIn } from '../support/stand-in.js';
import { openBench } from '../support/tools.js';
import { before, dates } from './archiving.js';
import { newOwner } from './store-contract.js';

// A sync whose clock and patience are the test's.

const directory = mkdtempSync(join(tmpdir(), 'sync '));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const ZONE = 'America/Los_Angeles';
const DATES = dates('2026-03-01', '2026-03-03');
const CALLS = dates('2026-03-01', '2026-03-04').flatMap((date, i) =>
  spread(30, `${date} 08:00:00`, 36_000, 1, 1 + i * 30),
);
const PLAN: SyncPlan = {
  timeZone: ZONE,
  from: 3,
  recentDays: 3,
  refreshMs: 6 * 3_600_000,
  concurrency: 2,
  pauses: [1, 1, 1],
};
/** Noon of 4 March in Los Angeles. */
const NOON = new Date('2026-03-04T20:00:00Z');
const hoursLater = (hours: number) => new Date(NOON.getTime() + hours * 3_600_000);

interface Setting {
  readonly standIn: StandIn;
  readonly store: ParquetStore;
  readonly client: ConvosoClient;
  /** One round at a moment. */
  at(now: Date, plan?: Partial<SyncPlan>): Promise<SyncOutcome>;
}

async function setting(options: Partial<StandInOptions> = {}): Promise<Setting> {
  const standIn = await startStandIn({ calls: CALLS, ...options });
  const client = new ConvosoClient({
    baseUrl: standIn.url,
    token: standIn.token,
    retry: { retries: 0, backoffMs: 1 },
    // A service that is down is left alone for a while: for less than the seconds of these tests.
    circuit: { failures: 3, restMs: 1 },
    timeZone: ZONE,
  });
  const store = new ParquetStore({
    directory: mkdtempSync(join(directory, 'account ')),
    owner: newOwner(ZONE),
    limits: { memory: 200, threads: 1 },
  });
  closing.push(
    standIn.close,
    () => client.close(),
    () => store.close(),
  );
  return {
    standIn,
    store,
    client,
    at: (now, plan = {}) =>
      sync(
        { ...PLAN, ...plan },
        { store, service: client, now: () => now, signal: new AbortController().signal },
      ),
  };
}

const archivedAt = (date: string, readAt: Date) => ({
  date,
  rows: 1,
  readAt: readAt.toISOString(),
  completeness: {} as never,
  evidence: EVIDENCE_VERSION,
  fields: [],
  digest: '',
});

describe('which days a sync reads', () => {
  it('are the missing ones, newest first, and recent ones whose reading is old', () => {
    expect(datesToRead(PLAN, [], NOON)).toEqual(['2026-03-03', '2026-03-02', '2026-03-01']);
    const archived = DATES.map((date) => archivedAt(date, NOON));
    expect(datesToRead(PLAN, archived, hoursLater(5.9))).toEqual([]);
    expect(datesToRead(PLAN, archived, hoursLater(6))).toEqual(['2026-03-03', '2026-03-02', '2026-03-01']);
    expect(datesToRead({ ...PLAN, from: '2026-03-02', recentDays: 1 }, archived, hoursLater(6))).toEqual([
      '2026-03-03',
    ]);
    expect(datesToRead({ ...PLAN, from: 90, keepDays: 2 }, [], NOON)).toEqual(['2026-03-03', '2026-03-02']);
    expect(datesToRead({ ...PLAN, from: '2027-01-01' }, [], NOON)).toEqual([]);
  });

  it('are those too that an earlier version archived, however old, as far as days are kept', () => {
    const old = ['2025-12-31', '2026-02-27', '2026-03-02'].map((date) => ({
      ...archivedAt(date, NOON),
      evidence: EVIDENCE_VERSION - 1,
    }));
    const archived = [...old, archivedAt('2026-03-01', NOON), archivedAt('2026-03-03', NOON)];
    expect(datesToRead(PLAN, archived, NOON)).toEqual(['2026-03-02', '2026-02-27', '2025-12-31']);
    expect(datesToRead({ ...PLAN, keepDays: 30 }, archived, NOON)).toEqual(['2026-03-02', '2026-02-27']);
  });

  it('are damaged ones too, however old', () => {
    const archived = DATES.map((date) => archivedAt(date, NOON));
    expect(datesToRead(PLAN, archived, NOON, ['2025-12-31', '2026-03-02'])).toEqual([
      '2026-03-02',
      '2025-12-31',
    ]);
  });

  it('end with the last day that is over in the account’s zone, and will not begin again', () => {
    expect(lastDayOver(new Date('2026-03-04T07:59:59Z'), ZONE)).toBe('2026-03-02');
    expect(lastDayOver(new Date('2026-03-04T08:00:00Z'), ZONE)).toBe('2026-03-03');
    // In Havana the clocks go back from 1:00 to midnight: the new day has begun for good only after that.
    expect(lastDayOver(new Date('2026-11-01T04:00:00Z'), 'America/Havana')).toBe('2026-10-31');
    // In Santiago they go back from midnight to 23:00: the day is over once that hour has passed twice.
    expect(lastDayOver(new Date('2026-04-05T02:59:59Z'), 'America/Santiago')).toBe('2026-04-03');
    expect(lastDayOver(new Date('2026-04-05T03:30:00Z'), 'America/Santiago')).toBe('2026-04-03');
    expect(lastDayOver(new Date('2026-04-05T04:00:00Z'), 'America/Santiago')).toBe('2026-04-04');
  });
});

describe('a clock that was set back', () => {
  it('loses no day, names those that are ahead, and answers do not use them', async () => {
    const { standIn, store, client, at } = await setting();
    await at(NOON);
    const whole = await store.days();
    expect(whole.map(({ date }) => date)).toEqual(DATES);
    const twoDaysBack = hoursLater(-48);
    const outcome = await at(twoDaysBack, { from: 1, keepDays: 5 });
    expect(outcome).toMatchObject({ missing: [], purged: [], ahead: ['2026-03-02', '2026-03-03'] });
    // A reading from the future says nothing of its age: the recent day is read again.
    expect(outcome.archived.map(({ date }) => date)).toEqual(['2026-03-01']);
    expect((await store.days()).map(({ date, rows }) => [date, rows])).toEqual(
      DATES.map((date) => [date, 30]),
    );
    standIn.forms.length = 0;
    const bench = openBench({
      url: standIn.url,
      token: standIn.token,
      zone: ZONE,
      now: twoDaysBack,
      source: before(async () => store),
    });
    closing.push(bench.close);
    const { structured } = await bench.ask('summarize_call_logs', {
      start_time: '2026-03-01',
      end_time: '2026-03-02',
    });
    const sources = structured['sources'] as { source: string; start: string; end: string }[];
    expect(sources.map(({ source, start, end }) => [source, start, end])).toEqual([
      ['archive', '2026-03-01', '2026-03-01'],
      ['live', '2026-03-02', '2026-03-02'],
    ]);
    // Set right again, everything is as if nothing had happened.
    const right = await at(hoursLater(1));
    expect(right).toMatchObject({ ahead: [], missing: [], purged: [] });
    expect((await store.days()).map(({ date, rows }) => [date, rows])).toEqual(
      DATES.map((date) => [date, 30]),
    );
    await client.close();
  });
});

describe('a service that fails for an hour', () => {
  it('ends each round in words, loses no archived day, and the first round after it has all', async () => {
    let isDown = false;
    const { standIn, store, client } = await setting({
      instead: () => (isDown ? { status: 503, body: 'down for maintenance' } : undefined),
    });
    let now = NOON;
    const stop = new AbortController();
    const told: string[] = [];
    const rounds: string[][] = [];
    const round = async () => {
      // A round a minute; the service is down from the second to the sixty-first.
      now = new Date(now.getTime() + 60_000);
      isDown = rounds.length + told.length > 0 && rounds.length + told.length <= 60;
      const plan = { ...PLAN, from: rounds.length === 0 ? 2 : 3, refreshMs: 30 * 60_000 };
      const { archived } = await sync(plan, { store, service: client, now: () => now, signal: stop.signal });
      rounds.push(archived.map(({ date }) => date));
      if (rounds.length === 2) stop.abort();
    };
    await runEvery(0, stop.signal, round, (error) => {
      if (!(error instanceof Failure)) throw error;
      told.push(`${error.what} ${error.why} ${error.next}`);
    });
    expect(told).toHaveLength(60);
    expect(new Set(told.map((words) => words.split('.')[0]))).toEqual(new Set(['The call search failed']));
    expect(told.join(' ')).not.toMatch(/down for maintenance|stand-in-token/);
    expect(rounds).toEqual([
      ['2026-03-03', '2026-03-02'],
      ['2026-03-03', '2026-03-02', '2026-03-01'],
    ]);
    expect((await store.days()).map(({ date, rows }) => [date, rows])).toEqual(
      DATES.map((date) => [date, 30]),
    );
    // Each round asked once, and again after each of its pauses; a day that is read takes two pages, and a look at its empty end.
    expect(standIn.forms.length).toBeLessThanOrEqual(60 * 4 + 3 * 5 + 3);
  }, 60_000);

  it('has a day that breaks off in the middle tried once more, then named with its missing window', async () => {
    let pages = 0;
    const { store, at } = await setting({
      pageCap: 10,
      instead: () => {
        pages += 1;
        return pages % 2 === 0 ? { status: 503, body: 'down' } : undefined;
      },
    });
    const outcome = await at(NOON, { from: 1, concurrency: 1 }).catch((error: unknown) => error);
    const failure = outcome instanceof Failure ? outcome : outcomeFailure(outcome as SyncOutcome);
    expect(failure?.what).toMatch(/^(One day is not archived: 2026-03-03\.|The call search failed)/);
    expect(await store.days()).toEqual([]);
  });

  it('is reported for the first ten of many days', () => {
    const missing = dates('2026-02-01', '2026-02-14').map((date) => ({ date, why: 'It broke off.' }));
    const none = { archived: [], ahead: [], purged: [] };
    expect(outcomeFailure({ ...none, missing })).toMatchObject({
      what: expect.stringMatching(/^14 days are not archived: 2026-02-01, .*2026-02-10 and 4 more\.$/),
      why: 'For 2026-02-01: It broke off.',
    });
    expect(outcomeFailure({ ...none, missing: [] })).toBeUndefined();
  });
});

describe('a day whose rows changed since', () => {
  it('is as it was read last, whichever reading came first', async () => {
    const { standIn, store, at } = await setting();
    await at(NOON);
    const [first] = await store.days();
    standIn.remove('1');
    standIn.add({ id: '2000', at: Date.parse('2026-03-01T09:00:00Z') / 1000, status: 'BUSY' });
    standIn.add({ id: '2001', at: Date.parse('2026-03-01T09:00:01Z') / 1000, status: 'BUSY' });
    const { archived } = await at(hoursLater(7));
    expect(archived.map(({ date, rows }) => [date, rows])).toEqual([
      ['2026-03-03', 30],
      ['2026-03-02', 30],
      ['2026-03-01', 31],
    ]);
    const [second] = await store.days();
    expect(second?.rows).toBe(31);
    expect(second?.digest).not.toBe(first?.digest);
    expect(Date.parse(second?.readAt ?? '')).toBe(hoursLater(7).getTime());
  });
});

describe('days that an earlier version archived', () => {
  /** Makes a day's manifest as the first version wrote it. */
  function asBefore({ place }: ParquetStore, date: string): void {
    const file = join(place, `date=${date}`, 'manifest.json');
    const { evidence, seal: _seal, ...manifest } = JSON.parse(readFileSync(file, 'utf8'));
    expect(evidence).toBe(EVIDENCE_VERSION);
    writeFileSync(file, JSON.stringify(manifest));
  }

  it('are read live until a sync has read them again', async () => {
    const { standIn, store, at } = await setting();
    await at(NOON);
    asBefore(store, '2026-03-02');
    const bench = openBench({
      url: standIn.url,
      token: standIn.token,
      zone: ZONE,
      now: hoursLater(1),
      source: before(async () => store),
    });
    closing.push(bench.close);
    const asked = { start_time: '2026-03-01', end_time: '2026-03-03' };
    const sources = async () => {
      const { structured } = await bench.ask('summarize_call_logs', asked);
      expect(structured).toMatchObject({ total: { calls: 90 }, completeness: { complete: true } });
      return (structured['sources'] as { source: string; start: string }[]).map(
        ({ source, start }) => `${source} ${start}`,
      );
    };
    expect(await sources()).toEqual(['archive 2026-03-01', 'live 2026-03-02', 'archive 2026-03-03']);
    expect((await store.days()).map(({ evidence }) => evidence)).toEqual([2, 1, 2]);
    expect((await at(hoursLater(1))).archived.map(({ date }) => date)).toEqual(['2026-03-02']);
    expect(await sources()).toEqual(['archive 2026-03-01']);
    expect((await at(hoursLater(2))).archived).toEqual([]);
  });

  it('are kept as they are where the service shows no call of them any more', async () => {
    const { standIn, store, at } = await setting();
    await at(NOON);
    asBefore(store, '2026-03-01');
    for (let id = 1; id <= 30; id += 1) standIn.remove(String(id));
    expect(await at(hoursLater(1))).toMatchObject({
      archived: [],
      missing: [
        {
          date: '2026-03-01',
          why: 'The service shows no call of this day any more; the archive keeps those of its earlier reading.',
        },
      ],
    });
    expect((await store.days())[0]).toMatchObject({ date: '2026-03-01', rows: 30, evidence: 1 });
  });
});

describe('letting others go first', () => {
  it('waits while they are at it, and not for ever', async () => {
    let busy = true;
    let asked = 0;
    const service = {
      retrieve: async () => {
        asked += 1;
        return {} as never;
      },
    };
    const patient = yielding(service, () => busy, 60_000);
    const waiting = patient.retrieve({} as never, { signal: new AbortController().signal });
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(asked).toBe(0);
    busy = false;
    await waiting;
    expect(asked).toBe(1);
    busy = true;
    await yielding(service, () => busy, 100).retrieve({} as never, { signal: new AbortController().signal });
    expect(asked).toBe(2);
    const stop = new AbortController();
    const stopped = patient.retrieve({} as never, { signal: stop.signal });
    stop.abort(new Error('told to stop'));
    await expect(stopped).rejects.toThrow();
    expect(asked).toBe(2);
  });
});
