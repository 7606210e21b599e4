import type { AccountClock, ResolvedWindow } from '../call-logs/filters.js';
import { allHistory, repeatedStretches, stampInZone } from '../convoso/time.js';

/** The window that was searched, the zone its times are in and, where the clock was set back inside it, that it was. */
export function windowSentence(window: ResolvedWindow, clock: AccountClock): string {
  const notes = [futureWords(window, clock), repeatedWords(window, clock)].filter(
    (note) => note !== undefined,
  );
  return [`Window: ${windowWords(window)}, ${zoneWords(clock)}.`, ...notes].join(' ');
}

/** What to know of a window whose last day has not begun: the calls of it are still to come. */
function futureWords({ start, end, endGiven }: ResolvedWindow, clock: AccountClock): string | undefined {
  if (clock.zone === undefined || !endGiven) return undefined;
  const now = stampInZone(clock.now(), clock.zone);
  if (start > now) return `It lies in the future: it is ${now} there.`;
  return end.slice(0, 10) > now.slice(0, 10) ? `It ends in the future: it is ${now} there.` : undefined;
}

/**
 * What to know of a window in which the clock is set back: its calls of that hour are all there, under stamps that do not
 * tell which of the two hours they belong to. Undefined for other windows, for all history and where the zone is unknown.
 */
export function repeatedWords(window: ResolvedWindow, clock: AccountClock): string | undefined {
  if (clock.zone === undefined || !window.startGiven) return undefined;
  // Calls lie in what has passed: a window may be given as wide as four digits can write a year.
  const whole = allHistory(clock.now());
  const start = window.start > whole.start ? window.start : whole.start;
  const end = window.end < whole.end ? window.end : whole.end;
  if (start > end) return undefined;
  const [first, ...more] = repeatedStretches({ start, end }, clock.zone);
  if (first === undefined) return undefined;
  const others = more.length === 0 ? '' : ` (and ${more.length} more such times)`;
  return `The clock is set back inside it: ${first.start} to ${first.end} occurs twice${others}, and call dates do not tell the two apart.`;
}

/** The account's date and time, `Tue 2026-03-03 20:00`; undefined when its zone is not known. */
export function accountTime(clock: AccountClock): string | undefined {
  if (clock.zone === undefined) return undefined;
  const stamp = stampInZone(clock.now(), clock.zone).slice(0, 16);
  const weekday = WEEKDAYS[new Date(`${stamp.slice(0, 10)}T00:00:00Z`).getUTCDay()];
  return `${weekday} ${stamp}`;
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** The window itself, whole days by their dates; an end that the caller did not give is said to be the default, all history. */
export function windowWords({ start, end, startGiven, endGiven }: ResolvedWindow): string {
  if (!startGiven && !endGiven) return 'all history (no dates given)';
  if (!startGiven) return `all history to ${end}`;
  if (!endGiven) return `${start} to ${end} (no end given)`;
  return wholeDays(start, end) ?? `${start} to ${end}`;
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
