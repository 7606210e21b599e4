import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { ConvosoClient } from '../../src/convoso/client.js';
import { ConvosoError } from '../../src/convoso/errors.js';
import { Failure } from '../../src/util/failure.js';
import type { Completeness } from '../../src/walk/completeness.js';
import { DEFAULT_WALK_BUDGET, type Population, type WalkLimits } from '../../src/walk/population.js';
import { Walk } from '../../src/walk/walk.js';
import { WALKS } from '../support/counts.js';
import {
  ordinal,
  type StandIn,
  type StandInCall,
  type StandInOptions,
  spread,
  startStandIn,
} from '../support/stand-in.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const MARCH = { start_time: '2026-03-01 00:00:00', end_time: '2026-03-31 23:59:59' };
const DAY = 86_400;

interface Walked {
  readonly ids: string[];
  readonly dates: string[];
  readonly completeness: Completeness;
  readonly standIn: StandIn;
}

interface Asked {
  readonly filters?: Population['filters'];
  readonly budget?: Partial<typeof DEFAULT_WALK_BUDGET>;
  readonly limits?: WalkLimits;
  readonly signal?: AbortSignal;
  readonly onBatch?: (handedOn: number) => void;
}

async function walk(options: StandInOptions, asked: Asked = {}): Promise<Walked> {
  const standIn = await startStandIn(options);
  const client = new ConvosoClient({
    baseUrl: standIn.url,
    token: standIn.token,
    retry: { retries: 3, backoffMs: 5 },
  });
  closing.push(
    () => client.close(),
    () => standIn.close(),
  );
  const walking = new Walk(
    client,
    { filters: asked.filters ?? MARCH, includeRecordings: false },
    { signal: asked.signal ?? new AbortController().signal },
    { ...DEFAULT_WALK_BUDGET, ...asked.budget },
    asked.limits,
  );
  const ids: string[] = [];
  const dates: string[] = [];
  for await (const batch of walking) {
    for (const call of batch) {
      ids.push(call.id);
      dates.push(call.call_date ?? '');
    }
    asked.onBatch?.(ids.length);
  }
  return { ids, dates, completeness: walking.completeness, standIn };
}

const idsOf = (calls: readonly StandInCall[]) => calls.map((call) => call.id);
const sorted = (ids: readonly string[]) => [...ids].sort();
const inWindow = (calls: readonly StandInCall[], { start, end }: { start: string; end: string }) =>
  calls.filter(({ at }) => at >= ordinal(start) && at <= ordinal(end));

describe('a population of 120,000 calls', () => {
  const calls = spread(120_000, MARCH.start_time, 31 * DAY, 1.5);

  for (const dialect of ['contract', 'live'] as const) {
    it(`is handed on whole, once each, oldest first (${dialect})`, async () => {
      const { ids, dates, completeness, standIn } = await walk({ calls, dialect });
      expect(ids).toEqual(idsOf(calls));
      expect(dates).toEqual([...dates].sort());
      expect(completeness).toMatchObject({
        complete: true,
        total_found: 120_000,
        fetched: 120_000,
        unique: 120_000,
        duplicates: 0,
        outside_filter: 0,
        malformed: 0,
        missing: [],
      });
      expect(completeness.windows).toBe(3);
      expect(completeness.reason).toBeUndefined();
      expect(Math.max(...standIn.forms.map((form) => Number(form['offset'])))).toBeLessThanOrEqual(40_000);
      expect(standIn.busiest).toBeLessThanOrEqual(4);
      expect(standIn.forms.length).toBeLessThan((120_000 / 500) * 1.2);
    });

    it(`is handed on exactly while calls arrive, are corrected and repeat (${dialect})`, async () => {
      const status = 'NO_ANSWER';
      const mine = calls
        .slice(0, 30_000)
        .map((call, i) => ({ ...call, status: i % 3 === 0 ? 'BUSY' : status }));
      const corrected: string[] = [];
      const late: string[] = [];
      const arrived: string[] = [];
      const { ids, completeness } = await walk(
        {
          calls: mine,
          dialect,
          beforePage(standIn, request) {
            if (request < 3 || request > 50) return;
            // A new call at the very end of the window: it may be counted or not.
            if (request % 4 === 0) {
              const id = String(900_000 + request);
              arrived.push(id);
              standIn.add({ id, at: ordinal(MARCH.end_time), status });
            }
            // A call already read is corrected and matches no more, and two late ones come in behind the reading, again and again.
            const { start_time = '', end_time = '' } = standIn.forms.at(-1) ?? {};
            if (request % 10 !== 0) return;
            const [one] = inWindow(standIn.calls, { start: start_time, end: end_time })
              .filter((call) => call.status === status)
              .slice(700);
            if (one === undefined) return;
            if (request % 30 === 10) {
              standIn.remove(one.id);
              corrected.push(one.id);
            } else {
              const id = String(800_000 + request);
              standIn.add({ id, at: one.at, status });
              late.push(id);
            }
          },
          // Every page repeats one of its rows.
          rewrite: (rows) => (rows.length > 3 ? [...rows, rows[1] ?? {}] : rows),
        },
        { filters: { ...MARCH, status } },
      );
      const throughout = mine.filter((call) => call.status === status && !corrected.includes(call.id));
      const got = new Set(ids);
      expect(got.size).toBe(ids.length);
      expect(throughout.filter((call) => !got.has(call.id))).toEqual([]);
      const allowed = new Set([...idsOf(throughout), ...corrected, ...late, ...arrived]);
      expect(ids.filter((id) => !allowed.has(id))).toEqual([]);
      expect(completeness.duplicates).toBeGreaterThan(30);
      expect(completeness.unique).toBe(ids.length);
      expect(corrected.length).toBeGreaterThan(1);
      expect(arrived.length).toBeGreaterThan(10);
      expect(ids.filter((id) => late.includes(id))).toHaveLength(late.length);
      expect(completeness.complete).toBe(true);
      expect(completeness.reason).toContain('stopped matching while being read');
    });
  }

  it('is handed on whole by an account that caps pages at 100 rows', async () => {
    const some = calls.slice(0, 45_000);
    const { ids, completeness, standIn } = await walk({ calls: some, pageCap: 100 });
    expect(ids).toEqual(idsOf(some));
    expect(completeness).toMatchObject({ complete: true, unique: 45_000, duplicates: 0 });
    expect(standIn.forms.length).toBeLessThan((45_000 / 99) * 1.2);
  });
});

