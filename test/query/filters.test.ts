import { describe, expect, it } from 'vitest';
import { filterFields } from '../../src/query/filters.js';
import { resolveFilters } from '../../src/query/window.js';
import { InvalidArguments } from '../../src/util/failure.js';

const now = () => new Date('2026-03-04T12:00:00Z');
const nowhere = { zone: undefined, now };
const pacific = { zone: 'America/Los_Angeles', now };

function problem(resolve: () => unknown): InvalidArguments {
  try {
    resolve();
  } catch (error) {
    if (error instanceof InvalidArguments) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('the window', () => {
  it('is all history, explicitly, when no date is given', () => {
    expect(resolveFilters({ lead_id: '12345' }, nowhere)).toStrictEqual({
      filters: { lead_id: '12345', start_time: '2000-01-01 00:00:00', end_time: '2026-03-05 02:00:00' },
      window: {
        start: '2000-01-01 00:00:00',
        end: '2026-03-05 02:00:00',
        startGiven: false,
        endGiven: false,
        endsNow: 'at the latest',
      },
      resolvedNames: {},
    });
  });

  it('holds whole days when given as dates', () => {
    const { filters, window } = resolveFilters({ start_time: '2026-03-01', end_time: '2026-03-01' }, nowhere);
    expect(filters).toStrictEqual({ start_time: '2026-03-01 00:00:00', end_time: '2026-03-01 23:59:59' });
    expect([window.startGiven, window.endGiven]).toStrictEqual([true, true]);
  });

  it('is open at the end that is not given', () => {
    expect(resolveFilters({ start_time: '2026-03-01 08:00:00' }, nowhere).window).toMatchObject({
      start: '2026-03-01 08:00:00',
      end: '2026-03-05 02:00:00',
      endGiven: false,
      endsNow: 'at the latest',
    });
    expect(resolveFilters({ end_time: '2026-03-01 08:00:00' }, nowhere).window).toMatchObject({
      start: '2000-01-01 00:00:00',
      startGiven: false,
    });
  });

  it('is not reversed by its own default', () => {
    expect(resolveFilters({ end_time: '1999-06-01' }, nowhere).window.start).toBe('1970-01-01 00:00:00');
    expect(resolveFilters({ start_time: '2030-01-01 08:00:00' }, nowhere).window.end).toBe(
      '2030-01-01 23:59:59',
    );
  });

  it('ends now where the zone is known, and at the latest that it can be now where it is not', () => {
    for (const input of [
      {},
      { start_time: '2026-03-01' },
      { end_time: '2026-03-31' },
      { end_time: '9999-12-31' },
    ]) {
      expect(resolveFilters(input, pacific).window).toMatchObject({
        end: '2026-03-04 04:00:00',
        endsNow: 'exactly',
      });
      expect(resolveFilters(input, nowhere).window).toMatchObject({
        end: '2026-03-05 02:00:00',
        endsNow: 'at the latest',
      });
    }
  });

  it('remembers the end that was given, where it lies in the future', () => {
    const askedEnd = (input: Parameters<typeof resolveFilters>[0]) =>
      resolveFilters(input, pacific).window.askedEnd;
    expect(askedEnd({ end_time: '2026-03-31' })).toBe('2026-03-31 23:59:59');
    expect(askedEnd({ end_time: 'today 20:00' })).toBe('2026-03-04 20:00:00');
    expect(askedEnd({ end_time: '2026-03-04T20:00:00Z' })).toBe('2026-03-04 12:00:00');
    for (const input of [{}, { end_time: 'now' }, { end_time: 'this week' }, { end_time: '2026-03-03' }])
      expect(askedEnd(input)).toBeUndefined();
  });

  it('that lies in the future stays there', () => {
    expect(
      resolveFilters({ start_time: '2026-03-05', end_time: '2026-03-06' }, pacific).window,
    ).toStrictEqual({
      start: '2026-03-05 00:00:00',
      end: '2026-03-06 23:59:59',
      startGiven: true,
      endGiven: true,
    });
  });

  it('may be a single second', () => {
    const second = '2026-03-01 08:00:00';
    expect(resolveFilters({ start_time: second, end_time: second }, nowhere).window.start).toBe(second);
  });

  it('is turned from an offset into account time', () => {
    expect(
      resolveFilters({ start_time: '2026-03-01T08:00:00Z', end_time: '2026-03-02T10:00:00Z' }, pacific)
        .filters,
    ).toStrictEqual({ start_time: '2026-03-01 00:00:00', end_time: '2026-03-02 02:00:00' });
  });

  it.each([
    ['start_time', { start_time: '2026-02-30' }],
    ['end_time', { end_time: '2026-13-01 00:00:00' }],
    ['start_time', { start_time: 'the other week', end_time: 'today' }],
  ])('with an impossible %s is refused: %j', (name, input) => {
    const { what, why, next } = problem(() => resolveFilters(input, nowhere));
    expect(what).toBe(`${name} cannot be used.`);
    expect(why).toContain(Object.values(input)[0]);
    expect(next).toContain('YYYY-MM-DD HH:MM:SS');
  });

  it('with an offset and no zone is refused with the setting to set', () => {
    const { why, next } = problem(() => resolveFilters({ end_time: '2026-03-01T08:00:00Z' }, nowhere));
    expect(why).toMatch(/time zone of the account is not known/);
    expect(next).toContain('CONVOSO_TIMEZONE');
  });

  it.each([
    { start_time: '2026-03-02', end_time: '2026-03-01' },
    { start_time: '2026-03-01 08:00:01', end_time: '2026-03-01 08:00:00' },
  ])('that is reversed is refused: %j', (input) => {
    const { what, next } = problem(() => resolveFilters(input, nowhere));
    expect(what).toBe('The window of the search is reversed.');
    expect(next).toMatch(/Swap/);
  });

  it('reversed by the zone only is refused, and one righted by it is not', () => {
    // 23:00 of the day before in Los Angeles.
    const start = { start_time: '2026-03-01 00:00:00' };
    expect(
      problem(() => resolveFilters({ ...start, end_time: '2026-03-01T07:00:00Z' }, pacific)).what,
    ).toMatch(/reversed/);
    const end = { end_time: '2026-02-28 23:30:00' };
    expect(resolveFilters({ start_time: '2026-03-01T07:00:00Z', ...end }, pacific).window.start).toBe(
      '2026-02-28 23:00:00',
    );
  });
});

describe('other filters', () => {
  it('pass as given, under their documented names', () => {
    const given = {
      id: '1',
      lead_id: '2',
      campaign_id: '3',
      queue_id: '4',
      list_id: '5',
      user_id: '6',
      status: 'NO_ANSWER',
      phone_number: '2125550123',
      number_dialed: '2125550124',
      first_name: 'Ana',
      last_name: 'Ruiz',
      call_type: '3WAY',
      called_count: 0,
    } as const;
    expect(resolveFilters(given, nowhere).filters).toMatchObject(given);
    expect(Object.keys(filterFields).toSorted()).toStrictEqual(
      [...Object.keys(given), 'start_time', 'end_time'].toSorted(),
    );
  });
});
