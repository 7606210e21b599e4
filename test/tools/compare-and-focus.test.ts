import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, type SandboxCall, startSandbox } from '../../src/sandbox/server.js';
import { differenceInterval } from '../../src/stats/comparison.js';
import { type Bench, openBench } from '../support/tools.js';

// Comparisons, focus and queues over the sandbox, against its own rows worked out the slow and obvious way.

type Row = Record<string, string | number | null>;
type Structured = Record<string, unknown> & {
  total: { calls: number };
  groups?: { columns: string[]; rows: (string | number | null)[][] };
  comparison: {
    window: Row;
    measures?: Record<string, Record<string, unknown>>;
    problem?: string;
    notes?: string[];
  };
  focus: { group: string; name?: string; others: number; measures: Record<string, Record<string, unknown>> };
  notes?: string[];
};

const SYSTEM = '666666';
const HUMAN = new Set(['COMPLETED', 'WRONG_PARTY', 'SALE', 'NI', 'CALLBK', 'DNC']);
const IN_PROGRESS = new Set(['INCALL', 'QUEUE']);
const AFTER_HOURS = 'AHXFER';
/** Tuesday and the Tuesday before, in the sandbox. */
const [DAY, BEFORE] = ['2026-02-24', '2026-02-17'];

let live: Sandbox;
let contract: Sandbox;
let bench: Bench;
let plain: Bench;

function openFor(sandbox: Sandbox, more: Partial<Parameters<typeof openBench>[0]> = {}): Bench {
  return openBench({
    url: sandbox.url,
    token: sandbox.token,
    zone: 'America/Los_Angeles',
    now: new Date('2026-03-04T04:00:00Z'),
    account: { system_users: [SYSTEM] },
    ...more,
  });
}

beforeAll(async () => {
  live = await startSandbox({ dialect: 'live' });
  contract = await startSandbox();
  bench = openFor(live, {
    account: { system_users: [SYSTEM], statuses: { DNC: { group: 'human' } } },
  });
  plain = openFor(contract);
});
afterAll(async () => {
  for (const { close, unexpected } of [bench, plain]) {
    expect(unexpected).toEqual([]);
    await close();
  }
  await live.close();
  await contract.close();
});

async function ask(args: Record<string, unknown>, on = bench) {
  const { text, structured } = await on.ask('summarize_call_logs', args);
  return { text, structured: structured as Structured };
}

const on = (day: string, condition: (call: SandboxCall) => boolean = () => true) =>
  live.calls.filter(
    (call) => call.call_date.startsWith(day) && !IN_PROGRESS.has(call.status) && condition(call),
  );
const isOutbound = ({ call_type: type }: SandboxCall) => type === 'OUTBOUND' || type === 'MANUAL';
const contact = (calls: readonly SandboxCall[]) => {
  const outbound = calls.filter(isOutbound);
  return {
    numerator: outbound.filter(({ status }) => HUMAN.has(status)).length,
    denominator: outbound.length,
  };
};
const share = ({ numerator, denominator }: { numerator: number; denominator: number }) =>
  numerator / denominator;
const tenth = (value: number) => Math.round(value * 10) / 10;

function rowsOf({ groups }: Structured): Row[] {
  const { columns = [], rows = [] } = groups ?? {};
  return rows.map((row) => Object.fromEntries(columns.map((column, i) => [column, row[i] ?? null])));
}

