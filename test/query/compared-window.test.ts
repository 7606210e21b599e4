import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ordinalOf, stampOf } from '../../src/account-time/stamps.js';
import { comparedWindow } from '../../src/query/compared-window.js';
import { type AccountClock, resolveFilters } from '../../src/query/window.js';
import { InvalidArguments } from '../../src/util/failure.js';

type Times = { readonly start_time?: string; readonly end_time?: string };

const ZONE = 'America/Los_Angeles';
/** Wednesday, 25 November 2026, 09:30 in the account. */
const clock: AccountClock = { zone: ZONE, now: () => new Date('2026-11-25T17:30:00Z') };

function compared(compareTo: string, times: Times, at: AccountClock = clock) {
  return comparedWindow(compareTo, resolveFilters(times, at).window, at);
}

function ends(compareTo: string, times: Times, at?: AccountClock): [string, string] {
  const { start, end } = compared(compareTo, times, at).window;
  return [start, end];
}

describe('previous_period', () => {
  it.each<[string, Times, string, string]>([
    ['a day', { start_time: 'yesterday' }, '2026-11-23 00:00:00', '2026-11-23 23:59:59'],
    ['today so far', { start_time: 'today' }, '2026-11-24 00:00:00', '2026-11-24 09:30:00'],
    ['this week so far', { start_time: 'this week' }, '2026-11-16 00:00:00', '2026-11-18 09:30:00'],
    ['last week', { start_time: 'last week' }, '2026-11-09 00:00:00', '2026-11-15 23:59:59'],
    ['this month so far', { start_time: 'this month' }, '2026-10-01 00:00:00', '2026-10-25 09:30:00'],
    ['last month', { start_time: 'last month' }, '2026-09-01 00:00:00', '2026-09-30 23:59:59'],
    [
      'days of a month',
      { start_time: '2026-11-10', end_time: '2026-11-14' },
      '2026-11-05 00:00:00',
      '2026-11-09 23:59:59',
    ],
    ['seven days and today so far', { start_time: '-7d' }, '2026-11-10 00:00:00', '2026-11-17 09:30:00'],
    [
      'some hours of a day',
      { start_time: 'yesterday 09:00', end_time: 'yesterday 11:59:59' },
      '2026-11-24 06:00:00',
      '2026-11-24 08:59:59',
    ],
    ['the last two hours', { start_time: '-2h' }, '2026-11-25 05:29:59', '2026-11-25 07:29:59'],
    [
      'a week that is not over',
      { start_time: '2026-11-23', end_time: '2026-11-29' },
      '2026-11-16 00:00:00',
      '2026-11-18 09:30:00',
    ],
    [
      'a quarter',
      { start_time: '2026-04-01', end_time: '2026-06-30' },
      '2026-01-01 00:00:00',
      '2026-03-31 23:59:59',
    ],
  ])('of %s is as much directly before it', (_, times, start, end) => {
    expect(ends('previous_period', times)).toEqual([start, end]);
  });

  it('ends with the month before, where that has no such day', () => {
    const late: AccountClock = { zone: ZONE, now: () => new Date('2026-03-30T19:00:00Z') };
    expect(ends('previous_period', { start_time: 'this month' }, late)).toEqual([
      '2026-02-01 00:00:00',
      '2026-02-28 23:59:59',
    ]);
  });

  it('of whole days is as many whole days, also where a clock change makes one of them longer', () => {
    const times = { start_time: '2026-11-02', end_time: '2026-11-02' };
    expect(ends('previous_period', times)).toEqual(['2026-11-01 00:00:00', '2026-11-01 23:59:59']);
    expect(compared('previous_period', times).unequal).toBe('1 day against 1 day 1 h');
    const spring = { start_time: '2026-03-08', end_time: '2026-03-08' };
    expect(compared('previous_period', spring).unequal).toBe('23 h against 1 day');
  });

  it('of some hours is as long in real time across a clock change', () => {
    // 02:00 to 02:59:59 does not exist on 8 March 2026.
    const times = { start_time: '2026-03-08 03:00', end_time: '2026-03-08 04:59:59' };
    expect(ends('previous_period', times)).toEqual(['2026-03-08 00:00:00', '2026-03-08 02:59:59']);
    expect(compared('previous_period', times).unequal).toBeUndefined();
  });

  it('ends a second before the window and holds as many days, for any days in any zone', () => {
    const day = fc.integer({ min: 11_100, max: 20_000 });
    const zones = [undefined, 'UTC', ZONE, 'Europe/Berlin', 'Pacific/Kiritimati', 'Australia/Lord_Howe'];
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 60 }), fc.constantFrom(...zones), (first, count, zone) => {
        const asked = { start: stampOf(first * 86_400), end: stampOf((first + count) * 86_400 - 1) };
        const given = { ...asked, startGiven: true, endGiven: true };
        const { window, overlaps } = comparedWindow('previous_period', given, { ...clock, zone });
        expect(ordinalOf(window.end)).toBe(first * 86_400 - 1);
        expect(window.start.endsWith(' 00:00:00')).toBe(true);
        expect(overlaps).toBe(false);
        const days = (first * 86_400 - (ordinalOf(window.start) ?? 0)) / 86_400;
        const isMonths = [asked.start.slice(8, 10), stampOf((first + count) * 86_400).slice(8, 10)].every(
          (date) => date === '01',
        );
        if (!isMonths) expect(days).toBe(count);
      }),
    );
  });

  it('never reaches into a window of seconds, in any zone and across any change of clock', () => {
    const second = fc.integer({ min: 1_767_225_600, max: 1_798_761_600 });
    const zones = [undefined, ZONE, 'Europe/Berlin', 'Australia/Lord_Howe'];
    fc.assert(
      fc.property(
        second,
        fc.integer({ min: 1, max: 90_000 }),
        fc.constantFrom(...zones),
        (start, length, zone) => {
          const given = {
            start: stampOf(start),
            end: stampOf(start + length - 1),
            startGiven: true,
            endGiven: true,
          };
          const { window, overlaps } = comparedWindow('previous_period', given, { ...clock, zone });
          expect(overlaps).toBe(false);
          expect(window.start <= window.end).toBe(true);
        },
      ),
    );
  });
});

