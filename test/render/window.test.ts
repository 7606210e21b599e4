import { describe, expect, it } from 'vitest';
import {
  accountTime,
  repeatedWords,
  windowSentence,
  windowWords,
  zoneWords,
} from '../../src/render/window.js';

const clock = { zone: 'America/Los_Angeles', now: () => new Date('2026-03-04T04:00:00Z') };
const window = (start: string, end: string) => ({ start, end, startGiven: true, endGiven: true });

describe('the sentence of a window', () => {
  it('says that it would have ended in the future, or lies there, by the account’s own clock', () => {
    const cut = {
      ...window('2026-03-01 00:00:00', '2026-03-03 20:00:00'),
      endsNow: 'exactly',
      askedEnd: '2026-03-31 23:59:59',
    } as const;
    expect(windowSentence(cut, clock)).toBe(
      'Window: 2026-03-01 00:00:00 to 2026-03-03 20:00:00 (2 whole days and today so far), America/Los_Angeles. The end given, 2026-03-31 23:59:59, lies in the future.',
    );
    expect(windowSentence(window('2026-03-04 00:00:00', '2026-03-04 23:59:59'), clock)).toContain(
      'It lies in the future: it is 2026-03-03 20:00:00 there.',
    );
  });

  it('says that it lies in the future only where it does in every zone, when the zone is unknown', () => {
    const unknown = { zone: undefined, now: clock.now };
    expect(windowSentence(window('2026-03-04 18:00:00', '2026-03-31 23:59:59'), unknown)).not.toContain(
      'future',
    );
    expect(windowSentence(window('2026-03-04 18:00:01', '2026-03-31 23:59:59'), unknown)).toContain(
      'It lies in the future, whatever the zone.',
    );
  });

  it('says that the clock is set back inside it', () => {
    const later = { zone: clock.zone, now: () => new Date('2026-11-23T20:00:00Z') };
    expect(windowSentence(window('2026-11-01 00:00:00', '2026-11-01 23:59:59'), later)).toContain(
      '2026-11-01 01:00:00 to 2026-11-01 01:59:59 occurs twice',
    );
  });
});

describe('a window in words', () => {
  it.each([
    [window('2026-03-03 00:00:00', '2026-03-03 23:59:59'), '2026-03-03 (whole day)'],
    [window('2026-03-01 00:00:00', '2026-03-03 23:59:59'), '2026-03-01 to 2026-03-03 (whole days)'],
    [window('2026-03-03 00:00:01', '2026-03-03 23:59:59'), '2026-03-03 00:00:01 to 2026-03-03 23:59:59'],
    [window('2026-03-03 00:00:00', '2026-03-03 23:59:58'), '2026-03-03 00:00:00 to 2026-03-03 23:59:58'],
  ])('%j', (given, words) => {
    expect(windowWords(given)).toBe(words);
  });

  it('says which of its ends were not given', () => {
    const given = window('2026-03-01 00:00:00', '2026-03-03 23:59:59');
    expect(windowWords({ ...given, startGiven: false })).toBe('all history to 2026-03-03 23:59:59');
    expect(windowWords({ ...given, endGiven: false })).toBe(
      '2026-03-01 00:00:00 to 2026-03-03 23:59:59 (no end given)',
    );
    expect(windowWords({ ...given, startGiven: false, endGiven: false })).toBe(
      'all history (no dates given)',
    );
    const now = {
      start: '2026-03-01 08:00:00',
      end: '2026-03-03 20:00:00',
      startGiven: true,
      endGiven: false,
    };
    expect(windowWords({ ...now, endsNow: 'exactly' })).toBe(
      '2026-03-01 08:00:00 to 2026-03-03 20:00:00 (now)',
    );
    expect(windowWords({ ...now, endsNow: 'at the latest' })).toBe(
      '2026-03-01 08:00:00 to 2026-03-03 20:00:00 (the latest it can be now)',
    );
    expect(windowWords({ ...now, startGiven: false, endGiven: true, endsNow: 'exactly' })).toBe(
      'all history to 2026-03-03 20:00:00 (now)',
    );
  });
});

describe('the account’s clock', () => {
  it('is named, with its day of the week', () => {
    expect(zoneWords(clock)).toBe('America/Los_Angeles');
    expect(accountTime(clock)).toBe('Tue 2026-03-03 20:00');
    const days = Array.from({ length: 7 }, (_, i) =>
      accountTime({ zone: 'UTC', now: () => new Date(Date.UTC(2026, 2, 1 + i)) })?.slice(0, 3),
    );
    expect(days).toStrictEqual(['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']);
  });

  it('is said to be unknown where it is', () => {
    expect(zoneWords({ ...clock, zone: undefined })).toBe(
      'account time, zone unknown (CONVOSO_TIMEZONE not set)',
    );
    expect(accountTime({ ...clock, zone: undefined })).toBeUndefined();
  });
});

describe('hours that occur twice', () => {
  const later = { zone: clock.zone, now: () => new Date('2026-11-23T20:00:00Z') };

  it('are listed with how many more there are, as far as calls can lie', () => {
    expect(repeatedWords(window('2026-11-01 00:00:00', '2026-11-01 23:59:59'), later)).toBe(
      'The clock is set back inside it: 2026-11-01 01:00:00 to 2026-11-01 01:59:59 occurs twice, and call dates do not tell the two apart.',
    );
    expect(repeatedWords(window('2024-01-01 00:00:00', '9999-12-31 23:59:59'), later)).toContain(
      '2024-11-03 01:00:00 to 2024-11-03 01:59:59 occurs twice (and 2 more such times), and',
    );
    expect(repeatedWords(window('0001-01-01 00:00:00', '2000-12-31 23:59:59'), later)).toContain(
      '2000-10-29 01:00:00 to 2000-10-29 01:59:59 occurs twice, and',
    );
  });

  it('are not mentioned for other windows, for all history, for the future, and without a zone', () => {
    const day = window('2026-11-01 00:00:00', '2026-11-01 23:59:59');
    expect(repeatedWords(window('2026-11-02 00:00:00', '2026-11-02 23:59:59'), later)).toBeUndefined();
    expect(repeatedWords({ ...day, startGiven: false }, later)).toBeUndefined();
    expect(repeatedWords(day, clock)).toBeUndefined();
    expect(repeatedWords(day, { ...later, zone: undefined })).toBeUndefined();
  });

  it('and the future are mentioned in one sentence each', () => {
    const cut = { ...window('2026-11-01 00:00:01', '2026-11-23 12:00:00'), askedEnd: '2026-11-30 23:59:59' };
    expect(windowSentence(cut, later)).toBe(
      'Window: 2026-11-01 00:00:01 to 2026-11-23 12:00:00, America/Los_Angeles. The end given, 2026-11-30 23:59:59, lies in the future. The clock is set back inside it: 2026-11-01 01:00:00 to 2026-11-01 01:59:59 occurs twice, and call dates do not tell the two apart.',
    );
  });
});
