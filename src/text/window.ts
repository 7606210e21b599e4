import type { AccountClock, ResolvedWindow } from '../call-logs/filters.js';
import { repeatedStretches, stampInZone } from '../convoso/time.js';

/** The window that was searched, the zone its times are in and, where the clock was set back inside it, that it was. */
export function windowSentence(window: ResolvedWindow, clock: AccountClock): string {
  const repeated = repeatedWords(window, clock);
  return `Window: ${windowWords(window)}, ${zoneWords(clock)}.${repeated === undefined ? '' : ` ${repeated}`}`;
}

/**
 * What to know of a window in which the clock is set back: its calls of that hour are all there, under stamps that do not
 * tell which of the two hours they belong to. Undefined for other windows, for all history and where the zone is unknown.
 */
export function repeatedWords(window: ResolvedWindow, { zone }: AccountClock): string | undefined {
  if (zone === undefined || !window.startGiven) return undefined;
  const [first, ...more] = repeatedStretches(window, zone);
  if (first === undefined) return undefined;
  const others = more.length === 0 ? '' : ` (and ${more.length} more such times)`;
  return `The clock is set back inside it: ${first.start} to ${first.end} occurs twice${others}, and call dates do not tell the two apart.`;
}

/** The account's date and time, `Tue 2026-03-03 20:00`; undefined when its zone is not known. */
export function accountTime(clock: AccountClock): string | undefined {
  if (clock.zone === undefined) return undefined;
  const stamp = stampInZone(clock.now(), clock.zone).slice(0, 16);
  const weekday = new Date(`${stamp.slice(0, 10)}T00:00:00Z`).toLocaleDateString('en-US', {
    weekday: 'short',
    timeZone: 'UTC',
  });
  return `${weekday} ${stamp}`;
}

/** The window itself; an end that the caller did not give is said to be the default, all history. */
export function windowWords({ start, end, startGiven, endGiven }: ResolvedWindow): string {
  if (!startGiven && !endGiven) return 'all history (no dates given)';
  if (!startGiven) return `all history to ${end}`;
  return endGiven ? `${start} to ${end}` : `${start} to ${end} (no end given)`;
}

/** Which clock the times are on. */
export function zoneWords(clock: AccountClock): string {
  return clock.zone === undefined ? 'account time, zone unknown (CONVOSO_TIMEZONE not set)' : clock.zone;
}