describe('compare_to', () => {
  it('gives both figures, their difference, its interval and whether it could be chance', async () => {
    const { text, structured } = await ask({ start_time: DAY, end_time: DAY, compare_to: 'last_week' });
    const [now, then] = [contact(on(DAY)), contact(on(BEFORE))];
    const { measures, window } = structured.comparison;
    expect(window).toMatchObject({ start: `${BEFORE} 00:00:00`, end: `${BEFORE} 23:59:59` });
    expect(measures?.['calls']).toMatchObject({
      value: on(DAY).length,
      before: on(BEFORE).length,
      difference: on(DAY).length - on(BEFORE).length,
    });
    const interval = differenceInterval(now, then);
    const points = tenth((share(now) - share(then)) * 100);
    expect(measures?.['contact_rate']).toMatchObject({
      value: now,
      before: then,
      points,
      interval,
      could_be_chance: interval.low <= 0 && interval.high >= 0,
    });
    const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;
    expect(text).toContain(
      `Contact rate ${(share(now) * 100).toFixed(1)} % (${now.numerator} of ${now.denominator.toLocaleString('en-US')}), ${(share(then) * 100).toFixed(1)} % (${then.numerator} of ${then.denominator.toLocaleString('en-US')}) the week before: ${signed(points)} points (95 % interval ${signed(interval.low)} to ${signed(interval.high)}: `,
    );
    expect(text).toContain(`Compared with the week before: ${BEFORE} (whole day). Complete: all `);
  });

  it('compares groups of the same value, and shows those of one window only', async () => {
    const [first, second] = ['2026-02-28', '2026-02-27'];
    const { structured } = await ask({
      start_time: first,
      end_time: first,
      group_by: 'user',
      top: 500,
      compare_to: 'previous_period',
    });
    const agents = new Set([...on(first), ...on(second)].map((call) => call.user_id));
    agents.delete(SYSTEM);
    const rows = rowsOf(structured);
    const of = (day: string, user: string) => on(day, (call) => call.user_id === user);
    expect(new Set(rows.map(({ user }) => user))).toEqual(agents);
    expect([...agents].some((user) => of(first, user).length === 0)).toBe(true);
    for (const row of rows) {
      const [now, then] = [of(first, String(row['user'])), of(second, String(row['user']))];
      expect(row).toMatchObject({
        calls: now.length,
        calls_before: then.length,
        calls_change: now.length - then.length,
      });
      const [rate, former] = [contact(now), contact(then)];
      const both = rate.denominator > 0 && former.denominator > 0;
      expect(row['contact_rate_change']).toEqual(
        both ? expect.closeTo((share(rate) - share(former)) * 100, 0) : null,
      );
      expect(row['contact_rate_chance']).toEqual(both ? expect.stringMatching(/^(yes|no)$/) : null);
    }
  });

  it('sums up what is compared with the groups that are not shown', async () => {
    const asked = { start_time: DAY, end_time: DAY, group_by: 'campaign', top: 1, compare_to: 'last_week' };
    const { structured } = await ask(asked);
    const {
      columns = [],
      rows = [],
      other,
    } = structured.groups as Structured['groups'] & {
      other?: { row: (number | null)[] };
    };
    const place = columns.indexOf('calls_before');
    const rest = other?.row[place - (columns.length - (other?.row.length ?? 0))] ?? 0;
    expect(Number(rows[0]?.[place]) + rest).toBe(on(BEFORE).length);
  });

  it('says which window is not certain before anything else of the comparison', async () => {
    const few = openFor(live, { budget: { rows: on(DAY).length + 200 } });
    const { text, structured } = await ask({ start_time: DAY, end_time: DAY, compare_to: 'last_week' }, few);
    await few.close();
    const lines = text.split('\n');
    const at = lines.findIndex((line) => line.startsWith('The comparison is not certain: not every call of'));
    expect(at).toBeGreaterThan(-1);
    expect(lines[at]).toContain('the week before');
    expect(lines[at + 1]).toMatch(/^Calls /);
    expect(structured.comparison.problem).toBe(lines[at]);
    expect(structured).toHaveProperty('completeness.complete', true);
    expect(structured).toHaveProperty('comparison.completeness.complete', false);
  });

  it('does not take days before the account’s first call for days without calls', async () => {
    const first = live.calls[0]?.call_date ?? '';
    const day = first.slice(0, 10);
    const { text, structured } = await ask({ start_time: day, end_time: day, compare_to: 'previous_period' });
    expect(text).toContain(`No comparison. The account’s first call is of ${first}`);
    expect(structured.comparison).toMatchObject({ problem: expect.stringContaining(first) });
    expect(structured.comparison.measures).toBeUndefined();
    expect(structured.total.calls).toBe(on(day).length);
  });

  it('gives no interval for windows that have days in common', async () => {
    const { text, structured } = await ask({
      start_time: '2026-02-10',
      end_time: '2026-02-20',
      compare_to: 'last_week',
    });
    expect(structured.comparison.measures?.['contact_rate']).not.toHaveProperty('interval');
    expect(text).toContain('The windows have days in common');
    expect(text).not.toContain('95 % interval');
  });

  it('compares totals where groups are dates', async () => {
    const { structured } = await ask({
      start_time: '2026-02-23',
      end_time: '2026-02-27',
      group_by: 'date',
      compare_to: 'last_week',
    });
    expect(structured.comparison.measures).toHaveProperty('calls');
    expect(structured.groups?.columns).not.toContain('calls_before');
    expect(structured.notes?.join(' ')).toContain('group by weekday or hour');
  });

  it('refuses what is no window', async () => {
    const refused = await bench.refused('summarize_call_logs', { start_time: DAY, compare_to: 'before' });
    expect(refused).toContain('compare_to cannot be used.');
  });
});

