import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ParquetStore } from '../../src/archive/parquet/store.js';
import { filterFields } from '../../src/query/filters.js';
import { GROUPINGS } from '../../src/query/groupings.js';
import type { MaskWord } from '../../src/redact/masks.js';
import { type Sandbox, type SandboxCall, startSandbox } from '../../src/sandbox/server.js';
import { SORTS } from '../../src/stats/summary.js';
import { someOf } from '../support/counts.js';
import { type Bench, openBench } from '../support/tools.js';
import { archiveDays, before, dates, withoutSource } from './archiving.js';
import { newOwner } from './store-contract.js';

// The same question, answered live, from the archive, and from both, is answered alike.

const directory = mkdtempSync(join(tmpdir(), 'same answers '));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Begins and ends within a day, and holds a weekend. */
const WINDOW = { start_time: '2026-02-27 15:30:00', end_time: '2026-03-03 10:20:00' };
const DAYS = dates('2026-02-27', '2026-03-03');
const GAPS = ['2026-02-28', '2026-03-03'];
const SYSTEM = '666666';

type Structured = Record<string, unknown> & {
  completeness: Record<string, unknown>;
  sources?: { source: string; start: string; end: string }[];
};

const DIALECTS = ['contract', 'live'] as const;

describe.each(DIALECTS)('in the %s dialect', (dialect) => {
  /** One of so many where few are tried, not the same ones in both dialects. */
  const some = <T>(list: readonly T[]) => someOf(list, 6, 3 * DIALECTS.indexOf(dialect));
  let sandbox: Sandbox;
  const stores: ParquetStore[] = [];
  const benches: Bench[] = [];
  const unexpected: unknown[] = [];
  let requests = 0;
  let live: Bench;
  let archived: Bench;
  let mixed: Bench;

  /** Tools over the sandbox on a day when all of its days are over. */
  function bench(store?: ParquetStore, redact?: readonly MaskWord[]): Bench {
    const opened = openBench({
      url: sandbox.url,
      token: sandbox.token,
      zone: 'America/Los_Angeles',
      now: new Date('2026-03-05T20:00:00Z'),
      account: { system_users: [SYSTEM] },
      exports: { directory: join(directory, dialect), server: { name: 'test', version: '0' } },
      client: {
        observe: () => {
          requests += 1;
        },
      },
      ...(redact === undefined ? {} : { redact }),
      ...(store === undefined ? {} : { source: before(async () => store, unexpected) }),
    });
    benches.push(opened);
    return opened;
  }
  async function storeOf(days: readonly string[]): Promise<ParquetStore> {
    const store = new ParquetStore({
      directory: mkdtempSync(join(directory, 'account ')),
      owner: newOwner(),
      limits: { memory: 300, threads: 2 },
    });
    stores.push(store);
    // Three hours before now, and two days.
    await archiveDays(store, live.context.calls, days, (date) =>
      date === '2026-03-03' ? '2026-03-05T16:59:00.000Z' : '2026-03-03T18:00:00.000Z',
    );
    return store;
  }

  beforeAll(async () => {
    sandbox = await startSandbox({ dialect });
    live = bench();
    archived = bench(await storeOf(DAYS));
    mixed = bench(await storeOf(DAYS.filter((date) => !GAPS.includes(date))));
  }, 120_000);
  afterAll(async () => {
    expect(unexpected).toEqual([]);
    for (const { unexpected: thrown, close } of benches) {
      expect(thrown).toEqual([]);
      await close();
    }
    for (const store of stores) await store.close();
    await sandbox.close();
  });

  /** Everything but what may differ by source: how the service was read, and where. */
  function comparable({ text, structured }: { text: string; structured: Record<string, unknown> }) {
    const { sources: _sources, completeness, ...facts } = structured as Structured;
    const { windows: _windows, ...counts } = completeness;
    return { text: withoutSource(text), facts, counts };
  }

  async function alike(
    tool: string,
    args: Record<string, unknown>,
    on = { live, archived, mixed },
    complete = true,
  ) {
    const expected = await on.live.ask(tool, args);
    expect(expected.structured).not.toHaveProperty('sources');
    expect(expected.structured).toHaveProperty('completeness.complete', complete);
    const fromArchive = await on.archived.ask(tool, args);
    expect(comparable(fromArchive)).toEqual(comparable(expected));
    const fromBoth = await on.mixed.ask(tool, args);
    expect(comparable(fromBoth)).toEqual(comparable(expected));
    return { expected, fromArchive, fromBoth };
  }
  const summarize = (args: Record<string, unknown>, complete = true) =>
    alike('summarize_call_logs', { ...WINDOW, ...args }, undefined, complete);
  /** A filter that no row shows to be satisfied leaves an answer unverified, wherever it comes from. */
  const isShown = (filter: string) =>
    dialect === 'live' || !['queue_id', 'first_name', 'last_name', 'called_count'].includes(filter);
  const sourcesOf = ({ structured }: { structured: Record<string, unknown> }) =>
    ((structured as Structured).sources ?? []).map(({ source, start, end }) => `${source} ${start} ${end}`);

  it.each(someOf([{}, { campaign_id: '113' }, { user_id: '22230' }], 3, DIALECTS.indexOf(dialect)))(
    'screens have the same findings, of %j',
    async (filters) => {
      await alike('audit_call_logs', { ...WINDOW, ...filters, top: 8 });
      await alike('audit_call_logs', { ...WINDOW, ...filters, cursor: 'calling_hours:8', top: 8 });
    },
    60_000,
  );

  it('in total, with every part’s source', async () => {
    const { fromArchive, fromBoth } = await summarize({});
    expect(sourcesOf(fromArchive)).toEqual(['archive 2026-02-27 2026-03-03']);
    expect(sourcesOf(fromBoth)).toEqual([
      'archive 2026-02-27 2026-02-27',
      'live 2026-02-28 2026-02-28',
      'archive 2026-03-01 2026-03-02',
      'live 2026-03-03 2026-03-03',
    ]);
    expect(fromArchive.text.split('\n')).toContain(
      'Source: archive 2026-02-27 to 2026-03-03 (read 3 h to 2 d ago). Archived calls are as they were when read: later changes are not in them.',
    );
    expect(fromBoth.text).toContain(
      'Source: archive 2026-02-27 (read 2 d ago), live 2026-02-28, archive 2026-03-01 to 2026-03-02 (read 2 d ago), live 2026-03-03. Archived',
    );
  });

  it.each(some(GROUPINGS))('by %s', async (grouping) => {
    const sent = requests;
    await archived.ask('summarize_call_logs', { ...WINDOW, group_by: grouping, source: 'archive' });
    expect(requests).toBe(sent);
    await summarize({ group_by: grouping, top: 60 });
    // Groups past the first three: what is distinct in all of them is no sum.
    await summarize({ group_by: grouping, top: 3, sort_by: 'talk_median' });
  });

  it.each(
    some([
      ['user', 'date'],
      ['date', 'user'],
      ['campaign', 'hour'],
      ['status', 'outcome'],
      ['weekday', 'call_type'],
      ['number_dialed', 'caller_id'],
      ['queue', 'term_reason'],
      ['list', 'campaign'],
    ]),
  )('by %s and %s', async (...group_by) => {
    await summarize({ group_by, top: 60 });
    await summarize({ group_by, top: 2 });
  });

  it('compared with another window, with one group among the others, and by queue', async () => {
    const asked = { start_time: '2026-03-02', end_time: '2026-03-03' };
    const window = { compare_to: '2026-02-27..2026-03-01', group_by: 'user', metrics: 'queue' };
    const args = { ...asked, ...window, focus: '12345', top: 60 };
    const expected = await live.ask('summarize_call_logs', args);
    expect(expected.structured).toHaveProperty('comparison.measures.calls.difference');
    expect(expected.structured).toHaveProperty('focus.measures.calls.rank');
    for (const { ask } of [archived, mixed]) {
      const { structured } = await ask('summarize_call_logs', args);
      for (const part of ['total', 'groups', 'focus', 'comparison.measures', 'comparison.window']) {
        const [name = '', inner] = part.split('.');
        const of = (all: Record<string, unknown>) =>
          inner === undefined ? all[name] : (all[name] as Record<string, unknown>)[inner];
        expect(of(structured), part).toEqual(of(expected.structured));
      }
      expect(structured).toHaveProperty('comparison.completeness.complete', true);
      expect(structured).toHaveProperty('comparison.sources.0.source', 'archive');
    }
    await summarize({ group_by: 'queue', metrics: 'queue', service_level_seconds: 45 });
    await summarize({ group_by: 'hour', metrics: 'queue', sort_by: 'wait_p90', top: 5, min_calls: 9 });
  });

  it.each(some(SORTS))('in order of %s', async (sort_by) => {
    await summarize({ group_by: 'user', sort_by, top: 4 });
  });

  it.each(some(Object.keys(filterFields).filter((name) => !name.endsWith('_time')) as (keyof SandboxCall)[]))(
    'with the filter %s',
    async (name) => {
      const values = sandbox.calls
        .filter(({ call_date }) => call_date >= WINDOW.start_time && call_date <= WINDOW.end_time)
        .flatMap((call) => (call[name] === null || call[name] === undefined ? [] : [call[name]]));
      const common = values[Math.floor(values.length / 2)];
      expect(common).toBeDefined();
      const { expected } = await summarize({ [name]: common, group_by: 'date' }, isShown(name));
      expect(expected.structured).toHaveProperty('completeness.unique', expect.any(Number));
      expect((expected.structured as Structured).completeness['unique']).toBeGreaterThan(0);
      await summarize({ [name]: common, campaign_id: '112', group_by: 'user' }, isShown(name));
    },
  );

  it('with filters written otherwise than rows write them', async () => {
    const call = sandbox.calls.findLast(({ call_date }) => call_date < WINDOW.end_time) as SandboxCall;
    await summarize(
      { first_name: call.first_name.toUpperCase(), last_name: call.last_name },
      isShown('first_name'),
    );
    if (dialect === 'live') await summarize({ status: 'completed', group_by: 'status' });
  });

  it('with an id that rows print without its zeros, which is said', async () => {
    const [{ lead_id } = { lead_id: '' }] = sandbox.calls.filter(({ call_date }) => call_date > '2026-03-01');
    const { fromArchive } = await summarize({ lead_id: `0${lead_id}`, group_by: 'date' });
    expect(fromArchive.text).toContain(`Rows print lead_id 0${lead_id} as ${lead_id}: ids that differ only`);
    await alike('sample_call_logs', { ...WINDOW, lead_id: `0${lead_id}`, size: 5, seed: '1' });
    const { fromBoth } = await summarize({ lead_id });
    expect(fromBoth.text).not.toContain('Rows print');
  });

  it('when nothing matches', async () => {
    const { fromArchive } = await summarize({ lead_id: '1', group_by: 'user' });
    expect(fromArchive.structured).toHaveProperty('total.calls', 0);
    expect(fromArchive.text).toContain('Source: archive ');
  });

  it('with system users apart and calls in progress counted apart', async () => {
    const { fromArchive } = await summarize({ group_by: 'user' });
    expect(fromArchive.structured).toHaveProperty('groups.system_user_calls', expect.any(Number));
    const total = fromArchive.structured['total'] as { in_progress: number };
    expect(total.in_progress).toBe(
      sandbox.calls.filter(({ status, call_date }) => status === 'INCALL' && call_date <= WINDOW.end_time)
        .length,
    );
    await alike('summarize_call_logs', { start_time: '2026-03-03', group_by: ['user', 'outcome'] });
  });

  it('in samples of one seed', async () => {
    for (const pick of ['random', 'longest', 'shortest']) {
      await alike('sample_call_logs', { ...WINDOW, pick, size: 12, seed: '77', min_call_length: 5 });
      await alike('sample_call_logs', { ...WINDOW, pick, size: 2, per: 'user', seed: '78' });
    }
  });

  it.each(
    some([
      { outcome: 'human,machine' },
      { outcome: '!human', direction: 'outbound' },
      { min_call_length: 60, max_call_length: 600 },
      { time_of_day: '16:00-10:00', weekdays: 'fri,mon' },
      { has_recording: true, agents_only: true },
      { has_recording: false },
      { status: 'COMPLETED,NO_ANSWER' },
      { campaign_id: '!0111', call_type: 'OUTBOUND,MANUAL' },
      { min_call_length: 80_000 },
    ]),
  )('with what is checked on rows: %j', async (args) => {
    // Some statuses count as nothing that is known.
    const complete = !('outcome' in args);
    const { expected } = await summarize({ ...args, group_by: 'date' }, complete);
    expect(expected.structured).toHaveProperty('conditions.read');
    await alike('sample_call_logs', { ...WINDOW, ...args, pick: 'newest', size: 9 }, undefined, complete);
  });

  it('with phone numbers and names masked', async () => {
    const words = ['phone', 'name', 'comment'] as const;
    const [full, part] = stores;
    const masked = { live: bench(undefined, words), archived: bench(full, words), mixed: bench(part, words) };
    const { fromArchive } = await alike(
      'summarize_call_logs',
      { ...WINDOW, group_by: 'number_dialed', top: 40 },
      masked,
    );
    expect(JSON.stringify(fromArchive)).toContain('***-');
    expect(JSON.stringify(fromArchive)).not.toMatch(/\d{3}55501\d\d/);
    await alike('sample_call_logs', { ...WINDOW, size: 20, seed: '5' }, masked);
  });

  it.each(['csv', 'ndjson'])('in exports to %s, byte for byte', async (format) => {
    const files: string[] = [];
    for (const [name, { ask }] of Object.entries({ live, archived, mixed })) {
      const { structured } = await ask('export_call_logs', { ...WINDOW, format, file_name: `${name}` });
      files.push(readFileSync(String(structured['file']), 'utf8'));
      const manifest = JSON.parse(readFileSync(String(structured['manifest']), 'utf8'));
      expect(manifest.sources?.map(({ source }: { source: string }) => source)).toEqual(
        name === 'live' ? undefined : (structured as Structured).sources?.map(({ source }) => source),
      );
    }
    expect(files[0]?.length).toBeGreaterThan(100_000);
    expect(files[1] === files[0]).toBe(true);
    expect(files[2] === files[0]).toBe(true);
  });
});
