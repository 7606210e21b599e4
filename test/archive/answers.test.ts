import { createHash } from 'node:crypto';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { ParquetStore } from '../../src/archive/parquet/store.js';
import type { ArchiveStore } from '../../src/archive/store.js';
import { Failure } from '../../src/util/failure.js';
import { ordinal, type StandIn, type StandInOptions, spread, startStandIn } from '../support/stand-in.js';
import { type Bench, type BenchOptions, openBench } from '../support/tools.js';
import { archiveDays, before, dates } from './archiving.js';
import { newOwner } from './store-contract.js';

// What an answer says that the archive gave in part, wholly, or not at all.

const directory = mkdtempSync(join(tmpdir(), 'answers '));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const DAY = 86_400;
const ZONE = 'America/Los_Angeles';
/** Noon of 4 March in Los Angeles. */
const NOW = new Date('2026-03-04T20:00:00Z');

/** 100 calls a day from 1 to 4 March, ids in order of time. */
const CALLS = dates('2026-03-01', '2026-03-04').flatMap((date, i) =>
  spread(100, `${date} 00:00:00`, DAY / 2, 1, 1 + i * 100),
);

interface Setting {
  readonly standIn: StandIn;
  readonly store: ParquetStore;
  readonly unexpected: unknown[];
  readonly bench: Bench;
}

/** A stand-in of which these days are archived, and tools that answer from both; `faulty` changes the store they see. */
async function setting(
  archived: readonly string[],
  options: Partial<StandInOptions> = {},
  bench: Partial<BenchOptions> = {},
  faulty: (store: ArchiveStore) => ArchiveStore = (store) => store,
): Promise<Setting> {
  let arranged = false;
  const { instead, ...plain } = options;
  const standIn = await startStandIn({
    calls: CALLS,
    ...plain,
    // Trouble begins when the days are archived.
    instead: (request) => (arranged ? instead?.(request) : undefined),
  });
  closing.push(standIn.close);
  const store = new ParquetStore({
    directory: mkdtempSync(join(directory, 'account ')),
    owner: newOwner(),
    limits: { memory: 300, threads: 2 },
  });
  closing.push(() => store.close());
  const unexpected: unknown[] = [];
  const opened = openBench({
    url: standIn.url,
    token: standIn.token,
    zone: ZONE,
    now: NOW,
    exports: { directory: join(directory, 'exports'), server: { name: 'test', version: '0' } },
    source: before(async () => faulty(store), unexpected),
    ...bench,
  });
  closing.push(opened.close);
  await archiveDays(store, opened.context.calls, archived);
  standIn.forms.length = 0;
  arranged = true;
  return { standIn, store, unexpected, bench: opened };
}

const SUMMARY = 'summarize_call_logs';
const ALL = { start_time: '2026-03-01', end_time: '2026-03-04' };

interface Structured {
  readonly total: { readonly calls: number; readonly outcomes: Record<string, number> };
  readonly groups: { readonly columns: string[]; readonly rows: (string | number)[][] };
  readonly completeness: Record<string, unknown> & { readonly missing: { start: string; end: string }[] };
  readonly sources?: readonly { readonly source: string; readonly start: string; readonly end: string }[];
  readonly source_remark?: string;
}
async function ask(bench: Bench, args: Record<string, unknown>, tool = SUMMARY) {
  const { text, structured } = await bench.ask(tool, args);
  return { text, structured: structured as unknown as Structured };
}
const perDate = ({ groups }: Structured) =>
  Object.fromEntries(groups.rows.map((row) => [row[0], row[groups.columns.indexOf('calls')]]));