describe('focus', () => {
  const agents = () => {
    const calls = new Map<string, SandboxCall[]>();
    for (const call of on(DAY, ({ user_id }) => user_id !== SYSTEM))
      calls.set(call.user_id, [...(calls.get(call.user_id) ?? []), call]);
    return calls;
  };

  it('answers how an agent did among the others in one call, by name', async () => {
    const { text, structured } = await ask({
      start_time: DAY,
      end_time: DAY,
      group_by: 'user',
      focus: 'Jane Smith',
    });
    const own = agents().get('12345') ?? [];
    const others = [...agents()].filter(([user]) => user !== '12345').map(([, calls]) => calls);
    const { focus } = structured;
    expect(focus).toMatchObject({ group: '12345', name: 'Jane Smith', others: others.length });
    expect(focus.measures['calls']).toEqual({
      value: own.length,
      others: tenth(others.flat().length / others.length),
      rank: {
        place: 1 + others.filter((calls) => calls.length > own.length).length,
        of: others.length + 1,
        minCalls: 1,
      },
    });
    const [rate, pooled] = [contact(own), contact(others.flat())];
    const ranked = others.filter((calls) => calls.length >= 20);
    expect(focus.measures['contact_rate']).toMatchObject({
      value: rate,
      others: pooled,
      points: tenth((share(rate) - share(pooled)) * 100),
      rank: {
        place: 1 + ranked.filter((calls) => share(contact(calls)) > share(rate)).length,
        of: ranked.length + 1,
        minCalls: 20,
      },
    });
    expect(text).toContain(`"Jane Smith" (12345) compared with ${others.length} others of group_by user`);
    expect(text).toMatch(
      /- contact rate [\d.]+ % \(\d+ of \d+\), (\d+\w\w )?highest of \d+ with at least 20/,
    );
  });

  it('ranks by the calls that min_calls asks for', async () => {
    const { structured } = await ask({
      start_time: DAY,
      end_time: DAY,
      group_by: 'user',
      focus: '12345',
      min_calls: 40,
    });
    const many = [...agents()].filter(([user, calls]) => user === '12345' || calls.length >= 40);
    const isRanked = (agents().get('12345') ?? []).length >= 40;
    expect(structured.focus.measures['calls']?.['rank']).toEqual(
      isRanked ? expect.objectContaining({ of: many.length, minCalls: 40 }) : undefined,
    );
  });

  it('holds the others together where there is a second grouping', async () => {
    const { structured } = await ask({
      start_time: DAY,
      end_time: DAY,
      group_by: ['user', 'hour'],
      focus: 'Jane Smith',
    });
    expect(structured.focus.others).toBe(agents().size - 1);
    expect(structured.focus.measures['calls']?.['value']).toBe(agents().get('12345')?.length);
  });

  it('takes a value that is no id, in any letters', async () => {
    const { structured } = await ask({
      start_time: '2026-02-16',
      end_time: '2026-02-22',
      group_by: 'weekday',
      focus: 'tue',
    });
    expect(structured.focus).toMatchObject({ group: 'Tue', others: 6 });
  });

  it('says that a group without a call has nothing to be compared by', async () => {
    const { text, structured } = await ask({
      start_time: DAY,
      end_time: DAY,
      group_by: 'user',
      focus: '99999',
    });
    expect(text).toContain('No call of 99999 matches');
    expect(structured.focus).toMatchObject({ others: 0, note: expect.stringContaining('99999') });
  });

  it('never takes the dialer’s own users for agents', async () => {
    const { text } = await ask({ start_time: DAY, end_time: DAY, group_by: 'user', focus: SYSTEM });
    expect(text).toContain(`No call of ${SYSTEM} matches`);
  });

  it('refuses a name that several bear, and a question without groups', async () => {
    const several = await bench.refused('summarize_call_logs', {
      start_time: DAY,
      group_by: 'user',
      focus: 'Jane',
    });
    expect(several).toMatch(/fits more than one user/);
    const none = await bench.refused('summarize_call_logs', { start_time: DAY, focus: 'Jane Smith' });
    expect(none).toContain('focus cannot be used.');
  });
});

