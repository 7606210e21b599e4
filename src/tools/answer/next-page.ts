import { ordinalOf, repeatedStretches, stampOf } from '../../account-time/stamps.js';
import type { FoundPage } from '../../calls/search-page.js';
import { MAX_OFFSET } from '../../convoso/query.js';
import type { AccountClock, ResolvedWindow } from '../../query/window.js';
import type { OutgoingCall } from '../../redact/outgoing.js';

/** Whether the rows of a page come in the order that was asked for, as far as their dates tell. */
export type ShownOrder = 'as asked' | 'otherwise';

/** What of the arguments changes from a page to the next. */
export interface NextStep {
  readonly offset: number;
  readonly after?: string;
  readonly start_time?: string;
  readonly end_time?: string;
}

/** What the pages before it told of themselves. */
interface PageArguments {
  readonly limit: number;
  readonly order: 'asc' | 'desc';
  readonly after?: string | undefined;
}

/** Most rows that one page names for the next to find. */
const MAX_NAMED = 20;
/** Longest list of their ids: arguments are bounded. */
const MAX_NAMED_LENGTH = 180;

const TOTAL = /^\*(\d+)$/;

/** What the argument `after` says of the page before: ids of calls it showed, and the service's count then. */
export function readAfter(after: string | undefined): {
  readonly ids: string[];
  readonly total: number | undefined;
} {
  const parts = (after ?? '').split(/[\s,]+/).filter((part) => part !== '');
  const total = parts.flatMap((part) => TOTAL.exec(part)?.[1] ?? []).at(0);
  return {
    ids: parts.filter((part) => !TOTAL.test(part)),
    total: total === undefined ? undefined : Number(total),
  };
}

/** The place after the rows that the first `shown` calls stand for: the service counts rows that could not be read, too. */
export function endOf(found: FoundPage, shown: number): number {
  return found.places[shown] ?? found.end;
}

/**
 * How to get the rows after the first `shown` calls. The next page names the calls of this one's last second, so that it can
 * be seen to follow; past the largest offset the window is narrowed to what has not been shown, by a second more on its open
 * side, because dates may be stored more finely than they are printed.
 */
export function nextStep(
  args: PageArguments,
  window: ResolvedWindow,
  found: FoundPage,
  shown: number,
  order: ShownOrder,
): NextStep | undefined {
  const end = endOf(found, shown);
  if (end === found.from) return undefined;
  // A total that says that this is all may be the number of rows on the page: behind a full page it is worth a look.
  const full = end - found.from >= args.limit || shown < found.calls.length;
  if (found.total_found !== null && !full && end >= found.total_found) return undefined;
  const calls = found.calls.slice(0, shown);
  // An account may cap pages below what is asked for: the next one must have room for more than what it is to find.
  const most = !found.short ? MAX_NAMED : Math.min(MAX_NAMED, Math.floor((end - found.from) / 2));
  const ids = namesOf(calls, args.after, most);
  const total = found.total_found === null || window.endsNow !== undefined ? [] : [`*${found.total_found}`];
  const named = ids.length === 0 ? {} : { after: [...ids, ...total].join(' ') };
  if (end <= MAX_OFFSET) return { offset: end, ...named };
  const last = ordinalOf(calls.at(-1)?.call_date ?? '');
  if (order === 'otherwise' || last === undefined) return undefined;
  const edge = stampOf(args.order === 'desc' ? last + 1 : last - 1);
  if (args.order === 'desc' ? edge >= window.end : edge <= window.start) return undefined;
  const already =
    calls.length - 1 - calls.findLastIndex(({ call_date }) => isBeyond(call_date, last, args.order));
  return {
    ...(args.order === 'desc' ? { end_time: edge } : { start_time: edge }),
    offset: already,
    ...named,
  };
}

/** True for a call outside the window that is narrowed at its last call. */
function isBeyond(callDate: string | undefined, last: number, order: 'asc' | 'desc'): boolean {
  const at = ordinalOf(callDate ?? '');
  return at !== undefined && (order === 'desc' ? at > last + 1 : at < last - 1);
}

/**
 * The ids of the calls shown of the last second, in order; with those named before where all of this page are of one second.
 * Only the last ones of many.
 */
function namesOf(calls: readonly OutgoingCall[], before: string | undefined, most: number): string[] {
  const date = calls.at(-1)?.call_date;
  const first = calls.findLastIndex(({ call_date }) => call_date !== date) + 1;
  const ids = [...(first === 0 ? readAfter(before).ids : []), ...calls.slice(first).map(({ id }) => id)];
  // A mask may have left an id that is no single word: it cannot be named.
  const named = most === 0 || ids.some((id) => /\s/.test(id)) ? [] : ids.slice(-most);
  while (named.join(' ').length > MAX_NAMED_LENGTH) named.shift();
  return named;
}

/**
 * Whether the dates of a page run as asked. Where the clock is set back printed times run backward for an hour, so that times
 * of such a stretch are not compared; where the zone is not known, one step of an hour at night is taken for it.
 */
export function shownOrder(
  calls: readonly OutgoingCall[],
  order: 'asc' | 'desc',
  { zone }: AccountClock,
): ShownOrder {
  const times = calls.flatMap(({ call_date }) => ordinalOf(call_date ?? '') ?? []);
  const steps = times.slice(1).map((time, index) => ({ from: times[index] ?? time, to: time }));
  const wrong = steps.filter(({ from, to }) => (order === 'desc' ? to > from : to < from));
  if (wrong.length === 0) return 'as asked';
  if (zone === undefined) {
    const [step = { from: 0, to: 0 }] = wrong;
    const night = Math.max(step.from, step.to) % 86_400 < 3 * 3600;
    return wrong.length === 1 && night && Math.abs(step.to - step.from) <= 3600 ? 'as asked' : 'otherwise';
  }
  const sorted = times.toSorted((a, b) => a - b);
  const whole = { start: stampOf(sorted[0] ?? 0), end: stampOf(sorted.at(-1) ?? 0) };
  const repeated = repeatedStretches(whole, zone).map(({ start, end }) => [
    ordinalOf(start) ?? 0,
    ordinalOf(end) ?? 0,
  ]);
  const isRepeated = (time: number) => repeated.some(([start = 0, end = 0]) => time >= start && time <= end);
  return wrong.every(({ from, to }) => isRepeated(from) && isRepeated(to)) ? 'as asked' : 'otherwise';
}
