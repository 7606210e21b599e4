import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, type SandboxCall, startSandbox } from '../../src/sandbox/server.js';
import { summarizeCallLogs } from '../../src/tools/summarize-call-logs.js';
import { type Answered, type Asking, asking } from '../support/asking.js';
import { spread, startStandIn } from '../support/stand-in.js';

// The groups of statuses, written out from the project's documentation of them and not from the code.
const GROUP: Readonly<Record<string, string>> = {
  COMPLETED: 'human',
  WRONG_PARTY: 'human',
  SALE: 'human',
  NI: 'human',
  CALLBK: 'human',
  ANSWERING_MACHINE: 'machine',
  A: 'machine',
  NO_ANSWER: 'no_answer',
  BUSY: 'busy',
  INVALID: 'bad_number',
  CALL_BLOCKED: 'blocked',
  DROP: 'abandoned',
  AHXFER: 'after_hours',
  FAILED: 'failed',
  DISCONNECTED: 'failed',
  INCALL: 'in_progress',
};
const group = (call: SandboxCall) => GROUP[call.status] ?? 'unmapped';
/** A number of the sandbox, all of North America, as answers group it. */
const e164 = (number: string | null) => (number === null ? null : `+1${number.slice(-10)}`);
const WEEKDAY = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const KEY: Readonly<Record<string, (call: SandboxCall) => string | null>> = {
  status: (call) => call.status,
  outcome: group,
  user: (call) => call.user_id,
  campaign: (call) => call.campaign_id,
  list: (call) => call.list_id,
  queue: (call) => call.queue_id,
  call_type: (call) => call.call_type,
  number_dialed: (call) => e164(call.number_dialed),
  caller_id: (call) => e164(call.caller_id_displayed),
  term_reason: (call) => call.term_reason,
  date: (call) => call.call_date.slice(0, 10),
  hour: (call) => call.call_date.slice(11, 13),
  weekday: (call) => WEEKDAY[new Date(`${call.call_date.slice(0, 10)}T00:00:00Z`).getUTCDay()] ?? '',
};
const monday = (date: string) => {
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
  return day.toISOString().slice(0, 10);
};
/** Groupings that are a second look at the same: the calls of a lead, of a day's week, of a band of lengths. */
const MORE_KEYS: typeof KEY = {
  lead: (call) => call.lead_id,
  phone_number: (call) => e164(call.phone_number),
  area_code: (call) => call.phone_number.slice(-10, -7),
  direction: ({ call_type: type }) =>
    type === 'INBOUND' ? 'inbound' : type === 'OUTBOUND' || type === 'MANUAL' ? 'outbound' : 'other',
  success: (call) => (call.status === 'SALE' ? 'yes' : 'no'),
  week: (call) => monday(call.call_date.slice(0, 10)),
  month: (call) => call.call_date.slice(0, 7),
  length: ({ call_length: length }) => {
    if (length === null) return null;
    const [band] = [
      ['60min+', 3600],
      ['30-60min', 1800],
      ['10-30min', 600],
      ['5-10min', 300],
      ['2-5min', 120],
      ['1-2min', 60],
      ['30-59s', 30],
      ['10-29s', 10],
      ['1-9s', 1],
      ['0s', 0],
    ].find(([, from]) => length >= Number(from)) ?? [''];
    return String(band);
  },
};
/** Fields that only the live dialect returns. */
const LIVE_ONLY = new Set(['queue', 'caller_id', 'term_reason']);

const count = (calls: readonly SandboxCall[], name: string) =>
  calls.filter((call) => group(call) === name).length;
const percent = (part: number, whole: number) =>
  whole === 0 ? null : Math.round((part / whole) * 1000) / 10;

/** A rate as a cell: what it is if no call of unknown outcome counts for it, and if each does; one number where none is unknown. */
function rateCell(least: number | null, most: number | null): string | number | null {
  return least === most ? least : `${least ?? 0}-${most}`;
}

