import { ordinalOf } from '../account-time/stamps.js';
import type { CallLog } from '../convoso/call-log.js';
import type { CallLogFilters } from '../convoso/query.js';
import type { CallLogPage } from '../convoso/wire.js';
import { mismatches } from '../query/filters.js';
import type { Span } from './completeness.js';

/**
 * What a complete reading rests on, by version: 1 took the service's dates and counts at their word, 2 checks them
 * (walk.ts). Archived days carry the version they were read by; a day of an earlier one is not called complete.
 */
export const EVIDENCE_VERSION = 2;

/** Filters that rows can show to be satisfied: all but the window. */
export type RowFilters = Omit<CallLogFilters, 'start_time' | 'end_time'>;

/** Rows with a date, from which on it is told that their seconds are never printed. */
const ENOUGH_TO_TELL = 60;
const MINUTE = 60;
const DAY = 86_400;

/**
 * What the rows and totals of a reading show: which rows came, which of them belong to the question, and whether the
 * service's own counts agree with them. Every row counts once, however often it is received.
 */
export class Evidence {
  duplicates = 0;
  outsideFilter = 0;
  malformed = 0;
  /** Dropped rows that lie in the minutes that were asked for beyond the window. */
  beyondWindow = 0;
  /** Rows dated outside of what was asked for: the service does not apply the window as it is written. */
  foreign = 0;
  /** Calls taken that have no date that could be compared with the window. */
  undated = 0;
  /** Rows whose printed date is too coarse to tell on which side of an end of the window they lie. */
  #straddling = 0;
  /** Dated rows; those without seconds; those without a time; and those printed in the minute of an end that is not whole. */
  #dated = 0;
  #wholeMinutes = 0;
  #wholeDays = 0;
  #inEdgeMinute = 0;
  #inEdgeDay = 0;
  /** Calls taken that a filter could not be checked on, by filter. */
  readonly #unchecked = new Map<string, number>();
  #taken = 0;
  readonly #filters: RowFilters;
  readonly #checked: readonly string[];
  /** All fields that rows have to show. */
  readonly #shown: ReadonlySet<string>;
  readonly #asked: Span;
  readonly #wide: Span;
  readonly #seen = new Set<string>();
  /** Members of replies that no document names and that may be remarks on what is missing. */
  readonly #asides = new Set<string>();
  #largestTotal: number | null = null;
  /** The pass under way, where the list is read once more. */
  #again: { readonly ids: Set<string>; largestTotal: number | null } | undefined;

  /** `checked`: fields that calls are checked by later on, beside those of the filters. */
  constructor(
    { filters, checked = [] }: { readonly filters: RowFilters; readonly checked?: readonly string[] },
    asked: Span,
    wide: Span,
  ) {
    this.#filters = filters;
    this.#checked = checked;
    this.#shown = new Set([...Object.keys(filters), ...checked]);
    this.#asked = asked;
    this.#wide = wide;
  }

  /** Different rows received so far, dropped ones included; those without an id cannot be told apart and do not count. */
  get rows(): number {
    return this.#seen.size;
  }

  /** Different calls that were taken. */
  get taken(): number {
    return this.#taken;
  }

  /** The largest count that the service gave of what was asked for; null when it gave none. */
  get largestTotal(): number | null {
    return this.#largestTotal;
  }

  /** Matching calls by the service's own count, less the rows that lie beyond the window. */
  get totalFound(): number | null {
    return this.#largestTotal === null ? null : Math.max(0, this.#largestTotal - this.beyondWindow);
  }

  has(id: string): boolean {
    return this.#seen.has(id);
  }

  /** Notes what a reply says besides its rows. */
  heard({ asides }: CallLogPage): void {
    for (const name of asides) this.#asides.add(name);
  }

