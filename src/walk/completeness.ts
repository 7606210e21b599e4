import { stampOf, type Window } from '../account-time/stamps.js';

/** Seconds of account time as ordinals (see account-time/stamps.ts); both ends are inside. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** How much of a population an answer rests on. Every number of calls that leaves the server comes with one of these. */
export interface Completeness {
  /**
   * True only when the evidence shows that every call that matched throughout the reading is counted, once: nothing missing,
   * nothing unreadable, nothing unverified, and the rows received agree with every count that the service gave.
   */
  readonly complete: boolean;
  /** Matching calls by the service's own count, the largest it gave; null when it gave none. */
  readonly total_found: number | null;
  /** Rows received: unique, duplicates, outside_filter and malformed together. Rows asked for again do not count again. */
  readonly fetched: number;
  /** Calls handed on, each id once. */
  readonly unique: number;
  /** Rows that repeat a row of the same reading. */
  readonly duplicates: number;
  /** Rows dropped because they show that they do not satisfy the filters or the window that were sent. */
  readonly outside_filter: number;
  /** Rows dropped because they could not be read as call logs. */
  readonly malformed: number;
  /** Windows the reading was split into. */
  readonly windows: number;
  /** Windows of account time that are not counted; both ends inclusive. Asking for them counts no call twice. */
  readonly missing: readonly Window[];
  /**
   * What could not be checked on the calls counted, such as `queue_id: no row carries it`; absent when everything was. A
   * reading with an entry here is not complete, however many calls were read.
   */
  readonly unverified?: readonly string[];
  /** Full sentences: why it is not complete, or what else there is to know. */
  readonly reason?: string;
}

/** Missing windows that are listed one by one. */
const MAX_MISSING = 20;

/** What is missing, as it is listed: in order of time, what touches or overlaps as one, and no more than can be read. */
export function missingWindows(spans: readonly Span[]): Window[] {
  return fewer(merged(spans)).map(({ start, end }) => ({ start: stampOf(start), end: stampOf(end) }));
}

/** Windows that touch or overlap as one, in order of time. */
function merged(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last !== undefined && span.start <= last.end + 1) {
      result[result.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    } else result.push(span);
  }
  return result;
}

/** No more windows than can be listed: the last one then spans what is left, gaps between them included. */
function fewer(spans: readonly Span[]): Span[] {
  const last = spans.at(-1);
  const from = spans[MAX_MISSING - 1];
  if (spans.length <= MAX_MISSING || last === undefined || from === undefined) return [...spans];
  return [...spans.slice(0, MAX_MISSING - 1), { start: from.start, end: last.end }];
}
