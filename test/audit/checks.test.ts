import { afterEach, describe, expect, it } from 'vitest';
import { later, type Row, type Screening, type ScreeningOptions, STATUSES, screening } from './screening.js';

let open: Screening[] = [];
afterEach(async () => {
  await Promise.all(open.map((one) => one.close()));
  open = [];
});
async function over(rows: readonly Row[], options?: ScreeningOptions) {
  const made = await screening(rows, options);
  open.push(made);
  return made;
}
const FIRST = '2026-02-10 10:00:00';
const many = (count: number, row: Omit<Row, 'at'>, at = FIRST): Row[] =>
  Array.from({ length: count }, (_, i) => ({
    at: later(at, i),
    ...row,
    number: `21255501${String(i % 100).padStart(2, '0')}`,
  }));

describe('abandonment', () => {
  it('is over the bound above 3 % of calls that a person answered or that were abandoned, and not at 3 %', async () => {
    const { screen } = await over([
      ...many(96, { status: 'COMPLETED' }),
      ...many(4, { status: 'DROP' }),
      ...many(97, { status: 'COMPLETED', campaign: '112' }),
      ...many(3, { status: 'DROP', campaign: '112' }),
    ]);
    const found = await screen('abandonment');
    expect(found).toMatchObject({
      found: 1,
      possible: 0,
      counted: { campaigns: 2, abandoned: 7, answered_or_abandoned: 200 },
    });
    expect(found.headline).toBe('Abandonment: 1 of 2 campaigns over 3 % — 111 4 % (4 of 100).');
    expect(found.findings[0]?.calls).toEqual(['97', '98', '99', '100']);
  });

  it('leaves out machines, calls that come in and calls dialed by hand', async () => {
    const { screen } = await over([
      ...many(96, { status: 'COMPLETED' }),
      ...many(3, { status: 'DROP' }),
      ...many(200, { status: 'ANSWERING_MACHINE' }),
      ...many(20, { status: 'DROP', type: 'INBOUND' }),
      ...many(200, { status: 'COMPLETED', type: 'MANUAL' }),
    ]);
    expect((await screen('abandonment')).findings).toMatchObject([
      { certain: true, facts: { abandoned: 3, answered_or_abandoned: 99, abandon_rate: '3.03 %' } },
    ]);
  });

  it('is a range, and possible only, where unknown statuses decide', async () => {
    const { screen } = await over([
      ...many(96, { status: 'COMPLETED' }),
      ...many(2, { status: 'DROP' }),
      ...many(2, { status: 'ODD' }),
    ]);
    const found = await screen('abandonment');
    expect(found).toMatchObject({
      found: 0,
      possible: 1,
      findings: [{ certain: false, facts: { abandon_rate: '2 % to 4 %' } }],
    });
    expect(found.headline).toContain('0 of 1 campaigns over 3 %, 1 possibly');
  });

  it('is measured in periods of 30 days from the first day of the window', async () => {
    const { screen } = await over([
      ...many(10, { status: 'COMPLETED' }, '2026-01-01 10:00:00'),
      ...many(10, { status: 'COMPLETED' }, '2026-01-31 10:00:00'),
      ...many(1, { status: 'DROP' }, '2026-01-31 11:00:00'),
    ]);
    const found = await screen('abandonment', { start_time: '2026-01-01', end_time: '2026-02-10' });
    expect(found.findings).toMatchObject([
      { facts: { period: '2026-01-31 to 2026-02-10', answered_or_abandoned: 11 } },
    ]);
  });
});