/** Every number of a group, worked out from the generator's rows by the slow and obvious way. */
function numbersOf(all: readonly SandboxCall[]): Row {
  const calls = all.filter((call) => group(call) !== 'in_progress');
  const lengthsOf = (some: readonly SandboxCall[]) => some.map((call) => call.call_length ?? 0);
  const sumOf = (lengths: readonly number[]) => lengths.reduce((total, length) => total + length, 0);
  const reached = calls.filter((call) => group(call) === 'human');
  const talk = lengthsOf(reached).filter((length) => length > 0);
  talk.sort((a, b) => a - b);
  const sum = sumOf(talk);
  const at = (index: number) => talk[index] ?? 0;
  const human = count(calls, 'human');
  const unknown = count(calls, 'unmapped');
  const outbound = calls.filter(({ call_type }) => call_type === 'OUTBOUND' || call_type === 'MANUAL');
  const out = (name: string) => count(outbound, name);
  const ofOutbound = (name: string) =>
    rateCell(percent(out(name), outbound.length), percent(out(name) + out('unmapped'), outbound.length));
  const sales = calls.filter(({ status }) => status === 'SALE').length;
  return {
    calls: calls.length,
    leads: new Set(calls.map((call) => call.lead_id)).size,
    numbers: new Set(calls.map((call) => call.phone_number)).size,
    ...Object.fromEntries([...Object.values(GROUP), 'unmapped'].map((name) => [name, count(calls, name)])),
    contact_rate: ofOutbound('human'),
    success_rate: rateCell(percent(sales, human + unknown), percent(sales, human) ?? percent(sales, unknown)),
    machine_rate: ofOutbound('machine'),
    no_answer_rate: ofOutbound('no_answer'),
    // Least when the unknown calls were answered, most when they were abandoned.
    abandon_rate: rateCell(
      percent(out('abandoned'), out('human') + out('abandoned') + out('unmapped')),
      percent(out('abandoned') + out('unmapped'), out('human') + out('abandoned') + out('unmapped')),
    ),
    reached: human,
    successes: sales,
    leads_reached: new Set(reached.map((call) => call.lead_id)).size,
    outbound: outbound.length,
    numbers_called: new Set(outbound.map((call) => call.phone_number)).size,
    attempts_per_number:
      outbound.length === 0
        ? null
        : Math.round((outbound.length / new Set(outbound.map((call) => call.phone_number)).size) * 100) / 100,
    talk_sum: sumOf(lengthsOf(calls)),
    talk_mean: talk.length === 0 ? null : Math.round((sum / talk.length) * 10) / 10,
    talk_median:
      talk.length === 0 ? null : (at(Math.ceil(talk.length / 2) - 1) + at(Math.floor(talk.length / 2))) / 2,
    talk_p90: talk.length === 0 ? null : at(Math.ceil(talk.length * 0.9) - 1),
    talk_max: talk.at(-1) ?? null,
  };
}

/** The ends of a cell that holds a range. */
function rangeOf(cell: string | number | null | undefined) {
  const [least, most] = String(cell).split('-').map(Number);
  return { percent_min: least, percent_max: most };
}
/** What a rate is sorted by, highest first: its lower end; where there is nothing to divide by it comes last. */
const leastOf = (cell: string | number | null | undefined) =>
  cell === null ? -1 : Number.parseFloat(String(cell));

/** Every hour from the first that has calls to the last, those without calls too. */
function hoursOf(calls: readonly SandboxCall[]): string[] {
  const hours = calls.map(({ call_date: date }) => Number(date.slice(11, 13)));
  const [first, last] = [Math.min(...hours), Math.max(...hours)];
  return Array.from({ length: last - first + 1 }, (_, i) => String(first + i).padStart(2, '0'));
}