describe('source', () => {
  it('auto reads live what is not archived, days in a row at once, and today', async () => {
    const { bench, standIn } = await setting(['2026-03-02']);
    const { structured } = await ask(bench, { ...ALL, group_by: 'date' });
    expect(perDate(structured)).toEqual({
      '2026-03-01': 100,
      '2026-03-02': 100,
      '2026-03-03': 100,
      '2026-03-04': 100,
    });
    expect(structured.sources?.map(({ source, start, end }) => [source, start, end])).toEqual([
      ['live', '2026-03-01', '2026-03-01'],
      ['archive', '2026-03-02', '2026-03-02'],
      ['live', '2026-03-03', '2026-03-04'],
    ]);
    expect(structured.completeness).toMatchObject({
      complete: true,
      total_found: 400,
      fetched: 400,
      unique: 400,
      missing: [],
    });
    for (const { start_time: start = '', end_time: end = '' } of standIn.forms) {
      // A window is asked for a minute wider than it is.
      expect(start >= '2026-03-02 23:59:00' || end <= '2026-03-02 00:01:00').toBe(true);
    }
  });

  it('archive declares missing what is not archived, and asks the service nothing', async () => {
    const { bench, standIn } = await setting(['2026-03-01', '2026-03-03']);
    const { text, structured } = await ask(bench, {
      start_time: '2026-03-01 06:00:00',
      end_time: '2026-03-04 11:00:00',
      source: 'archive',
    });
    expect(structured.total.calls).toBe(150);
    expect(structured.completeness).toMatchObject({ complete: false, total_found: null, unique: 150 });
    expect(structured.completeness.missing).toEqual([
      { start: '2026-03-02 00:00:00', end: '2026-03-02 23:59:59' },
      { start: '2026-03-04 00:00:00', end: '2026-03-04 11:00:00' },
    ]);
    expect(text).toContain('PARTIAL: 150 matching calls were read. What is not archived was not read');
    expect(text).toContain('Missing: 2026-03-02 00:00:00 to 2026-03-02 23:59:59.');
    expect(standIn.forms).toEqual([]);
  });

  it('archive says that nothing is archived rather than that there is nothing', async () => {
    const { bench } = await setting([]);
    const { text, structured } = await ask(bench, { ...ALL, group_by: 'user', source: 'archive' });
    expect(structured.completeness).toMatchObject({
      complete: false,
      unique: 0,
      missing: [{ start: '2026-03-01 00:00:00', end: '2026-03-04 12:00:00' }],
    });
    expect(text).toContain('PARTIAL: 0 matching calls');
    expect(structured.sources).toEqual([]);
  });

  it('live asks the service alone', async () => {
    const { bench, standIn } = await setting(['2026-03-01', '2026-03-02', '2026-03-03']);
    const { text, structured } = await ask(bench, { ...ALL, source: 'LIVE' });
    expect(structured.sources?.map(({ source }) => source)).toEqual(['live']);
    expect(text).toContain('Source: live 2026-03-01 to 2026-03-04.');
    expect(standIn.forms.length).toBeGreaterThan(0);
  });

  it('archive is refused in words where there is none', async () => {
    const standIn = await startStandIn({ calls: [] });
    const bench = openBench({ url: standIn.url, token: standIn.token });
    closing.push(standIn.close, bench.close);
    expect(await bench.refused(SUMMARY, { source: 'archive' })).toMatch(
      /keeps no archive.*CALL_LOGS_ARCHIVE_DIR.*sync/s,
    );
    expect(await bench.refused(SUMMARY, { source: 'tape' })).toMatch(/source.*auto.*live.*archive/s);
  });

  it('is live for recordings, whose links are not archived', async () => {
    const { bench } = await setting(['2026-03-01', '2026-03-02', '2026-03-03']);
    const asked = { start_time: '2026-03-01', end_time: '2026-03-03' };
    const withLinks = { ...asked, include_recordings: true };
    const { text, structured } = await ask(bench, withLinks, 'export_call_logs');
    expect(structured.sources?.map(({ source }) => source)).toEqual(['live']);
    expect(structured.source_remark).toMatch(/not archived, because their links open without a login/);
    expect(text).toContain(structured.source_remark);
    expect(await bench.refused('export_call_logs', { ...withLinks, source: 'archive' })).toMatch(
      /without recordings/,
    );
    // Whether there is one is archived.
    const sample = await ask(bench, { ...asked, has_recording: true }, 'sample_call_logs');
    expect(sample.structured.sources?.map(({ source }) => source)).toEqual(['archive']);
  });

  it('is live for a filter on a field that the archived rows lack', async () => {
    const { bench } = await setting(['2026-03-01', '2026-03-02']);
    const asked = { start_time: '2026-03-01', end_time: '2026-03-02' };
    const { structured } = await ask(bench, { ...asked, called_count: 1 });
    expect(structured.sources?.map(({ source }) => source)).toEqual(['live']);
    const alone = await ask(bench, { ...asked, called_count: 1, source: 'archive' });
    expect(alone.structured.completeness).toMatchObject({ complete: false, unique: 0 });
  });
});

