import type { Part } from './part.js';
import { stampOf, type Window } from './time.js';

/** How much of a population an answer rests on. Every number of calls that leaves the server comes with one of these. */
export interface Completeness {
  /** True only when every call that matched throughout the reading is counted, once. */
  readonly complete: boolean;
  /** Matching calls by the service's own count; null when it did not say. */
  readonly total_found: number | null;
  /** Rows received: unique, duplicates, outside_filter and malformed together. */
  readonly fetched: number;
  /** Calls handed on, each id once. */
  readonly unique: number;
  /** Rows whose id had been received before. */
  readonly duplicates: number;
  /** Rows left out because they show that they do not satisfy the filters or the window that were sent. */
  readonly outside_filter: number;
  /** Rows left out because they could not be read as call logs. */
  readonly malformed: number;
  /** Windows the reading was split into, because an offset reaches no further than 40,000. */
  readonly windows: number;
  /** Windows of account time that are not counted, or not for certain; both ends inclusive. */
  readonly missing: readonly Window[];
  /**
   * What could not be checked on the calls counted, such as `queue_id: no row carries it`; absent when everything was. A
   * reading with an entry here is not complete, however many calls were read.
   */
  readonly unverified?: readonly string[];
  /** Full sentences: why it is not complete, or what else there is to know. */
  readonly reason?: string;
}

/** The counts of a reading while it runs. */
export class Counts {
  unique = 0;
  duplicates = 0;
  outsideFilter = 0;
  malformed = 0;

  /** Rows received and dealt with. */
  get fetched(): number {
    return this.unique + this.duplicates + this.outsideFilter + this.malformed;
  }
}

/** Missing windows that are listed one by one. */
const MAX_MISSING = 20;

/** What is missing, as it is listed: in order of time, what touches or overlaps as one, and no more than can be read. */
export function missingWindows(parts: readonly Part[]): Window[] {
  return fewer(merged(parts)).map(({ start, end }) => ({ start: stampOf(start), end: stampOf(end) }));
}

/** Windows that touch or overlap as one, in order of time. */
function merged(parts: readonly Part[]): Part[] {
  const result: Part[] = [];
  for (const part of [...parts].sort((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last !== undefined && part.start <= last.end + 1) {
      result[result.length - 1] = { start: last.start, end: Math.max(last.end, part.end) };
    } else result.push(part);
  }
  return result;
}

/** No more windows than can be listed: the last one then spans what is left, gaps between them included. */
function fewer(parts: readonly Part[]): Part[] {
  const last = parts.at(-1);
  const from = parts[MAX_MISSING - 1];
  if (parts.length <= MAX_MISSING || last === undefined || from === undefined) return [...parts];
  return [...parts.slice(0, MAX_MISSING - 1), { start: from.start, end: last.end }];
}
