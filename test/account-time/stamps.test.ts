import { describe, expect, it } from 'vitest';
import {
  allHistory,
  instantOf,
  isZone,
  latestNow,
  mayGrow,
  ordinalOf,
  resolveMoment,
  stampInZone,
  stampOf,
  toAccountTime,
} from '../../src/account-time/stamps.js';

const PACIFIC = 'America/Los_Angeles';

describe('resolveMoment', () => {
  it.each([
    ['2026-03-01 08:00:00', '2026-03-01 08:00:00'],
    ['2026-03-01T08:00:00', '2026-03-01 08:00:00'],
    ['2026-03-01 08:00', '2026-03-01 08:00:00'],
    [' 2026-03-01 08:00:00 ', '2026-03-01 08:00:00'],
    ['2026-03-01T08:00:00.123', '2026-03-01 08:00:00'],
    ['2024-02-29 00:00:00', '2024-02-29 00:00:00'],
  ])('reads %s as account time, whatever the zone', (text, stamp) => {
    for (const zone of [undefined, PACIFIC]) {
      expect(resolveMoment(text, 'start', zone)).toStrictEqual({ stamp });
      expect(resolveMoment(text, 'end', zone)).toStrictEqual({ stamp });
    }
  });

  it('takes a plain date as the whole day', () => {
    expect(resolveMoment('2026-03-01', 'start', undefined)).toStrictEqual({ stamp: '2026-03-01 00:00:00' });
    expect(resolveMoment('2026-03-01', 'end', undefined)).toStrictEqual({ stamp: '2026-03-01 23:59:59' });
  });

  it.each([
    '2026-02-30',
    '2026-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-04-31 10:00:00',
    '2026-03-01 24:00:00',
    '2026-03-01 10:60:00',
    '2026-03-01 10:00:60',
    '2026-3-1',
    '03/01/2026',
    '20260301',
    'yesterday',
    '',
    '2026-03-01 10:00:00 PST',
    '2026-03-01Z',
    '2026-03-01T10:00:00+25:00',
    '2026-03-01T10:00:00+05:75',
    '2026-03-01 10:00:00; DROP',
  ])('refuses %j', (text) => {
    expect(resolveMoment(text, 'start', PACIFIC)).toStrictEqual({ problem: 'unreadable' });
  });

  it.each([
    ['2026-03-01T08:00:00Z', '2026-03-01 00:00:00'],
    ['2026-03-01T08:00:00+00:00', '2026-03-01 00:00:00'],
    ['2026-03-01T08:00:00-0500', '2026-03-01 05:00:00'],
    ['2026-03-01T08:00:00+05:30', '2026-02-28 18:30:00'],
    ['2026-07-01T08:00:00Z', '2026-07-01 01:00:00'],
  ])('turns %s into the account’s wall clock', (text, stamp) => {
    expect(resolveMoment(text, 'start', PACIFIC)).toStrictEqual({ stamp });
    expect(resolveMoment(text, 'start', undefined)).toStrictEqual({ problem: 'needs_zone' });
  });

  it('skips the hour that the clock skips (8 March 2026)', () => {
    expect(resolveMoment('2026-03-08T09:59:59Z', 'start', PACIFIC)).toStrictEqual({
      stamp: '2026-03-08 01:59:59',
    });
    expect(resolveMoment('2026-03-08T10:00:00Z', 'start', PACIFIC)).toStrictEqual({
      stamp: '2026-03-08 03:00:00',
    });
  });

  it('widens an end of a window inside the hour that the clock repeats, so that no stamp is lost (1 November 2026)', () => {
    const edge = (hour: string, side: 'start' | 'end') =>
      resolveMoment(`2026-11-01T${hour}:30:00Z`, side, PACIFIC);
    // 08:30 is the first pass of 01:30, 09:30 the second. After a start in the first pass come stamps from 01:00:00 on;
    // before an end in the second lie stamps up to 01:59:59.
    expect(edge('08', 'start')).toStrictEqual({ stamp: '2026-11-01 01:00:00' });
    expect(edge('09', 'start')).toStrictEqual({ stamp: '2026-11-01 01:30:00' });
    expect(edge('08', 'end')).toStrictEqual({ stamp: '2026-11-01 01:30:00' });
    expect(edge('09', 'end')).toStrictEqual({ stamp: '2026-11-01 01:59:59' });
  });

  it('refuses an instant that the account’s calendar cannot write in four digits', () => {
    expect(resolveMoment('9999-12-31T23:59:59-08:00', 'end', 'Asia/Tokyo')).toStrictEqual({
      problem: 'unreadable',
    });
    expect(resolveMoment('0000-01-01T00:00:00Z', 'start', PACIFIC)).toStrictEqual({ problem: 'unreadable' });
  });
});

