import { ordinalOf, stampOf } from '../account-time/stamps.js';
import type { CallLog } from '../convoso/call-log.js';
import { type CallLogFilters, MAX_LIMIT, MAX_OFFSET, type RetrieveQuery } from '../convoso/query.js';
import type { CallLogPage } from '../convoso/wire.js';
import { Failure } from '../util/failure.js';
import { type Completeness, missingWindows, type Span } from './completeness.js';
import { callsWord, doubts, rowsWord } from './doubts.js';
import { Evidence } from './evidence.js';
import { hiddenCalls } from './hidden-calls.js';
import { ListReader, rowIds, Stopped, WINDOW_IGNORED } from './list-reader.js';
import {
  CALL_TIME_USED_UP,
  DEFAULT_WALK_BUDGET,
  type PageSource,
  type Population,
  rowsUsedUp,
  secondsUsedUp,
  type WalkBudget,
  type WalkLimits,
  type WalkScope,
} from './population.js';
import { type Clock, ReadingWindow } from './reading-window.js';
import { checkZero } from './zero-check.js';

/** Pages in a row that may bring no new row: far less than a service that ignores `offset` would let one ask for. */
const MAX_FRUITLESS = 250;
/** Readings of the whole list, where its rows and the service's counts do not agree. */
const MAX_READINGS = 3;
const HOUR = 3_600;
const DAY = 86_400;
/** Seconds by which a service may round the ends of a window. */
const ROUNDING = 60;

