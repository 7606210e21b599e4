import { ordinalOf, stampOf } from '../account-time/stamps.js';
import type { CallLog } from '../convoso/call-log.js';
import { ConvosoError } from '../convoso/errors.js';
import { type CallLogFilters, MAX_LIMIT, MAX_OFFSET, type RetrieveQuery } from '../convoso/query.js';
import type { CallLogPage } from '../convoso/wire.js';
import { Failure } from '../util/failure.js';
import { type Completeness, missingWindows, type Span } from './completeness.js';
import { Evidence } from './evidence.js';
import { hiddenCalls } from './hidden-calls.js';
import { PagesAhead } from './pages-ahead.js';
import { type Clock, ReadingWindow } from './reading-window.js';
import { checkZero } from './zero-check.js';

/** What a walk needs of the client. */
export interface PageSource {
  /** @throws ConvosoError */
  retrieve(query: RetrieveQuery, options: { signal: AbortSignal }): Promise<CallLogPage>;
}

/** Which calls: the filters, with both ends of the window. */
export interface Population {
  readonly filters: CallLogFilters & { readonly start_time: string; readonly end_time: string };
  readonly includeRecordings: boolean;
  /** Filters in other forms that rows print; calls found under them only are told. */
  readonly spellings?: readonly CallLogFilters[];
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

/** Pages in a row that may bring no new row: far less than a service that ignores `offset` would let one ask for. */
const MAX_FRUITLESS = 250;
/** Readings of the whole list, where its rows and the service's counts do not agree. */
const MAX_READINGS = 3;
/** Times that the reading goes on after the closing page showed rows it had not reached. */
const MAX_RESUMPTIONS = 20;
/** Seconds before the last second read from which on that second is asked for, until the service shows it. */
const EARLIER = [0, 1, 60] as const;

const DAY = 86_400;

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
  /** The account's clock (default: zone unknown). */
  readonly clock?: Clock;
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

/** The latest moment that rows were received of, and the ids of its rows: the next list must show them again. */
interface Frontier {
  readonly moment: number;
  readonly ids: Set<string>;
}

/**
 * Every call of a population, once each, in batches, oldest first (contract: "Pagination Strategy" and the bounds of
 * `limit` and `offset`). Iterate it once; `completeness` says at any time what has been handed on and, after the end,
 * what is missing and why.
 *
 * Nothing rests on one reply. The list is read by offset, several pages at once, while each page begins with the very row
 * that the page before ended with. Where one does not (rows moved, ties changed places, an offset was not followed), and
 * past the largest offset, a new list is begun at the last second read, which must show the rows known of that second. At
 * the end the list is asked for newest first: what it shows must have been read, and no count that the service gave may
 * differ from the rows received; otherwise the list is read again. What then still does not agree is said.
 *
 * A page that finally fails or a budget that is used up ends the walk early: what was handed on stands, and the rest is
 * one exact window. Iterating throws ConvosoError when not even a first page came, or when the caller cancelled.
 */
export class Walk implements AsyncIterable<readonly CallLog[]> {
  readonly #source: PageSource;
  readonly #includeRecordings: boolean;
  readonly #spellings: readonly CallLogFilters[];
  readonly #budget: WalkBudget;
  readonly #limits: WalkLimits;
  readonly #scope: WalkScope;
  readonly #clock: Clock;
  readonly #window: ReadingWindow;
  readonly #evidence: Evidence;
  /** As sent: a value may be sent in another spelling when the service does not know the one asked for. */
  #filters: CallLogFilters;
  readonly #missing: Span[] = [];
  readonly #reasons = new Set<string>();
  /** What there is to know besides, which takes nothing away from the answer. */
  #remarks: readonly string[] = [];
  /** Ends requests under way when the walk is over, for whatever reason. */
  readonly #over = new AbortController();
  #timeIsUp = false;
  /** Calls handed on. */
  #unique = 0;
  /** Calls of the frontier's moment, which the next page may continue: handed on with what follows. */
  #held: CallLog[] = [];
  #frontier: Frontier | undefined;
  /** The earliest and the latest moment that rows were received of. */
  #oldest = Number.POSITIVE_INFINITY;
  #newest = Number.NEGATIVE_INFINITY;
  /** False when rows do not come in the order that was asked for. */
  #ordered = true;
  /** The service answers with rows from long before the start that was asked for. */
  #startIgnored = false;
  /** Everything is handed on, and the list is read once more. */
  #readingAgain = false;
  /** Index into EARLIER: how the service's start of a window was found to work. */
  #earlier = 0;
  #windows = 0;
  /** Pages in a row that brought no new row, and the rows seen by then. */
  #fruitless = 0;
  #rowsSeen = 0;
  #answered = false;
  /** All pages of the list are read, and only what shows that they are all is not. */
  #readThrough = false;
  #ended = false;