describe('a status in several letter cases', () => {
  const day = '2026-03-02';
  // Of CALLBK most rows write Callbk; of SALE as many write one as the other, and the tables know SALE.
  const spellings = ['Callbk', 'Callbk', 'CALLBK', 'callbk', 'sale', 'SALE', 'zz', 'Zz', undefined];
  const calls = spread(90, `${day} 08:00:00`, 3_600).map((call, i) => ({
    ...call,
    status: spellings[i % spellings.length] ?? '',
  }));

  it.each(['live', 'archive'])(
    'is one group under its most frequent spelling, from the source %s',
    async (source) => {
      const { bench } = await setting([day], { calls });
      const { text, structured } = await ask(bench, {
        start_time: day,
        end_time: day,
        group_by: 'status',
        source,
      });
      expect(
        structured.groups.rows.map((row) => [row[0], row[structured.groups.columns.indexOf('calls')]]),
      ).toEqual([
        ['Callbk', 40],
        ['SALE', 20],
        ['Zz', 20],
        ['(none)', 10],
      ]);
      expect(text).toContain('outcome is unknown: Zz 20, (no status) 10.');
    },
  );
});

describe('a status whose name contradicts what its code usually means', () => {
  const day = '2026-03-02';
  const statuses = ['A', 'A', 'A', 'SALE', 'NA', 'DROP', 'N', 'DISCONNECTED'];
  const calls = spread(80, `${day} 08:00:00`, 3_600).map((call, i) => ({
    ...call,
    status: statuses[i % statuses.length] ?? '',
  }));
  const names: Readonly<Record<string, readonly string[]>> = {
    A: ['Appointment set', 'Appointment set', 'Answering machine'],
    SALE: ['Sale Made'],
    NA: ['No Answer'],
    DROP: ['Abandoned'],
    N: ['No Answer'],
    DISCONNECTED: ['Disconnected'],
  };
  const rewrite = (rows: Record<string, unknown>[]) =>
    rows.map((row) => {
      const known = names[String(row['status'])] ?? [];
      return { ...row, status_name: known[Number(row['id']) % known.length] };
    });

  it.each(['live', 'archive'])('makes rates ranges that name it, from the source %s', async (source) => {
    const { bench } = await setting([day], { calls, rewrite });
    const asked = { start_time: day, end_time: day, metrics: 'rates', source };
    const { text, structured } = await ask(bench, asked);
    const unknown = calls.filter(({ id, status }) => status === 'A' && Number(id) % 3 < 2).length;
    const machines = calls.filter(({ status }) => status === 'A').length - unknown;
    expect(structured).toMatchObject({
      total: {
        calls: 80,
        outcomes: {
          human: 10,
          machine: machines,
          no_answer: 20,
          abandoned: 10,
          failed: 10,
          unmapped: unknown,
        },
        rates: {
          machine_rate: { percent: null, numerator: machines },
          abandon_rate: { percent: null, percent_min: Math.round(10_000 / (20 + unknown)) / 10 },
        },
      },
    });
    expect(text).toContain(`with a status whose outcome is unknown: A (Appointment set) ${unknown}.`);
  });

  it.each(['live', 'archive'])('counts as the account says, from the source %s', async (source) => {
    const account = { statuses: { A: { group: 'human' as const } } };
    const { bench } = await setting([day], { calls, rewrite }, { account });
    const { structured } = await ask(bench, { start_time: day, end_time: day, metrics: 'rates', source });
    expect(structured).toMatchObject({
      total: {
        outcomes: { human: 40, no_answer: 20, abandoned: 10, failed: 10 },
        rates: { contact_rate: { percent: 50 }, abandon_rate: { percent: 20 } },
      },
    });
  });
});

describe('a call that was read twice', () => {
  it('counts once, as it was read last, when its date moved into a part that is read live', async () => {
    const { bench, standIn } = await setting(['2026-03-01', '2026-03-02', '2026-03-03']);
    standIn.remove('150');
    standIn.add({ id: '150', at: ordinal('2026-03-04 09:00:00'), status: 'BUSY' });
    const { structured } = await ask(bench, { ...ALL, group_by: 'date' });
    expect(perDate(structured)).toEqual({
      '2026-03-01': 100,
      '2026-03-02': 99,
      '2026-03-03': 100,
      '2026-03-04': 101,
    });
    expect(structured.completeness).toMatchObject({ complete: true, total_found: 400, unique: 400 });
  });

  it('counts once when it moves from one live part to another while they are read', async () => {
    const { bench, standIn } = await setting(['2026-03-02'], {
      beforePage: (stand) => {
        const moved = stand.forms.at(-1)?.['start_time'] ?? '';
        if (
          moved < '2026-03-02 12:00:00' ||
          stand.calls.some(({ at }) => at === ordinal('2026-03-04 10:30:30'))
        )
          return;
        stand.remove('20');
        stand.add({ id: '20', at: ordinal('2026-03-04 10:30:30') });
      },
    });
    const { structured } = await ask(bench, ALL);
    expect(standIn.calls.find(({ id }) => id === '20')?.at).toBe(ordinal('2026-03-04 10:30:30'));
    expect(structured.total.calls).toBe(400);
    expect(structured.completeness).toMatchObject({ unique: 400, duplicates: 1 });
  });
});

