import { describe, expect, it } from 'vitest';
import type { OutcomeGroup } from '../../src/convoso/statuses.js';
import type { CallKind } from '../../src/query/call-kinds.js';
import { distinctCounts } from '../../src/query/counts.js';
import type { Grouping } from '../../src/query/groupings.js';
import { outgoingText } from '../../src/redact/outgoing.js';
import {
  definitionLines,
  headline,
  summaryLines,
  summaryNotes,
  unknownWords,
} from '../../src/render/summary.js';
import { definitions, type SummaryView, summaryTable } from '../../src/render/summary-table.js';
import { RATE_NAMES, rateOf } from '../../src/stats/rates.js';
import type { Summary } from '../../src/stats/summary.js';
import { Tally } from '../../src/stats/tally.js';

type Observed = readonly [
  outcome: OutcomeGroup,
  length: number | null,
  count: number,
  facts?: Partial<CallKind>,
];

const view = (facts: Partial<SummaryView> = {}): SummaryView => ({
  groupBy: [],
  metrics: [],
  statuses: [],
  ...facts,
});

function tally(observations: readonly Observed[], leads = 0, numbers = 0): Tally {
  const result = new Tally({ ...distinctCounts(() => 0), leads, numbers });
  for (const [outcome, length, count, facts] of observations) {
    const kind: CallKind = { outcome, success: false, direction: 'outbound', status: '', ...facts };
    result.add(kind, length, count);
  }
  return result;
}