interface Row {
  [column: string]: string | number | null;
}
const rowsOf = ({ structured }: Answered): Row[] =>
  structured.groups.rows.map((row: (string | number | null)[]) =>
    Object.fromEntries(
      structured.groups.columns.map((column: string, i: number) => [column, row[i] ?? null]),
    ),
  );

/** The rows of the text's table, by its own heading. */
function textRows(text: string): Row[] {
  const lines = text.split('\n');
  const heading = lines.findIndex((line) => /^By /.test(line)) + 1;
  const columns = (lines[heading] ?? '').split('|');
  const rows = lines.slice(heading + 1).filter((line) => line.split('|').length === columns.length);
  return rows.map((line) => Object.fromEntries(line.split('|').map((cell, i) => [columns[i] ?? '', cell])));
}

/** A cell as the text writes it: seconds as h:mm:ss. */
function asText(column: string, value: string | number | null): string {
  if (!column.startsWith('talk_') || typeof value !== 'number') return String(value ?? '');
  const seconds = Math.round(value);
  const [minutes, left] = [Math.floor(seconds / 60) % 60, seconds % 60];
  return `${Math.floor(seconds / 3600)}:${String(minutes).padStart(2, '0')}:${String(left).padStart(2, '0')}`;
}

const SYSTEM = '666666';