describe('crowded moments', () => {
  it('reads 45,000 calls of one minute', async () => {
    const calls = [
      ...spread(200, MARCH.start_time, 30 * DAY),
      ...spread(45_000, '2026-03-09 10:00:00', 60, 1, 1_000),
    ];
    const { ids, completeness } = await walk({ calls });
    expect(sorted(ids)).toEqual(sorted(idsOf(calls)));
    expect(completeness).toMatchObject({ complete: true, unique: 45_200, missing: [] });
  });

  it('reports 45,000 calls of one second as missing and reads all others', async () => {
    const others = spread(1_000, MARCH.start_time, 30 * DAY);
    const calls = [...others, ...spread(45_000, '2026-03-09 10:00:00', 1, 1, 10_000)];
    const { ids, completeness, standIn } = await walk({ calls });
    const second = { start: '2026-03-09 10:00:00', end: '2026-03-09 10:00:00' };
    expect(completeness.missing).toEqual([second]);
    expect(sorted(ids)).toEqual(
      sorted(idsOf(others.filter((call) => inWindow([call], second).length === 0))),
    );
    expect(completeness).toMatchObject({ complete: false, total_found: 46_000 });
    expect(completeness.reason).toContain('2026-03-09 10:00:00 alone holds more calls than');
    expect(standIn.forms.length).toBeLessThan(200);
  });

  it('does not loop when the service ignores the window', async () => {
    const calls = spread(45_000, MARCH.start_time, 30 * DAY);
    const { completeness, standIn } = await walk({ calls, ignored: ['start_time', 'end_time'] });
    expect(completeness).toMatchObject({ complete: false, total_found: 45_000 });
    expect(completeness.reason).toContain('does not seem to apply start_time and end_time');
    expect(standIn.forms.length).toBeLessThan(100);
  });
});

