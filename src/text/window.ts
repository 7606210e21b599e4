import type { AccountClock, ResolvedWindow } from '../call-logs/filters.js';

/** The window that was searched and the zone its times are in, as one sentence. */
export function windowSentence(window: ResolvedWindow, clock: AccountClock): string {
  return `Window: ${windowWords(window)}, ${zoneWords(clock)}.`;
}

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