for (const dialect of ['contract', 'live'] as const) {
  describe(`on the sandbox (${dialect})`, () => {
    let sandbox: Sandbox;
    let live: Asking;
    beforeAll(async () => {
      sandbox = await startSandbox({ dialect });
      live = asking(sandbox);
    });
    afterAll(async () => {
      expect(live.unexpected).toEqual([]);
      await live.close();
      await sandbox.close();
    });
    const ask = (args: Record<string, unknown> = {}) => live.ask(summarizeCallLogs, args);
    const DAYS = { start_time: '2026-02-27', end_time: '2026-03-03' };
    const recent = () => sandbox.calls.filter((call) => call.call_date >= '2026-02-27');

    it('counts everything in total', async () => {
      const { structured, text } = await ask({ metrics: 'talk,rates' });
      const expected = numbersOf(sandbox.calls);
      const { total } = structured;
      const inProgress = count(sandbox.calls, 'in_progress');
      expect(inProgress).toBeGreaterThan(0);
      expect(total).toMatchObject({
        calls: expected['calls'],
        in_progress: inProgress,
        leads: expected['leads'],
        numbers: expected['numbers'],
        leads_reached: expected['leads_reached'],
        reached: expected['reached'],
        successes: expected['successes'],
        metrics: {
          talk_sum: expected['talk_sum'],
          talk_mean: expected['talk_mean'],
          talk_median: expected['talk_median'],
          talk_max: expected['talk_max'],
        },
      });
      for (const [outcome, calls] of Object.entries(total.outcomes)) expect(calls).toBe(expected[outcome]);
      const outbound = sandbox.calls.filter(
        (call) => /^(OUTBOUND|MANUAL)$/.test(call.call_type ?? '') && group(call) !== 'in_progress',
      );
      expect(total.rates.contact_rate).toEqual({
        percent: null,
        ...rangeOf(expected['contact_rate']),
        numerator: count(outbound, 'human'),
        denominator: outbound.length,
      });
      expect(structured.meanings.contact_rate).toBe('outbound calls that reached a person ÷ outbound calls');
      expect(total.rates.abandon_rate).toMatchObject({
        percent: null,
        ...rangeOf(expected['abandon_rate']),
        numerator: count(outbound, 'abandoned'),
        denominator: count(outbound, 'human') + count(outbound, 'abandoned'),
      });
      expect(sandbox.calls.some(({ status }) => status === 'SURVEY')).toBe(true);
      expect(total.outcomes.after_hours).toBe(
        sandbox.calls.filter((call) => call.status === 'AHXFER').length,
      );
      // Calls of unknown outcome may have reached a person, and are no successes.
      expect(total.rates.success_rate).toEqual({
        percent: null,
        ...rangeOf(expected['success_rate']),
        numerator: expected['successes'],
        denominator: expected['reached'],
      });
      expect(text.startsWith(`${Number(expected['calls']).toLocaleString('en-US')} calls (`)).toBe(true);
      expect(structured.completeness).toMatchObject({ complete: true, unique: sandbox.calls.length });
      expect(text).toContain(`Complete: all ${sandbox.calls.length} matching calls were read`);
      expect(text).toContain(`${inProgress} calls in progress are not counted.`);
      const byAgents = sandbox.calls.filter((call) => group(call) === 'unmapped' && call.user_id !== SYSTEM);
      expect(total.unmapped_by_agents).toBe(byAgents.length);
      expect(text).toContain(
        `${Number(expected['unmapped']).toLocaleString('en-US')} calls (${percent(Number(expected['unmapped']), Number(expected['calls']))?.toFixed(1)} %) with a status whose outcome is unknown: `,
      );
      expect(text).toContain(`${byAgents.length} of them were dispositioned by an agent`);
      expect(text).toContain('a screen, not a finding');
    });

    const metrics = ['outcomes', 'rates', 'talk', 'leads', 'attempts'];
    const keys = { ...KEY, ...MORE_KEYS };
    for (const grouping of Object.keys(keys)) {
      it(`counts every number by ${grouping}`, async () => {
        const answer = await ask({ ...DAYS, group_by: [grouping], metrics, top: 40 });
        const absent = dialect === 'contract' && LIVE_ONLY.has(grouping);
        // The documented format prints a call in progress with a length of 0.
        const none = grouping === 'length' && dialect === 'contract' ? '0s' : '(none)';
        const key = (call: SandboxCall) => (absent ? null : keys[grouping]?.(call)) ?? none;
        const wanted = recent().filter((call) => grouping !== 'user' || call.user_id !== SYSTEM);
        // Hours without calls between the others are told as 0; each day of the window has calls.
        const values = new Set([...wanted.map(key), ...(grouping === 'hour' ? hoursOf(wanted) : [])]);
        const rows = rowsOf(answer);
        expect(rows).toHaveLength(Math.min(40, values.size));
        const distinct = new Set(rows.map((row) => String(row[grouping])));
        expect(distinct.size).toBe(rows.length);
        expect([...distinct].filter((value) => !values.has(value))).toEqual([]);
        for (const row of rows) {
          const expected: Row = {
            ...numbersOf(wanted.filter((call) => key(call) === row[grouping])),
            share: percent(Number(row['calls']), answer.structured.total.calls),
          };
          for (const [column, value] of Object.entries(row)) {
            if (column !== grouping && column !== `${grouping}_name`)
              expect([column, value]).toEqual([column, expected[column]]);
          }
        }
        const { other } = answer.structured.groups;
        const columns: string[] = answer.structured.groups.columns;
        if (values.size > 40) {
          const shown = new Set(rows.map((row) => row[grouping]));
          const rest = numbersOf(wanted.filter((call) => !shown.has(key(call))));
          expect(other.groups).toBe(values.size - 40);
          const names = columns.slice(columns.indexOf('calls')).filter((name) => name !== 'share');
          expect(
            Object.fromEntries(
              names.map((name) => [name, other.row[columns.indexOf(name) - columns.indexOf('calls')]]),
            ),
          ).toEqual(Object.fromEntries(names.map((name) => [name, rest[name]])));
        } else expect(other).toBeUndefined();
        if (absent) expect(answer.text).toContain(`No call that the service returned carries ${grouping}.`);
        // The text says the same.
        const said = textRows(answer.text).filter((row) => !String(row[grouping]).startsWith('('));
        const told = rows.filter((row) => !String(row[grouping]).startsWith('('));
        expect(said).toEqual(
          told.map((row) => Object.fromEntries(Object.entries(row).map(([c, v]) => [c, asText(c, v)]))),
        );
        expect(answer.text.length).toBeLessThanOrEqual(25_000);
      });
    }

    it('groups by two, sorts by a rate and sums up the rest', async () => {
      const answer = await ask({ ...DAYS, group_by: ['campaign', 'hour'], sort_by: 'contact_rate', top: 40 });
      const cells = new Map<string, SandboxCall[]>();
      const campaigns = new Set(recent().map((call) => call.campaign_id));
      for (const campaign of campaigns)
        for (const hour of hoursOf(recent())) cells.set(`${campaign} ${hour}`, []);
      for (const call of recent()) {
        const cell = `${call.campaign_id} ${call.call_date.slice(11, 13)}`;
        cells.set(cell, [...(cells.get(cell) ?? []), call]);
      }
      const best = [...cells].map(([cell, calls]) => ({ cell, ...numbersOf(calls) }) as Row);
      best.sort(
        (a, b) =>
          leastOf(b['contact_rate']) - leastOf(a['contact_rate']) ||
          (String(a['cell']) < String(b['cell']) ? -1 : 1),
      );
      const shown = best.slice(0, 40);
      expect(rowsOf(answer).map((row) => [`${row['campaign']} ${row['hour']}`, row['calls']])).toEqual(
        shown.map((row) => [row['cell'], row['calls']]),
      );
      // Some of those shown have no calls, and come last with the others that have no rate.
      expect(shown.at(-1)).toMatchObject({ contact_rate: null });
      expect(shown.some((row) => row['calls'] === 0)).toBe(true);
      const { other } = answer.structured.groups;
      expect(other.groups).toBe(cells.size - 40);
      expect(other.row[0]).toBe(best.slice(40).reduce((sum, row) => sum + Number(row['calls']), 0));
      expect(answer.text).toContain(`(${cells.size - 40} other groups)`);
    });

    it('leaves system users out of a ranking of agents and says so', async () => {
      const answer = await ask({ ...DAYS, group_by: 'user' });
      const system = numbersOf(recent().filter((call) => call.user_id === SYSTEM))['calls'];
      expect(rowsOf(answer).some((row) => row['user'] === SYSTEM)).toBe(false);
      expect(answer.structured.groups.system_user_calls).toBe(system);
      expect(answer.text).toContain(`${Number(system).toLocaleString('en-US')} calls of system users`);
      const grouped = rowsOf(answer).reduce((sum, row) => sum + Number(row['calls']), 0);
      expect(grouped + Number(system ?? 0)).toBe(answer.structured.total.calls);
    });

    it('applies filters and repeats them', async () => {
      const proper = await ask({ campaign_id: '112', status: 'SALE' });
      const sales = sandbox.calls.filter((call) => call.campaign_id === '112' && call.status === 'SALE');
      expect(proper.structured.total.calls).toBe(sales.length);
      expect(proper.text).toContain('Filters: campaign_id=112, status=SALE.');
    });
  });
}