const NOTHING = tally([]);
const summary = (facts: Partial<Summary> = {}): Summary => ({
  total: NOTHING,
  groups: [],
  sortedBy: 'calls',
  sortOrder: 'desc',
  groupCount: 0,
  statusLabels: new Map(),
  definesSuccess: false,
  other: undefined,
  every: new Map(),
  within: 20,
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

describe('the first line', () => {
  it('says how many calls, when, and how many reached a person', () => {
    expect(headline(summary({ total: TEN }), 'yesterday')).toBe(
      '10 calls yesterday; 3 reached a person (30.0 %). 1 call in progress is not counted.',
    );
    const many = tally([
      ['human', 60, 295],
      ['no_answer', 0, 1261],
    ]);
    expect(headline(summary({ total: many }), 'yesterday')).toBe(
      '1,556 calls yesterday; 295 reached a person (19.0 %).',
    );
    expect(headline(summary(), 'today so far')).toBe('0 calls today so far.');
  });

  it('tells which way calls went where not all are outbound, and takes the rate of those', () => {
    const mixed = tally([
      ['human', 60, 2],
      ['no_answer', 0, 6],
      ['human', 60, 3, { direction: 'inbound' }],
      ['abandoned', 4, 1, { direction: 'inbound' }],
      ['human', 60, 1, { direction: 'other' }],
      ['busy', 0, 1, { direction: undefined }],
    ]);
    expect(headline(summary({ total: mixed }), 'yesterday')).toBe(
      '14 calls (8 outbound, 4 inbound, 1 of other types, 1 without a type) yesterday; 6 reached a person, 2 of them in the 8 outbound calls (25.0 %).',
    );
    const inbound = tally([['human', 60, 3, { direction: 'inbound' }]]);
    expect(headline(summary({ total: inbound }), 'yesterday')).toBe(
      '3 calls (3 inbound) yesterday; 3 reached a person.',
    );
  });

  it('counts successes where it is known what is one, also where there was none', () => {
    const sold = tally([
      ['human', 60, 1, { success: true, status: 'SALE' }],
      ['human', 60, 3],
    ]);
    expect(headline(summary({ total: sold }), 'yesterday')).toBe(
      '4 calls yesterday; 4 reached a person (100.0 %); 1 success (25.0 % of them).',
    );
    const none = tally([['human', 60, 3]]);
    expect(headline(summary({ total: none, definesSuccess: true }), 'yesterday')).toContain(
      '; 0 successes (0.0 % of them).',
    );
    expect(headline(summary({ total: none }), 'yesterday')).not.toContain('success');
  });
});

describe('totals', () => {
  it('are told by outcome, lead and number, and with what was asked for', () => {
    expect(summaryLines(summary({ total: TEN }), view())).toStrictEqual([
      'Outcomes: human 3, machine 1, no_answer 5, abandoned 1.',
      '8 leads (0 reached by a person), 9 phone numbers.',
    ]);
    const [, , more, left] = summaryLines(summary({ total: TEN }), view({ metrics: ['talk', 'rates'] }));
    expect(more).toBe(
      'talk_sum 0:04:13, talk_mean 0:01:17, talk_median 0:01:40, talk_max 0:01:40, machine_rate 10, no_answer_rate 50, abandon_rate 25.',
    );
    expect(left).toBe('Not in the talk figures: 4 calls of 0 s, 1 call without a length.');
  });

  it('are nothing where no call has ended', () => {
    expect(summaryLines(summary({ total: tally([['in_progress', null, 2]]) }), view())).toStrictEqual([]);
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
    expect(headline(noContact, 'yesterday')).toContain('0 reached a person (0.0 % to 64.6 %)');
    const [, , rates] = summaryLines(noContact, view({ metrics: ['rates'] }));
    expect(rates).toBe('machine_rate 0-64.6, no_answer_rate 11-75.6, abandon_rate 27.4-100.');
    const [unknown] = unknownWords(noContact);
    expect(unknown).toBe(
      'A rate is a range where it depends on 53 calls (64.6 %) with a status whose outcome is unknown: NOCONT 53. 53 of them were dispositioned by an agent: a person handled them, whatever came of it.',
    );
  });

  it('are ranges in the cells of a table as well, and single numbers where all is known', () => {
    const group = (key: string, own: Tally) => ({
      id: '1',
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
      view({ groupBy: ['campaign'], metrics: ['rates'] }),
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
  const sale = { success: true, status: 'SALE' };
  const first = {
    id: '1',
    keys: [outgoingText('111')],
    names: [outgoingText('Spring|sale')],
    tally: tally(
      [
        ['human', 61, 2],
        ['human', 61, 1, sale],
      ],
      3,
      3,
    ),
  };
  const second = {
    id: '1',
    keys: [outgoingText('112')],
    names: [undefined],
    tally: tally([['no_answer', 0, 1]], 1, 1),
  };
  const total = tally(
    [
      ['human', 61, 2],
      ['human', 61, 1, sale],
      ['no_answer', 0, 1],
    ],
    4,
    4,
  );
  const facts = { total, groups: [first, second], groupCount: 2 };
  const byCampaign = view({ groupBy: ['campaign'] });

  it('have few columns; a name that one group has is one', () => {
    expect(summaryTable(summary(facts), byCampaign)).toStrictEqual({
      columns: ['campaign', 'campaign_name', 'calls', 'reached', 'contact_rate', 'successes', 'success_rate'],
      rows: [
        ['111', 'Spring|sale', 3, 3, 100, 1, 33.3],
        ['112', null, 1, 0, 0, 0, null],
      ],
      other: undefined,
      total: undefined,
    });
  });

  it('have those of success only where it is known what is one', () => {
    const busy = {
      id: '1',
      keys: ['2026-03-03', '09'].map(outgoingText),
      names: [undefined, undefined],
      tally: tally([['busy', 0, 1]]),
    };
    const table = summaryTable(
      summary({ total: busy.tally, groups: [busy] }),
      view({ groupBy: ['date', 'hour'] }),
    );
    expect(table.columns).toStrictEqual(['date', 'hour', 'calls', 'reached', 'contact_rate']);
    expect(table.rows).toStrictEqual([['2026-03-03', '09', 1, 0, 0]]);
  });

  it('have more columns where they are asked for, and then a row of all calls', () => {
    const table = summaryTable(summary({ ...facts, sortedBy: 'talk_p90' }), {
      ...byCampaign,
      metrics: ['talk', 'leads', 'outcomes'],
    });
    expect(table.columns.slice(7)).toStrictEqual([
      ...[
        'talk_sum',
        'talk_mean',
        'talk_median',
        'talk_max',
        'leads',
        'leads_reached',
        'numbers',
        'talk_p90',
      ],
      ...['human', 'no_answer'],
    ]);
    expect(table.rows[0]?.slice(7)).toStrictEqual([183, 61, 61, 61, 3, 0, 3, 61, 3, 0]);
    expect(table.total?.slice(5)).toStrictEqual([183, 61, 61, 61, 4, 0, 4, 61, 3, 1]);
  });

  it('by status have their share of all calls, and statuses of theirs a share of those that reached a person', () => {
    const statusLabels = new Map([['SALE', outgoingText('Sale')]]);
    const shown = summary({ ...facts, statusLabels });
    const { columns, rows } = summaryTable(shown, view({ groupBy: ['outcome'] }));
    expect(columns.slice(2)).toStrictEqual(['calls', 'share']);
    expect(rows.map((row) => row.slice(2))).toStrictEqual([
      [3, 75],
      [1, 25],
    ]);
    const counted = summaryTable(shown, { ...byCampaign, statuses: ['SALE'] });
    expect(counted.columns.slice(-2)).toStrictEqual(['Sale', 'Sale_share']);
    expect(counted.rows.map((row) => row.slice(-2))).toStrictEqual([
      [1, 33.3],
      [0, null],
    ]);
    expect(summaryTable(shown, { ...byCampaign, metrics: ['statuses'] }).columns.slice(-4)).toStrictEqual([
      ...['(no status)', '(no status)_share', 'Sale', 'Sale_share'],
    ]);
  });

  it('are told in lines whose cells cannot be broken, those past the top as one', () => {
    const other = { groups: 1, small: false, tally: second.tally };
    expect(summaryLines(summary({ ...facts, groups: [first], other }), byCampaign)).toStrictEqual([
      'By campaign, in order of calls, highest first (rates in %):',
      'campaign|campaign_name|calls|reached|contact_rate|successes|success_rate',
      '111|Spring\\|sale|3|3|100|1|33.3',
      '(1 other group)||1|0|0|0|',
      'To see more groups: top, up to 2.',
    ]);
  });

  it('of too few calls are told as one', () => {
    const other = { groups: 0, small: true, tally: second.tally };
    const few = summary({ ...facts, groups: [first], groupCount: 1, other });
    const lines = summaryLines(few, { ...byCampaign, minCalls: 2 });
    expect(lines[0]).toBe(
      'By campaign, 1 group of at least 2 calls, in order of calls, highest first (rates in %):',
    );
    expect(lines.slice(3)).toStrictEqual(['(groups of fewer than 2 calls)||1|0|0|0|']);
  });

  it('have a column of what they are in order of', () => {
    const sorted = summary({ ...facts, sortedBy: 'abandon_rate' });
    expect(summaryTable(sorted, byCampaign).columns).toContain('abandon_rate');
  });

  it('say their order', () => {
    const by = (groupBy: Grouping[], order: Pick<Summary, 'sortedBy' | 'sortOrder'>) =>
      summaryLines(summary(order), view({ groupBy }))[0];
    expect(by(['date', 'hour'], { sortedBy: 'key', sortOrder: 'asc' })).toBe(
      'By date and hour, in order of date, hour (rates in %):',
    );
    expect(by(['date'], { sortedBy: 'key', sortOrder: 'desc' })).toBe(
      'By date, in order of date, last first (rates in %):',
    );
    expect(by(['user'], { sortedBy: 'contact_rate', sortOrder: 'asc' })).toBe(
      'By user, in order of contact_rate, lowest first (rates in %):',
    );
  });

  it('are explained once, with the statuses that count as a person', () => {
    const statusLabels = new Map([['SALE', outgoingText('Sale')]]);
    const shown = summary({ ...facts, statusLabels });
    expect(definitionLines(definitions(shown, { ...byCampaign, metrics: ['rates'] }))).toStrictEqual([
      'Definitions: reached: calls that reached a person, status (no status), Sale; contact_rate: outbound calls that reached a person ÷ outbound calls; successes: status Sale; success_rate: successes ÷ calls that reached a person; machine_rate: outbound calls that reached a machine ÷ outbound calls; no_answer_rate: outbound calls without an answer ÷ outbound calls; abandon_rate: abandoned ÷ (reached a person + abandoned), of outbound calls.',
    ]);
    expect(definitionLines(definitions(summary(), byCampaign))).toStrictEqual([]);
  });
});

describe('notes', () => {
  const notes = (facts: Partial<Summary>, shown: Partial<SummaryView> = {}, zone?: string) =>
    summaryNotes(summary(facts), view(shown), zone);

  it('are none where there is nothing to know', () => {
    expect(notes({ total: tally([['human', 60, 3]]) }, { groupBy: ['user'] })).toStrictEqual([]);
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
      notes(
        {
          disputed: new Map([[outgoingText('PDROP'), 2]]),
          systemUsers: tally([['no_answer', 0, 4]]),
          absent: ['queue', 'caller_id'],
        },
        { metrics: ['outcomes'] },
      ),
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
    expect(notes({ absent: ['date', 'hour'] }, {}, 'America/New_York')).toStrictEqual([
      'Calls have no date or hour: the call dates cannot be read as dates.',
    ]);
  });

  it('keep the abandon rate from passing for a finding', () => {
    expect(notes({}, { metrics: ['rates'] })).toStrictEqual([
      'abandon_rate is a screen, not a finding: the US bound of 3 % (16 CFR 310.4(b)(4)) is per campaign over 30 days.',
    ]);
  });

  it('say that groups overlap, where there are two', () => {
    const group = { id: '1', keys: [outgoingText('1')], names: [undefined], tally: NOTHING };
    const leads = { groupBy: ['user'], metrics: ['leads'] } as const;
    expect(notes({ groups: [group, group] }, leads)).toStrictEqual([
      'A lead or number can be in several groups.',
    ]);
    expect(notes({ groups: [group] }, leads)).toStrictEqual([]);
  });
});
