import { describe, expect, it } from 'vitest';
import { completenessLines } from '../../src/render/completeness.js';
import type { Completeness } from '../../src/walk/completeness.js';

const lines = (facts: Partial<Completeness>) =>
  completenessLines({
    complete: true,
    total_found: 12,
    fetched: 12,
    unique: 12,
    duplicates: 0,
    outside_filter: 0,
    malformed: 0,
    windows: 1,
    missing: [],
    ...facts,
  });

describe('how much an answer rests on', () => {
  it('is said in one line when everything was read', () => {
    expect(lines({})).toStrictEqual(['Complete: all 12 matching calls were read, each once.']);
    expect(lines({ unique: 0 })).toStrictEqual(['Complete: no call matches.']);
  });

  it('is said with what else there is to know', () => {
    expect(lines({ reason: 'Calls came in meanwhile.' })).toStrictEqual([
      'Complete: all 12 matching calls were read, each once.',
      'Calls came in meanwhile.',
    ]);
  });

  it('is said of a part with the reason, once, and how to get what is missing', () => {
    const missing = [
      { start: '2026-03-03 00:00:00', end: '2026-03-03 11:59:59' },
      { start: '2026-03-05 00:00:00', end: '2026-03-05 11:59:59' },
    ];
    expect(lines({ complete: false, unique: 7, missing, reason: 'A page failed.' })).toStrictEqual([
      'PARTIAL: 7 of 12 matching calls were read. A page failed.',
      'Missing: 2026-03-03 00:00:00 to 2026-03-03 11:59:59. To get it: the same question with start_time "2026-03-03 00:00:00", end_time "2026-03-03 11:59:59".',
      'Missing: 2026-03-05 00:00:00 to 2026-03-05 11:59:59. To get it: the same question with start_time "2026-03-05 00:00:00", end_time "2026-03-05 11:59:59".',
    ]);
  });

  it('claims no total that the service did not give, and no reason that is not known', () => {
    const missing = [{ start: '2026-03-03 00:00:00', end: '2026-03-03 11:59:59' }];
    expect(lines({ complete: false, unique: 7, total_found: null, missing })[0]).toBe(
      'PARTIAL: 7 matching calls were read.',
    );
  });

  it('says what could not be verified, in its first line', () => {
    const unverified = ['queue_id: no row carries it'];
    expect(lines({ complete: false, unverified })).toStrictEqual([
      'Every page was read, not every call verified: 12 calls were read. Not verified: queue_id: no row carries it.',
    ]);
    expect(
      lines({ complete: false, unverified, reason: 'The service did not say how many calls match.' }),
    ).toStrictEqual([
      'NOT VERIFIED: 12 calls were read. Not verified: queue_id: no row carries it. The service did not say how many calls match.',
    ]);
  });

  it('counts rows that were dropped and rows that came twice', () => {
    expect(lines({ outside_filter: 1, duplicates: 2 })).toStrictEqual([
      'Complete: all 12 matching calls were read, each once.',
      '1 row that does not satisfy the filters or the window came as well and is not counted: the service does not seem to apply them all.',
      '2 rows came twice and are counted once.',
    ]);
  });
});
