import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isTimeWord, readTimeWord } from '../../src/account-time/time-words.js';

const PACIFIC = 'America/Los_Angeles';
const period = (word: string, now: string, zone = PACIFIC) => {
  const read = readTimeWord(word, new Date(now), zone);
  if (read === undefined || !('period' in read)) throw new Error(`${word} is no period`);
  return [read.period.start, read.period.end];
};
const moment = (word: string, now: string, edge: 'start' | 'end' = 'start', zone = PACIFIC) => {
  const read = readTimeWord(word, new Date(now), zone);
  if (read === undefined || !('moment' in read)) throw new Error(`${word} is no moment`);
  return read.moment(edge);
};

const zone = process.env['TZ'];
beforeAll(() => {
  process.env['TZ'] = 'Pacific/Kiritimati';
});
afterAll(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

describe('words for a period', () => {
  // Tuesday 3 March 2026, 20:00 in Los Angeles, is the 4th in UTC and on this machine.
  const now = '2026-03-04T04:00:00Z';

  it.each([
    ['today', '2026-03-03 00:00:00', '2026-03-03 23:59:59'],
    ['yesterday', '2026-03-02 00:00:00', '2026-03-02 23:59:59'],
    ['this week', '2026-03-02 00:00:00', '2026-03-08 23:59:59'],
    ['last week', '2026-02-23 00:00:00', '2026-03-01 23:59:59'],
    ['this month', '2026-03-01 00:00:00', '2026-03-31 23:59:59'],
    ['last month', '2026-02-01 00:00:00', '2026-02-28 23:59:59'],
  ])('%s', (word, start, end) => {
    expect(period(word, now)).toEqual([start, end]);
    expect(period(` ${word.toUpperCase().replace(' ', '_')} `, now)).toEqual([start, end]);
  });

  it('follow the account’s clock, not the machine’s', () => {
    expect(period('today', now, 'Asia/Tokyo')[0]).toBe('2026-03-04 00:00:00');
  });

  it('begin a week on Monday, on Mondays and Sundays too', () => {
    expect(period('this week', '2026-03-02T12:00:00Z', 'UTC')[0]).toBe('2026-03-02 00:00:00');
    expect(period('this week', '2026-03-01T12:00:00Z', 'UTC')).toEqual([
      '2026-02-23 00:00:00',
      '2026-03-01 23:59:59',
    ]);
  });

  it('cross the year', () => {
    const new_year = '2026-01-01T12:00:00Z';
    expect(period('yesterday', new_year, 'UTC')[0]).toBe('2025-12-31 00:00:00');
    expect(period('last month', new_year, 'UTC')).toEqual(['2025-12-01 00:00:00', '2025-12-31 23:59:59']);
  });

  it('are whole days of the wall clock where the clock changes', () => {
    // Sunday 8 March 2026 has 23 hours, Sunday 1 November 2026 has 25.
    expect(period('yesterday', '2026-03-09T16:00:00Z')).toEqual([
      '2026-03-08 00:00:00',
      '2026-03-08 23:59:59',
    ]);
    expect(period('yesterday', '2026-11-02T16:00:00Z')).toEqual([
      '2026-11-01 00:00:00',
      '2026-11-01 23:59:59',
    ]);
    expect(period('today', '2026-11-02T07:30:00Z')).toEqual(['2026-11-01 00:00:00', '2026-11-01 23:59:59']);
  });
});

describe('words for a moment', () => {
  it('count hours as they passed, whatever the clock did', () => {
    // Set forward on 8 March 2026: 02:00 became 03:00.
    expect(moment('-2h', '2026-03-08T11:30:00Z')).toBe('2026-03-08 01:30:00');
    // Set back on 1 November 2026: 01:00 to 02:00 came twice. Now is 03:30; two hours ago the second pass had begun.
    expect(moment('-2h', '2026-11-01T11:30:00Z')).toBe('2026-11-01 01:30:00');
    // Three hours ago it was the first pass: stamps of the second, from 01:00:00 on, came after it.
    expect(moment('-3h', '2026-11-01T11:30:00Z')).toBe('2026-11-01 01:00:00');
    expect(moment('-4h', '2026-11-01T11:30:00Z')).toBe('2026-11-01 00:30:00');
  });

  it('reach to the end of an hour that is on its second pass, and no further on its first', () => {
    expect(moment('now', '2026-11-01T09:10:00Z', 'end')).toBe('2026-11-01 01:59:59');
    expect(moment('now', '2026-11-01T08:10:00Z', 'end')).toBe('2026-11-01 01:10:00');
  });

  it('count whole days on the calendar', () => {
    expect(moment('-7d', '2026-03-12T19:00:00Z')).toBe('2026-03-05 00:00:00');
    expect(moment('-1d', '2026-11-02T04:00:00Z')).toBe('2026-10-31 00:00:00');
    expect(moment('- 30 D', '2026-03-04T04:00:00Z')).toBe('2026-02-01 00:00:00');
    expect(moment('-1d', '2026-03-12T19:00:00Z', 'end')).toBe('2026-03-11 23:59:59');
  });

  it('name a time of a day', () => {
    expect(moment('-7d 13:00', '2026-03-12T19:00:00Z')).toBe('2026-03-05 13:00:00');
    expect(moment('- 1 d at 9:05:30', '2026-03-12T19:00:00Z', 'end')).toBe('2026-03-11 09:05:30');
    expect(moment('yesterday 13:00', '2026-03-04T04:00:00Z')).toBe('2026-03-02 13:00:00');
    expect(moment('today at 9:05:30', '2026-03-04T04:00:00Z', 'end')).toBe('2026-03-03 09:05:30');
  });
});

describe('what is no time word', () => {
  it.each([
    '',
    'tomorrow',
    'next week',
    '-7',
    '7d',
    '-7w',
    '-2.5h',
    'yesterday 25:00',
    'now now',
    '2026-03-03',
  ])('%j', (text) => {
    expect(isTimeWord(text)).toBe(false);
  });
});