describe('rows that do not belong', () => {
  it('drops and counts rows outside the filter', async () => {
    const calls = spread(1_500, MARCH.start_time, 30 * DAY);
    const { ids, completeness } = await walk(
      { calls, ignored: ['campaign_id'] },
      { filters: { ...MARCH, campaign_id: '111' } },
    );
    expect(ids).toEqual(idsOf(calls.filter((call) => Number(call.id) % 3 === 0)));
    expect(completeness).toMatchObject({
      complete: true,
      fetched: 1_500,
      unique: 500,
      outside_filter: 1_000,
    });
  });

  it('counts rows that cannot be read, and is not complete with them', async () => {
    const calls = spread(1_500, MARCH.start_time, 30 * DAY);
    const spoil = (row: Record<string, unknown>) =>
      row['id'] === '700' ? { ...row, id: '7 0 0' } : row['id'] === '701' ? 'gone' : row;
    const { ids, completeness } = await walk({ calls, rewrite: (rows) => rows.map(spoil) });
    expect(ids).toEqual(idsOf(calls).filter((id) => id !== '700' && id !== '701'));
    expect(completeness).toMatchObject({ complete: false, unique: 1_498, malformed: 2, missing: [] });
    expect(completeness.reason).toContain('2 rows could not be read');
  });

  it('reads on by time when the service ignores the offset', async () => {
    const calls = spread(3_000, MARCH.start_time, 30 * DAY);
    const { ids, completeness } = await walk({ calls, ignored: ['offset'] });
    expect(ids).toEqual(idsOf(calls));
    expect(completeness).toMatchObject({ complete: true, unique: 3_000 });
  });

  it('says so when the service does not say how many match', async () => {
    const calls = spread(700, MARCH.start_time, 30 * DAY);
    const standIn = await startStandIn({ calls });
    closing.push(() => standIn.close());
    const client = new ConvosoClient({
      baseUrl: standIn.url,
      token: standIn.token,
      retry: { retries: 3, backoffMs: 5 },
    });
    closing.push(() => client.close());
    const silent = {
      retrieve: async (...args: Parameters<typeof client.retrieve>) => ({
        ...(await client.retrieve(...args)),
        total_found: null,
      }),
    };
    const walking = new Walk(
      silent,
      { filters: MARCH, includeRecordings: false },
      { signal: new AbortController().signal },
    );
    const ids: string[] = [];
    for await (const batch of walking) ids.push(...batch.map((call) => call.id));
    expect(ids).toEqual(idsOf(calls));
    expect(walking.completeness).toMatchObject({ complete: false, total_found: null, unique: 700 });
    expect(walking.completeness.reason).toContain('did not say how many');
  });
});

describe('a walk that ends early', () => {
  const calls = spread(20_000, MARCH.start_time, 30 * DAY, 1.2);

  const expectExact = ({ ids, completeness }: Walked) => {
    expect(completeness.complete).toBe(false);
    expect(completeness.missing).toHaveLength(1);
    const [missing] = completeness.missing;
    const rest = inWindow(calls, missing ?? { start: '', end: '' });
    expect(sorted([...ids, ...idsOf(rest)])).toEqual(sorted(idsOf(calls)));
  };

  it('keeps what it has when page 7 of 40 keeps failing, and names the exact window that is missing', async () => {
    // The opening page, the newest call, then pages 2 to 6.
    const walked = await walk(
      { calls, instead: (n) => (n >= 8 ? { status: 503, body: '' } : undefined) },
      { budget: { concurrency: 1 } },
    );
    expect(walked.ids.length).toBeGreaterThan(2_500);
    expect(walked.ids.length).toBeLessThan(3_500);
    expectExact(walked);
    expect(walked.completeness.reason).toContain('HTTP 503');
  });

  it('gets over a page that fails once', async () => {
    const walked = await walk({ calls, instead: (n) => (n === 8 ? { status: 503, body: '' } : undefined) });
    expect(walked.completeness.complete).toBe(true);
  });

  it('stops asking a service that sends the same rows whatever it is asked, and says so', async () => {
    const body = JSON.stringify({ success: true, results: [{ id: '' }, { id: '' }] });
    const walked = await walk({ calls, instead: () => ({ status: 200, body }) });
    expect(walked.ids).toHaveLength(0);
    expect(walked.completeness.complete).toBe(false);
    expect(walked.completeness.fetched).toBeLessThan(1_000);
    expect(walked.completeness.reason).toContain('could not be read as call logs');
  });

  it.each([
    ['rows', [{ id: '' }]],
    ['nothing', []],
  ])('gives up on a service that promises millions and sends %s, in few words', async (_name, results) => {
    const body = JSON.stringify({ success: true, total_found: 50_000_000, results });
    const walked = await walk({ calls, instead: () => ({ status: 200, body }) });
    expect(walked.completeness.complete).toBe(false);
    expect(JSON.stringify(walked.completeness).length).toBeLessThan(5_000);
  });

  it('fails when there is not even a first page', async () => {
    await expect(walk({ calls, instead: () => ({ status: 503, body: '' }) })).rejects.toThrow(ConvosoError);
  });

  it('stops at its budget of calls', async () => {
    const walked = await walk({ calls }, { budget: { rows: 5_000 } });
    expect(walked.ids.length).toBeGreaterThanOrEqual(5_000);
    expect(walked.ids.length).toBeLessThan(6_000);
    expectExact(walked);
    expect(walked.completeness.reason).toContain('CALL_LOGS_WALK_ROWS');
  });

  it('stops at its budget of time, with requests under way', async () => {
    const walked = await walk({ calls, delay: 150 }, { budget: { seconds: 1, concurrency: 2 } });
    expect(walked.ids.length).toBeGreaterThan(0);
    expectExact(walked);
    expect(walked.completeness.reason).toContain('CALL_LOGS_WALK_SECONDS');
  });

  it('fails when time is up before anything came', async () => {
    const failing = walk({ calls, delay: 5_000 }, { budget: { seconds: 0.2 } });
    await expect(failing).rejects.toThrow(Failure);
    await expect(failing).rejects.toThrow(/CALL_LOGS_WALK_SECONDS/);
  });

  it('stops within one request when it is cancelled', async () => {
    const cancel = new AbortController();
    let standIn: StandIn | undefined;
    const walking = walk(
      {
        calls,
        beforePage: (one) => {
          standIn = one;
        },
      },
      { signal: cancel.signal, budget: { concurrency: 1 }, onBatch: (n) => n > 2_000 && cancel.abort() },
    );
    await expect(walking).rejects.toMatchObject({ kind: 'cancelled' });
    expect(standIn?.forms.length).toBeLessThan(10);
  });

  it('ends its requests when nobody reads on', async () => {
    const standIn = await startStandIn({ calls });
    const client = new ConvosoClient({
      baseUrl: standIn.url,
      token: standIn.token,
      retry: { retries: 3, backoffMs: 5 },
    });
    closing.push(
      () => client.close(),
      () => standIn.close(),
    );
    const walking = new Walk(
      client,
      { filters: MARCH, includeRecordings: false },
      { signal: new AbortController().signal },
    );
    for await (const batch of walking) if (batch.length > 0) break;
    const asked = standIn.forms.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(standIn.forms.length - asked).toBeLessThanOrEqual(4);
    expect(walking.completeness.complete).toBe(false);
  });
});

