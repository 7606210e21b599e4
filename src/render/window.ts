import {
  HISTORY_START,
  latestNow,
  ordinalOf,
  repeatedStretches,
  stampInZone,
  WEEKDAYS,
  weekdayOf,
} from '../account-time/stamps.js';
import type { AccountClock, ResolvedWindow } from '../query/window.js';
import { WHOLE_NUMBERS } from '../util/whole-numbers.js';

/** The window that was searched, the zone its times are in and, where the clock was set back inside it, that it was. */
export function windowSentence(window: ResolvedWindow, clock: AccountClock): string {
  const notes = [futureWords(window, clock), repeatedWords(window, clock)].filter(
    (note) => note !== undefined,
  );
  return [`Window: ${windowWords(window)}, ${zoneWords(clock)}.`, ...notes].join(' ');
}

/** That a window lies in the future, or would have ended there: those calls are still to come. */
function futureWords({ start, askedEnd }: ResolvedWindow, clock: AccountClock): string | undefined {
  if (askedEnd !== undefined) return `The end given, ${askedEnd}, lies in the future.`;
  if (start <= latestNow(clock.zone, clock.now())) return undefined;
  return clock.zone === undefined
    ? 'It lies in the future, whatever the zone.'
    : `It lies in the future: it is ${stampInZone(clock.now(), clock.zone)} there.`;
}

/**
 * What to know of a window in which the clock is set back: its calls of that hour are all there, under stamps that do not
 * tell which of the two hours they belong to. Undefined for other windows, for all history and where the zone is unknown.
 */
export function repeatedWords(window: ResolvedWindow, clock: AccountClock): string | undefined {
  if (clock.zone === undefined || !window.startGiven) return undefined;
  // Calls lie in what has passed: a window may be given as wide as four digits can write a year.
  const latest = latestNow(clock.zone, clock.now());
  const start = window.start > HISTORY_START ? window.start : HISTORY_START;
  const end = window.end < latest ? window.end : latest;
  if (start > end) return undefined;
  const [first, ...more] = repeatedStretches({ start, end }, clock.zone);
  if (first === undefined) return undefined;
  const others = more.length === 0 ? '' : ` (and ${more.length} more such times)`;
  return `The clock is set back inside it: ${first.start} to ${first.end} occurs twice${others}, and call dates do not tell the two apart.`;
}

/** That the account has no calls before its first one, where that lies inside the window: `begins` is its date. */
export function historyLines(begins: string | undefined): string[] {
  return begins === undefined
    ? []
    : [`The account’s first call is of ${begins}: what the window holds before it has no calls at all.`];
}

/** The account's date and time, `Tue 2026-03-03 20:00`; undefined when its zone is not known. */
export function accountTime(clock: AccountClock): string | undefined {
  if (clock.zone === undefined) return undefined;
  const stamp = stampInZone(clock.now(), clock.zone).slice(0, 16);
  return `${dayWords(stamp.slice(0, 10))} ${stamp.slice(11)}`;
}

/** The window itself, whole days by their dates; an end that was not given is said to be all history, or now. */
export function windowWords({ start, end, startGiven, endGiven, endsNow }: ResolvedWindow): string {
  if (!startGiven && !endGiven) return 'all history (no dates given)';
  if (endsNow !== undefined) {
    const now = endsNow === 'exactly' ? nowWords(startGiven ? start : end, end) : 'the latest it can be now';
    return `${startGiven ? start : 'all history'} to ${end} (${now})`;
  }
  if (!startGiven) return `all history to ${end}`;
  if (!endGiven) return `${start} to ${end} (no end given)`;
  return wholeDays(start, end) ?? `${start} to ${end}`;
}

/** The window as a person says it, to read after what was counted: `yesterday (Mon 2026-03-02)`. */
export function spokenWindow(window: ResolvedWindow, clock: AccountClock): string {
  const { start, end, startGiven, endGiven, endsNow } = window;
  if (!startGiven && !endGiven) return 'in all history';
  if (!startGiven) return `up to ${end}`;
  const [first, last] = [start.slice(0, 10), end.slice(0, 10)];
  const startsWhole = start.endsWith(' 00:00:00');
  const today = clock.zone === undefined ? undefined : stampInZone(clock.now(), clock.zone).slice(0, 10);
  if (startsWhole && first === last && (end.endsWith(' 23:59:59') || endsNow === 'exactly')) {
    if (endsNow === 'exactly') return `today so far (${dayWords(first)}, until ${end.slice(11, 16)})`;
    const isYesterday = today !== undefined && (ordinalOf(today) ?? 0) - (ordinalOf(first) ?? 0) === 86_400;
    return isYesterday ? `yesterday (${dayWords(first)})` : `on ${dayWords(first)}`;
  }
  if (startsWhole && end.endsWith(' 23:59:59')) return `from ${dayWords(first)} to ${dayWords(last)}`;
  return endsNow === 'exactly'
    ? `from ${startsWhole ? dayWords(first) : start} until now (${end})`
    : `from ${start} to ${end}`;
}

/** `Mon 2026-03-02`. */
function dayWords(day: string): string {
  return `${WEEKDAYS[weekdayOf(ordinalOf(day) ?? 0, WHOLE_NUMBERS)]} ${day}`;
}

/** How much of a window that ends now is whole days: `7 whole days and today so far`. */
function nowWords(start: string, end: string): string {
  if (!start.endsWith(' 00:00:00')) return 'now';
  const days = ((ordinalOf(end.slice(0, 10)) ?? 0) - (ordinalOf(start) ?? 0)) / 86_400;
  return days === 0 ? 'today so far' : `${days} whole ${days === 1 ? 'day' : 'days'} and today so far`;
}

function wholeDays(start: string, end: string): string | undefined {
  const [firstDay, opening] = start.split(' ');
  const [lastDay, closing] = end.split(' ');
  if (opening !== '00:00:00' || closing !== '23:59:59') return undefined;
  return firstDay === lastDay ? `${firstDay} (whole day)` : `${firstDay} to ${lastDay} (whole days)`;
}

/** Which clock the times are on. */
export function zoneWords(clock: AccountClock): string {
  return clock.zone === undefined ? 'account time, zone unknown (CONVOSO_TIMEZONE not set)' : clock.zone;
}