  /** Notes the service's count of everything that was asked for. */
  told(total: number | null): void {
    this.#largestTotal = larger(this.#largestTotal, total);
    if (this.#again !== undefined) this.#again.largestTotal = larger(this.#again.largestTotal, total);
  }

  /** Begins to read the list once more: rows and totals of this pass are then held against each other. */
  readAgain(): void {
    this.#again = { ids: new Set<string>(), largestTotal: null };
  }

  /** True when the rows of a whole reading are as many as the service counted, and no count it ever gave is larger. */
  get agrees(): boolean {
    const rows = this.#again === undefined ? this.rows : this.#again.ids.size;
    const total = this.#again === undefined ? this.#largestTotal : this.#again.largestTotal;
    return total === rows && this.#largestTotal !== null && this.#largestTotal <= this.rows;
  }

  /** Calls that were received in an earlier pass and were not there any more in the last one. */
  get gone(): number {
    return this.#again === undefined ? 0 : this.rows - this.#again.ids.size;
  }

  /**
   * Takes the rows of a page. `again`: the first row was asked for twice on purpose.
   * @returns calls of the question that were not taken before
   */
  take(page: CallLogPage, again = false): CallLog[] {
    const onPage = new Set<string>();
    const isNew = (id: string): boolean => {
      this.#again?.ids.add(id);
      if (onPage.has(id)) this.duplicates += 1;
      onPage.add(id);
      const isFirst = !this.#seen.has(id);
      this.#seen.add(id);
      return isFirst;
    };
    for (const row of page.malformed) {
      if (row.id === undefined) {
        if ((again && row.index === 0) || this.#again !== undefined) continue;
        this.malformed += 1;
      } else if (isNew(row.id)) this.malformed += 1;
    }
    return page.calls.filter((call) => isNew(call.id) && this.#belongs(call, page.carried));
  }

  /** What could not be verified of the calls taken, in words. */
  get unverified(): string[] {
    const entries = [...this.#unchecked].map(([name, calls]) =>
      calls === this.#taken
        ? `${name}: no row carries it`
        : `${name}: ${calls} of ${this.#taken} rows do not carry it`,
    );
    for (const name of this.#asides) {
      entries.push(
        `reply: it carries “${name}” beside the calls, which no document names and which may say that some are missing`,
      );
    }
    if (this.undated > 0) {
      entries.push(
        `call_date: ${this.undated === 1 ? '1 call has' : `${this.undated} calls have`} no date that can be compared with the window`,
      );
    }
    const unplaced = this.#straddling + this.#coarse();
    if (unplaced > 0) {
      entries.push(
        `call_date: ${unplaced === 1 ? '1 call at an end of the window is' : `${unplaced} calls at the ends of the window are`} dated too coarsely to be placed`,
      );
    }
    return entries;
  }

  /** Fields that calls are checked by later on, of which no row taken carries one. */
  get uncarried(): readonly string[] {
    return this.#taken === 0 ? [] : this.#checked.filter((name) => this.#unchecked.get(name) === this.#taken);
  }

  #belongs(call: CallLog, carried: ReadonlySet<string>): boolean {
    const place = this.#placeOf(call.call_date);
    if (place === 'outside') {
      this.foreign += 1;
      this.outsideFilter += 1;
      return false;
    }
    if (mismatches(call, this.#filters, carried).length > 0) {
      this.outsideFilter += 1;
      return false;
    }
    if (place === 'beyond') {
      this.beyondWindow += 1;
      return false;
    }
    if (place === 'undated') this.undated += 1;
    if (place === 'straddling') this.#straddling += 1;
    for (const name of this.#shown) {
      if (!carried.has(name)) this.#unchecked.set(name, (this.#unchecked.get(name) ?? 0) + 1);
    }
    this.#taken += 1;
    return true;
  }

  #placeOf(date: string | undefined): 'inside' | 'beyond' | 'outside' | 'straddling' | 'undated' {
    const at = date === undefined ? undefined : ordinalOf(date);
    if (date === undefined || at === undefined) return 'undated';
    const { start, end } = this.#asked;
    this.#dated += 1;
    if (at % MINUTE === 0) {
      this.#wholeMinutes += 1;
      if (sharesUnit(at, this.#asked, MINUTE)) this.#inEdgeMinute += 1;
    }
    if (at % DAY === 0) {
      this.#wholeDays += 1;
      if (sharesUnit(at, this.#asked, DAY)) this.#inEdgeDay += 1;
    }
    // A date without seconds, or without a time, stands for all of its minute or day.
    const last = at + (date.length <= 10 ? DAY : date.length <= 16 ? MINUTE : 1) - 1;
    if (last < start || at > end) {
      return last < this.#wide.start || at > this.#wide.end + MINUTE ? 'outside' : 'beyond';
    }
    return at < start || last > end ? 'straddling' : 'inside';
  }

  /** Rows at the ends of the window, where every date is printed as of a whole minute or day. */
  #coarse(): number {
    if (this.#dated < ENOUGH_TO_TELL) return 0;
    if (this.#wholeDays === this.#dated) return this.#inEdgeDay;
    return this.#wholeMinutes === this.#dated ? this.#inEdgeMinute : 0;
  }
}

/** True when a date lies in the same minute or day as an end of the window that is not at the edge of that minute or day. */
function sharesUnit(at: number, { start, end }: Span, unit: number): boolean {
  const of = Math.floor(at / unit);
  return (
    (start % unit !== 0 && of === Math.floor(start / unit)) ||
    ((end + 1) % unit !== 0 && of === Math.floor(end / unit))
  );
}

function larger(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}
