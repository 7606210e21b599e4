import { describe, expect, it } from 'vitest';
import { prepare, ZONE } from './cases.js';
import type { TrueCall } from './floor.js';
import type { Quirk } from './quirks/index.js';
import { toolsOver } from './tooling.js';

// Accounts that give the codes of the floor meanings of their own, which rows carry as status_name. What a call truly was
// is written down here; a rate must be that of the true outcomes, or a range that holds it.

/** What an account calls a code, and what its calls truly were. */
type Meanings = Readonly<Record<string, readonly [name: string | null, outcome: string]>>;

/** The codes as the vendor publishes them. */
const PUBLISHED: Meanings = {
  SALE: ['Sale Made', 'human'],
  NI: ['Not Interested', 'human'],
  NA: ['No Answer', 'no_answer'],
  A: ['Answering Machine Auto', 'machine'],
  B: ['Busy', 'busy'],
  DROP: ['Abandoned', 'abandoned'],
  HU: ['Hung Up', 'caller_hangup'],
  NOCONT: ['No Answer AutoDial', 'no_answer'],
  INCALL: ['Call in Progress', 'in_progress'],
};

interface Account {
  readonly title: string;
  readonly own: Meanings;
  /** Codes that make rates ranges, with their names as the answer gives them. */
  readonly unknown: readonly string[];
}

const ACCOUNTS: readonly Account[] = [
  { title: 'names all codes as the vendor does', own: {}, unknown: [] },
  {
    title: 'writes names in other letters and with other signs',
    own: {
      NA: ['no-answer (auto)', 'no_answer'],
      A: ['ANSWERING MACHINE - DETECTED', 'machine'],
      HU: ['Hang up', 'caller_hangup'],
      B: ['B', 'busy'],
    },
    unknown: [],
  },
  {
    title: 'sets appointments with the code of answering machines',
    own: { A: ['Appointment set', 'human'] },
    unknown: ['A (Appointment set)'],
  },
  {
    title: 'books with the code of busy lines, and drops shipments',
    own: { B: ['Booked', 'human'], DROP: ['Drop shipment', 'human'] },
    unknown: ['B (Booked)', 'DROP (Drop shipment)'],
  },
  {
    title: 'uses the codes of one outcome for another published one',
    own: { A: ['No Answer', 'no_answer'], NA: ['Voicemail', 'machine'], NI: ['Busy', 'busy'] },
    unknown: [],
  },
  {
    title: 'calls income what others call interest',
    own: { NI: ['No income', 'other'], SALE: ['Sale left over', 'other'] },
    unknown: ['NI (No income)', 'SALE (Sale left over)'],
  },
  {
    title: 'names one code after what many mean by another',
    own: { NOCONT: ['Dead Air', 'failed'], HU: ['Disconnected', 'bad_number'] },
    unknown: ['HU (Disconnected)', 'NOCONT (Dead Air)'],
  },
];

const RATES: Readonly<Record<string, readonly [part: string, among: readonly string[] | undefined]>> = {
  contact_rate: ['human', undefined],
  machine_rate: ['machine', undefined],
  no_answer_rate: ['no_answer', undefined],
  abandon_rate: ['abandoned', ['human', 'abandoned']],
};

interface Rate {
  readonly percent: number | null;
  readonly percent_min?: number;
  readonly percent_max?: number;
}

describe.each(ACCOUNTS)('an account that $title', ({ own, unknown }) => {
  const meanings: Meanings = { ...PUBLISHED, ...own };
  const quirk: Quirk = {
    name: 'statuses named by the account',
    kind: 'rows',
    harmless: true,
    hooks: () => ({
      row: (plain, call: TrueCall) => ({ ...plain, status_name: meanings[call.status]?.[0] ?? null }),
    }),
  };

  it.each([120, 501])('gets true rates over %s calls, or ranges that hold them', async (size) => {
    const unexpected: unknown[] = [];
    const prepared = prepare({
      quirks: [quirk],
      dialect: 'live',
      size,
      seed: 5,
      question: 'all',
      zone: ZONE,
    });
    const { start, end } = prepared.floor.window;
    const run = toolsOver(prepared, ZONE, unexpected);
    const { text, structured, isError } = await run('summarize_call_logs', {
      start_time: start,
      end_time: end,
      metrics: 'rates',
    });
    expect([isError, unexpected]).toEqual([false, []]);
    const { calls, rates } = (structured as Record<string, unknown>)['total'] as {
      calls: number;
      rates: Record<string, Rate>;
    };
    const from = Date.parse(`${start.replace(' ', 'T')}Z`);
    const to = Date.parse(`${end.replace(' ', 'T')}Z`) + 999;
    const ended = prepared.floor.calls
      .filter(({ at }) => at >= from && at <= to)
      .map(({ status, call_type }) => ({ outcome: meanings[status]?.[1], call_type }))
      .filter(({ outcome }) => outcome !== 'in_progress');
    expect(calls).toBe(ended.length);
    // Every rate here is one of outbound calls.
    const outcomes = ended
      .filter(({ call_type }) => ['OUTBOUND', 'MANUAL'].includes(call_type))
      .map(({ outcome }) => outcome);
    expect(outcomes.length).toBeLessThan(ended.length);
    for (const [name, [part, among]] of Object.entries(RATES)) {
      const whole = outcomes.filter((outcome) => among?.includes(outcome ?? '') ?? true).length;
      const truth = Math.round((outcomes.filter((outcome) => outcome === part).length / whole) * 1000) / 10;
      const { percent, percent_min = Number(percent), percent_max = Number(percent) } = rates[name] as Rate;
      expect([name, percent_min <= truth && truth <= percent_max]).toEqual([name, true]);
      if (unknown.length === 0) expect([name, percent]).toEqual([name, truth]);
    }
    const told = /outcome is unknown: (.*?)\.(?: \d+ of them|$)/m.exec(text)?.[1];
    const named = told?.split(', ').map((one) => one.replace(/ \d+$/, '')) ?? [];
    expect(named.sort()).toEqual([...unknown].sort());
  });
});
