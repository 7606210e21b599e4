import { ordinalOf, stampOf, type Window } from '../account-time/stamps.js';
import type { CallLogFilters } from '../convoso/query.js';
import { EVIDENCE_VERSION } from '../walk/evidence.js';
import type { ArchivedDay } from './store.js';

/** How a window is answered: archived days, and what is left of it between them. */
export interface WindowPlan {
  /** In order of date; the first and the last may lie in the window partly. */
  readonly days: readonly ArchivedDay[];
  /** Without a gap and without an overlap the rest of the window, oldest first. */
  readonly gaps: readonly Window[];
}

const DAY = 86_400;

/** True for a day whose completeness rests on less than is asked of a reading now: it is read again, and live until then. */
export function isOutdated({ evidence }: Pick<ArchivedDay, 'evidence'>): boolean {
  return evidence < EVIDENCE_VERSION;
}

/**
 * Divides a window. Days that can answer for its filters, and for the fields that calls are `checked` by, are taken from the archive, days in a row without one are one gap.
 * `today` is the account's date: a day that is not over is nowhere archived, whatever a manifest says.
 */
export function planWindow(
  filters: CallLogFilters & { readonly start_time: string; readonly end_time: string },
  archived: readonly ArchivedDay[],
  today: string,
  checked: readonly string[] = [],
): WindowPlan {
  const { start_time: start, end_time: end } = filters;
  const days = archived.filter(
    (day) =>
      day.date >= start.slice(0, 10) &&
      day.date <= end.slice(0, 10) &&
      day.date < today &&
      day.completeness.complete &&
      !isOutdated(day) &&
      canAnswer(day, filters, checked),
  );
  const gaps: Window[] = [];
  const last = secondOf(end);
  let next = secondOf(start);
  for (const { date } of days) {
    const opening = secondOf(`${date} 00:00:00`);
    if (next < opening) gaps.push({ start: stampOf(next), end: stampOf(opening - 1) });
    next = opening + DAY;
  }
  if (next <= last) gaps.push({ start: stampOf(next), end: stampOf(last) });
  return { days, gaps };
}

/** True when the day's calls show what the filters ask for; a field that none of them has was left out by the service. */
function canAnswer(day: ArchivedDay, filters: CallLogFilters, checked: readonly string[]): boolean {
  const { start_time: _start, end_time: _end, ...named } = filters;
  const fields = new Set(day.fields);
  return day.rows === 0 || [...Object.keys(named), ...checked].every((name) => fields.has(name));
}

function secondOf(stamp: string): number {
  const second = ordinalOf(stamp);
  if (second === undefined) throw new RangeError(`not a stamp of account time: ${stamp}`);
  return second;
}
