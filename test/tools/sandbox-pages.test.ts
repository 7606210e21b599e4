import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Dialect, type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { callsIn } from '../support/answers.js';
import { readAnswer } from '../support/reading.js';
import { type Bench, openBench } from '../support/tools.js';

// Concise answers against the service's own rows, asked for without any of our code in between.

type Row = Record<string, unknown> & { id: string };

const DIALECTS: readonly Dialect[] = ['contract', 'live'];

describe.each(DIALECTS)('concise pages of the %s dialect', (dialect) => {
  let sandbox: Sandbox;
  let bench: Bench;
  beforeAll(async () => {
    sandbox = await startSandbox({ dialect });
    bench = openBench({ url: sandbox.url, sandbox: true, now: new Date('2026-03-04T04:00:00Z') });
  });
  afterAll(async () => {
    await bench.close();
    await sandbox.close();
  });

  async function rawRows(form: Record<string, string | number>): Promise<Row[]> {
    const fields = Object.entries(form).map(([name, value]) => [name, String(value)]);
    const response = await fetch(`${sandbox.url}/log/retrieve`, {
      method: 'POST',
      body: new URLSearchParams({ auth_token: sandbox.token, ...Object.fromEntries(fields) }),
    });
    const body = (await response.json()) as { results?: Row[]; data?: { results: Row[] } };
    return body.results ?? body.data?.results ?? [];
  }

  const WINDOW = { start_time: '2026-02-02 00:00:00', end_time: '2026-03-03 19:59:59' };

  it.each([
    ['any calls', {}],
    ['a busy hour', { start_time: '2026-02-17 11:00:00', end_time: '2026-02-17 11:59:59', order: 'asc' }],
    ['one campaign', { campaign_id: '113', status: 'COMPLETED' }],
    ['calls that came in', { call_type: 'INBOUND' }],
    ['three-way calls', { call_type: '3WAY' }],
    ['a single call', { id: '789' }],
    ['calls far back', { offset: 12_345 }],
  ])('of 10 rows lose nothing: %s', async (_what, filters: Record<string, string | number>) => {
    for (const include_recordings of [0, 1]) {
      const asked = { ...WINDOW, limit: 10, order: 'desc', include_recordings, ...filters };
      const raw = await rawRows(asked);
      const { text, structured } = await bench.ask('search_call_logs', asked);
      const read = readAnswer(text);
      expect(raw.length).toBeGreaterThan(0);
      expect(read.rows.map(({ id }) => id)).toStrictEqual(raw.map(({ id }) => id));
      expect(callsIn(structured).map(({ id }) => id)).toStrictEqual(raw.map(({ id }) => id));
      const omitted = (structured['omitted_fields'] ?? []) as string[];
      expect(read.omitted.count).toBe(omitted.length);
      expect(omitted).toEqual(expect.arrayContaining([...read.omitted.named]));
      const names = { ...(structured['names'] as Meanings), status: structured['statuses'] } as Meanings;
      for (const [index, row] of raw.entries()) {
        expectAllOf(row, read.rows[index] ?? {}, read.legends, omitted);
        const call = { ...(structured['shared'] as object), ...callsIn(structured)[index] };
        expectAllOf(row, flat(call), names, omitted);
      }
    }
  });

  it('of 500 rows stay within 25,000 characters, say what they left out, and go on with the first row left out', async () => {
    for (const filters of [
      {},
      { campaign_id: '111', include_recordings: 1 },
      { status: 'COMPLETED', order: 'asc' },
    ]) {
      const asked = { ...WINDOW, limit: 500, ...filters };
      const raw = await rawRows(asked);
      const { text, structured } = await bench.ask('search_call_logs', asked);
      expect(raw).toHaveLength(500);
      expect(text.length).toBeLessThanOrEqual(25_000);
      expect(JSON.stringify(structured).length).toBeLessThanOrEqual(25_000);
      const shown = structured['returned'] as number;
      expect(shown).toBeGreaterThan(50);
      expect(shown).toBeLessThan(500);
      expect(text).toContain(`this answer is cut at ${shown} of the 500 rows read`);
      expect(readAnswer(text).rows.map(({ id }) => id)).toStrictEqual(
        raw.slice(0, shown).map(({ id }) => id),
      );
      const { structured: following } = await bench.ask('search_call_logs', structured['next']);
      expect(callsIn(following)[0]?.id).toBe(raw[shown]?.id);
    }
  });

  it('follow next through a whole day, every call exactly once', async () => {
    const day = { start_time: '2026-02-21 00:00:00', end_time: '2026-02-21 23:59:59' };
    const expected = sandbox.calls
      .filter(({ call_date }) => call_date.startsWith('2026-02-21'))
      .map(({ id }) => id)
      .toReversed();
    const met: string[] = [];
    let next: unknown = { ...day, limit: 500 };
    while (next !== undefined) {
      const { text, structured } = await bench.ask('search_call_logs', next);
      expect(structured['total_found']).toBe(expected.length);
      met.push(...readAnswer(text).rows.map(({ id }) => id ?? ''));
      next = structured['next'];
    }
    expect(met).toStrictEqual(expected);
  });
});

type Meanings = Readonly<Record<string, Readonly<Record<string, string>>>>;

const NAMES_OF = {
  user: 'user_id',
  campaign: 'campaign_id',
  queue: 'queue_id',
  status_name: 'status',
} as const;

/** Every value of a service's row that says something stands in the answer, or its field is named as left out. */
function expectAllOf(
  row: Row,
  answer: Readonly<Record<string, unknown>>,
  legends: Meanings,
  omitted: readonly string[],
): void {
  const missing: string[] = [];
  for (const [field, value] of Object.entries(row)) {
    if (value === null || value === '' || value === 'null' || value === 'NULL' || omitted.includes(field))
      continue;
    if (field === 'recording') {
      const links = (value as { public_url: string }[]).map(({ public_url }) => public_url).join(' ');
      if ((answer['recording'] ?? '') !== links) missing.push(field);
      if (links !== '' && !omitted.includes('recording details')) missing.push('recording details');
      continue;
    }
    const code = NAMES_OF[field as keyof typeof NAMES_OF];
    const shown = code === undefined ? answer[field] : legends[code]?.[String(row[code])];
    const same = field === 'call_type' ? String(value).toUpperCase() : String(value);
    if (String(shown ?? '') !== same) missing.push(`${field}: ${value} became ${shown}`);
  }
  expect(missing).toStrictEqual([]);
}

/** A structured call as the table writes it. */
function flat(call: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const recording = (call['recording'] ?? []) as { public_url: string }[];
  return { ...call, recording: recording.map(({ public_url }) => public_url).join(' ') };
}
