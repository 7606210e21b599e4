import { type Season, utcOf } from '../floor.js';
import type { Bounds } from '../service.js';
import { type Quirk, simple } from './quirk.js';

type Occurrence = 'first' | 'second';

const bounds =
  (start: Occurrence, end: Occurrence) =>
  (asked: Bounds): Bounds => ({ start: utcOf(asked.start, start), end: utcOf(asked.end, end) });

/** A service that keeps UTC and reads and prints the wall clock: ends that the clock shows twice are one of the two. */
const keepsUtc = (season: Season, start: Occurrence, end: Occurrence, milliseconds = false): Quirk =>
  simple(
    'clock changes',
    `${season}: UTC kept, start the ${start} and end the ${end} occurrence${milliseconds ? ', milliseconds kept' : ''}`,
    {
      stored: ({ utc }) => (milliseconds ? utc : Math.floor(utc / 1000) * 1000),
      bounds: bounds(start, end),
    },
    {
      season,
      questions: ['all'],
      ...(start === 'first' && end === 'second'
        ? {}
        : {
            undetectable:
              'Where the window ends within the hour that comes twice, the service gives one of the two hours only.',
          }),
    },
  );

export const CLOCK_CHANGES: readonly Quirk[] = [
  keepsUtc('autumn', 'first', 'first'),
  keepsUtc('autumn', 'second', 'second'),
  keepsUtc('autumn', 'first', 'second'),
  keepsUtc('autumn', 'second', 'first'),
  keepsUtc('autumn', 'first', 'first', true),
  keepsUtc('spring', 'first', 'first'),
  keepsUtc('spring', 'second', 'second'),
  simple('clock changes', 'autumn: wall clock kept', {}, { season: 'autumn', harmless: true }),
  simple('clock changes', 'spring: wall clock kept', {}, { season: 'spring', harmless: true }),
];
