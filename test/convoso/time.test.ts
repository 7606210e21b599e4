import { describe, expect, it } from 'vitest';
import {
  allHistory,
  instantOf,
  isZone,
  mayGrow,
  ordinalOf,
  resolveMoment,
  stampInZone,
  stampOf,
  toAccountTime,
} from '../../src/convoso/time.js';

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

  it('gives both passes of the hour that the clock repeats the same stamps (1 November 2026)', () => {
    for (const hour of ['08', '09']) {
      expect(resolveMoment(`2026-11-01T${hour}:30:00Z`, 'start', PACIFIC)).toStrictEqual({
        stamp: '2026-11-01 01:30:00',
      });
    }
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

  it('takes zone letters for the account’s own and leaves offsets alone', () => {
    expect(ordinalOf('2026-03-03 14:30:00 PST')).toBe(ordinalOf('2026-03-03 14:30:00'));
    expect(ordinalOf('2026-03-03T14:30:00Z')).toBeUndefined();
    expect(ordinalOf('soon')).toBeUndefined();
  });

  it('prints call dates with an offset in account time where the zone is known', () => {
    expect(toAccountTime('2026-03-03T22:30:00Z', PACIFIC)).toBe('2026-03-03 14:30:00');
    expect(toAccountTime('2026-03-03T22:30:00Z', undefined)).toBe('2026-03-03T22:30:00Z');
    expect(toAccountTime('2026-03-03 14:30:00', PACIFIC)).toBe('2026-03-03 14:30:00');
    expect(toAccountTime('a while ago', PACIFIC)).toBe('a while ago');
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