describe('bad input', () => {
  let sandbox: Sandbox;
  let live: Asking;
  beforeAll(async () => {
    sandbox = await startSandbox();
    live = asking(sandbox);
  });
  afterAll(async () => {
    await live.close();
    await sandbox.close();
  });
  const refused = async (args: Record<string, unknown>) => {
    const before = sandbox.requests.length;
    const answer = await live.ask(summarizeCallLogs, args);
    expect(answer.isError).toBe(true);
    expect(answer.structured).toBeUndefined();
    expect(sandbox.requests.length).toBe(before);
    return answer.text;
  };

  it('names the groups there are', async () => {
    expect(await refused({ group_by: ['team'] })).toContain('must be one of status, outcome, user');
    expect(await refused({ group_by: ['hour', 'date', 'user'] })).toContain('at most 2');
  });

  it('refuses handle time with the reason', async () => {
    for (const args of [
      { group_by: ['aht'] },
      { sort_by: 'average_handle_time' },
      { group_by: 'hold_time' },
    ]) {
      expect(await refused(args)).toContain(
        'cannot be computed: call logs hold no hold time and no after-call time',
      );
    }
  });

  it('answers a window without calls, and one in the future, with the likely cause', async () => {
    const empty = await live.ask(summarizeCallLogs, {
      start_time: '2026-02-05 02:00',
      end_time: '2026-02-05 03:00',
      group_by: 'hour',
    });
    expect(empty.isError).toBe(false);
    expect(empty.text).toContain('No calls match.');
    expect(empty.text).toContain('Window: 2026-02-05 02:00:00 to 2026-02-05 03:00:00');
    expect(empty.structured).toMatchObject({
      total: { calls: 0 },
      completeness: { complete: true, total_found: 0 },
    });
    const future = await live.ask(summarizeCallLogs, { start_time: '2027-01-01', end_time: '2027-01-31' });
    expect(future.text).toContain('the window lies in the future');
  });
});

