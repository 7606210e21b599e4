import { describe, expect, it } from 'vitest';
import type { CallLog } from '../../src/convoso/call-log.js';
import { accountOf } from '../../src/query/account.js';
import { Masks } from '../../src/redact/masks.js';
import { type Summary, type SummaryQuestion, summarize, withGroups } from '../../src/stats/summary.js';
import { completenessOf, inBatches } from '../archive/calls.js';

// Which groups a summary tells, and in which order, over a handful of calls.

let ids = 0;
const call = (call_date: string, phone_number: string, fields: Partial<CallLog> = {}): CallLog => {
  ids += 1;
  return {
    id: String(ids),
    call_date,
    phone_number,
    call_type: 'OUTBOUND',
    status: 'NA',
    call_length: 0,
    ...fields,
  };
};

/** Three days, of which the second has no calls; one number is called four times, one three times, one once. */
const CALLS = [
  call('2026-03-01 09:00:00', '2125550100'),
  call('2026-03-01 09:05:00', '2125550101', { first_name: 'Ann', last_name: 'Lee' }),
  call('2026-03-01 11:00:00', '2125550100'),
  call('2026-03-01 11:30:00', '+44 20 7946 0100', { status: 'SALE', call_length: 90 }),
  call('2026-03-03 09:00:00', '(212) 555-0100'),
  call('2026-03-03 09:10:00', '2125550101', { status: 'NI', call_length: 60 }),
  call('2026-03-03 11:00:00', '2125550100', { call_type: 'INBOUND', status: 'NI', call_length: 30 }),
  call('2026-03-03 11:10:00', '2125550101', { status: 'INCALL', call_length: null }),
];

const asked = (question: Partial<SummaryQuestion>, calls = CALLS): Promise<Summary> =>
  summarize(
    {
      raw: inBatches(calls),
      masks: new Masks().forAnswer(),
      completeness: completenessOf(calls.length),
    },
    { groupBy: [], top: 20, ...question },
    accountOf({}),
  );
const told = ({ groups }: Summary) => groups.map(({ keys, tally }) => [...keys, tally.finished]);

describe('groups along time', () => {
  const window = { start: '2026-03-01 00:00:00', end: '2026-03-04 10:00:00' };

  it('hold every day of the window, also those without calls', async () => {
    const summary = await asked({ groupBy: ['date'], window });
    expect(told(summary)).toEqual([
      ['2026-03-01', 4],
      ['2026-03-02', 0],
      ['2026-03-03', 3],
      ['2026-03-04', 0],
    ]);
    expect(summary.tails.map(({ numbers }) => numbers)).toEqual([3, 2, 2, 0]);
    expect(withGroups(summary, 1).other?.tally.finished).toBe(3);
  });

  it('hold days between the oldest and the newest call where no start was given, and hours between those seen', async () => {
    expect(told(await asked({ groupBy: ['date'] })).map(([day]) => day)).toEqual([
      ...['2026-03-01', '2026-03-02', '2026-03-03'],
    ]);
    expect(told(await asked({ groupBy: ['hour'], window }))).toEqual([
      ['09', 4],
      ['10', 0],
      ['11', 3],
    ]);
  });

  it('hold each day for each value of another grouping, and weeks from Monday', async () => {
    expect(
      told(
        await asked({ groupBy: ['direction', 'date'], window: { ...window, start: '2026-03-02 00:00:00' } }),
      ),
    ).toEqual(
      expect.arrayContaining([
        ['inbound', '2026-03-02', 0],
        ['outbound', '2026-03-04', 0],
      ]),
    );
    expect(told(await asked({ groupBy: ['week'] }))).toEqual([
      ['2026-02-23', 4],
      ['2026-03-02', 3],
    ]);
    expect(told(await asked({ groupBy: ['month'] }))).toEqual([['2026-03', 7]]);
  });
});

describe('groups of few calls', () => {
  it('are told as one, after those that have enough', async () => {
    const { groups, groupCount, other } = await asked({ groupBy: ['phone_number'], minCalls: 3, top: 1 });
    expect(groups.map(({ keys, tally }) => [...keys, tally.finished])).toEqual([['+12125550100', 4]]);
    expect([groupCount, other?.groups, other?.small, other?.tally.finished]).toEqual([1, 0, true, 3]);
  });
});

describe('the order of groups', () => {
  it('is turned around on request, with groups that have no such number last', async () => {
    const by = (sortOrder: 'asc' | 'desc') =>
      asked({ groupBy: ['phone_number'], sortBy: 'success_rate', sortOrder });
    const keys = async (order: 'asc' | 'desc') => (await by(order)).groups.map(({ keys: [key] }) => key);
    expect(await keys('asc')).toEqual(['+12125550100', '+12125550101', '+442079460100']);
    expect(await keys('desc')).toEqual(['+442079460100', '+12125550100', '+12125550101']);
    const contact = await asked({ groupBy: ['call_type'], sortBy: 'contact_rate', sortOrder: 'asc' });
    expect(contact.groups.map(({ keys: [key] }) => key)).toEqual(['OUTBOUND', 'INBOUND']);
  });
});

describe('what calls are grouped by', () => {
  it.each([
    [
      'attempt',
      [
        ['1', 3],
        ['2', 2],
        ['3', 1],
        ['(none)', 1],
      ],
    ],
    [
      'area_code',
      [
        ['212', 6],
        ['(abroad)', 1],
      ],
    ],
    [
      'length',
      [
        ['0s', 4],
        ['30-59s', 1],
        ['1-2min', 2],
        ['(none)', 0],
      ],
    ],
    [
      'success',
      [
        ['no', 6],
        ['yes', 1],
      ],
    ],
    [
      'direction',
      [
        ['outbound', 6],
        ['inbound', 1],
      ],
    ],
  ] as const)('is %s', async (grouping, expected) => {
    expect(told(await asked({ groupBy: [grouping] }))).toEqual(expected);
  });

  it('names a number by the lead who has it', async () => {
    const { groups } = await asked({ groupBy: ['phone_number'] });
    expect(groups.map(({ keys, names }) => [keys[0], names[0]])).toContainEqual(['+12125550101', 'Ann Lee']);
  });

  it('counts many attempts as one', async () => {
    const many = Array.from({ length: 12 }, (_, i) =>
      call(`2026-03-01 10:${String(10 + i)}:00`, '2125550100'),
    );
    expect(told(await asked({ groupBy: ['attempt'] }, many)).slice(-2)).toEqual([
      ['9', 1],
      ['10+', 3],
    ]);
  });
});
