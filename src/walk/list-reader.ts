import { ordinalOf, stampOf } from '../account-time/stamps.js';
import type { CallLog } from '../convoso/call-log.js';
import { ConvosoError } from '../convoso/errors.js';
import type { CallLogPage } from '../convoso/wire.js';
import type { Span } from './completeness.js';
import type { Evidence } from './evidence.js';
import { PagesAhead } from './pages-ahead.js';
import type { WalkLimits } from './population.js';
import type { ReadingWindow } from './reading-window.js';

/** Times that the reading goes on after the closing page showed rows it had not reached. */
const MAX_RESUMPTIONS = 20;
/** Seconds before the last second read from which on that second is asked for, until the service shows it. */
const EARLIER = [0, 1, 60] as const;

const DAY = 86_400;

/** Why a service whose window cannot be relied on cannot be read past its largest offset. */
export const WINDOW_IGNORED =
  'The service does not seem to apply start_time and end_time, so that calls past its largest offset cannot be reached.';

/** Raised inside a walk when it cannot or may not go on. */
export class Stopped extends Error {
  readonly reason: string;
  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}

/** A list of calls in order of time, as the service gives it page by page. */
export interface CallList {
  readonly window: ReadingWindow;
  readonly evidence: Evidence;
  readonly limits: WalkLimits;
  /** Requests under way at once. */
  readonly concurrency: number;
  /** A page of what begins at a second. @throws ConvosoError, Stopped */
  page(start: number, offset: number, order?: 'asc' | 'desc'): Promise<CallLogPage>;
  /** Called before more is asked for. @throws Stopped when the reading may not go on */
  proceed(): void;
}

/** The latest moment that rows were received of, and the ids of its rows: the next list must show them again. */
interface Frontier {
  readonly moment: number;
  readonly ids: Set<string>;
}

/**
 * Reads a list from its beginning to its end. It is read by offset, several pages at once, while each page begins with the
 * very row that the page before ended with. Where one does not (rows moved, ties changed places, an offset was not
 * followed), and past the largest offset, a new list is begun at the last second read, which must show the rows known of
 * that second. At the end the list is asked for newest first: what it shows must have been read.
 */
export class ListReader {
  readonly #list: CallList;
  /** Calls of the frontier's moment, which the next page may continue: handed on with what follows. */
  #held: CallLog[] = [];
  /** How far the reading has come; undefined before a row with a date. */
  frontier: Frontier | undefined;
  /** The earliest and the latest moment that rows were received of. */
  oldest = Number.POSITIVE_INFINITY;
  newest = Number.NEGATIVE_INFINITY;
  /** False when rows do not come in the order that was asked for. */
  isOrdered = true;
  /** All pages of the list are read, and only what shows that they are all is not. */
  isReadThrough = false;
  /** Everything was handed on, and the list is read once more, for its rows and counts alone. */
  isReadingAgain = false;
  /** Lists that were begun. */
  windows = 0;
  /** What cannot be reached, and why, in full sentences. */
  readonly missing: Span[] = [];
  readonly reasons = new Set<string>();
  /** The service answers with rows from long before the start that was asked for. */
  #isStartIgnored = false;
  /** Index into EARLIER: how the service's start of a window was found to work. */
  #earlier = 0;

  constructor(list: CallList) {
    this.#list = list;
  }

  /** From now on the list is read once more, for its rows and counts alone. */
  readAgain(): void {
    this.isReadingAgain = true;
    this.frontier = undefined;
    this.#list.evidence.readAgain();
  }

