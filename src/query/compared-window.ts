import {
  edgeStamp,
  HISTORY_START,
  instantOf,
  isDay,
  ordinalOf,
  stampOf,
  type Window,
} from '../account-time/stamps.js';
import { InvalidArguments } from '../util/failure.js';
import { type AccountClock, type ResolvedWindow, resolveFilters } from './window.js';

/** What a window can be compared with, apart from a window that is given. */
export const COMPARISONS = ['previous_period', 'last_week'] as const;

/** A window that another one is compared with. */
export interface ComparedWindow {
  readonly window: ResolvedWindow;
  /** How the caller named it: one of COMPARISONS, or a window that was given. */
  readonly as: (typeof COMPARISONS)[number] | 'given';
  /** Whether the two have a part in common. */
  readonly overlaps: boolean;
  /** How long both are in words, where one is longer; undefined where they are equally long. */
  readonly unequal: string | undefined;
}

const DAY = 86_400;

/**
 * The window that `compare_to` means beside the one that was asked for:
 * - `previous_period`, the same length directly before it. A window that begins at midnight is moved by whole days, one of
 *   whole calendar months by as many months, and one that is not over yet to the same part of the period before.
 * - `last_week`, the same days and times seven days earlier.
 * - a window: two dates or times with `..` between them, or one date or word for a period; the forms of start_time.
 *
 * Windows are moved on the account's wall clock; one of less than a day is as long in real time where the zone is known.
 * @throws InvalidArguments for anything else, and where the window that was asked for has no start or no certain end
 */
export function comparedWindow(
  compareTo: string,
  asked: ResolvedWindow,
  clock: AccountClock,
): ComparedWindow {
  const word = compareTo
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
  const as = COMPARISONS.find((name) => name === word);
  const window = as === undefined ? givenWindow(compareTo, clock) : movedWindow(as, asked, clock);
  return {
    window,
    as: as ?? 'given',
    overlaps: window.start <= asked.end && window.end >= asked.start,
    unequal: unequalWords(asked, window, clock.zone),
  };
}

function givenWindow(text: string, clock: AccountClock): ResolvedWindow {
  const [start = '', end, ...more] = text.split('..').map((part) => part.trim());
  try {
    if (start === '' || end === '' || more.length > 0) throw unreadable(text);
    const { window } = resolveFilters(
      end !== undefined || isDay(start)
        ? { start_time: start, end_time: end ?? start }
        : { start_time: start },
      clock,
    );
    if (!window.endGiven) throw unreadable(text);
    return window;
  } catch (error) {
    if (!(error instanceof InvalidArguments) || error.what.startsWith('compare_to')) throw error;
    throw new InvalidArguments({ what: 'compare_to cannot be used.', why: error.why, next: FORMS });
  }
}

const FORMS =
  'Give previous_period, last_week, or a window such as 2026-10-01..2026-10-31 or yesterday, in the forms of start_time.';

function unreadable(text: string): InvalidArguments {
  return new InvalidArguments({
    what: 'compare_to cannot be used.',
    why: `“${text.slice(0, 60)}” is not a window with both ends.`,
    next: FORMS,
  });
}

function movedWindow(
  by: (typeof COMPARISONS)[number],
  asked: ResolvedWindow,
  clock: AccountClock,
): ResolvedWindow {
  if (!asked.startGiven || asked.start < HISTORY_START) {
    throw new InvalidArguments({
      what: `compare_to ${by} cannot be used.`,
      why: 'The question has no start_time, and nothing comes before all history.',
      next: 'Give start_time, such as yesterday, this week or 2026-10-01.',
    });
  }
  if (asked.endsNow === 'at the latest') {
    throw new InvalidArguments({
      what: `compare_to ${by} cannot be used.`,
      why: 'The window ends now, and what time it is in the account is not known here (CONVOSO_TIMEZONE is not set).',
      next: 'Give an end_time that has passed.',
    });
  }
  const { start, end } = by === 'last_week' ? movedByDays(asked, 7) : before(asked, clock.zone);
  return { start, end, startGiven: true, endGiven: true };
}

function movedByDays({ start, end }: Window, days: number): Window {
  const moved = (stamp: string) => stampOf((ordinalOf(stamp) ?? 0) - days * DAY);
  return { start: moved(start), end: moved(end) };
}

/** The same length directly before a window; where it is the first part of a period, that part of the period before. */
function before({ start, end, periodEnd = end }: ResolvedWindow, zone: string | undefined): Window {
  const [first, last] = [ordinalOf(start) ?? 0, ordinalOf(periodEnd) ?? 0];
  const months = wholeMonths(first, last);
  if (months > 0) {
    return {
      start: stampOf(monthsBefore(first, months)),
      end:
        end === periodEnd
          ? stampOf(first - 1)
          : stampOf(Math.min(monthsBefore(ordinalOf(end) ?? 0, months), first - 1)),
    };
  }
  if (first % DAY === 0) return movedByDays({ start, end }, Math.ceil((last + 1 - first) / DAY));
  const [begun, ended] =
    zone === undefined ? [first, last] : [start, end].map((stamp) => secondOf(stamp, zone));
  const second = (begun ?? 0) - ((ended ?? 0) - (begun ?? 0) + 1);
  const moved = zone === undefined ? stampOf(second) : edgeStamp(new Date(second * 1000), 'start', zone);
  // Inside an hour that occurs twice, stamps can run backward.
  return { start: moved < start ? moved : stampOf(first - (last - first + 1)), end: stampOf(first - 1) };
}

/** How many calendar months a window is; 0 when it is no whole ones. */
function wholeMonths(first: number, last: number): number {
  const [from, to] = [new Date(first * 1000), new Date((last + 1) * 1000)];
  if (![from, to].every((edge) => edge.getUTCDate() === 1 && edge.getTime() % (DAY * 1000) === 0)) return 0;
  return (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth();
}

/** The same day and time some months earlier; the end of the month where it has no such day. */
function monthsBefore(ordinal: number, months: number): number {
  const date = new Date(ordinal * 1000);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() - months];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  if (date.getUTCDate() > lastDay) return Date.UTC(year, month + 1, 1) / 1000 - 1;
  return Date.UTC(year, month, date.getUTCDate()) / 1000 + (ordinal % DAY);
}

/** An instant that shows a stamp, in seconds of UTC. */
function secondOf(stamp: string, zone: string): number {
  return Math.floor(instantOf(stamp, zone).getTime() / 1000);
}

/** How long two windows are, where one is longer: in days, or in hours and minutes of real time. */
function unequalWords(one: Window, other: Window, zone: string | undefined): string | undefined {
  const [first, second] = [one, other].map((window) => lengthOf(window, zone));
  if (first === undefined || second === undefined || first === second) return undefined;
  return `${lengthWords(first)} against ${lengthWords(second)}`;
}

/** Seconds of a window: of real time where the zone is known, so that clock changes inside show. */
function lengthOf({ start, end }: Window, zone: string | undefined): number {
  const next = stampOf((ordinalOf(end) ?? 0) + 1);
  const [from = 0, to = 0] = [start, next].map((stamp) =>
    zone === undefined ? (ordinalOf(stamp) ?? 0) : secondOf(stamp, zone),
  );
  return to - from;
}

function lengthWords(seconds: number): string {
  const parts = [
    [Math.floor(seconds / DAY), seconds >= 2 * DAY || seconds < DAY ? 'days' : 'day'],
    [Math.floor((seconds % DAY) / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'min'],
    [seconds % 60, 's'],
  ] as const;
  return parts.flatMap(([count, unit]) => (count === 0 ? [] : [`${count} ${unit}`])).join(' ');
}