describe('calling hours', () => {
  /** One call in account time of New York, to a number. */
  const call = async (at: string, number: string, options?: ScreeningOptions) => {
    const { screen } = await over([{ at, number }], options);
    return screen('calling_hours');
  };
  it.each([
    ['at 21:00:00', '2026-02-10 21:00:00', '2125550100', 1, 0],
    ['at 20:59:59', '2026-02-10 20:59:59', '2125550100', 0, 0],
    ['at 07:59:59', '2026-02-10 07:59:59', '2125550100', 1, 0],
    ['at 08:00:00', '2026-02-10 08:00:00', '2125550100', 0, 0],
    ['at 10:59:59 in New York, in California', '2026-02-10 10:59:59', '2135550100', 1, 0],
    ['at 11:00:00 in New York, in California', '2026-02-10 11:00:00', '2135550100', 0, 0],
    ['at 20:00:00 to Florida', '2026-02-10 20:00:00', '3055550100', 1, 0],
    ['at 20:00:00 to New York', '2026-02-10 20:00:00', '2125550100', 0, 0],
    [
      'at 20:30:00 to a part of Florida that is in one of two zones',
      '2026-02-10 20:30:00',
      '8505550100',
      0,
      1,
    ],
    ['at 21:30:00 to that part', '2026-02-10 21:30:00', '8505550100', 1, 0],
    ['on a Sunday to Alabama', '2026-02-08 13:00:00', '2055550100', 1, 0],
    ['on a Sunday at 11:59:59 to Texas', '2026-02-08 12:59:59', '2145550100', 1, 0],
    ['on a Sunday at 12:00:00 to Texas', '2026-02-08 13:00:00', '2145550100', 0, 0],
    ['at 09:59:59 to Kentucky', '2026-02-10 09:59:59', '5025550100', 1, 0],
    ['after midnight', '2026-02-10 00:30:00', '2125550100', 1, 0],
  ])('of a call %s', async (_, at, number, found, possible) => {
    expect(await call(at, number)).toMatchObject({ found, possible });
  });

  it('are those of the place called, with its time, and name the narrower hours of a state', async () => {
    const found = await call('2026-02-10 20:05:00', '3055550100');
    expect(found.findings[0]).toMatchObject({
      calls: ['1'],
      facts: { region: 'US-FL', local_time: 'Tue 20:05:00 America/New_York', hours: 'FL 08:00–20:00' },
    });
    const late = await call('2026-02-10 22:05:00', '3055550100');
    expect(late.findings[0]?.facts).toMatchObject({ hours: 'US 08:00–21:00' });
  });

  it.each([
    ['8005550100', 'not_screened_toll_free'],
    ['+442079460000', 'not_screened_foreign'],
    ['5555550100', 'not_screened_unknown'],
    ['9005550100', 'not_screened_non_geographic'],
    ['12345', 'not_screened_invalid'],
  ])('are not screened for %s, which is counted apart', async (number, name) => {
    const found = await call('2026-02-10 03:00:00', number);
    expect(found).toMatchObject({ found: 0, possible: 0, counted: { screened: 0, [name]: 1 } });
    expect(found.text).toContain('Not screened, for want of a time zone: 1 ');
  });

  it('are possibly broken where the hour that occurs twice decides', async () => {
    const found = await call('2026-11-01 01:30:00', '8085550100', { now: '2026-11-20T17:00:00Z' });
    // 01:30 twice in New York is 19:30 and 20:30 in Hawaii.
    expect(found).toMatchObject({ found: 0, possible: 0 });
    const narrow = await call('2026-11-01 01:30:00', '8085550100', {
      now: '2026-11-20T17:00:00Z',
      account: { statuses: STATUSES, audit: { calling_hours: { hours: '08:00-20:00' } } },
    });
    expect(narrow).toMatchObject({ found: 0, possible: 1 });
  });

  it('do not concern calls that come in, and only possibly calls that were blocked', async () => {
    const { screen } = await over([
      { at: '2026-02-10 03:00:00', type: 'INBOUND' },
      { at: '2026-02-10 03:00:00', status: 'CALL_BLOCKED' },
    ]);
    expect(await screen('calling_hours')).toMatchObject({ found: 0, possible: 1 });
  });

  it('cannot be screened where the account’s zone is not known', async () => {
    const found = await call('2026-02-10 03:00:00', '2125550100', { zone: undefined });
    expect(found.cannot?.next).toContain('CONVOSO_TIMEZONE');
    expect(found.text).toMatch(/^Calling hours: cannot be made\. /);
    expect(found).not.toHaveProperty('found');
  });

  it('can be the account’s own for a state', async () => {
    const audit = { calling_hours: { states: { NY: { hours: '09:00-18:00', sunday: 'none' as const } } } };
    const found = await call('2026-02-10 18:30:00', '2125550100', { account: { statuses: STATUSES, audit } });
    expect(found).toMatchObject({ found: 1, changed_by_account: ['NY 09:00–18:00, Sundays none'] });
  });
});

describe('attempts after a do-not-call request', () => {
  const options = { now: '2025-12-20T17:00:00Z' };
  const request = { at: '2025-11-14 10:00:00', status: 'DNC', number: '2125550100' };

  it('are findings once ten business days have passed, over Thanksgiving', async () => {
    const { screen } = await over(
      [
        request,
        { at: '2025-12-01 23:59:59', number: '2125550100' },
        { at: '2025-12-02 00:00:00', number: '2125550100' },
      ],
      options,
    );
    const found = await screen('after_dnc', { start_time: '2025-11-20', end_time: '2025-12-19' });
    expect(found.findings).toMatchObject([
      {
        certain: true,
        calls: ['1', '3'],
        facts: { last_day_of_grace: '2025-12-01', attempts_after: 1, attempts_in_grace: 1 },
      },
    ]);
  });

  it('are none within the ten days', async () => {
    const { screen } = await over([request, { at: '2025-12-01 23:59:59' }], options);
    const found = await screen('after_dnc', { start_time: '2025-11-20', end_time: '2025-12-19' });
    expect(found).toMatchObject({ found: 0, possible: 0, counted: { numbers_called_in_grace: 1 } });
  });

  it('are not those to a namesake, nor before the request, nor calls that come in', async () => {
    const { screen } = await over(
      [
        { at: '2025-11-13 10:00:00' },
        request,
        {
          at: '2025-12-10 10:00:00',
          number: '2125550101',
          more: { first_name: 'Maria', last_name: 'Lopez' },
        },
        { at: '2025-12-10 10:00:00', type: 'INBOUND' },
      ],
      options,
    );
    expect(await screen('after_dnc', { start_time: '2025-11-20', end_time: '2025-12-19' })).toMatchObject({
      found: 0,
      possible: 0,
    });
  });

  it('are only possible where the dialer blocked them, and say who called in meanwhile', async () => {
    const { screen } = await over(
      [
        request,
        { at: '2025-11-20 10:00:00', type: 'INBOUND', number: '2125550100' },
        { at: '2025-12-10 10:00:00', status: 'DNCL' },
      ],
      options,
    );
    const found = await screen('after_dnc', { start_time: '2025-11-20', end_time: '2025-12-19' });
    expect(found).toMatchObject({ found: 0, possible: 1, findings: [{ facts: { inbound_since: 1 } }] });
  });

  it('cannot be screened before a status is marked, and the answer says which look like one', async () => {
    const { screen } = await over([{ ...request, at: FIRST }], { account: { statuses: {} } });
    const { cannot } = await screen('after_dnc');
    expect(cannot?.why).toContain('DNC (1 call)');
    expect(cannot?.next).toContain('"do_not_call": true');
  });

  it('list comments that mention it apart, and not where comments are masked', async () => {
    const rows = [{ at: FIRST, status: 'NI', more: { agent_comment: 'Said do not call again' } }];
    const { screen } = await over(rows);
    const found = await screen('after_dnc');
    expect(found).toMatchObject({ found: 0, counted: { comments_that_mention_it: 1 } });
    expect(found.basis?.join(' ')).toContain('mentions it under another status: 1.');
    const masked = await over(rows, { redact: ['comment'] });
    const hidden = await masked.screen('after_dnc');
    expect(hidden.counted).not.toHaveProperty('comments_that_mention_it');
    expect(hidden.basis?.join(' ')).toContain('Comments are masked here, and were not looked at.');
  });
});

