import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, type SandboxCall, startSandbox } from '../../src/sandbox/server.js';
import { sampleCallLogs } from '../../src/tools/sample-call-logs.js';
import { callsIn } from '../support/answers.js';
import { type Asking, asking } from '../support/asking.js';
import { spread, startStandIn } from '../support/stand-in.js';

const WEEK = { start_time: '2026-02-23', end_time: '2026-03-01' };
const SYSTEM = '666666';
const rank = (seed: string, id: string) => createHash('sha256').update(`${seed}/${id}`).digest('hex');

/** The documented draw: the calls whose SHA-256 of seed and id comes first. */
function draw(calls: readonly SandboxCall[], size: number, seed: string): string[] {
  const ranked = [...calls].sort((a, b) => (rank(seed, a.id) < rank(seed, b.id) ? -1 : 1));
  return ranked.slice(0, size).map((call) => call.id);
}

describe('sample_call_logs', () => {
  const sandboxes: Sandbox[] = [];
  const live: Asking[] = [];
  beforeAll(async () => {
    for (const dialect of ['contract', 'live'] as const) {
      const sandbox = await startSandbox({ dialect });
      sandboxes.push(sandbox);
      live.push(asking(sandbox), asking(sandbox, { budget: { concurrency: 1 } }));
    }
  });
  afterAll(async () => {
    for (const one of live) {
      expect(one.unexpected).toEqual([]);
      await one.close();
    }
    for (const sandbox of sandboxes) await sandbox.close();
  });
  const ask = async (args: Record<string, unknown>, from = live) => {
    const answers = await Promise.all(from.map((one) => one.ask(sampleCallLogs, args)));
    const [first] = answers;
    if (first === undefined) throw new Error('nobody was asked');
    expect(first.isError).toBe(false);
    const ids = answers.map(({ structured }) => callsIn(structured).map(({ id }) => id));
    for (const other of ids) expect(other).toEqual(ids[0]);
    return { ...first, ids: ids[0] as string[] };
  };
  const recent = () =>
    (sandboxes[0]?.calls ?? []).filter(
      ({ call_date }) => call_date >= '2026-02-23' && call_date < '2026-03-02',
    );

  it('draws the same calls for the same seed, in either dialect, whatever the concurrency', async () => {
    const { ids, structured, text } = await ask({ ...WEEK, size: 20, seed: 7 });
    expect([...ids].sort()).toEqual(draw(recent(), 20, '7').sort());
    expect(structured).toMatchObject({ drawn: 20, seed: '7', population: recent().length });
    expect(text).toContain(
      `20 calls, drawn at random from ${recent().length} eligible calls (matching, ended). Seed 7`,
    );
    const other = await ask({ ...WEEK, size: 20, seed: 'other' }, live.slice(0, 1));
    expect(other.ids).not.toEqual(ids);
  });

  it('picks five recorded calls of each agent', async () => {
    const { ids, structured } = await ask({
      ...WEEK,
      per: 'user',
      has_recording: true,
      min_call_length: 60,
      seed: 3,
    });
    const agents = new Map<string, SandboxCall[]>();
    for (const call of recent()) {
      if (call.user_id === SYSTEM || call.recording.length === 0 || (call.call_length ?? 0) < 60) continue;
      agents.set(call.user_id, [...(agents.get(call.user_id) ?? []), call]);
    }
    const expected = [...agents.values()].flatMap((calls) => draw(calls, 5, '3'));
    expect([...ids].sort()).toEqual(expected.sort());
    expect(
      structured.strata.map((one: Record<string, unknown>) => [one['key'], one['population'], one['drawn']]),
    ).toEqual(
      [...agents]
        .sort(([a], [b]) => Number(a) - Number(b))
        .map(([key, calls]) => [key, calls.length, Math.min(5, calls.length)]),
    );
    // Links are not given out unasked.
    expect(JSON.stringify(structured)).not.toContain('https://');
  });

  it('picks the longest and the shortest', async () => {
    const longest = await ask({ ...WEEK, pick: 'longest', size: 3, per: 'campaign', seed: 1 });
    for (const campaign of ['111', '112', '113']) {
      const lengths = recent()
        .filter((call) => call.campaign_id === campaign)
        .map((call) => call.call_length ?? 0);
      const drawn = longest.ids
        .map((id) => recent().find((call) => call.id === id))
        .filter((call) => call?.campaign_id === campaign);
      expect(drawn.map((call) => call?.call_length).sort((a, b) => (b ?? 0) - (a ?? 0))).toEqual(
        lengths.sort((a, b) => b - a).slice(0, 3),
      );
    }
    const shortest = await ask(
      { ...WEEK, pick: 'shortest', size: 2, min_call_length: 30, seed: 1 },
      live.slice(0, 1),
    );
    expect(shortest.structured.shared?.call_length ?? callsIn(shortest.structured)[0]?.['call_length']).toBe(
      30,
    );
  });

  it('makes up a seed, tells it, and draws the same with it again', async () => {
    const first = await ask({ ...WEEK, size: 10 }, live.slice(0, 1));
    const again = await ask({ ...WEEK, size: 10, seed: first.structured.seed });
    expect(again.ids).toEqual(first.ids);
  });

  it('leaves out calls in progress and says so', async () => {
    const { structured, text } = await ask({ start_time: '2026-03-03 19:57:00', size: 100, seed: 1 });
    const calls = (sandboxes[0]?.calls ?? []).filter((call) => call.call_date >= '2026-03-03 19:57:00');
    const open = calls.filter((call) => call.status === 'INCALL').length;
    expect(open).toBeGreaterThan(0);
    expect(structured.population).toBe(calls.length - open);
    expect(text).toContain(`Not eligible: ${open} calls still in progress.`);
  });

  it('says when it drew from a part', async () => {
    const calls = spread(5_000, '2026-02-01 00:00:00', 28 * 86_400);
    const standIn = await startStandIn({ calls });
    const some = asking(standIn, { budget: { rows: 1_000 } });
    const { text, structured } = await some.ask(sampleCallLogs, { seed: 1 });
    expect(structured.completeness.complete).toBe(false);
    expect(structured.population).toBe(structured.completeness.unique);
    expect(text).toContain('PARTIAL: ');
    expect(text).toContain('CALL_LOGS_WALK_ROWS');
    await some.close();
    await standIn.close();
  });
});