describe('last_week', () => {
  it('is the same days and times seven days earlier', () => {
    expect(ends('last_week', { start_time: 'today' })).toEqual([
      '2026-11-18 00:00:00',
      '2026-11-18 09:30:00',
    ]);
    expect(ends('Last week', { start_time: 'yesterday 09:00', end_time: 'yesterday 12:00' })).toEqual([
      '2026-11-17 09:00:00',
      '2026-11-17 12:00:00',
    ]);
  });

  it('overlaps a window of more than seven days', () => {
    expect(compared('last_week', { start_time: '2026-11-01', end_time: '2026-11-10' }).overlaps).toBe(true);
    expect(compared('last_week', { start_time: '2026-11-01', end_time: '2026-11-07' }).overlaps).toBe(false);
  });
});

describe('a window that is given', () => {
  it.each([
    ['2026-10-01..2026-10-31', '2026-10-01 00:00:00', '2026-10-31 23:59:59'],
    ['2026-10-01 .. 2026-10-31', '2026-10-01 00:00:00', '2026-10-31 23:59:59'],
    ['2026-10-05', '2026-10-05 00:00:00', '2026-10-05 23:59:59'],
    ['yesterday', '2026-11-24 00:00:00', '2026-11-24 23:59:59'],
    ['last month', '2026-10-01 00:00:00', '2026-10-31 23:59:59'],
    ['-14d..-8d', '2026-11-11 00:00:00', '2026-11-17 23:59:59'],
    ['2026-10-05 08:00..2026-10-05 12:00', '2026-10-05 08:00:00', '2026-10-05 12:00:00'],
    ['2026-11-25..2026-11-30', '2026-11-25 00:00:00', '2026-11-25 09:30:00'],
  ])('%s is read as start_time and end_time are', (text, start, end) => {
    expect(compared(text, { start_time: '2026-11-03', end_time: '2026-11-03' })).toMatchObject({
      as: 'given',
      window: { start, end },
    });
  });

  it('is said to be longer or shorter', () => {
    const { unequal } = compared('2026-10-01..2026-10-31', {
      start_time: '2026-09-01',
      end_time: '2026-09-30',
    });
    expect(unequal).toBe('30 days against 31 days');
  });

  it.each([
    '..',
    '2026-10-01..',
    '..2026-10-01',
    'the day before',
    '2026-10-01..2026-10-02..2026-10-03',
    '-7d',
  ])('is refused with the forms that are read: %s', (text) => {
    expect(() => compared(text, { start_time: 'yesterday' })).toThrow(InvalidArguments);
    expect(() => compared(text, { start_time: 'yesterday' })).toThrow(
      /^compare_to cannot be used\. .*Give previous_period, last_week, or a window/,
    );
  });

  it('is refused when it is reversed', () => {
    expect(() => compared('2026-10-31..2026-10-01', { start_time: 'yesterday' })).toThrow(
      /^compare_to cannot be used\. .*after/,
    );
  });
});

describe('a window that nothing can be moved from', () => {
  it('is refused when it has no start', () => {
    expect(() => compared('previous_period', {})).toThrow(/has no start_time/);
    expect(() => compared('last_week', { end_time: '2026-10-01' })).toThrow(/has no start_time/);
  });

  it('is refused when it ends now in a zone that is not known', () => {
    const unknown: AccountClock = { ...clock, zone: undefined };
    expect(() => compared('last_week', { start_time: '2026-11-20' }, unknown)).toThrow(/CONVOSO_TIMEZONE/);
    expect(ends('last_week', { start_time: '2026-11-20', end_time: '2026-11-21' }, unknown)).toEqual([
      '2026-11-13 00:00:00',
      '2026-11-14 23:59:59',
    ]);
  });
});