  /** Reads the list from its beginning to its end, and looks at the end from the other side. */
  async *read(opening: CallLogPage): AsyncGenerator<CallLog[], void> {
    yield* this.#lists(this.#list.window.wide.start, opening);
    for (let resumed = 0; ; resumed += 1) {
      yield* batch(this.#held.splice(0));
      this.isReadThrough = true;
      const unread = yield* this.#closingPage(resumed === MAX_RESUMPTIONS);
      if (!unread || this.frontier === undefined || resumed === MAX_RESUMPTIONS) return;
      const { rows: before } = this.#list.evidence;
      this.isReadThrough = false;
      yield* this.#lists(this.frontier.moment);
      if (this.#list.evidence.rows === before) resumed = MAX_RESUMPTIONS - 1;
    }
  }

  /** One list after the other, each begun at the last second of the one before. */
  async *#lists(from: number, opening?: CallLogPage): AsyncGenerator<CallLog[], void> {
    let start: number | undefined = from;
    let page = opening;
    while (start !== undefined) {
      this.windows += 1;
      start = yield* this.#readFrom(start, page);
      page = undefined;
      if (start !== undefined) this.#list.proceed();
    }
  }

  /**
   * Reads the list that begins at a second, by offset.
   * @returns where the next list must begin; undefined when this one came to its end
   */
  async *#readFrom(
    start: number,
    opening: CallLogPage | undefined,
  ): AsyncGenerator<CallLog[], number | undefined> {
    const { pageSize, maxOffset } = this.#list.limits;
    let page = opening ?? (await this.#firstPage(start));
    if (this.#isStartIgnored && (page.total_found ?? 0) > maxOffset) throw new Stopped(WINDOW_IGNORED);
    const from = opening === undefined ? start - (EARLIER[this.#earlier] ?? 0) : start;
    // A page of a single row leaves nothing to overlap with.
    const overlap = page.received > 1 ? 1 : 0;
    const stride = Math.min(page.received, pageSize) - overlap;
    const ahead = new PagesAhead((offset) => this.#list.page(from, offset), {
      concurrency: this.#list.concurrency,
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
        return this.frontier?.moment;
      }
      const before = this.#list.evidence.rows;
      const fresh = this.#list.evidence.take(page, overlapping);
      // By the rows received: accounts cap pages below what is asked for. Rows beyond that repeat rather than be missed.
      const advance = Math.min(page.received, pageSize);
      position += advance - (overlapping ? 1 : 0);
      last = ids[advance - 1];
      total = page.total_found ?? total;
      yield* batch(this.#hold(page, fresh));
      const more =
        page.received > 0 && (total === null ? this.#list.evidence.rows > before : position < total);
      if (!more) {
        if (page.promisesMore)
          this.reasons.add('The service says that more pages follow, and its count says that none do.');
        return undefined;
      }
      if (position - overlap > maxOffset)
        return this.#mayBegin(start) ? this.frontier?.moment : this.#crowded(total);
      this.#list.proceed();
      try {
        page = await ahead.take(position - overlap, total);
      } catch (error) {
        // Some services refuse offsets that the contract allows.
        const refused = error instanceof ConvosoError && error.kind === 'refused';
        if (refused && this.#mayBegin(start)) return this.frontier?.moment;
        throw error;
      }
    }
  }

  /** True when a new list would begin later than the one that began at this second. */
  #mayBegin(start: number): boolean {
    return (
      this.isOrdered && !this.#isStartIgnored && this.frontier !== undefined && this.frontier.moment > start
    );
  }

  /** Whether a page goes on exactly where the page before ended: with its last row, and after a new row only with new ones. */
  #continues(
    ids: readonly (string | undefined)[],
    { overlapping, last, promised }: { overlapping: boolean; last: string | undefined; promised: boolean },
  ): boolean {
    if (ids.length === 0) return !promised;
    if (overlapping && last !== undefined && ids[0] !== last) return false;
    if (this.isReadingAgain) return true;
    let isNew = false;
    for (const id of ids.slice(overlapping ? 1 : 0)) {
      if (id === undefined) continue;
      if (!this.#list.evidence.has(id)) isNew = true;
      else if (isNew) return false;
    }
    return true;
  }

  /**
   * The first page of a list that begins at the last second read. The rows known of that second must be on it: a service may
   * exclude the start or round it, and then shows them when it is asked from a little earlier.
   */
  async #firstPage(start: number): Promise<CallLogPage> {
    const known = this.frontier?.moment === start ? this.frontier.ids : new Set<string>();
    let page: CallLogPage | undefined;
    for (let earlier = this.#earlier; earlier < EARLIER.length; earlier += 1) {
      const from = start - (EARLIER[earlier] ?? 0);
      const tried = await this.#list.page(from, 0);
      page ??= tried;
      const ids = new Set(rowIds(tried));
      if (this.momentsOf(tried).some((moment) => moment < from - DAY)) this.#isStartIgnored = true;
      const ends = tried.received >= (tried.total_found ?? Number.POSITIVE_INFINITY);
      const isPast = ends || this.momentsOf(tried).some((moment) => moment > start);
      if (isPast && [...known].some((id) => !ids.has(id))) continue;
      this.#earlier = earlier;
      return tried;
    }
    // Rows that no request shows have changed meanwhile, or another replica answers: the counts will tell.
    return page ?? this.#list.page(start, 0);
  }

  /** More calls in one second than offsets reach: they are missing, and the reading goes on after them. */
  #crowded(total: number | null): number | undefined {
    const { asked } = this.#list.window;
    const { moment = asked.start } = this.frontier ?? {};
    if (!this.isOrdered || this.frontier === undefined) {
      throw new Stopped(
        'The service lets nobody page any further, and the calls have no dates to begin a new list at.',
      );
    }
    this.#held = [];
    if (moment >= asked.start && moment <= asked.end) this.missing.push({ start: moment, end: moment });
    this.reasons.add(
      `The second ${stampOf(moment)} alone holds more calls than the service lets anyone page through (${this.#list.limits.maxOffset}${total === null ? '' : `; ${total} from there on`}); add a filter, such as one campaign, to reach them.`,
    );
    return moment + 1;
  }

  /**
   * The list newest first: its newest rows must have been read. Rows that came in meanwhile are taken.
   * @returns true when rows before those it shows were not read
   */
  async *#closingPage(isLast: boolean): AsyncGenerator<CallLog[], boolean> {
    const page = await this.#list.page(this.#list.window.wide.start, 0, 'desc');
    const ids = rowIds(page);
    const unknown = ids.filter((id) => id !== undefined && !this.#list.evidence.has(id));
    const moments = this.momentsOf(page);
    const newest = this.frontier?.moment;
    const isDescending = moments.every((moment, i) => i === 0 || moment <= (moments[i - 1] ?? moment));
    const showsNewest = isDescending && (newest === undefined || moments.some((moment) => moment >= newest));
    if (this.isOrdered && !isLast && newest !== undefined && page.received > 0) {
      const oldest = ids.at(-1);
      if (unknown.length > 0 && oldest !== undefined && !this.#list.evidence.has(oldest)) return true;
      if (!showsNewest) {
        const behind = await this.#firstPage(newest);
        if (rowIds(behind).some((id) => id !== undefined && !this.#list.evidence.has(id))) return true;
      }
    }
    yield* batch(this.#list.evidence.take(page, true));
    return false;
  }

  /**
   * Follows the order of a page, and holds back the calls of its last moment, which the next page may continue. Where a walk
   * stops, it has then handed on all calls before a second and none from it on, so that what is missing is an exact window.
   */
  #hold(page: CallLogPage, fresh: readonly CallLog[]): CallLog[] {
    const before = this.frontier?.moment;
    for (const { id, call_date } of page.calls) {
      const moment = this.#momentOf(call_date);
      if (moment === undefined) continue;
      this.oldest = Math.min(this.oldest, moment);
      this.newest = Math.max(this.newest, moment);
      const frontier = this.frontier;
      if (frontier === undefined || moment > frontier.moment) this.frontier = { moment, ids: new Set([id]) };
      else if (moment === frontier.moment) frontier.ids.add(id);
    }
    const moments = this.momentsOf(page);
    if (moments.some((moment, i) => i > 0 && moment < (moments[i - 1] ?? moment))) this.isOrdered = false;
    const last = this.isOrdered && !this.isReadingAgain ? this.frontier?.moment : undefined;
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

  #momentOf(date: string | undefined): number | undefined {
    const second = date === undefined ? undefined : ordinalOf(date);
    return second === undefined ? undefined : this.#list.window.momentOf(second);
  }

  /** Moments of the rows of a page that have a date, in the order of the page; a row that stands there twice counts once. */
  momentsOf(page: CallLogPage): number[] {
    const ids = new Set<string>();
    return page.calls.flatMap(({ id, call_date }) => {
      if (ids.has(id)) return [];
      ids.add(id);
      return this.#momentOf(call_date) ?? [];
    });
  }

  /** Whether a page shows rows dated outside of what was asked for. */
  showsForeign(page: CallLogPage): boolean {
    const { start, end } = this.#list.window.wide;
    return this.momentsOf(page).some((moment) => moment < start || moment > end);
  }
}

/** A batch of calls, unless it is empty. */
function* batch(calls: CallLog[]): Generator<CallLog[], void> {
  if (calls.length > 0) yield calls;
}

/** The ids of a page's rows in their order; undefined for a row that has none. */
export function rowIds(page: CallLogPage): (string | undefined)[] {
  const ids: (string | undefined)[] = page.calls.map(({ id }) => id);
  for (const { index, id } of page.malformed) ids.splice(index, 0, id);
  return ids;
}
