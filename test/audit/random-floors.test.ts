import { describe, expect, it } from 'vitest';
import { ordinal } from '../support/stand-in.js';
import { later, type Row, screening } from './screening.js';

// Every screen against an independent computation over made-up floors. What follows knows the rules of docs/audit.md and
// nothing of the code: it keeps all calls and looks at each pair.

const DAY = 86_400;
const ZONE = 'America/New_York';

/** The same floor from the same seed. */
function floorOf(seed: number): Row[] {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return state / 0x8000_0000;
  };
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  // Around the clock change of 8 March 2026, and at times that lie on the rules' own boundaries.
  const start = ordinal('2026-02-26 00:00:00');
  return Array.from({ length: 260 }, () => {
    const at =
      start + Math.floor(random() * 13) * DAY + pick([0, 7, 8, 12, 20, 21]) * 3600 + pick([-1, 0, 1]);
    return {
      at: later('1970-01-01 00:00:00', at),
      number: pick(['2125550100', '(212) 555-0101', '+13055550102', '8505550103', '8005550104']),
      lead: pick(['1', '2', '3', '4', '5', '6']),
      status: pick(['COMPLETED', 'NO_ANSWER', 'ANSWERING_MACHINE', 'DROP', 'DNC', 'CALLBK', 'BUSY']),
      type: pick(['OUTBOUND', 'OUTBOUND', 'OUTBOUND', 'MANUAL', 'INBOUND', '3WAY']),
      campaign: pick(['111', '112']),
    };
  }).sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)));
}

interface Seen extends Row {
  readonly id: string;
  readonly second: number;
  /** Seconds of UTC: the clock is at -5 hours before 8 March 2026 at 2:00, and at -4 after. */
  readonly instant: number;
  readonly digits: string;
  readonly isAttempt: boolean;
}

function seen(rows: readonly Row[]): Seen[] {
  return rows.map((row, i) => {
    const second = ordinal(row.at);
    const digits = (row.number ?? '').replace(/\D/g, '').slice(-10);
    const isAttempt = row.type === 'OUTBOUND' || row.type === 'MANUAL';
    const hours = second >= ordinal('2026-03-08 03:00:00') ? 4 : 5;
    return { ...row, id: String(i + 1), second, instant: second + hours * 3600, digits, isAttempt };
  });
}

/** Ids of attempts that some span of 24 hours with more than three holds, by number. */
function tooMany(calls: readonly Seen[]): Set<string> {
  const found = new Set<string>();
  const attempts = calls.filter(({ isAttempt }) => isAttempt);
  for (const last of attempts) {
    const span = attempts.filter(
      ({ digits, instant }) =>
        digits === last.digits && instant <= last.instant && last.instant - instant < DAY,
    );
    // Calls of one second are in one order or the other.
    if (span.length > 3) for (const { id } of span) found.add(id);
  }
  return found;
}

/** Ids of attempts outside of the hours: surely, and in some zone only. */
function atOddHours(calls: readonly Seen[]) {
  const zones: Readonly<Record<string, readonly number[]>> = { '212': [0], '305': [0], '850': [0, -1] };
  const sure = new Set<string>();
  const maybe = new Set<string>();
  for (const { isAttempt, digits, second, id } of calls) {
    const area = digits.slice(0, 3);
    const shifts = zones[area];
    if (!isAttempt || shifts === undefined) continue;
    const end = area === '212' ? 21 : 20;
    const outside = shifts.map((hours) => {
      const local = (((second + hours * 3600) % DAY) + DAY) % DAY;
      return local < 8 * 3600 || local >= end * 3600;
    });
    if (outside.every((one) => one)) sure.add(id);
    else if (outside.some((one) => one)) maybe.add(id);
  }
  return { sure, maybe };
}

function unkept(calls: readonly Seen[], now: number): Set<string> {
  const found = calls.filter(
    (call) =>
      call.status === 'CALLBK' &&
      now - call.instant > 3 * DAY &&
      !calls.some(
        (later) =>
          later.lead === call.lead &&
          later.isAttempt &&
          Number(later.id) > Number(call.id) &&
          later.instant - call.instant <= 3 * DAY,
      ),
  );
  return new Set(found.map(({ id }) => id));
}

interface Finding {
  readonly certain: boolean;
  readonly calls: readonly string[];
  readonly facts: Readonly<Record<string, unknown>>;
}

const SEEDS = [3, 14, 159, 2653];

describe.each(['contract', 'live'] as const)('random floors (%s)', (dialect) => {
  it.each(SEEDS)('of seed %d have the findings of an independent computation', async (seed) => {
    const rows = floorOf(seed);
    const calls = seen(rows);
    const now = '2026-03-20T16:00:00Z';
    const { bench, close } = await screening(rows, { dialect, zone: ZONE, now });
    try {
      const screens = new Map<string, Finding[]>();
      const window = { start_time: '2026-02-20', end_time: '2026-03-15' };
      for (let args: object | undefined = window; args !== undefined; ) {
        const { structured } = await bench.ask('audit_call_logs', { ...args, top: 50 });
        for (const { check, findings } of structured['checks'] as { check: string; findings: Finding[] }[]) {
          screens.set(check, [...(screens.get(check) ?? []), ...findings]);
        }
        args = structured['next'] as object | undefined;
      }
      const idsOf = (check: string, certain?: boolean) =>
        new Set(
          (screens.get(check) ?? [])
            .filter((one) => certain === undefined || one.certain === certain)
            .flatMap((one) => one.calls),
        );
      const odd = atOddHours(calls);
      expect(idsOf('calling_hours', true)).toEqual(odd.sure);
      expect(idsOf('calling_hours', false)).toEqual(odd.maybe);
      expect(idsOf('attempts_24h')).toEqual(tooMany(calls));
      expect(idsOf('callbacks')).toEqual(unkept(calls, Date.parse(now) / 1000));
      const rates = ['111', '112'].map((campaign) => {
        const of = calls.filter((call) => call.type === 'OUTBOUND' && call.campaign === campaign);
        const count = (...statuses: string[]) =>
          of.filter(({ status = '' }) => statuses.includes(status)).length;
        return [count('DROP'), count('DROP', 'COMPLETED', 'DNC', 'CALLBK')];
      });
      expect(
        (screens.get('abandonment') ?? [])
          .map(({ facts }) => [facts['abandoned'], facts['answered_or_abandoned']])
          .sort((a, b) => Number(a[1]) - Number(b[1])),
      ).toEqual(rates.sort((a, b) => Number(a[1]) - Number(b[1])));
    } finally {
      await close();
    }
  });
});
