import { Failure } from '../failure.js';
import type { CallLog } from './call-log.js';
import { type Completeness, Counts, missingWindows } from './completeness.js';
import { type Part, type PartDesk, readPart } from './part.js';
import { type CallLogFilters, MAX_LIMIT, MAX_OFFSET, type RetrieveQuery } from './query.js';
import { ordinalOf, stampOf } from './time.js';
import type { CallLogPage } from './wire.js';

/** What a walk needs of the client. */
export interface PageSource {
  /** @throws ConvosoError */
  retrieve(query: RetrieveQuery, options: { signal: AbortSignal }): Promise<CallLogPage>;
}

/** Which calls: the filters, with both ends of the window. */
export interface Population {
  readonly filters: CallLogFilters & { readonly start_time: string; readonly end_time: string };
  readonly includeRecordings: boolean;
}

/** What one walk may cost. */
export interface WalkBudget {
  /** Seconds after which it stops, requests under way included. */
  readonly seconds: number;
  /** Calls after which it stops. */
  readonly rows: number;
  /** Requests under way at once. */
  readonly concurrency: number;
}

/** What other walks for the same question took of the budget before. */
export interface Spent {
  readonly seconds: number;
  readonly rows: number;
}

/** Well within the 60 seconds that hosts usually give a tool. */
export const DEFAULT_WALK_BUDGET: WalkBudget = { seconds: 45, rows: 500_000, concurrency: 4 };

/**
 * Pages in a row that may bring nothing new: more than reading a full part again takes, and far less than a service that
 * ignores `offset` would let one ask for.
 */
const MAX_FRUITLESS = 250;
/** Reasons that are listed one by one. */
const MAX_REASONS = 5;

/** Bounds of the service, smaller in tests. */
export interface WalkLimits {
  readonly pageSize: number;
  readonly maxOffset: number;
}

export interface WalkScope {
  readonly signal: AbortSignal;
  readonly spent?: Spent;
  /** When it must have ended at the latest, on the clock of `performance.now()` (milliseconds): the deadline of a tool call. */
  readonly until?: number;
  /** Calls handed on so far, and how many match in all where the service says so. */
  readonly onProgress?: (done: number, total: number | undefined) => void;
}

/** Raised inside a walk when it cannot or may not go on. */
class Stopped extends Error {
  readonly reason: string;
  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}

/**
 * Every call of a population, once each, in batches, oldest first (contract: "Pagination Strategy" and the bounds of
 * `limit` and `offset`). Iterate it once; `completeness` says at any time what has been handed on and, after the end,
 * what is missing and why.
 *
 * Both ends are pinned to the oldest and the newest matching call before the first page is handed on, so that calls coming
 * in afterwards are not part of it. What an offset does not reach is split by time, recursively. A page that finally fails
 * or a budget that is used up ends the walk early: what was handed on stands, and the rest is one exact window.
 *
 * Iterating throws ConvosoError when not even a first page could be handed on, or when the caller cancelled.
 */
export class Walk implements AsyncIterable<readonly CallLog[]> {
  readonly #source: PageSource;
  readonly #population: Population;
  readonly #budget: WalkBudget;
  readonly #limits: WalkLimits;
  readonly #scope: WalkScope;
  readonly #counts = new Counts();
  readonly #missing: Part[] = [];
  readonly #reasons: string[] = [];
  /** Ends requests under way when the walk is over, for whatever reason. */
  readonly #over = new AbortController();
  #timeIsUp = false;
  #window: Part;
  /** Everything before this second has been handed on. */
  #reached: number;
  /** What was handed on from `#reached` on is being checked by another reading. */
  #readingAgain = false;
  #windows = 0;
  #left = 0;
  /** Pages with rows in a row that brought no call not seen before, and the calls seen by then. */
  #fruitless = 0;
  #uniqueSeen = 0;
  #total: number | null = null;
  #ended = false;

