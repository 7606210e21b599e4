import { describe, expect, it } from 'vitest';
import type { OutcomeGroup } from '../../src/convoso/statuses.js';
import type { CallKind } from '../../src/query/call-kinds.js';
import { distinctCounts } from '../../src/query/counts.js';
import type { Grouping } from '../../src/query/groupings.js';
import { outgoingText } from '../../src/redact/outgoing.js';
import { rounded, summaryLines, summaryNotes, summaryTable, unknownWords } from '../../src/render/summary.js';
import { RATE_NAMES, rateOf } from '../../src/stats/rates.js';
import type { Summary } from '../../src/stats/summary.js';
import { Tally } from '../../src/stats/tally.js';

type Observed = readonly [outcome: OutcomeGroup, length: number | null, count: number];

function tally(observations: readonly Observed[], leads = 0, numbers = 0): Tally {
  const result = new Tally({ ...distinctCounts(() => 0), leads, numbers });
  for (const [outcome, length, count] of observations) {
    const kind: CallKind = { outcome, success: false, direction: 'outbound', status: '' };
    result.add(kind, length, count);
  }
  return result;
}

const NOTHING = tally([]);
const summary = (facts: Partial<Summary> = {}): Summary => ({
  total: NOTHING,
  groups: [],
  sortedBy: 'calls',
  other: undefined,
  tails: [],
  systemUsers: undefined,
  absent: [],
  unmapped: new Map(),
  unmappedByAgents: 0,
  disputed: new Map(),
  oldest: undefined,
  newest: undefined,
  completeness: {
    complete: true,
    total_found: 0,
    fetched: 0,
    unique: 0,
    duplicates: 0,
    outside_filter: 0,
    malformed: 0,
    windows: 1,
    missing: [],
  },
  ...facts,
});

/** Ten calls that have ended and one that has not. */
const TEN = tally(
  [
    ['human', 100, 2],
    ['human', 31, 1],
    ['no_answer', 0, 4],
    ['abandoned', 2, 1],
    ['machine', 20, 1],
    ['no_answer', null, 1],
    ['in_progress', null, 1],
  ],
  8,
  9,
);

describe('totals', () => {
  it('are said with every rate and what it is made of, and talk seconds to one decimal', () => {
    expect(
      summaryLines(
        summary({
          total: TEN,
          oldest: outgoingText('2026-03-01 09:00:00'),
          newest: outgoingText('2026-03-03 19:00:00'),
        }),
        [],
      ),
    ).toStrictEqual([
      '10 calls (and 1 in progress, counted nowhere else), 8 leads, 9 numbers, dated 2026-03-01 09:00:00 to 2026-03-03 19:00:00.',
      'Outcomes: human 3, machine 1, no_answer 5, abandoned 1.',
      'Rates: contact_rate 30 % (3 of 10: outbound calls that reached a person ÷ outbound calls); success_rate 0 % (0 of 3: successes ÷ calls that reached a person); machine_rate 10 % (1 of 10: outbound calls that reached a machine ÷ outbound calls); no_answer_rate 50 % (5 of 10: outbound calls without an answer ÷ outbound calls); abandon_rate 25 % (1 of 4: abandoned ÷ (reached a person + abandoned), of outbound calls).',
      'Talk seconds (call_length of the 5 calls longer than 0 s, machines and abandoned calls included): sum 253, mean 50.6, median 31, p90 100, max 100; 4 calls of 0 s; 1 call without a length.',
    ]);
  });

  it('hold no rate of nothing, and no talk where nobody talked', () => {
    expect(summaryLines(summary({ total: tally([['busy', 0, 2]], 1, 1) }), [])).toStrictEqual([
      '2 calls, 1 lead, 1 number.',
      'Outcomes: busy 2.',
      'Rates: contact_rate 0 % (0 of 2: outbound calls that reached a person ÷ outbound calls); success_rate none (0 of 0: successes ÷ calls that reached a person); machine_rate 0 % (0 of 2: outbound calls that reached a machine ÷ outbound calls); no_answer_rate 0 % (0 of 2: outbound calls without an answer ÷ outbound calls); abandon_rate none (0 of 0: abandoned ÷ (reached a person + abandoned), of outbound calls).',
      'Talk seconds: no call is longer than 0 s; 2 calls of 0 s.',
    ]);
  });

  it('end with the counts where no call has ended', () => {
    expect(summaryLines(summary({ total: tally([['in_progress', null, 2]]) }), [])).toStrictEqual([
      '0 calls (and 2 in progress, counted nowhere else), 0 leads, 0 numbers.',
    ]);
  });
});

