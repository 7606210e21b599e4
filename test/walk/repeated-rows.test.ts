import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repeatedStretches } from '../../src/account-time/stamps.js';

const PACIFIC = 'America/Los_Angeles';
const days = (start: string, end: string) => ({ start: `${start} 00:00:00`, end: `${end} 23:59:59` });
const HOUR_2026 = { start: '2026-11-01 01:00:00', end: '2026-11-01 01:59:59' };

describe('the parts of a window that occur twice', () => {
  const zone = process.env['TZ'];
  // The machine's own zone must not matter: this one is 14 hours ahead of UTC.
  beforeAll(() => {
    process.env['TZ'] = 'Pacific/Kiritimati';
  });
  afterAll(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });

  it('are the hour at which the clock is set back', () => {
    expect(repeatedStretches(days('2026-11-01', '2026-11-01'), PACIFIC)).toStrictEqual([HOUR_2026]);
    expect(repeatedStretches(days('2026-10-01', '2026-11-30'), PACIFIC)).toStrictEqual([HOUR_2026]);
  });

  it('are found at the first and the last second of the window, and not outside it', () => {
    expect(repeatedStretches({ start: HOUR_2026.end, end: '2026-11-02 00:00:00' }, PACIFIC)).toHaveLength(1);
    expect(repeatedStretches({ start: '2026-10-31 00:00:00', end: HOUR_2026.start }, PACIFIC)).toHaveLength(
      1,
    );
    expect(repeatedStretches({ start: '2026-11-01 02:00:00', end: '2026-11-02 00:00:00' }, PACIFIC)).toEqual(
      [],
    );
    expect(repeatedStretches({ start: '2026-10-31 00:00:00', end: '2026-11-01 00:59:59' }, PACIFIC)).toEqual(
      [],
    );
  });

  it('are none where the clock is set forward, or never changes', () => {
    expect(repeatedStretches(days('2026-03-01', '2026-03-31'), PACIFIC)).toEqual([]);
    expect(repeatedStretches(days('2020-01-01', '2026-12-31'), 'America/Phoenix')).toEqual([]);
  });

  it('come one a year, oldest first, and half an hour long where the clock changes by that', () => {
    expect(repeatedStretches(days('2024-01-01', '2026-12-31'), PACIFIC).map(({ start }) => start)).toEqual([
      '2024-11-03 01:00:00',
      '2025-11-02 01:00:00',
      '2026-11-01 01:00:00',
    ]);
    expect(repeatedStretches(days('2026-04-01', '2026-04-30'), 'Australia/Lord_Howe')).toEqual([
      { start: '2026-04-05 01:30:00', end: '2026-04-05 01:59:59' },
    ]);
  });
});