  constructor(
    source: PageSource,
    population: Population,
    scope: WalkScope,
    budget: WalkBudget = DEFAULT_WALK_BUDGET,
    limits: WalkLimits = { pageSize: MAX_LIMIT, maxOffset: MAX_OFFSET },
  ) {
    this.#source = source;
    this.#includeRecordings = population.includeRecordings;
    this.#spellings = population.spellings ?? [];
    this.#scope = scope;
    this.#budget = budget;
    this.#limits = limits;
    this.#clock = scope.clock ?? { zone: undefined, now: () => new Date() };
    const { start_time, end_time, ...filters } = population.filters;
    this.#filters = filters;
    this.#window = new ReadingWindow({ start: start_time, end: end_time }, this.#clock);
    this.#evidence = new Evidence(filters, this.#window.asked, this.#window.wide);
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
      yield* this.#readUntilItAgrees();
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
    const evidence = this.#evidence;
    const { duplicates, outsideFilter, malformed } = evidence;
    const missing = missingWindows(this.#missing);
    const reasons = [...this.#reasons];
    if (malformed > 0) reasons.push(`${rows(malformed)} could not be read as call logs and are not counted.`);
    if (this.#ended) reasons.push(...this.#doubts());
    const { unverified } = evidence;
    const sound = this.#ended && missing.length === 0 && reasons.length === 0 && unverified.length === 0;
    if (evidence.gone > 0 && evidence.agrees) {
      reasons.push(`${calls(evidence.gone)} stopped matching while being read; counted as first read.`);
    }
    reasons.push(...this.#remarks);
    return {
      complete: sound,
      total_found: evidence.totalFound,
      fetched: this.#unique + duplicates + outsideFilter + malformed,
      unique: this.#unique,
      duplicates,
      outside_filter: outsideFilter,
      malformed,
      windows: this.#windows,
      missing,
      ...(unverified.length === 0 ? {} : { unverified }),
      ...(reasons.length === 0 ? {} : { reason: reasons.join(' ') }),
    };
  }

  /** Why a reading that came to its end is not complete, in full sentences. */
  #doubts(): string[] {
    const evidence = this.#evidence;
    const { rows: received, largestTotal: total, foreign, outsideFilter } = evidence;
    const doubts: string[] = [];
    if (!this.#ordered) {
      doubts.push(
        'The service did not return the calls in the order asked for, so it cannot be shown that each one came.',
      );
    }
    if (foreign > 0) {
      doubts.push(
        `${rows(foreign)} were dated outside the window asked for: the service applies the window differently, so calls of it may be missing.`,
      );
    }
    if (evidence.taken === 0 && outsideFilter > foreign) {
      doubts.push(`The service returned ${rows(outsideFilter)}, and none of them satisfies the filters.`);
    }
    if (this.#missing.length > 0 || evidence.agrees) return doubts;
    if (total === null) doubts.push('The service did not say how many calls match.');
    else if (total > received) {
      doubts.push(
        `The service counted up to ${total} rows and returned ${received} different ones: up to ${calls(total - received)} may be missing.`,
      );
    } else {
      doubts.push(
        `The service returned ${received} different rows and counted ${total}: its count cannot confirm that there are no more, or some no longer match.`,
      );
    }
    return doubts;
  }

  async *#readUntilItAgrees(): AsyncGenerator<CallLog[], void> {
    let opening = await this.#opening();
    if (opening.received === 0 && (opening.total_found ?? 0) === 0) {
      const respelled = await this.#verify('that there are no such calls', () => this.#checkZero());
      if (respelled !== true) return;
      opening = await this.#opening();
    }
    if (this.#showsForeign(opening) && (opening.total_found ?? 0) > this.#limits.maxOffset) {
      this.#missing.push(this.#window.asked);
      throw new Stopped(WINDOW_IGNORED);
    }
    yield* this.#readList(opening);
    const evidence = this.#evidence;
    for (let readings = 1; readings < MAX_READINGS && !evidence.agrees; readings += 1) {
      const known = evidence.rows;
      if (this.#missing.length > 0 || !this.#ordered || evidence.malformed > 0) return;
      if (evidence.largestTotal === null) return;
      this.#readingAgain = true;
      this.#frontier = undefined;
      evidence.readAgain();
      yield* this.#readList(await this.#opening());
      if (evidence.rows === known && !evidence.agrees) break;
    }
    await this.#verify('that the service returns whole windows', () => this.#checkEmptyDays());
    const late = await this.#verify('that no call prints a value in another form', () =>
      this.#checkOtherForms(),
    );
    if (late !== undefined) yield* this.#handOn(this.#evidence.take(late, true));
  }

  /** Asks for evidence once all calls are there: where that fails, it takes none of them away, and is said. */
  async #verify<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (this.#scope.signal.aborted || !(error instanceof Failure)) throw error;
      this.#reasons.add(`It was not checked ${what}: ${this.#timeIsUp ? this.#lateWords() : error.why}`);
      return undefined;
    }
  }

  /**
   * Asks whether calls print what was asked for in other forms, too: a service that compares texts hides those.
   * @returns the newest calls, where they had to be asked for again
   */
  async #checkOtherForms(): Promise<CallLogPage | undefined> {
    let late: CallLogPage | undefined;
    const hidden = await hiddenCalls({
      filters: this.#filters,
      window: this.#window,
      pageSize: this.#limits.pageSize,
      spellings: this.#spellings,
      isKnown: (id) => this.#evidence.has(id),
      retrieve: (query) => this.#retrieve(query),
      again: async () => {
        late = await this.#page(this.#window.wide.start, 0, 'desc');
        return late;
      },
    });
    for (const said of hidden) this.#reasons.add(said);
    return late;
  }