describe('a summary that is not whole', () => {
  const calls = spread(20_000, '2026-02-01 00:00:00', 28 * 86_400);

  it('keeps what was counted when a page fails, and names the window that is missing', async () => {
    const standIn = await startStandIn({
      calls,
      instead: (n) => (n >= 8 ? { status: 500, body: '' } : undefined),
    });
    const live = asking(standIn, { budget: { concurrency: 1 } });
    const answer = await live.ask(summarizeCallLogs, { group_by: 'campaign' });
    const { completeness, total, groups } = answer.structured;
    expect(answer.isError).toBe(false);
    expect(completeness).toMatchObject({ complete: false, total_found: 20_000, unique: total.calls });
    expect(total.calls).toBeGreaterThan(2_000);
    expect(groups.rows.reduce((sum: number, row: number[]) => sum + (row[1] ?? 0), 0)).toBe(total.calls);
    expect(answer.text).toContain(`PARTIAL: ${total.calls} of 20000 matching calls were read.`);
    const [missing] = completeness.missing;
    expect(answer.text).toContain(`start_time "${missing.start}", end_time "${missing.end}"`);
    expect(live.progress.map(({ done }) => done)).toEqual(
      [...new Set(live.progress.map(({ done }) => done))].sort((a, b) => a - b),
    );
    expect(live.progress.at(-1)).toEqual({ done: total.calls, total: 20_000 });
    await live.close();
    await standIn.close();
  });

  it('fails where the first page fails, and stops when it is cancelled', async () => {
    const standIn = await startStandIn({ calls, instead: () => ({ status: 500, body: '' }) });
    const live = asking(standIn);
    expect(await live.ask(summarizeCallLogs)).toMatchObject({
      isError: true,
      text: expect.stringContaining('HTTP 500'),
    });
    await live.close();
    await standIn.close();
    const slow = await startStandIn({ calls, delay: 200 });
    const cancel = new AbortController();
    const cancelled = asking(slow, { signal: cancel.signal });
    const answer = cancelled.ask(summarizeCallLogs);
    setTimeout(() => cancel.abort(), 300);
    expect(await answer).toMatchObject({ isError: true, text: expect.stringContaining('cancelled') });
    await cancelled.close();
    await slow.close();
  });

  it('refuses a list disguised as groups', async () => {
    const many = spread(60_000, '2026-02-01 00:00:00', 86_400);
    const standIn = await startStandIn({
      calls: many,
      rewrite: (rows) => rows.map((row) => ({ ...row, number_dialed: `9${row['id']}` })),
    });
    const live = asking(standIn);
    const answer = await live.ask(summarizeCallLogs, { group_by: 'number_dialed' });
    expect(answer).toMatchObject({ isError: true, text: expect.stringContaining('more than 50000 groups') });
    await live.close();
    await standIn.close();
  });
});