/**
 * Every call of a population, once each, in batches, oldest first (contract: "Pagination Strategy" and the bounds of
 * `limit` and `offset`). Iterate it once; `completeness` says at any time what has been handed on and, after the end,
 * what is missing and why.
 *
 * Nothing rests on one reply. When the list is read to its end (list-reader.ts), no count that the service gave may differ
 * from the rows received; otherwise the list is read again. What then still does not agree is said. Then it is checked that
 * the service returns whole windows, and no calls are hidden under other forms of a value.
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
  readonly #reader: ListReader;
  /** As sent: a value may be sent in another spelling when the service does not know the one asked for. */
  #filters: CallLogFilters;
  /** What there is to know besides, which takes nothing away from the answer. */
  #remarks: readonly string[] = [];
  /** Ends requests under way when the walk is over, for whatever reason. */
  readonly #over = new AbortController();
  #timeIsUp = false;
  /** Calls handed on. */
  #unique = 0;
  /** Pages in a row that brought no new row, and the rows seen by then. */
  #fruitless = 0;
  #rowsSeen = 0;
  #answered = false;
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
    this.#reader = new ListReader({
      window: this.#window,
      evidence: this.#evidence,
      limits,
      concurrency: budget.concurrency,
      page: (start, offset, order) => this.#page(start, offset, order),
      proceed: () => this.#proceed(),
    });
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
    const missing = missingWindows(this.#reader.missing);
    const reasons = [...this.#reader.reasons];
    if (malformed > 0)
      reasons.push(`${rowsWord(malformed)} could not be read as call logs and are not counted.`);
    if (this.#ended) reasons.push(...doubts(evidence, this.#reader));
    const { unverified } = evidence;
    const sound = this.#ended && missing.length === 0 && reasons.length === 0 && unverified.length === 0;
    if (evidence.gone > 0 && evidence.agrees) {
      reasons.push(`${callsWord(evidence.gone)} stopped matching while being read; counted as first read.`);
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
      windows: this.#reader.windows,
      missing,
      ...(unverified.length === 0 ? {} : { unverified }),
      ...(reasons.length === 0 ? {} : { reason: reasons.join(' ') }),
    };
  }

  async *#readUntilItAgrees(): AsyncGenerator<CallLog[], void> {
    let opening = await this.#opening();
    if (opening.received === 0 && (opening.total_found ?? 0) === 0) {
      const respelled = await this.#verify('that there are no such calls', () => this.#checkZero());
      if (respelled !== true) return;
      opening = await this.#opening();
    }
    if (this.#reader.showsForeign(opening) && (opening.total_found ?? 0) > this.#limits.maxOffset) {
      this.#reader.missing.push(this.#window.asked);
      throw new Stopped(WINDOW_IGNORED);
    }
    yield* this.#read(opening);
    const evidence = this.#evidence;
    for (let readings = 1; readings < MAX_READINGS && !evidence.agrees; readings += 1) {
      const known = evidence.rows;
      if (this.#reader.missing.length > 0 || !this.#reader.isOrdered || evidence.malformed > 0) return;
      if (evidence.largestTotal === null) return;
      this.#reader.readAgain();
      yield* this.#read(await this.#opening());
      if (evidence.rows === known && !evidence.agrees) break;
    }
    await this.#verify('that the service returns whole windows', () => this.#checkEmptyEnds());
    const late = await this.#verify('that no call prints a value in another form', () =>
      this.#checkOtherForms(),
    );
    if (late !== undefined) yield* this.#handOn(this.#evidence.take(late, true));
  }

  async *#read(opening: CallLogPage): AsyncGenerator<CallLog[], void> {
    for await (const batch of this.#reader.read(opening)) yield* this.#handOn(batch);
  }

  /** Asks for evidence once all calls are there: where that fails, it takes none of them away, and is said. */
  async #verify<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (this.#scope.signal.aborted || !(error instanceof Failure)) throw error;
      this.#reader.reasons.add(
        `It was not checked ${what}: ${this.#timeIsUp ? this.#lateWords() : error.why}`,
      );
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
      retrieve: (query) => this.#control(query),
      again: async () => {
        late = await this.#page(this.#window.wide.start, 0, 'desc');
        return late;
      },
    });
    for (const said of hidden) this.#reader.reasons.add(said);
    return late;
  }

  /**
   * Asks for the hours at either end of the window that showed no call. Some services return no more than so many days of a
   * window, and count those alone; others read the window in another zone than the one they print, which shows nowhere else
   * when no call is near its ends.
   */
  async #checkEmptyEnds(): Promise<void> {
    const { start, end } = this.#window.wide;
    if (!this.#reader.isOrdered || this.#reader.oldest > this.#reader.newest) return;
    // Two minutes away from the rows that came: a service that rounds would answer with those.
    const before = { start, end: this.#reader.oldest - 120 };
    const after = { start: this.#reader.newest + 120, end };
    const length = (span: Span) => span.end - span.start;
    // Whole days are asked for at both ends. For another zone one end tells as much as the other.
    const days = [before, after].filter((span) => length(span) >= DAY);
    const hours = [after, before].find((span) => length(span) >= HOUR);
    const checks = (days.length > 0 || hours === undefined ? days : [hours]).map(async (span) => {
      const page = await this.#control({
        ...this.#filters,
        start_time: stampOf(span.start),
        end_time: stampOf(span.end),
        limit: 1,
        offset: 0,
        order: 'desc',
        include_recordings: 0,
      });
      if (rowIds(page).some((id) => id !== undefined && !this.#evidence.has(id))) {
        this.#reader.reasons.add(
          `The service does not return whole windows: asked for ${stampOf(span.start)} to ${stampOf(span.end)} alone, it returned calls that it had left out. Ask for shorter windows.`,
        );
      }
    });
    await Promise.all(checks);
  }

  /** Asks whether a reply without calls means that there are none. @returns true when another spelling finds calls */
  async #checkZero(): Promise<boolean> {
    const checked = await checkZero({
      filters: this.#filters,
      window: this.#window,
      clock: this.#clock,
      retrieve: (query) => this.#control(query),
      pageSize: this.#limits.pageSize,
      spellings: this.#spellings,
    });
    if (checked.kind === 'respelled') {
      this.#filters = { ...this.#filters, ...checked.filters };
      return true;
    }
    if (checked.kind === 'doubtful') this.#reader.reasons.add(checked.reason);
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
    this.#evidence.heard(page);
    this.#watch(page);
    return page;
  }

  /** A page that shows whether an answer is right. Its rows must lie where it asks for them, like all others. */
  async #control(query: RetrieveQuery): Promise<CallLogPage> {
    const page = await this.#retrieve(query);
    const start = ordinalOf(query.start_time ?? '') ?? Number.NEGATIVE_INFINITY;
    const end = ordinalOf(query.end_time ?? '') ?? Number.POSITIVE_INFINITY;
    const dates = page.calls.flatMap(({ call_date }) => ordinalOf(call_date ?? '') ?? []);
    if (dates.some((at) => at < start - ROUNDING || at > end + ROUNDING)) {
      this.#reader.reasons.add(
        `Asked for ${query.start_time} to ${query.end_time}, the service returned calls dated outside of it: it applies the window differently, so calls may be missing.`,
      );
    }
    return page;
  }

  async #retrieve(query: RetrieveQuery): Promise<CallLogPage> {
    const signal = AbortSignal.any([this.#scope.signal, this.#over.signal]);
    const page = await this.#source.retrieve(query, { signal });
    this.#answered = true;
    return page;
  }

  *#handOn(ready: CallLog[]): Generator<CallLog[], void> {
    if (ready.length === 0) return;
    this.#unique += ready.length;
    const total = this.#evidence.totalFound;
    this.#scope.onProgress?.(this.#unique, total === null ? undefined : Math.max(total, this.#unique));
    yield ready;
  }

  /** @throws Stopped when page after page promises rows and brings no new one: the service does not do as it is asked */
  #watch({ received, total_found }: CallLogPage): void {
    const { rows } = this.#evidence;
    const isEmpty = received === 0 && total_found === 0;
    if (rows > this.#rowsSeen || isEmpty || this.#reader.isReadingAgain) this.#fruitless = 0;
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
    if (!this.#answered && this.#reader.missing.length === 0) {
      if (!this.#timeIsUp) throw error;
      throw new Failure({
        what: 'The calls could not be read.',
        why: `${reason} Not even a first page had come by then.`,
        next: 'Try again later; a shorter window or more filters answer sooner.',
      });
    }
    this.#reader.reasons.add(reason);
    this.#nameTheRest();
  }

  /** Which of the two time limits ended the walk. */
  #lateWords(): string {
    const { until } = this.#scope;
    return until !== undefined && performance.now() >= until
      ? CALL_TIME_USED_UP
      : secondsUsedUp(this.#budget.seconds);
  }

  /** What was not handed on, as a window, where the dates of what was handed on show where it begins. */
  #nameTheRest(): void {
    const { start, end } = this.#window.asked;
    const reached = this.#reader.frontier?.moment;
    if (this.#reader.isReadingAgain) {
      this.#reader.reasons.add(
        'All pages had been read once; the service’s counts did not agree with them yet.',
      );
    } else if (this.#reader.isReadThrough) {
      this.#reader.reasons.add(
        'All pages had been read; that the newest calls are among them was not checked.',
      );
    } else if (this.#unique > 0 && (!this.#reader.isOrdered || reached === undefined)) {
      this.#reader.reasons.add(
        'The rest cannot be named as a window, because the dates of the calls do not show how far the reading came; ask again with a shorter window.',
      );
    } else if (Math.max(start, reached ?? start) <= end) {
      this.#reader.missing.push({ start: Math.max(start, reached ?? start), end });
    }
  }
}
