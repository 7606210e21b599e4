import { describe, expect, it } from 'vitest';
import type { Completeness } from '../../src/convoso/completeness.js';
import { completenessLines } from '../../src/text/completeness.js';

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
    expect(lines({ unique: 0 })).toStrictEqual(['Complete: nothing was left out.']);
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
    expect(lines({ complete: false, unique: 7, total_found: null })).toStrictEqual([
      'PARTIAL: 7 matching calls were read.',
    ]);
  });

  it('counts rows that were dropped and rows that came twice', () => {
    expect(lines({ outside_filter: 1, duplicates: 2 })).toStrictEqual([
      'Complete: all 12 matching calls were read, each once.',
      '1 rows did not satisfy the filters and were dropped: the service seems not to apply one of them, and its total_found counts them too.',
      '2 rows came twice and were counted once.',
    ]);
  });
});
