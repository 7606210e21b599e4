import { describe, expect, it } from 'vitest';
import type { FilterInput } from '../../src/query/filters.js';
import { resolveFilters } from '../../src/query/window.js';
import { repeatedWords, windowSentence } from '../../src/render/window.js';
import { InvalidArguments } from '../../src/util/failure.js';

const at = (now: string, zone: string | undefined = 'America/Los_Angeles') => ({
  zone,
  now: () => new Date(now),
});
// Tuesday 3 March 2026, 20:00 in Los Angeles.
const EVENING = at('2026-03-04T04:00:00Z');
const window = (input: FilterInput, clock = EVENING) => {
  const { start, end, endGiven } = resolveFilters(input, clock).window;
  return [start, end, endGiven];
};

describe('time words as filters', () => {
  it('a period given as the start alone is the whole of it', () => {
    expect(window({ start_time: 'yesterday' })).toEqual(['2026-03-02 00:00:00', '2026-03-02 23:59:59', true]);
    expect(window({ start_time: 'last month' })).toEqual([
      '2026-02-01 00:00:00',
      '2026-02-28 23:59:59',
      true,
    ]);
  });

  it('a moment or a date given as the start alone ends now', () => {
    expect(window({ start_time: '-7d' })).toEqual(['2026-02-24 00:00:00', '2026-03-03 20:00:00', false]);
    expect(window({ start_time: '-7d 13:00' })).toEqual([
      '2026-02-24 13:00:00',
      '2026-03-03 20:00:00',
      false,
    ]);
    expect(window({ start_time: '-2h' })).toEqual(['2026-03-03 18:00:00', '2026-03-03 20:00:00', false]);
    expect(window({ start_time: '2026-03-02' })).toEqual([
      '2026-03-02 00:00:00',
      '2026-03-03 20:00:00',
      false,
    ]);
  });

  it.each(['today', 'this week', 'this month'])('%s ends now', (word) => {
    expect(window({ start_time: word }).slice(1)).toEqual(['2026-03-03 20:00:00', true]);
    expect(window({ start_time: '2026-03-01', end_time: word }).slice(1)).toEqual([
      '2026-03-03 20:00:00',
      true,
    ]);
  });

  it('whole days are counted, and today so far is told apart', () => {
    const said = (input: FilterInput) => windowSentence(resolveFilters(input, EVENING).window, EVENING);
    expect(said({ start_time: '-7d' })).toBe(
      'Window: 2026-02-24 00:00:00 to 2026-03-03 20:00:00 (7 whole days and today so far), America/Los_Angeles.',
    );
    expect(said({ start_time: '-1d' })).toContain('(1 whole day and today so far)');
    expect(said({ start_time: 'today' })).toContain('(today so far)');
    expect(said({ start_time: '-2h' })).toContain('(now)');
    expect(said({ start_time: '-7d', end_time: '-1d' })).toContain('2026-02-24 to 2026-03-02 (whole days)');
  });

  it('a period is its beginning as a start and its end as an end', () => {
    expect(window({ start_time: 'last week', end_time: 'yesterday' }).slice(0, 2)).toEqual([
      '2026-02-23 00:00:00',
      '2026-03-02 23:59:59',
    ]);
    expect(window({ start_time: '-2h', end_time: 'now' }).slice(0, 2)).toEqual([
      '2026-03-03 18:00:00',
      '2026-03-03 20:00:00',
    ]);
    expect(window({ end_time: 'yesterday' })[1]).toBe('2026-03-02 23:59:59');
  });

  it('are refused with the setting where the zone is not known, and reversed ones as such', () => {
    const nowhere = { zone: undefined, now: EVENING.now };
    const refusal = (input: FilterInput, clock: Parameters<typeof resolveFilters>[1]) => {
      try {
        resolveFilters(input, clock);
      } catch (error) {
        if (error instanceof InvalidArguments) return error.message;
      }
      throw new Error('nothing was refused');
    };
    expect(refusal({ start_time: 'yesterday' }, nowhere)).toContain('CONVOSO_TIMEZONE');
    expect(refusal({ end_time: 'now' }, nowhere)).toContain('CONVOSO_TIMEZONE');
    expect(refusal({ start_time: 'today', end_time: 'yesterday' }, EVENING)).toContain('reversed');
  });
});

describe('a window in which the clock is set back', () => {
  const said = (input: FilterInput, clock = at('2026-11-02T20:00:00Z')) =>
    repeatedWords(resolveFilters(input, clock).window, clock);

  it('is wide enough for both passes, and the answer says that stamps cannot tell them apart', () => {
    // 01:10 for the second time; two hours before, it was 00:10.
    const clock = at('2026-11-01T09:10:00Z');
    const input = { start_time: '-2h', end_time: 'now' };
    expect(window(input, clock).slice(0, 2)).toEqual(['2026-11-01 00:10:00', '2026-11-01 01:59:59']);
    expect(window({ start_time: 'today' }, clock)[1]).toBe('2026-11-01 01:59:59');
    expect(windowSentence(resolveFilters(input, clock).window, clock)).toContain(
      '2026-11-01 01:00:00 to 2026-11-01 01:59:59 occurs twice',
    );
    expect(said({ start_time: 'yesterday' })).toContain('occurs twice');
    expect(said({ start_time: '2024-01-01' })).toContain('(and 2 more such times)');
  });

  it('is looked for in what has passed only, however wide the window is given', () => {
    expect(said({ start_time: '0001-01-01', end_time: '9999-12-31' })).toContain('(and 26 more such times)');
    expect(said({ start_time: '2027-01-01' })).toBeUndefined();
    expect(said({ start_time: '2026-11-01' }, at('2026-10-20T20:00:00Z'))).toBeUndefined();
  });

  it('is told from other windows, and all history is not bothered with it', () => {
    expect(said({ start_time: 'today' })).toBeUndefined();
    expect(said({})).toBeUndefined();
    expect(said({ start_time: '2026-11-01' }, at('2026-11-02T20:00:00Z', 'America/Phoenix'))).toBeUndefined();
    const nowhere = { zone: undefined, now: EVENING.now };
    expect(
      repeatedWords(resolveFilters({ start_time: '2026-11-01' }, nowhere).window, nowhere),
    ).toBeUndefined();
  });
});