  constructor(
    source: PageSource,
    population: Population,
    scope: WalkScope,
    budget: WalkBudget = DEFAULT_WALK_BUDGET,
    limits: WalkLimits = { pageSize: MAX_LIMIT, maxOffset: MAX_OFFSET },
  ) {
    this.#source = source;
    this.#population = population;
    this.#scope = scope;
    this.#budget = budget;
    this.#limits = limits;
    const { start_time, end_time } = population.filters;
    this.#window = { start: secondOf(start_time), end: secondOf(end_time) };
    this.#reached = this.#window.start;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly CallLog[], void> {
    const timer = setTimeout(
      () => {
        this.#timeIsUp = true;
        this.#over.abort();
      },
      Math.min(
        (this.#budget.seconds - (this.#scope.spent?.seconds ?? 0)) * 1000,
        (this.#scope.until ?? Number.POSITIVE_INFINITY) - performance.now(),
      ),
    );
    try {
      yield* this.#parts();
      this.#ended = true;
    } catch (error) {
      this.#stop(error);
    } finally {
      clearTimeout(timer);
      this.#over.abort();
    }
  }

  /** What has been handed on so far; final when iterating has ended. */
  get completeness(): Completeness {
    const { fetched, unique, duplicates, outsideFilter, malformed } = this.#counts;
    const missing = missingWindows(this.#missing);
    const reasons = this.#reasons.slice(0, MAX_REASONS);
    const unsaid = this.#reasons.length - reasons.length;
    if (unsaid > 0) reasons.push(`${unsaid} more windows are like these.`);
    if (malformed > 0) reasons.push(`${malformed} rows could not be read as call logs and are not counted.`);
    if (this.#left > 0) {
      reasons.push(
        `${this.#left} calls stopped matching while they were read and are counted as first read.`,
      );
    }
    return {
      complete: this.#ended && missing.length === 0 && malformed === 0 && this.#total !== null,
      total_found: this.#total,
      fetched,
      unique,
      duplicates,
      outside_filter: outsideFilter,
      malformed,
      windows: this.#windows,
      missing,
      ...(reasons.length === 0 ? {} : { reason: reasons.join(' ') }),
    };
  }

  async *#parts(): AsyncGenerator<CallLog[], void> {
    const opening = await this.#page(this.#window, 0);
    this.#total = opening.total_found;
    if (opening.total_found === null || opening.total_found > opening.received) await this.#pin(opening);
    // The first page of the pinned window is the opening page: it begins at the oldest call.
    const parts: { part: Part; page: CallLogPage | undefined }[] = [{ part: this.#window, page: opening }];
    let read = 0;
    for (;;) {
      const next = parts.shift();
      if (next === undefined) break;
      const { part } = next;
      this.#reached = part.start;
      this.#readingAgain = false;
      this.#proceed();
      const first = next.page ?? (await this.#page(part, 0));
      // The window may have been pinned after its first page was asked for.
      const total = part === this.#window ? this.#total : first.total_found;
      if (total !== null && total > this.#limits.maxOffset) {
        const narrower = this.#split(part, first, total);
        parts.unshift(...narrower.map((one) => ({ part: one, page: undefined })));
        if (narrower.length === 0) read += total;
        continue;
      }
      this.#windows += 1;
      read += yield* this.#read(part, first);
    }
    if (this.#total !== null) this.#total = read;
  }

  /** Reads a part; answers with the service's own count of it. */
  async *#read(part: Part, first: CallLogPage): AsyncGenerator<CallLog[], number> {
    const reading = readPart(part, first, this.#desk);
    for (;;) {
      const step = await reading.next();
      if (step.done) {
        const { whole, total, left } = step.value;
        this.#left += left;
        if (total === null) this.#uncertain(part, 'The service did not say how many calls match.');
        else if (!whole) {
          this.#uncertain(
            part,
            'The rows received kept disagreeing with the service’s own count: calls there may be counted that no longer match, or be missing.',
          );
        }
        return total ?? 0;
      }
      this.#scope.onProgress?.(this.#counts.unique, this.#total ?? undefined);
      yield step.value;
    }
  }

  get #desk(): PartDesk {
    const { start_time: _start, end_time: _end, ...filters } = this.#population.filters;
    return {
      filters,
      counts: this.#counts,
      concurrency: this.#budget.concurrency,
      ...this.#limits,
      page: (part, offset) => this.#page(part, offset),
      proceed: () => this.#proceed(),
      reached: (second) => {
        this.#reached = second;
      },
      readingAgain: (part) => {
        this.#reached = part.start;
        this.#readingAgain = true;
      },
    };
  }

  /** Narrows the window to its oldest and newest call. */
  async #pin(opening: CallLogPage): Promise<void> {
    const newest = await this.#page(this.#window, 0, 'desc');
    const { start, end } = this.#window;
    const dates = (page: CallLogPage) =>
      page.calls.flatMap((call) => {
        const at = call.call_date === undefined ? undefined : ordinalOf(call.call_date);
        return at === undefined || at < start || at > end ? [] : [at];
      });
    const oldestAt = dates(opening)[0] ?? start;
    const newestAt = Math.max(dates(newest)[0] ?? end, oldestAt);
    this.#window = { start: oldestAt, end: newestAt };
    this.#total = newest.total_found;
  }

  /** Narrower parts that make up one that offsets do not reach; none when it is a single second, which is told. @throws Stopped */
  #split(part: Part, first: CallLogPage, total: number): Part[] {
    const seconds = part.end - part.start + 1;
    const ignored = first.calls.some((call) => {
      const at = call.call_date === undefined ? undefined : ordinalOf(call.call_date);
      return at !== undefined && (at < part.start || at > part.end);
    });
    if (ignored) {
      this.#missing.push(part);
      throw new Stopped(
        'The service does not seem to apply start_time and end_time, so that calls past its largest offset cannot be reached.',
      );
    }
    if (seconds === 1) {
      this.#missing.push(part);
      this.#reasons.push(
        `The second ${stampOf(part.start)} alone holds ${total} calls, more than the service lets anyone page through (${this.#limits.maxOffset}); add a filter, such as one campaign, to reach them.`,
      );
      return [];
    }
    // Aimed at half of what fits, because calls are not spread evenly.
    const wanted = Math.ceil(total / (this.#limits.maxOffset / 2));
    const count = Math.min(seconds, Math.max(2, wanted));
    return slices(part, count);
  }

  async #page(part: Part, offset: number, order: 'asc' | 'desc' = 'asc'): Promise<CallLogPage> {
    const query: RetrieveQuery = {
      ...this.#population.filters,
      start_time: stampOf(part.start),
      end_time: stampOf(part.end),
      limit: order === 'desc' ? 1 : this.#limits.pageSize,
      offset,
      order,
      include_recordings: this.#population.includeRecordings ? 1 : 0,
    };
    const signal = AbortSignal.any([this.#scope.signal, this.#over.signal]);
    const page = await this.#source.retrieve(query, { signal });
    this.#watch(page);
    return page;
  }

  /** @throws Stopped when page after page promises calls and brings no new one: the service does not do as it is asked */
  #watch({ received, total_found }: CallLogPage): void {
    const { unique } = this.#counts;
    const empty = received === 0 && total_found === 0;
    if (unique > this.#uniqueSeen || empty) this.#fruitless = 0;
    else this.#fruitless += 1;
    this.#uniqueSeen = unique;
    if (this.#fruitless < MAX_FRUITLESS) return;
    throw new Stopped(
      `${MAX_FRUITLESS} pages in a row brought no new call: the service does not seem to follow offset or the window.`,
    );
  }

  /** @throws Stopped when the calls are used up. */
  #proceed(): void {
    const { rows } = this.#budget;
    if (this.#counts.unique + (this.#scope.spent?.rows ?? 0) >= rows) throw new Stopped(rowsUsedUp(rows));
  }

  #stop(error: unknown): void {
    if (this.#scope.signal.aborted) throw error;
    if (!(error instanceof Failure || error instanceof Stopped)) throw error;
    const reason = this.#timeIsUp
      ? secondsUsedUp(this.#budget.seconds)
      : error instanceof Stopped
        ? error.reason
        : `${error.what} ${error.why}`;
    if (this.#counts.fetched === 0 && this.#missing.length === 0) {
      if (!this.#timeIsUp) throw error;
      throw new Failure({
        what: 'The calls could not be read.',
        why: `${reason} Not even a first page had come by then.`,
        next: 'Try again later; a shorter window or more filters answer sooner.',
      });
    }
    this.#reasons.push(reason);
    if (this.#readingAgain) this.#reasons.push('Calls of the missing window are counted in part already.');
    this.#missing.push({ start: this.#reached, end: this.#window.end });
  }

  #uncertain(part: Part, reason: string): void {
    this.#missing.push(part);
    if (!this.#reasons.includes(reason)) this.#reasons.push(reason);
  }
}

export function rowsUsedUp(rows: number): string {
  return `The budget of ${rows} calls (CALL_LOGS_WALK_ROWS) is used up.`;
}

export function secondsUsedUp(seconds: number): string {
  return `The budget of ${seconds} seconds (CALL_LOGS_WALK_SECONDS) is used up.`;
}

/** A part cut into this many, without a gap and without an overlap. */
function slices(part: Part, count: number): Part[] {
  const seconds = part.end - part.start + 1;
  return Array.from({ length: count }, (_, index) => ({
    start: part.start + Math.floor((seconds * index) / count),
    end: part.start + Math.floor((seconds * (index + 1)) / count) - 1,
  }));
}

function secondOf(stamp: string): number {
  const second = ordinalOf(stamp);
  if (second === undefined) throw new RangeError(`not a stamp of account time: ${stamp}`);
  return second;
}