  /**
   * Asks for the days at either end of the window that showed no call: some services return no more than so many days of a
   * window, and count those alone.
   */
  async #checkEmptyDays(): Promise<void> {
    const { start, end } = this.#window.wide;
    if (!this.#ordered || this.#oldest > this.#newest) return;
    const empty = [
      // Two minutes away from the rows that came: a service that rounds would answer with those.
      { start, end: this.#oldest - 120 },
      { start: this.#newest + 120, end },
    ];
    for (const span of empty) {
      if (span.end - span.start < DAY) continue;
      const page = await this.#retrieve({
        ...this.#filters,
        start_time: stampOf(span.start),
        end_time: stampOf(span.end),
        limit: 1,
        offset: 0,
        order: 'desc',
        include_recordings: 0,
      });
      if (!rowIds(page).some((id) => id !== undefined && !this.#evidence.has(id))) continue;
      this.#reasons.add(
        `The service does not return whole windows: asked for ${stampOf(span.start)} to ${stampOf(span.end)} alone, it returned calls that it had left out. Ask for shorter windows.`,
      );
    }
  }

  /** Reads the list from its beginning to its end, and looks at the end from the other side. */
  async *#readList(opening: CallLogPage): AsyncGenerator<CallLog[], void> {
    yield* this.#lists(this.#window.wide.start, opening);
    for (let resumed = 0; ; resumed += 1) {
      yield* this.#handOn(this.#held.splice(0));
      this.#readThrough = true;
      const unread = yield* this.#closingPage(resumed === MAX_RESUMPTIONS);
      if (!unread || this.#frontier === undefined || resumed === MAX_RESUMPTIONS) return;
      const { rows: before } = this.#evidence;
      this.#readThrough = false;
      yield* this.#lists(this.#frontier.moment);
      if (this.#evidence.rows === before) resumed = MAX_RESUMPTIONS - 1;
    }
  }

  /** One list after the other, each begun at the last second of the one before. */
  async *#lists(from: number, opening?: CallLogPage): AsyncGenerator<CallLog[], void> {
    let start: number | undefined = from;
    let page = opening;
    while (start !== undefined) {
      this.#windows += 1;
      start = yield* this.#list(start, page);
      page = undefined;
      if (start !== undefined) this.#proceed();
    }
  }

  /**
   * Reads the list that begins at a second, by offset.
   * @returns where the next list must begin; undefined when this one came to its end
   */
  async *#list(
    start: number,
    opening: CallLogPage | undefined,
  ): AsyncGenerator<CallLog[], number | undefined> {
    const { pageSize, maxOffset } = this.#limits;
    let page = opening ?? (await this.#firstPage(start));
    if (this.#startIgnored && (page.total_found ?? 0) > maxOffset) throw new Stopped(WINDOW_IGNORED);
    const from = opening === undefined ? start - (EARLIER[this.#earlier] ?? 0) : start;
    // A page of a single row leaves nothing to overlap with.
    const overlap = page.received > 1 ? 1 : 0;
    const stride = Math.min(page.received, pageSize) - overlap;
    const ahead = new PagesAhead((offset) => this.#page(from, offset), {
      concurrency: this.#budget.concurrency,
      maxOffset,
      stride,
    });
    let position = 0;
    let total: number | null = null;
    let last: string | undefined;
    for (;;) {
      const overlapping = position > 0 && overlap === 1 && page.received > 0;
      const promised = total !== null && position < total;
      const ids = rowIds(page);
      if (position > 0 && this.#mayBegin(start) && !this.#continues(ids, { overlapping, last, promised })) {
        return this.#frontier?.moment;
      }
      const before = this.#evidence.rows;
      const fresh = this.#evidence.take(page, overlapping);
      // By the rows received: accounts cap pages below what is asked for. Rows beyond that repeat rather than be missed.
      const advance = Math.min(page.received, pageSize);
      position += advance - (overlapping ? 1 : 0);
      last = ids[advance - 1];
      total = page.total_found ?? total;
      yield* this.#handOn(this.#hold(page, fresh));
      const more = page.received > 0 && (total === null ? this.#evidence.rows > before : position < total);
      if (!more) return undefined;
      if (position - overlap > maxOffset)
        return this.#mayBegin(start) ? this.#frontier?.moment : this.#crowded(total);
      this.#proceed();
      try {
        page = await ahead.take(position - overlap, total);
      } catch (error) {
        // Some services refuse offsets that the contract allows.
        const refused = error instanceof ConvosoError && error.kind === 'refused';
        if (refused && this.#mayBegin(start)) return this.#frontier?.moment;
        throw error;
      }
    }
  }

  /** True when a new list would begin later than the one that began at this second. */
  #mayBegin(start: number): boolean {
    return (
      this.#ordered && !this.#startIgnored && this.#frontier !== undefined && this.#frontier.moment > start
    );
  }

  /** Whether a page goes on exactly where the page before ended: with its last row, and after a new row only with new ones. */
  #continues(
    ids: readonly (string | undefined)[],
    { overlapping, last, promised }: { overlapping: boolean; last: string | undefined; promised: boolean },
  ): boolean {
    if (ids.length === 0) return !promised;
    if (overlapping && last !== undefined && ids[0] !== last) return false;
    if (this.#readingAgain) return true;
    let isNew = false;
    for (const id of ids.slice(overlapping ? 1 : 0)) {
      if (id === undefined) continue;
      if (!this.#evidence.has(id)) isNew = true;
      else if (isNew) return false;
    }
    return true;
  }

  /**
   * The first page of a list that begins at the last second read. The rows known of that second must be on it: a service may
   * exclude the start or round it, and then shows them when it is asked from a little earlier.
   */
  async #firstPage(start: number): Promise<CallLogPage> {
    const known = this.#frontier?.moment === start ? this.#frontier.ids : new Set<string>();
    let page: CallLogPage | undefined;
    for (let earlier = this.#earlier; earlier < EARLIER.length; earlier += 1) {
      const from = start - (EARLIER[earlier] ?? 0);
      const tried = await this.#page(from, 0);
      page ??= tried;
      const ids = new Set(rowIds(tried));
      if (this.#momentsOf(tried).some((moment) => moment < from - DAY)) this.#startIgnored = true;
      const ends = tried.received >= (tried.total_found ?? Number.POSITIVE_INFINITY);
      const isPast = ends || this.#momentsOf(tried).some((moment) => moment > start);
      if (isPast && [...known].some((id) => !ids.has(id))) continue;
      this.#earlier = earlier;
      return tried;
    }
    // Rows that no request shows have changed meanwhile, or another replica answers: the counts will tell.
    return page ?? this.#page(start, 0);
  }

  /** More calls in one second than offsets reach: they are missing, and the reading goes on after them. */
  #crowded(total: number | null): number | undefined {
    const { asked } = this.#window;
    const { moment = asked.start } = this.#frontier ?? {};
    if (!this.#ordered || this.#frontier === undefined) {
      throw new Stopped(
        'The service lets nobody page any further, and the calls have no dates to begin a new list at.',
      );
    }
    this.#held = [];
    if (moment >= asked.start && moment <= asked.end) this.#missing.push({ start: moment, end: moment });
    this.#reasons.add(
      `The second ${stampOf(moment)} alone holds more calls than the service lets anyone page through (${this.#limits.maxOffset}${total === null ? '' : `; ${total} from there on`}); add a filter, such as one campaign, to reach them.`,
    );
    return moment + 1;
  }

  /**
   * The list newest first: its newest rows must have been read. Rows that came in meanwhile are taken.
   * @returns true when rows before those it shows were not read
   */
  async *#closingPage(isLast: boolean): AsyncGenerator<CallLog[], boolean> {
    const page = await this.#page(this.#window.wide.start, 0, 'desc');
    const ids = rowIds(page);
    const unknown = ids.filter((id) => id !== undefined && !this.#evidence.has(id));
    const moments = this.#momentsOf(page);
    const newest = this.#frontier?.moment;
    const isDescending = moments.every((moment, i) => i === 0 || moment <= (moments[i - 1] ?? moment));
    const showsNewest = isDescending && (newest === undefined || moments.some((moment) => moment >= newest));
    if (this.#ordered && !isLast && newest !== undefined && page.received > 0) {
      const oldest = ids.at(-1);
      if (unknown.length > 0 && oldest !== undefined && !this.#evidence.has(oldest)) return true;
      if (!showsNewest) {
        const behind = await this.#firstPage(newest);
        if (rowIds(behind).some((id) => id !== undefined && !this.#evidence.has(id))) return true;
      }
    }
    yield* this.#handOn(this.#evidence.take(page, true));
    return false;
  }

  /** Asks whether a reply without calls means that there are none. @returns true when another spelling finds calls */
  async #checkZero(): Promise<boolean> {
    const checked = await checkZero({
      filters: this.#filters,
      window: this.#window,
      clock: this.#clock,
      retrieve: (query) => this.#retrieve(query),
      pageSize: this.#limits.pageSize,
      spellings: this.#spellings,
    });
    if (checked.kind === 'respelled') {
      this.#filters = { ...this.#filters, ...checked.filters };
      return true;
    }
    if (checked.kind === 'doubtful') this.#reasons.add(checked.reason);
    else this.#remarks = checked.remarks;
    return false;
  }

  #opening(): Promise<CallLogPage> {
    return this.#page(this.#window.wide.start, 0);
  }

  async #page(start: number, offset: number, order: 'asc' | 'desc' = 'asc'): Promise<CallLogPage> {
    const page = await this.#retrieve({
      ...this.#filters,
      start_time: stampOf(start),
      end_time: stampOf(this.#window.wide.end),
      limit: this.#limits.pageSize,
      offset,
      order,
      include_recordings: this.#includeRecordings ? 1 : 0,
    });
    if (start === this.#window.wide.start) this.#evidence.told(page.total_found);
    this.#watch(page);
    return page;
  }

  async #retrieve(query: RetrieveQuery): Promise<CallLogPage> {
    const signal = AbortSignal.any([this.#scope.signal, this.#over.signal]);
    const page = await this.#source.retrieve(query, { signal });
    this.#answered = true;
    return page;
  }

  /**
   * Follows the order of a page, and holds back the calls of its last moment, which the next page may continue. Where a walk
   * stops, it has then handed on all calls before a second and none from it on, so that what is missing is an exact window.
   */
  #hold(page: CallLogPage, fresh: readonly CallLog[]): CallLog[] {
    const before = this.#frontier?.moment;
    for (const { id, call_date } of page.calls) {
      const moment = this.#momentOf(call_date);
      if (moment === undefined) continue;
      this.#oldest = Math.min(this.#oldest, moment);
      this.#newest = Math.max(this.#newest, moment);
      const frontier = this.#frontier;
      if (frontier === undefined || moment > frontier.moment) this.#frontier = { moment, ids: new Set([id]) };
      else if (moment === frontier.moment) frontier.ids.add(id);
    }
    const moments = this.#momentsOf(page);
    if (moments.some((moment, i) => i > 0 && moment < (moments[i - 1] ?? moment))) this.#ordered = false;
    const last = this.#ordered && !this.#readingAgain ? this.#frontier?.moment : undefined;
    // What was held is of one moment: it waits as a whole, and its dates are not read again.
    const waits = last !== undefined && last === before;
    const ready = waits ? [] : this.#held;
    const held = waits ? this.#held : [];
    for (const call of fresh) {
      (last !== undefined && this.#momentOf(call.call_date) === last ? held : ready).push(call);
    }
    this.#held = held;
    return ready;
  }

  *#handOn(ready: CallLog[]): Generator<CallLog[], void> {
    if (ready.length === 0) return;
    this.#unique += ready.length;
    const total = this.#evidence.totalFound;
    this.#scope.onProgress?.(this.#unique, total === null ? undefined : Math.max(total, this.#unique));
    yield ready;
  }

  #momentOf(date: string | undefined): number | undefined {
    const second = date === undefined ? undefined : ordinalOf(date);
    return second === undefined ? undefined : this.#window.momentOf(second);
  }

  /** Moments of the rows of a page that have a date, in the order of the page; a row that stands there twice counts once. */
  #momentsOf(page: CallLogPage): number[] {
    const ids = new Set<string>();
    return page.calls.flatMap(({ id, call_date }) => {
      if (ids.has(id)) return [];
      ids.add(id);
      return this.#momentOf(call_date) ?? [];
    });
  }

  /** Whether a page shows rows dated outside of what was asked for. */
  #showsForeign(page: CallLogPage): boolean {
    const { start, end } = this.#window.wide;
    return this.#momentsOf(page).some((moment) => moment < start || moment > end);
  }