describe('an archive that fails', () => {
  const broken = (method: 'days' | 'ask', error: unknown) => (store: ArchiveStore) =>
    new Proxy(store, {
      get: (target, name) => {
        if (name === method) return async () => Promise.reject(error);
        const value = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  const failure = new Failure({
    what: 'The archive cannot be used.',
    why: 'Its engine is not installed.',
    next: 'Install it.',
  });
  const three = ['2026-03-01', '2026-03-02', '2026-03-03'];

  it.each(['days', 'ask'] as const)('in %s costs an answer nothing but time', async (method) => {
    const { bench, unexpected } = await setting(three, {}, {}, broken(method, failure));
    const { text, structured } = await ask(bench, ALL);
    expect(structured.total.calls).toBe(400);
    expect(structured.completeness).toMatchObject({ complete: true });
    expect(structured.sources?.map(({ source }) => source)).toEqual(['live']);
    expect(structured.source_remark).toBe(
      'Everything was read live, because the archive could not answer: The archive cannot be used. Its engine is not installed.',
    );
    expect(text).toContain(structured.source_remark);
    expect(await bench.refused(SUMMARY, { ...ALL, source: 'archive' })).toMatch(/engine is not installed/);
    expect(unexpected).toEqual([]);
  });

  it('in a way nobody foresaw is told to whoever runs the server, without its words in the answer', async () => {
    const { bench, unexpected } = await setting(three, {}, {}, broken('ask', new TypeError('secret detail')));
    const { text } = await ask(bench, ALL);
    expect(text).toContain('It failed in an unexpected way.');
    expect(text).not.toContain('secret detail');
    expect(unexpected).toEqual([new TypeError('secret detail')]);
  });

  it('in the middle of a file leaves no half of an answer and no half of a file', async () => {
    const { bench, store } = await setting(three);
    const day = join(store.place, 'date=2026-03-02');
    const file = join(day, readdirSync(day).find((name) => name.endsWith('.parquet')) ?? '');
    const junk = Buffer.alloc(statSync(file).size, 7);
    writeFileSync(file, junk);
    // Under a manifest that says so: nothing is wrong with the file until it is read as calls.
    const manifest = join(day, 'manifest.json');
    const { seal: _seal, ...facts } = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, unknown>;
    const digest = createHash('sha256').update(junk).digest('hex');
    writeFileSync(manifest, JSON.stringify({ ...facts, digest }));
    const summary = await ask(bench, { ...ALL, group_by: 'date' });
    expect(summary.structured.total.calls).toBe(400);
    expect(summary.structured.source_remark).toContain('2026-03-02');
    const exported = await ask(bench, { ...ALL, file_name: 'whole' }, 'export_call_logs');
    expect(exported.structured).toMatchObject({ rows: 400, exported: true });
    expect(readdirSync(join(directory, 'exports')).filter((name) => name.startsWith('.'))).toEqual([]);
    expect(await bench.refused(SUMMARY, { ...ALL, source: 'archive' })).toContain('2026-03-02');
    // A file that is cut short is seen before it is read: that day alone is read live.
    truncateSync(file, 10);
    const cut = await ask(bench, ALL);
    expect(cut.structured.sources?.map(({ source, start }) => `${source} ${start}`)).toEqual([
      'archive 2026-03-01',
      'live 2026-03-02',
      'archive 2026-03-03',
      'live 2026-03-04',
    ]);
  });
});

describe('a service that fails', () => {
  it('leaves the archive’s share, and what is missing of the rest', async () => {
    const { bench } = await setting(
      ['2026-03-02'],
      { instead: () => ({ status: 503, body: 'down' }) },
      { client: { retry: { retries: 0, backoffMs: 1 } } },
    );
    const { text, structured } = await ask(bench, ALL);
    expect(structured.total.calls).toBe(100);
    expect(structured.completeness).toMatchObject({ complete: false, total_found: null, unique: 100 });
    expect(structured.completeness.missing).toEqual([
      { start: '2026-03-01 00:00:00', end: '2026-03-01 23:59:59' },
      { start: '2026-03-03 00:00:00', end: '2026-03-04 12:00:00' },
    ]);
    expect(text).toContain('PARTIAL: 100 matching calls were read. The call search failed.');
    expect(structured.sources?.map(({ source }) => source)).toEqual(['archive']);
  });

  it('is not overruled by the archive when it refuses the question', async () => {
    const refusal = JSON.stringify({ success: false, code: 6026, text: 'Invalid campaign ID' });
    const { bench } = await setting(['2026-03-02'], { instead: () => ({ status: 200, body: refusal }) });
    expect(await bench.refused(SUMMARY, { ...ALL, campaign_id: '112' })).toContain(
      'campaign_id is not a campaign of this account',
    );
  });

  it('is asked within one budget for all live parts', async () => {
    const { bench } = await setting(
      ['2026-03-02'],
      { pageCap: 50 },
      { budget: { rows: 150, seconds: 45, concurrency: 1 } },
    );
    const { text, structured } = await ask(bench, { ...ALL, group_by: 'date' });
    expect(perDate(structured)).toMatchObject({ '2026-03-01': 100, '2026-03-02': 100 });
    const { missing, complete, unique } = structured.completeness;
    expect(complete).toBe(false);
    expect(unique).toBe(structured.total.calls);
    expect(structured.total.calls).toBeLessThan(400);
    expect(missing).toEqual([{ start: expect.stringMatching(/^2026-03-03/), end: expect.any(String) }]);
    expect(text).toContain('The budget of 150 calls (CALL_LOGS_WALK_ROWS) is used up.');
  });
});

describe('cancelling and progress', () => {
  it('stops the live part and the archive', async () => {
    const stop = new AbortController();
    const { bench } = await setting(['2026-03-02'], { delay: 20, beforePage: () => stop.abort() });
    const result = await bench.run(SUMMARY, ALL, { signal: stop.signal });
    expect(result.isError).toBe(true);
    const archived = { start_time: '2026-03-02', end_time: '2026-03-02' };
    for (const [tool, args] of [
      [SUMMARY, archived],
      ['sample_call_logs', archived],
    ] as const) {
      const late = await bench.run(tool, args, { signal: stop.signal });
      expect(late.isError).toBe(true);
      expect(late.text).toContain('cancelled');
    }
    expect(bench.unexpected).toEqual([]);
  });

  it('tells progress that grows, over all parts', async () => {
    const { bench } = await setting(['2026-03-02', '2026-03-03'], { pageCap: 20 });
    const told: number[] = [];
    const result = await bench.run('sample_call_logs', ALL, { progress: (done) => void told.push(done) });
    expect(result.isError).toBe(false);
    expect(told.length).toBeGreaterThan(3);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.at(-1)).toBe(400);
  });
});

describe('days of account time', () => {
  it.each([
    ['America/Los_Angeles', '2025-11-02', '2025-11-20T20:00:00Z'],
    ['America/Los_Angeles', '2026-03-08', '2026-03-20T20:00:00Z'],
    ['Pacific/Kiritimati', '2026-03-04', '2026-03-04T11:00:00Z'],
    ['Australia/Lord_Howe', '2026-04-05', '2026-04-20T20:00:00Z'],
  ])('are whole in %s on %s', async (zone, date, now) => {
    const calls = spread(480, `${date} 00:00:00`, DAY);
    const { bench, standIn } = await setting([date], { calls }, { zone, now: new Date(now) });
    const asked = { start_time: date, end_time: date, group_by: 'hour' };
    const archived = await ask(bench, asked);
    expect(standIn.forms).toEqual([]);
    const live = await ask(bench, { ...asked, source: 'live' });
    expect(archived.structured.groups).toEqual(live.structured.groups);
    expect(archived.structured.total).toEqual(live.structured.total);
    expect(archived.structured.groups.rows).toHaveLength(24);
  });

  it('are not over before they are over there, whatever is archived', async () => {
    const { bench } = await setting(['2026-03-03', '2026-03-04'], {}, { zone: 'Pacific/Pago_Pago' });
    const { structured } = await ask(bench, { start_time: '2026-03-03', end_time: '2026-03-04' });
    expect(structured.sources?.map(({ source, start }) => `${source} ${start}`)).toEqual([
      'archive 2026-03-03',
      'live 2026-03-04',
    ]);
  });
});

describe('an answer that reads calls one by one', () => {
  it('ends with its time, between two seconds, and names the rest as a window that counts no call twice', async () => {
    const days = dates('2026-03-01', '2026-03-03');
    // Three calls in each second.
    const calls = days.flatMap((date, i) =>
      spread(300, `${date} 00:00:00`, DAY / 2, 1, 1 + i * 300).map((call, k) => ({
        ...call,
        at: ordinal(`${date} 00:00:00`) + Math.floor(k / 3),
      })),
    );
    const { bench, standIn } = await setting(days, { calls });
    const window = { start_time: '2026-03-01 00:00:00', end_time: '2026-03-03 23:59:59' };
    let isLate = false;
    const read = async (filters: typeof window, endAfter: number) => {
      const scope = {
        signal: new AbortController().signal,
        get until() {
          return isLate ? 0 : Number.POSITIVE_INFINITY;
        },
      };
      const reading = await bench.context.source.open(
        { filters, includeRecordings: false },
        scope,
        'archive',
      );
      const ids: string[] = [];
      for await (const batch of reading.raw) {
        ids.push(...batch.map(({ id }) => id));
        isLate = ids.length >= endAfter;
      }
      await reading.close?.();
      isLate = false;
      return { ids, completeness: reading.completeness };
    };
    const part = await read(window, 300);
    expect(part.ids).toHaveLength(300);
    expect(part.completeness).toMatchObject({
      complete: false,
      unique: 300,
      fetched: 300,
      total_found: null,
      missing: [{ start: '2026-03-02 00:00:00', end: '2026-03-03 23:59:59' }],
      reason: 'The time that a tool call may take is used up.',
    });
    const [rest] = part.completeness.missing;
    const after = await read({ start_time: rest?.start ?? '', end_time: rest?.end ?? '' }, 10_000);
    expect(after.completeness).toMatchObject({ complete: true, unique: 600, missing: [] });
    expect(new Set([...part.ids, ...after.ids]).size).toBe(900);
    expect(standIn.forms).toEqual([]);
  });
});

describe('months', () => {
  it('compare by hour and campaign over 60 archived days, complete and with their freshness', async () => {
    const calls = dates('2026-01-03', '2026-03-03').flatMap((date, i) =>
      spread(500, `${date} 07:00:00`, DAY / 2, 1, 1 + i * 500),
    );
    const { bench, standIn } = await setting(dates('2026-01-03', '2026-03-03'), { calls });
    const now = ordinal('2026-03-04 09:30:00');
    for (let i = 0; i < 20; i += 1) standIn.add({ id: String(90_000 + i), at: now + i });
    const by = { group_by: ['campaign', 'hour'], top: 40 };
    const last = await ask(bench, { start_time: 'last month', ...by });
    expect(standIn.forms).toEqual([]);
    expect(last.structured.total.calls).toBe(28 * 500);
    const current = await ask(bench, { start_time: 'this month', ...by });
    expect(current.structured.total.calls).toBe(3 * 500 + 20);
    for (const { structured, text } of [last, current]) {
      expect(structured.completeness).toMatchObject({ complete: true, missing: [] });
      expect(structured.groups.columns).toContain('contact_rate');
      expect(structured.groups.rows).toHaveLength(36);
      expect(text).toMatch(/^Source: archive \S+ to \S+ \(read 0 min ago\)/m);
    }
    expect(current.structured.sources?.map(({ source, start }) => `${source} ${start}`)).toEqual([
      'archive 2026-03-01',
      'live 2026-03-04',
    ]);
  }, 60_000);

  it('with holes are told in a few words', async () => {
    const days = dates('2026-02-01', '2026-02-20').filter((_, i) => i % 2 === 0);
    const calls = days.flatMap((date, i) => spread(10, `${date} 07:00:00`, DAY / 2, 1, 1 + i * 10));
    const { bench } = await setting(days, { calls });
    const { text } = await ask(bench, { start_time: '2026-02-01', end_time: '2026-02-20' });
    expect(text).toContain(
      'Source: archive 10 stretches of 2026-02-01 to 2026-02-19 (read 0 min ago), live the 10 stretches beside them.',
    );
  });
});