describe('queues', () => {
  const offered = (queue?: string) =>
    live.calls.filter(
      (call) =>
        call.call_type === 'INBOUND' &&
        call.queue_id !== null &&
        !IN_PROGRESS.has(call.status) &&
        call.status !== AFTER_HOURS &&
        call.call_date >= '2026-02-23' &&
        call.call_date < '2026-02-28' &&
        (queue === undefined || call.queue_id === queue),
    );
  const WEEK = { start_time: '2026-02-23', end_time: '2026-02-27' };

  it('are counted by what came of the calls offered, with waits and service level', async () => {
    const { text, structured } = await ask({
      ...WEEK,
      call_type: 'INBOUND',
      group_by: 'queue',
      metrics: 'queue',
      service_level_seconds: 30,
    });
    const rows = rowsOf(structured);
    expect(rows.length).toBeGreaterThan(1);
    for (const row of rows) {
      const calls = offered(String(row['queue']));
      const answered = calls.filter(({ user_id }) => user_id !== SYSTEM);
      const waits = calls.map((call) => call.queue_seconds ?? 0).sort((a, b) => a - b);
      const half = Math.floor(waits.length / 2);
      expect(row).toMatchObject({
        offered: calls.length,
        answered: answered.length,
        queue_abandoned: calls.length - answered.length,
        wait_median: waits.length % 2 === 1 ? waits[half] : ((waits[half - 1] ?? 0) + (waits[half] ?? 0)) / 2,
        wait_p90: waits[Math.ceil(waits.length * 0.9) - 1],
        service_level: tenth(
          (answered.filter((call) => (call.queue_seconds ?? 0) <= 30).length / calls.length) * 100,
        ),
      });
    }
    expect(text).toContain('service_level: offered calls that an agent answered in time ÷ offered');
    expect(text).toContain('within 30 s');
  });

  it('are told in total by one call for one queue, within 20 seconds by default', async () => {
    const queue = offered()[0]?.queue_id ?? '';
    const { text, structured } = await ask({ ...WEEK, queue_id: queue, metrics: ['queue'] });
    const calls = offered(queue);
    const within = calls.filter((call) => call.user_id !== SYSTEM && (call.queue_seconds ?? 0) <= 20);
    expect(structured).toHaveProperty('total.metrics.offered', calls.length);
    expect(structured).toHaveProperty(
      'total.metrics.service_level',
      tenth((within.length / calls.length) * 100),
    );
    expect(text).toContain('within 20 s');
  });

  it('say why there are none where rows carry no queue', async () => {
    const { text, structured } = await ask({ ...WEEK, metrics: 'queue' }, plain);
    expect(text).toMatch(/Queue figures cannot be made: of \d+ inbound calls, none that was offered/);
    expect(structured.notes?.join(' ')).toContain('Queue figures cannot be made');
    expect(structured).not.toHaveProperty('total.metrics.offered');
  });

  it('are compared with another window', async () => {
    const { structured } = await ask({ ...WEEK, metrics: 'queue', compare_to: 'previous_period' });
    expect(structured.comparison.measures?.['service_level']).toMatchObject({
      interval: { low: expect.any(Number), high: expect.any(Number) },
    });
    expect(structured.comparison.measures?.['wait_median']).toMatchObject({
      difference: expect.any(Number),
    });
  });
});
