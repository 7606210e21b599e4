import type { Window } from './time.js';

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