describe('rates over statuses of unknown outcome', () => {
  /** 20 dropped and 9 unanswered calls, and 53 under a code that only the account knows. */
  const total = tally([
    ['abandoned', 3, 20],
    ['no_answer', 0, 9],
    ['unmapped', 90, 53],
  ]);
  const noContact = summary({
    total,
    unmapped: new Map([[outgoingText('NOCONT'), 53]]),
    unmappedByAgents: 53,
  });

  it('are ranges, with what they depend on and what agents had to do with it', () => {
    const [, , rates, unknown] = summaryLines(noContact, []);
    expect(rates).toBe(
      'Rates: contact_rate 0 % to 64.6 % (0 of 82 known: outbound calls that reached a person ÷ outbound calls); success_rate 0 % (0 of 0: successes ÷ calls that reached a person); machine_rate 0 % to 64.6 % (0 of 82 known: outbound calls that reached a machine ÷ outbound calls); no_answer_rate 11 % to 75.6 % (9 of 82 known: outbound calls without an answer ÷ outbound calls); abandon_rate 27.4 % to 100 % (20 of 20 known: abandoned ÷ (reached a person + abandoned), of outbound calls).',
    );
    expect(unknown).toBe(
      'A rate is a range where it depends on 53 calls (64.6 %) with a status whose outcome is unknown: NOCONT 53. 53 of them were dispositioned by an agent: a person handled them, whatever came of it.',
    );
  });

  it('are ranges in the cells of a table as well, and single numbers where all is known', () => {
    const group = (key: string, own: Tally) => ({
      keys: [outgoingText(key)],
      names: [undefined],
      tally: own,
    });
    const known = tally([
      ['abandoned', 3, 1],
      ['human', 60, 3],
    ]);
    const { columns, rows } = summaryTable(
      { ...noContact, groups: [group('1', total), group('2', known), group('3', tally([['busy', 0, 1]]))] },
      ['campaign'],
    );
    const cells = (name: string) => rows.map((row) => row[columns.indexOf(name)]);
    expect(cells('abandon_rate')).toStrictEqual(['27.4-100', 25, null]);
    expect(cells('contact_rate')).toStrictEqual(['0-64.6', 75, 0]);
  });

  it.each(RATE_NAMES)(
    'lie between the least and the most that any mix of outcomes makes of them: %s',
    (name) => {
      const outcomes = ['human', 'machine', 'no_answer', 'busy', 'abandoned', 'other'] as const;
      const known = [1, 0, 2, 1, 1, 0];
      const unknown = 3;
      const counts = outcomes.map((outcome, i): Observed => [outcome, 0, known[i] ?? 0]);
      const all: number[] = [];
      // Every way to give three calls an outcome.
      for (let mix = 0; mix < outcomes.length ** unknown; mix += 1) {
        const picks = [mix % 6, Math.floor(mix / 6) % 6, Math.floor(mix / 36)];
        const made = tally([...counts, ...picks.map((i): Observed => [outcomes[i] ?? 'other', 0, 1])]);
        all.push(rateOf(name, made).percent ?? Number.NaN);
      }
      const [least, most] = [Math.min(...all), Math.max(...all)];
      expect(rateOf(name, tally([...counts, ['unmapped', 0, unknown]]))).toMatchObject(
        least === most ? { percent: least } : { percent: null, percent_min: least, percent_max: most },
      );
    },
  );

  it('are a number where so few are unknown that it does not change', () => {
    const many = tally([
      ['human', 60, 999_999],
      ['unmapped', 5, 1],
    ]);
    expect(rateOf('contact_rate', many)).toStrictEqual({
      percent: 100,
      numerator: 999_999,
      denominator: 1_000_000,
    });
  });
});