describe('stamps and instants', () => {
  it('counts seconds of the wall clock', () => {
    expect(ordinalOf('1970-01-02 00:00:01')).toBe(86_401);
    expect(stampOf(86_401)).toBe('1970-01-02 00:00:01');
    expect(ordinalOf('2026-03-03T14:30:00')).toBe(ordinalOf('2026-03-03 14:30:00'));
  });

  it('reads no text that names a zone or an offset as account time', () => {
    for (const zoned of [
      'Z',
      ' UTC',
      '-08:00',
      ' -0800',
      ' -08',
      ' PST',
      ' (PST)',
      ' EST',
      ' America/Los_Angeles',
    ])
      expect(ordinalOf(`2026-03-03 14:30:00${zoned}`), zoned).toBeUndefined();
    expect(ordinalOf('soon')).toBeUndefined();
  });

  it('compares dates to the minute and to the day by their first second', () => {
    expect(ordinalOf('2026-03-03 14:30')).toBe(ordinalOf('2026-03-03 14:30:00'));
    expect(ordinalOf('2026-03-03')).toBe(ordinalOf('2026-03-03 00:00:00'));
  });

  it('prints call dates with an offset in account time where the zone is known', () => {
    expect(toAccountTime('2026-03-03T22:30:00Z', PACIFIC)).toBe('2026-03-03 14:30:00');
    expect(toAccountTime('2026-03-03T22:30:00Z', undefined)).toBe('2026-03-03T22:30:00Z');
    expect(toAccountTime('2026-03-03 14:30:00', PACIFIC)).toBe('2026-03-03 14:30:00');
    expect(toAccountTime('a while ago', PACIFIC)).toBe('a while ago');
  });

  it.each([
    ['2026-03-03T14:30:00', '2026-03-03 14:30:00'],
    ['2026-03-03 14:30:00.987', '2026-03-03 14:30:00'],
    ['2026-03-03 14:30', '2026-03-03 14:30'],
    ['2026-03-03', '2026-03-03'],
    ['2026-03-03 22:30:00 UTC', '2026-03-03 14:30:00'],
    ['2026-03-03 14:30:00 -08', '2026-03-03 14:30:00'],
    ['2026-03-03 17:30 -05:00', '2026-03-03 14:30'],
    ['2026-03-03 14:30:00 GMT-08:00', '2026-03-03 14:30:00'],
  ])('writes %s as %s', (printed, stamp) => {
    expect(toAccountTime(printed, PACIFIC)).toBe(stamp);
  });

  it.each([
    ['2026-03-03 14:30:00 PST', PACIFIC],
    ['2026-03-03 14:30:00 (pst)', PACIFIC],
    ['2026-03-03 14:30:00 PT', PACIFIC],
    ['2026-07-03 14:30:00 PDT', PACIFIC],
    ['2026-03-03 14:30:00 America/Los_Angeles', PACIFIC],
    // The hour that the clock repeats has both names, the one before and the one after have one each.
    ['2026-11-01 01:30:00 PDT', PACIFIC],
    ['2026-11-01 01:30:00 PST', PACIFIC],
    ['2026-03-03 14:30:00 MST', 'America/Phoenix'],
    ['2026-03-03 14:30:00 EST', 'America/New_York'],
    ['2026-07-03 14:30:00 CEST', 'Europe/Berlin'],
    ['2026-07-03 14:30:00 BST', 'Europe/London'],
    ['2026-03-03 14:30:00 IST', 'Asia/Kolkata'],
    ['2026-03-03 14:30:00 AEDT', 'Australia/Sydney'],
  ])('takes %s for account time where the zone is %s and unknown letters for nothing', (printed, zone) => {
    expect(toAccountTime(printed, zone)).toBe(printed.slice(0, 19));
    expect(toAccountTime(printed, undefined)).toBe(printed);
  });

  it.each([
    ['2026-03-03 14:30:00 EST', PACIFIC],
    ['2026-03-03 14:30:00 PDT', PACIFIC],
    ['2026-07-03 14:30:00 PST', PACIFIC],
    ['2026-11-01 02:00:00 PDT', PACIFIC],
    // The hour that the clock skips was called nothing.
    ['2026-03-08 02:30:00 PST', PACIFIC],
    ['2026-07-03 14:30:00 CET', 'Europe/Berlin'],
    ['2026-03-03 14:30:00 America/New_York', PACIFIC],
    ['2026-03-03 PST', PACIFIC],
    ['2026-03-03 -08:00', PACIFIC],
    ['03/03/2026 14:30:00', PACIFIC],
    ['14:30:00', PACIFIC],
    ['0000-00-00 00:00:00', PACIFIC],
  ])('keeps %s as printed where the zone is %s, as no date that can be compared', (printed, zone) => {
    expect(toAccountTime(printed, zone)).toBe(printed);
    expect(ordinalOf(printed)).toBeUndefined();
  });

  it('finds an instant for every stamp, across both changes of clock', () => {
    for (const stamp of [
      '2026-03-03 20:00:00',
      '2026-03-08 01:59:59',
      '2026-03-08 03:00:00',
      '2026-07-01 00:00:00',
      '2026-11-01 00:59:59',
      '2026-11-01 01:30:00',
      '2026-11-01 02:00:00',
    ]) {
      expect(stampInZone(instantOf(stamp, PACIFIC), PACIFIC)).toBe(stamp);
    }
    expect(instantOf('2026-03-03 20:00:00', PACIFIC).toISOString()).toBe('2026-03-04T04:00:00.000Z');
  });

  it('knows zones by their IANA names only', () => {
    expect(['America/Los_Angeles', 'UTC', 'Asia/Kolkata'].map(isZone)).toStrictEqual([true, true, true]);
    expect(['Pacific Time', '', 'Mars/Olympus'].map(isZone)).toStrictEqual([false, false, false]);
  });
});