  /** @throws Stopped when page after page promises rows and brings no new one: the service does not do as it is asked */
  #watch({ received, total_found }: CallLogPage): void {
    const { rows } = this.#evidence;
    const isEmpty = received === 0 && total_found === 0;
    if (rows > this.#rowsSeen || isEmpty || this.#readingAgain) this.#fruitless = 0;
    else this.#fruitless += 1;
    this.#rowsSeen = rows;
    if (this.#fruitless < MAX_FRUITLESS) return;
    throw new Stopped(
      `${MAX_FRUITLESS} pages in a row brought no new row: the service does not seem to follow offset or the window.`,
    );
  }

  /** @throws Stopped when the calls are used up. */
  #proceed(): void {
    const { rows } = this.#budget;
    if (this.#unique + (this.#scope.spent?.rows ?? 0) >= rows) throw new Stopped(rowsUsedUp(rows));
  }

  #stop(error: unknown): void {
    if (this.#scope.signal.aborted) throw error;
    if (!(error instanceof Failure || error instanceof Stopped)) throw error;
    const reason = this.#timeIsUp
      ? this.#lateWords()
      : error instanceof Stopped
        ? error.reason
        : `${error.what} ${error.why}`;
    if (!this.#answered && this.#missing.length === 0) {
      if (!this.#timeIsUp) throw error;
      throw new Failure({
        what: 'The calls could not be read.',
        why: `${reason} Not even a first page had come by then.`,
        next: 'Try again later; a shorter window or more filters answer sooner.',
      });
    }
    this.#reasons.add(reason);
    this.#nameTheRest();
  }

  /** Which of the two time limits ended the walk. */
  #lateWords(): string {
    const { until } = this.#scope;
    return until !== undefined && performance.now() >= until
      ? 'The time that a tool call may take is used up.'
      : secondsUsedUp(this.#budget.seconds);
  }

  /** What was not handed on, as a window, where the dates of what was handed on show where it begins. */
  #nameTheRest(): void {
    const { start, end } = this.#window.asked;
    const reached = this.#frontier?.moment;
    if (this.#readingAgain) {
      this.#reasons.add('All pages had been read once; the service’s counts did not agree with them yet.');
    } else if (this.#readThrough) {
      this.#reasons.add('All pages had been read; that the newest calls are among them was not checked.');
    } else if (this.#unique > 0 && (!this.#ordered || reached === undefined)) {
      this.#reasons.add(
        'The rest cannot be named as a window, because the dates of the calls do not show how far the reading came; ask again with a shorter window.',
      );
    } else if (Math.max(start, reached ?? start) <= end) {
      this.#missing.push({ start: Math.max(start, reached ?? start), end });
    }
  }
}

const WINDOW_IGNORED =
  'The service does not seem to apply start_time and end_time, so that calls past its largest offset cannot be reached.';

export function rowsUsedUp(rows: number): string {
  return `The budget of ${rows} calls (CALL_LOGS_WALK_ROWS) is used up.`;
}

export function secondsUsedUp(seconds: number): string {
  return `The budget of ${seconds} seconds (CALL_LOGS_WALK_SECONDS) is used up.`;
}

/** The ids of a page's rows in their order; undefined for a row that has none. */
function rowIds(page: CallLogPage): (string | undefined)[] {
  const ids: (string | undefined)[] = page.calls.map(({ id }) => id);
  for (const { index, id } of page.malformed) ids.splice(index, 0, id);
  return ids;
}

function rows(count: number): string {
  return count === 1 ? '1 row' : `${count} rows`;
}

function calls(count: number): string {
  return count === 1 ? '1 call' : `${count} calls`;
}
