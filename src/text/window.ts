import type { AccountClock, ResolvedWindow } from '../call-logs/filters.js';

/** The window that was searched and the zone its times are in, as one sentence. */
export function windowSentence(window: ResolvedWindow, clock: AccountClock): string {
  return `Window: ${windowWords(window)}, ${zoneWords(clock)}.`;
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
