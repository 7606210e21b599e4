import { describe, expect, it } from 'vitest';
import type { SourceSpan } from '../../src/calls/source.js';
import { sourceLines } from '../../src/render/sources.js';

const NOW = new Date('2026-03-04T12:00:00Z');
const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000).toISOString();
const day = (of: number) => `2026-02-${String(of).padStart(2, '0')}`;
const archive = (first: number, last: number, oldest = 10, youngest = oldest): SourceSpan => ({
  source: 'archive',
  start: day(first),
  end: day(last),
  readAt: minutesAgo(oldest),
  lastReadAt: minutesAgo(youngest),
});
const live = (first: number, last = first): SourceSpan => ({ ...archive(first, last), source: 'live' });
const AS_READ = 'Archived calls are as they were when read: later changes are not in them.';

describe('where calls come from', () => {
  it('is not said where there is but one place', () => {
    expect(sourceLines(undefined, NOW)).toStrictEqual([]);
  });

  it('is said of one day and of several, with the age of what was archived', () => {
    expect(sourceLines({ stretches: [archive(1, 3), live(4)] }, NOW)).toStrictEqual([
      `Source: archive 2026-02-01 to 2026-02-03 (read 10 min ago), live 2026-02-04. ${AS_READ}`,
    ]);
    expect(sourceLines({ stretches: [live(4, 6)] }, NOW)).toStrictEqual([
      'Source: live 2026-02-04 to 2026-02-06.',
    ]);
    expect(sourceLines({ stretches: [] }, NOW)).toStrictEqual(['Source: none.']);
  });

  it('is said with why it is not the place one would expect', () => {
    expect(
      sourceLines({ stretches: [live(4)], remark: 'The archive could not be read.' }, NOW),
    ).toStrictEqual(['Source: live 2026-02-04.', 'The archive could not be read.']);
  });

  it.each([
    [0, '0 min'],
    [119, '119 min'],
    [120, '2 h'],
    [179, '2 h'],
    [2 * 24 * 60 - 1, '47 h'],
    [2 * 24 * 60, '2 d'],
    [3 * 24 * 60 - 1, '2 d'],
    // The clock was set back since.
    [-5, '0 min'],
  ])('read %i minutes ago is %s', (minutes, words) => {
    expect(sourceLines({ stretches: [archive(1, 1, minutes)] }, NOW)).toStrictEqual([
      `Source: archive 2026-02-01 (read ${words} ago). ${AS_READ}`,
    ]);
  });

  it('gives the range of ages, youngest first', () => {
    expect(sourceLines({ stretches: [archive(1, 2, 3_000, 200)] }, NOW)[0]).toContain(
      '(read 3 h to 2 d ago)',
    );
  });

  it('is listed span by span up to six, and summarized past that', () => {
    const mixed = [1, 3, 5].flatMap((first) => [archive(first, first, 60 * first + 120), live(first + 1)]);
    expect(sourceLines({ stretches: mixed }, NOW)[0]?.match(/live|archive/g)).toHaveLength(6);
    expect(sourceLines({ stretches: [...mixed, archive(7, 9, 30)] }, NOW)).toStrictEqual([
      `Source: archive 4 stretches of 2026-02-01 to 2026-02-09 (read 30 min to 7 h ago), live the 3 stretches beside them. ${AS_READ}`,
    ]);
    const archived = [1, 3, 5, 7, 9, 11, 13].map((first) => archive(first, first));
    expect(sourceLines({ stretches: archived }, NOW)).toStrictEqual([
      `Source: archive 7 stretches of 2026-02-01 to 2026-02-13 (read 10 min ago). ${AS_READ}`,
    ]);
  });
});