describe('allHistory', () => {
  it('starts in 2000 and ends past midnight of the next day everywhere on earth', () => {
    const now = new Date('2026-03-04T23:59:59Z');
    const { start, end } = allHistory(now);
    expect(start).toBe('2000-01-01 00:00:00');
    expect(end).toBe('2026-03-05 23:59:59');
    expect(end >= stampInZone(now, 'Pacific/Kiritimati')).toBe(true);
  });
});

describe('latestNow', () => {
  it('is the account’s clock, or the fastest on earth where the zone is not known', () => {
    const now = new Date('2026-03-04T04:00:00.900Z');
    expect(latestNow(PACIFIC, now)).toBe('2026-03-03 20:00:00');
    expect(latestNow(undefined, now)).toBe(stampInZone(now, 'Pacific/Kiritimati'));
  });

  it('is the end of an hour that the clock repeats, once it is in it again', () => {
    expect(latestNow(PACIFIC, new Date('2026-11-01T08:30:00Z'))).toBe('2026-11-01 01:30:00');
    expect(latestNow(PACIFIC, new Date('2026-11-01T09:30:00Z'))).toBe('2026-11-01 01:59:59');
  });
});

describe('mayGrow', () => {
  const now = new Date('2026-03-04T04:00:00Z'); // 20:00 of 3 March in Los Angeles

  it('is decided by the account’s clock where the zone is known', () => {
    expect(mayGrow('2026-03-03 19:59:59', PACIFIC, now)).toBe(false);
    expect(mayGrow('2026-03-03 20:00:00', PACIFIC, now)).toBe(true);
  });

  it('is decided by the slowest clock on earth where it is not', () => {
    expect(mayGrow('2026-03-03 15:59:59', undefined, now)).toBe(false);
    expect(mayGrow('2026-03-03 16:00:00', undefined, now)).toBe(true);
  });
});