describe('groups', () => {
  const first = {
    keys: [outgoingText('111')],
    names: [outgoingText('Spring|sale')],
    tally: tally([['human', 61, 3]], 3, 3),
  };
  const second = {
    keys: [outgoingText('112')],
    names: [undefined],
    tally: tally([['no_answer', 0, 1]], 1, 1),
  };
  const total = tally(
    [
      ['human', 61, 3],
      ['no_answer', 0, 1],
    ],
    4,
    4,
  );

  it('are a table with columns only of what occurs; a name that one group has is a column', () => {
    expect(summaryTable(summary({ total, groups: [first, second] }), ['campaign'])).toStrictEqual({
      columns: [
        ...['campaign', 'campaign_name', 'calls', 'leads', 'numbers', 'human', 'no_answer'],
        ...['contact_rate', 'no_answer_rate'],
        ...['talk_sum', 'talk_mean', 'talk_median', 'talk_p90', 'talk_max', 'zero_length'],
      ],
      rows: [
        ['111', 'Spring|sale', 3, 3, 3, 3, 0, 100, 0, 183, 61, 61, 61, 61, 0],
        ['112', null, 1, 1, 1, 0, 1, 0, 100, 0, null, null, null, null, 1],
      ],
      other: undefined,
    });
  });

  it('without names have no column for them, and contact_rate is always there', () => {
    const busy = {
      keys: ['2026-03-03', '09'].map(outgoingText),
      names: [undefined, undefined],
      tally: tally([['busy', 0, 1]]),
    };
    const { columns, rows } = summaryTable(summary({ total: busy.tally, groups: [busy] }), ['date', 'hour']);
    expect(columns.slice(0, 7)).toStrictEqual([
      'date',
      'hour',
      'calls',
      'leads',
      'numbers',
      'busy',
      'contact_rate',
    ]);
    expect(rows[0]?.slice(0, 3)).toStrictEqual(['2026-03-03', '09', 1]);
  });

  it('are told in lines whose cells cannot be broken, those past the top as one', () => {
    const text = summaryLines(
      summary({ total, groups: [first], other: { groups: 1, tally: second.tally } }),
      ['campaign'],
    );
    expect(text.slice(4)).toStrictEqual([
      'By campaign, in order of calls, highest first (rates in %, talk in seconds):',
      'campaign|campaign_name|calls|leads|numbers|human|no_answer|contact_rate|no_answer_rate|talk_sum|talk_mean|talk_median|talk_p90|talk_max|zero_length',
      '111|Spring\\|sale|3|3|3|3|0|100|0|183|61|61|61|61|0',
      '(1 other group)||1|1|1|0|1|0|100|0|||||1',
      'To see more groups: top, up to 2.',
    ]);
  });

  it('have a column of the rate that they are in order of, even where no call counts for it', () => {
    const facts = { total, groups: [first, second], sortedBy: 'abandon_rate' } as const;
    expect(summaryTable(summary(facts), ['campaign']).columns).toContain('abandon_rate');
  });

  it('say their order', () => {
    const by = (groupBy: Grouping[], sortedBy: Summary['sortedBy']) =>
      summaryLines(summary({ sortedBy }), groupBy)[1];
    expect(by(['date', 'hour'], 'key')).toBe(
      'By date and hour, in order of date, hour (rates in %, talk in seconds):',
    );
    expect(by(['user'], 'contact_rate')).toBe(
      'By user, in order of contact_rate, highest first (rates in %, talk in seconds):',
    );
    expect(summaryLines(summary(), [])).toHaveLength(1);
  });
});

describe('notes', () => {
  const notes = (facts: Partial<Summary>, groupBy: Grouping[] = [], zone?: string) =>
    summaryNotes(summary(facts), groupBy, zone);

  it('are none where there is nothing to know', () => {
    expect(notes({ total: tally([['human', 60, 3]]) }, ['user'])).toStrictEqual([]);
  });

  it('name eight statuses, most frequent first, and count the others', () => {
    const of = (statuses: number) => {
      const unmapped = new Map(
        Array.from({ length: statuses }, (_, i) => [outgoingText(`S${i + 1}`), i + 1] as const),
      );
      return unknownWords(summary({ total: tally([['unmapped', 5, 100]]), unmapped }))[0];
    };
    expect(of(8)).toContain('unknown: S8 8, S7 7, S6 6, S5 5, S4 4, S3 3, S2 2, S1 1.');
    expect(of(10)).toContain('unknown: S10 10, S9 9, S8 8, S7 7, S6 6, S5 5, S4 4, S3 3 and 2 more.');
  });

  it('say what sources disagree on, what is left out, and what the service does not return', () => {
    expect(
      notes({
        disputed: new Map([[outgoingText('PDROP'), 2]]),
        systemUsers: tally([['no_answer', 0, 4]]),
        absent: ['queue', 'caller_id'],
      }),
    ).toStrictEqual([
      'Sources disagree on what PDROP 2 is; counted as abandoned here.',
      'The totals include 4 calls of system users (the dialer), which no group holds.',
      'No call that the service returned carries queue or caller_id. Where that can be a filter, one summary for each value tells the calls apart.',
    ]);
  });

  it('say why calls have no hour: the setting that is missing, or dates that are none', () => {
    expect(notes({ absent: ['hour', 'queue'] })).toStrictEqual([
      'Calls have no hour: call dates that name a zone or an offset cannot be placed in account time, because CONVOSO_TIMEZONE, the account’s zone, is not set.',
      expect.stringMatching(/^No call that the service returned carries queue\./),
    ]);
    expect(notes({ absent: ['date', 'hour'] }, [], 'America/New_York')).toStrictEqual([
      'Calls have no date or hour: the call dates cannot be read as dates.',
    ]);
  });

  it('keep the abandon rate from passing for a finding', () => {
    expect(notes({ total: tally([['abandoned', 2, 1]]) })).toStrictEqual([
      'abandon_rate is a screen, not a finding: the US bound of 3 % (16 CFR 310.4(b)(4)) is per campaign over 30 days.',
    ]);
  });

  it('say that groups overlap, where there are two', () => {
    const group = { keys: [outgoingText('1')], names: [undefined], tally: NOTHING };
    expect(notes({ groups: [group, group] }, ['user'])).toStrictEqual([
      'A lead or number can be in several groups.',
    ]);
    expect(notes({ groups: [group] }, ['user'])).toStrictEqual([]);
  });
});

describe('rounded', () => {
  it.each([
    [null, null],
    [0, 0],
    [33.349, 33.3],
    [33.35, 33.4],
    [7, 7],
  ])('%s is %s', (value, one) => {
    expect(rounded(value)).toBe(one);
  });
});