describe('callbacks', () => {
  const agreed = { at: FIRST, status: 'CALLBK', lead: '7' };
  it.each([
    ['an attempt exactly three days later', { at: later(FIRST, 3 * 86_400), lead: '7' }, 0, 0],
    ['an attempt a second after that', { at: later(FIRST, 3 * 86_400 + 1), lead: '7' }, 1, 0],
    [
      'an attempt to another number of the lead',
      { at: later(FIRST, 60), lead: '7', number: '2125550177' },
      0,
      0,
    ],
    ['an attempt to another lead', { at: later(FIRST, 60), lead: '8' }, 1, 0],
    ['a call from the lead', { at: later(FIRST, 60), lead: '7', type: 'INBOUND' }, 1, 0],
    ['a call that was blocked', { at: later(FIRST, 60), lead: '7', status: 'CALL_BLOCKED' }, 0, 1],
  ])('are kept or not by %s', async (_, row, found, possible) => {
    const { screen } = await over([agreed, row]);
    expect(await screen('callbacks')).toMatchObject({ found, possible });
  });

  it('may be kept after the window, and are not yet due at its end when it ends now', async () => {
    const { screen } = await over([agreed, { at: later(FIRST, 86_400), lead: '7' }]);
    expect((await screen('callbacks', { start_time: '2026-02-10', end_time: '2026-02-10' })).found).toBe(0);
    const due = await over([{ ...agreed, at: '2026-03-03 10:00:00' }]);
    const found = await due.screen('callbacks', { start_time: '-7d' });
    expect(found).toMatchObject({ found: 0, counted: { callbacks: 1, not_yet_due: 1 } });
  });
});

describe('caller-ID health', () => {
  const dials = (count: number, contacts: number, at: string, caller: string): Row[] =>
    Array.from({ length: count }, (_, i) => ({
      at: later(at, i),
      status: i < contacts ? 'COMPLETED' : 'NO_ANSWER',
      length: i < contacts ? 5 : 0,
      more: { caller_id_displayed: caller },
    }));

  it('flags a number whose contact rate falls below its earlier days and the campaign’s other numbers', async () => {
    const { screen } = await over([
      ...dials(100, 30, '2026-02-10 10:00:00', '7475550111'),
      ...dials(100, 31, '2026-02-11 10:00:00', '7475550111'),
      ...dials(100, 2, '2026-02-12 10:00:00', '7475550111'),
      ...dials(100, 29, '2026-02-12 11:00:00', '7475550112'),
    ]);
    const found = await screen('caller_id_health');
    expect(found.found).toBe(3);
    const mine = found.findings.filter(({ facts }) => facts['number_dialed_from'] === '+17475550111');
    expect(mine.map(({ facts }) => [facts['day'], facts['contact_rate'], facts['compared_with']])).toEqual([
      ['2026-02-12', '2.0 % (2 of 100)', 'its own earlier days: 30.5 % (61 of 200)'],
      ['2026-02-12', '2.0 % (2 of 100)', 'the campaign’s other numbers that day: 29.0 % (29 of 100)'],
    ]);
    expect(mine[0]?.facts['short_conversations']).toBe('2 of 2');
  });

  it('cannot be screened where no row carries the number dialed from', async () => {
    const { screen } = await over([{ at: FIRST }], { dialect: 'contract' });
    expect((await screen('caller_id_health')).cannot?.why).toContain('caller_id_displayed');
  });
});
