import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { archiveEnv, callsOn, daysAgo, lastDays, newDirectory } from '../support/archive.js';
import { INITIALIZE, INITIALIZED, lines, type Running, runBin, startBin } from '../support/bin.js';
import { rowOf, type StandIn, spread, startStandIn } from '../support/stand-in.js';

// “Compare the connect rate by hour of this month with last month, per campaign.”

const ARCHIVED = 62;
const PER_DAY = 2000;
const TODAY = daysAgo(0);
const directory = newDirectory();
let standIn: StandIn;
let server: Running;

beforeAll(async () => {
  standIn = await startStandIn({
    calls: [
      ...callsOn(lastDays(ARCHIVED), PER_DAY),
      // Until ten in the morning: it is about noon.
      ...spread(700, `${TODAY} 08:00:00`, 7200, 1, 1 + ARCHIVED * PER_DAY),
    ],
  });
  const env = archiveEnv(standIn, directory);
  const started = performance.now();
  const synced = await runBin(['sync', '--from', `${ARCHIVED}d`], env);
  expect([synced.code, synced.stderr]).toEqual([0, '']);
  const seconds = (performance.now() - started) / 1000;
  process.stdout.write(
    `${ARCHIVED} days of ${PER_DAY} calls archived in ${seconds.toFixed(1)} s (${Math.round((ARCHIVED * PER_DAY) / seconds)} a second)\n`,
  );
  server = startBin([], env);
  server.write(lines(INITIALIZE, INITIALIZED));
  await server.seen(/"id":1\b/);
}, 180_000);
afterAll(async () => {
  server.end();
  await server.done;
  await standIn.close();
  rmSync(directory, { recursive: true, force: true });
});

interface Answer {
  readonly content: { text: string }[];
  readonly structuredContent: {
    readonly total: { readonly calls: number };
    readonly groups: { readonly columns: string[]; readonly rows: (string | number | null)[][] };
    readonly completeness: Record<string, unknown>;
    readonly sources: { source: string; start: string; end: string; read_at: string }[];
  };
}

async function compare(id: number, month: string): Promise<Answer> {
  const started = performance.now();
  const args = { start_time: month, group_by: ['campaign', 'hour'], top: 40 };
  server.write(lines({ id, method: 'tools/call', params: { name: 'summarize_call_logs', arguments: args } }));
  const [line] = await server.seen(new RegExp(`^.*"id":${id}\\b.*$`, 'm'));
  const seconds = (performance.now() - started) / 1000;
  process.stdout.write(`${month} by campaign and hour: ${seconds.toFixed(2)} s\n`);
  // A host’s patience, not a measure of speed.
  expect(seconds).toBeLessThan(60);
  return (JSON.parse(line) as { result: Answer }).result;
}

/** The connect rate of each campaign in each hour of a month (`YYYY-MM`), in percent, worked out from the service’s calls. */
function expectedRates(month: string): Map<string, string> {
  const counts = new Map<string, { calls: number; human: number }>();
  for (const row of standIn.calls.map(rowOf)) {
    const date = String(row['call_date']);
    if (!date.startsWith(month)) continue;
    const key = `${row['campaign_id']} ${date.slice(11, 13)}`;
    const group = counts.get(key) ?? { calls: 0, human: 0 };
    group.calls += 1;
    if (row['status'] === 'COMPLETED') group.human += 1;
    counts.set(key, group);
  }
  return new Map(
    [...counts].map(([key, { calls, human }]) => [
      key,
      `${human} of ${calls}, ${((100 * human) / calls).toFixed(1)}`,
    ]),
  );
}

function ratesOf({ structuredContent: { groups } }: Answer): Map<string, string> {
  const place = (name: string) => groups.columns.indexOf(name);
  return new Map(
    groups.rows.map((row) => [
      `${row[place('campaign')]} ${row[place('hour')]}`,
      `${row[place('reached')]} of ${row[place('calls')]}, ${Number(row[place('contact_rate')]).toFixed(1)}`,
    ]),
  );
}

/** A request for today's calls alone, which begins a minute before midnight. */
const isOfToday = (form: Readonly<Record<string, string>>) =>
  (form['start_time'] ?? '') >= `${daysAgo(1)} 23:59:00`;

describe('two months compared', () => {
  const thisMonth = TODAY.slice(0, 7);
  const lastMonth = daysAgo(Number(TODAY.slice(8))).slice(0, 7);

  it('by campaign and hour: last month comes from the archive alone, this month from both, both complete', async () => {
    const before = standIn.forms.length;
    const last = await compare(2, 'last month');
    expect(standIn.forms.length).toBe(before);
    const current = await compare(3, 'this month');
    for (const form of standIn.forms.slice(before)) expect(isOfToday(form)).toBe(true);
    for (const [answer, month] of [
      [last, lastMonth],
      [current, thisMonth],
    ] as const) {
      const { completeness, sources, total } = answer.structuredContent;
      expect(completeness).toMatchObject({ complete: true, missing: [] });
      expect(total.calls).toBe(
        standIn.calls.map(rowOf).filter((row) => String(row['call_date']).startsWith(month)).length,
      );
      expect(ratesOf(answer)).toEqual(expectedRates(month));
      const [text = ''] = answer.content.map((one) => one.text);
      expect(text).toMatch(/^Complete: all \d+ matching calls were read, each once\.$/m);
      expect(text).toContain('contact_rate');
      for (const { source, read_at } of sources) {
        if (source === 'archive') expect(text).toMatch(/^Source: archive \S+ to \S+ \(read \d+ min/m);
        expect(Date.now() - Date.parse(read_at)).toBeGreaterThanOrEqual(0);
      }
    }
    expect(last.structuredContent.sources.map(({ source }) => source)).toEqual(['archive']);
    expect(current.structuredContent.sources.at(-1)).toMatchObject({ source: 'live', start: TODAY });
  }, 120_000);

  it('over more than 60 days at once, is one complete answer too', async () => {
    const before = standIn.forms.length;
    const { structuredContent } = await compare(4, daysAgo(ARCHIVED));
    expect(structuredContent).toMatchObject({
      total: { calls: ARCHIVED * PER_DAY + 700 },
      completeness: { complete: true, missing: [] },
    });
    for (const form of standIn.forms.slice(before)) expect(isOfToday(form)).toBe(true);
  }, 120_000);
});