describe('small populations', () => {
  it('takes one request for what fits on a page, and one that looks at its end from the other side', async () => {
    const calls = spread(500, MARCH.start_time, 30 * DAY);
    const { ids, completeness, standIn } = await walk({ calls });
    expect(ids).toEqual(idsOf(calls));
    // The last day of the window showed no call: it is asked for alone.
    expect(standIn.forms.map(({ order, limit }) => `${order} ${limit}`)).toEqual([
      'asc 500',
      'desc 500',
      'desc 1',
    ]);
    expect(completeness).toMatchObject({ complete: true, windows: 1 });
  });

  it('is complete with nothing', async () => {
    const { ids, completeness } = await walk({ calls: [] });
    expect(ids).toEqual([]);
    expect(completeness).toMatchObject({ complete: true, total_found: 0, unique: 0, missing: [] });
  });
});

it('covers any density, window and cap without a gap and without an overlap', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 120 }),
      fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 400 })),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 2, max: 30 }),
      fc.integer({ min: 1, max: 5 }),
      fc.constantFrom('contract' as const, 'live' as const),
      async (seconds, edges, pageSize, maxOffset, concurrency, dialect) => {
        const base = ordinal(MARCH.start_time);
        const calls = seconds.map((second, i) => ({ id: String(i + 1), at: base + second }));
        const [from, to] = [Math.min(...edges), Math.max(...edges)];
        const stamp = (second: number) =>
          new Date((base + second) * 1000).toISOString().slice(0, 19).replace('T', ' ');
        const window = { start_time: stamp(from), end_time: stamp(to) };
        const { ids, completeness, standIn } = await walk(
          { calls, dialect, maxOffset },
          { filters: window, limits: { pageSize, maxOffset }, budget: { concurrency } },
        );
        const wanted = calls.filter(({ at }) => at >= base + from && at <= base + to);
        const crowded = wanted.filter(
          ({ at }) => wanted.filter((other) => other.at === at).length > maxOffset,
        );
        const reachable = wanted.filter((call) => !crowded.includes(call));
        expect(sorted(ids)).toEqual(sorted(idsOf(reachable)));
        expect(completeness.complete).toBe(crowded.length === 0);
        expect(completeness.total_found).toBe(wanted.length);
        for (const one of completeness.missing) expect(inWindow(reachable, one)).toEqual([]);
        await standIn.close();
      },
    ),
    { numRuns: WALKS },
  );
});
