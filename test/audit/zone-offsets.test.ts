import { describe, expect, it } from 'vitest';
import { ordinalOf, stampInZone } from '../../src/account-time/stamps.js';
import { ZoneOffsets } from '../../src/account-time/zone-offsets.js';
import { businessDaysAfter, isBusinessDay } from '../../src/audit/business-days.js';
import { twoProportions } from '../../src/audit/two-proportions.js';

const at = (stamp: string) => ordinalOf(stamp) ?? 0;
const utc = (text: string) => Date.parse(text) / 1000;

describe('a zone’s clock', () => {
  const clock = new ZoneOffsets('America/New_York');
  it('shows what Node’s own does', () => {
    for (let i = 0; i < 400; i += 1) {
      const instant = utc('2026-01-01T00:00:00Z') + i * 79_123;
      expect(clock.ordinalAt(instant)).toBe(at(stampInZone(new Date(instant * 1000), 'America/New_York')));
    }
  });

  it.each([
    ['2026-02-10 10:00:00', '2026-02-10T15:00:00Z', '2026-02-10T15:00:00Z'],
    ['2026-11-01 00:59:59', '2026-11-01T04:59:59Z', '2026-11-01T04:59:59Z'],
    ['2026-11-01 01:00:00', '2026-11-01T05:00:00Z', '2026-11-01T06:00:00Z'],
    ['2026-11-01 02:00:00', '2026-11-01T07:00:00Z', '2026-11-01T07:00:00Z'],
    ['2026-03-08 02:30:00', '2026-03-08T06:30:00Z', '2026-03-08T07:30:00Z'],
  ])('showed %s at these instants', (stamp, earliest, latest) => {
    expect(clock.instantsOf(at(stamp))).toEqual({ earliest: utc(earliest), latest: utc(latest) });
  });
});

describe('business days', () => {
  const day = (date: string) => at(date) / 86_400;
  it.each([
    ['2025-11-14', 10, '2025-12-01'],
    ['2025-12-19', 10, '2026-01-06'],
    ['2026-07-01', 2, '2026-07-06'],
    ['2026-02-13', 1, '2026-02-17'],
    ['2026-02-14', 1, '2026-02-17'],
    ['2026-06-18', 1, '2026-06-22'],
    ['2026-11-25', 0, '2026-11-25'],
  ])('after %s, %d of them, end on %s', (from, count, to) => {
    expect(businessDaysAfter(day(from), count)).toBe(day(to));
  });

  it('leave out federal holidays as they are observed', () => {
    const holidays =
      '2026-01-01 2026-01-19 2026-02-16 2026-05-25 2026-06-19 2026-07-03 2026-09-07 2026-10-12 2026-11-11 2026-11-26 2026-12-25 2027-12-31';
    expect(holidays.split(' ').filter((date) => isBusinessDay(day(date)))).toEqual([]);
  });
});

describe('two proportions', () => {
  it.each([
    [30, 100, 30, 100, 1],
    [45, 100, 30, 100, 0.0285],
    [2, 100, 29, 100, 1.1e-7],
    [0, 100, 0, 100, 1],
  ])('%d of %d and %d of %d differ with p %d', (a, n, b, m, p) => {
    expect(twoProportions({ contacts: a, dials: n }, { contacts: b, dials: m })).toBeCloseTo(p, 3);
  });
});
