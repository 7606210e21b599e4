import type { CallLog } from './call-log.js';
import type { Counts } from './completeness.js';
import { type CallLogFilters, mismatches } from './query.js';
import { ordinalOf } from './time.js';
import type { CallLogPage } from './wire.js';

/** A window that offsets can page through, in ordinals (seconds of account time, both ends inside). */
export interface Part {
  readonly start: number;
  readonly end: number;
}

/** What reading a part needs of the walk around it. */
export interface PartDesk {
  readonly filters: CallLogFilters;
  readonly counts: Counts;
  readonly concurrency: number;
  /** Rows asked for on a page. */
  readonly pageSize: number;
  /** Largest offset the service takes. */
  readonly maxOffset: number;
  /** The page of a part at an offset, oldest first. */
  page(part: Part, offset: number): Promise<CallLogPage>;
  /** Called before each further page; throws to stop the walk. */
  proceed(): void;
  /** Everything of this part before this second has been handed on, and nothing from it on. */
  reached(second: number): void;
  /** The part is read once more: what was handed on of it is not certain yet. */
  readingAgain(part: Part): void;
}

/** How the reading of a part ended. */
export interface PartVerdict {
  /** False when the rows received never agreed with the service's count. */
  readonly whole: boolean;
  /** The service's last count; null when it gave none. */
  readonly total: number | null;
  /** Calls handed on that no longer matched when the part was read again. */
  readonly left: number;
}

/** A part that does not agree with itself is read this often before it is declared uncertain. */
const MAX_READINGS = 3;

/**
 * Every call of one part, oldest first, each once.
 *
 * Rows move while they are paged: a call that comes in late or starts to match pushes later rows to higher offsets (they
 * repeat), one that stops matching pulls them to lower ones (they would be missed). So pages overlap by one row: when the
 * first row of a page has not been received before, rows moved past the boundary. A reading counts as whole when every
 * boundary held and the distinct rows agree with `total_found` as of its last page; otherwise the part is read again, and
 * only calls not yet handed on follow (out of order, after the others).
 *
 * Ids are remembered for the part under way and no longer. That is enough: shifts and repeats happen between pages of one
 * part, parts do not share a second, and a row whose own date lies outside the part is not taken, so that no call can
 * come from two parts. A part holds at most `maxOffset` rows, which bounds the memory whatever the population.
 */
export async function* readPart(
  part: Part,
  first: CallLogPage,
  desk: PartDesk,
): AsyncGenerator<CallLog[], PartVerdict> {
  const known = new Set<string>();
  for (let reading = 1; ; reading += 1) {
    const before = known.size;
    const page = reading === 1 ? first : await desk.page(part, 0);
    const { total, distinct, ids, repeats, steady } = yield* readOnce(part, page, desk, known, reading === 1);
    const left = Math.max(0, known.size - ids);
    if (total === null) return { whole: false, total, left: 0 };
    if (steady && distinct === total) return { whole: true, total, left };
    if (reading > 1) {
      // Rows that keep trading places within one second shift boundaries without a call being missed.
      if (known.size + distinct - ids === total) return { whole: true, total, left: 0 };
      // A list that itself repeats rows and counts them: every place of it was read, and twice held the same calls.
      if (steady && known.size === before && distinct + repeats === total)
        return { whole: true, total, left };
    }
    if (reading === MAX_READINGS) return { whole: false, total, left: 0 };
    desk.readingAgain(part);
  }
}

interface ReadingOutcome {
  readonly total: number | null;
  /** Distinct rows, those without an id included. */
  readonly distinct: number;
  /** Distinct ids among them. */
  readonly ids: number;
  readonly repeats: number;
  /** Every page began with a row that the page before had. */
  readonly steady: boolean;
}

async function* readOnce(
  part: Part,
  first: CallLogPage,
  desk: PartDesk,
  known: Set<string>,
  ordered: boolean,
): AsyncGenerator<CallLog[], ReadingOutcome> {
  const rows = new Rows(part, desk, known);
  // A page of a single row leaves nothing to overlap with.
  const overlap = first.received > 1 ? 1 : 0;
  const ahead = new PagesAhead(part, desk, Math.min(first.received, desk.pageSize) - overlap);
  let steady = true;
  let held: CallLog[] = [];
  let total = first.total_found;
  let page = first;
  let position = 0;
  for (;;) {
    const overlapping = position > 0 && overlap === 1 && page.received > 0;
    if (overlapping && !rows.hasFirstOf(page)) steady = false;
    const before = rows.distinct;
    const fresh = rows.take(page, overlapping);
    // By the rows received: accounts cap pages below what is asked for. Rows beyond that repeat rather than be missed.
    position += Math.min(page.received, desk.pageSize) - (overlapping ? 1 : 0);
    total = page.total_found ?? total;
    const more = rows.distinct > before && (total === null || position < total || rows.distinct < total);
    const batch = ordered && more ? holdLastSecond(held, fresh) : { ready: [...held, ...fresh], held: [] };
    held = batch.held;
    if (batch.ready.length > 0) {
      desk.counts.unique += batch.ready.length;
      yield batch.ready;
    }
    if (!more || position - overlap > desk.maxOffset) break;
    const waitingFrom = held[0]?.call_date;
    const second = waitingFrom === undefined ? undefined : ordinalOf(waitingFrom);
    if (second !== undefined) desk.reached(second);
    desk.proceed();
    page = await ahead.take(position - overlap, total);
  }
  if (held.length > 0) {
    desk.counts.unique += held.length;
    yield held;
  }
  return { total, distinct: rows.distinct, ids: rows.ids.size, repeats: rows.repeats, steady };
}

/** The rows of one reading of a part, sorted into calls to hand on and everything that is only counted. */
class Rows {
  readonly ids = new Set<string>();
  /** Rows received again in this reading, other than by the overlap of pages. */
  repeats = 0;
  #anonymous = 0;
  readonly #part: Part;
  readonly #desk: PartDesk;
  readonly #known: Set<string>;

  /** `known`: ids of this part from earlier readings, which are counted as duplicates and not handed on again. */
  constructor(part: Part, desk: PartDesk, known: Set<string>) {
    this.#part = part;
    this.#desk = desk;
    this.#known = known;
  }

  /** Distinct rows so far; one without an id counts as distinct. */
  get distinct(): number {
    return this.ids.size + this.#anonymous;
  }

  /** True when the first row of a page has been received, as far as it can be told. */
  hasFirstOf(page: CallLogPage): boolean {
    const id = firstRowId(page);
    return id === undefined || this.ids.has(id);
  }

  /** The calls of a page that have not been handed on. `overlapping`: its first row was asked for twice on purpose. */
  take(page: CallLogPage, overlapping: boolean): CallLog[] {
    const asked = overlapping && this.hasFirstOf(page) ? firstRowId(page) : undefined;
    const anonymousAgain = overlapping && firstRowId(page) === undefined;
    const { counts, filters } = this.#desk;
    for (const row of page.malformed) {
      if (row.id === undefined) {
        if (anonymousAgain && row.index === 0) continue;
        this.#anonymous += 1;
        counts.malformed += 1;
      } else if (this.#isNew(row.id, row.id === asked)) counts.malformed += 1;
    }
    const fresh: CallLog[] = [];
    for (const call of page.calls) {
      if (!this.#isNew(call.id, call.id === asked)) continue;
      if (isOutside(call, this.#part, filters, page.carried)) counts.outsideFilter += 1;
      else fresh.push(call);
    }
    return fresh;
  }

  #isNew(id: string, asked: boolean): boolean {
    if (this.ids.has(id)) {
      if (!asked) this.repeats += 1;
      if (!asked) this.#desk.counts.duplicates += 1;
      return false;
    }
    this.ids.add(id);
    if (this.#known.has(id)) {
      this.#desk.counts.duplicates += 1;
      return false;
    }
    this.#known.add(id);
    return true;
  }
}

/**
 * Holds back the calls of a page's last second, which the next page may continue. Where a walk stops, it has then handed
 * on all calls before a second and none from it on, so that what is missing is an exact window.
 */
function holdLastSecond(held: CallLog[], fresh: CallLog[]): { ready: CallLog[]; held: CallLog[] } {
  const calls = held.length === 0 ? fresh : [...held, ...fresh];
  const last = calls.findLast((call) => call.call_date !== undefined)?.call_date;
  if (last === undefined) return { ready: calls, held: [] };
  return {
    ready: calls.filter((call) => call.call_date !== last),
    held: calls.filter((call) => call.call_date === last),
  };
}

function firstRowId(page: CallLogPage): string | undefined {
  const [malformed] = page.malformed;
  return malformed?.index === 0 ? malformed.id : page.calls[0]?.id;
}

/** A row that shows it does not satisfy a filter, or that its date lies outside the part. */
function isOutside(
  call: CallLog,
  part: Part,
  filters: CallLogFilters,
  carried: ReadonlySet<string>,
): boolean {
  const at = call.call_date === undefined ? undefined : ordinalOf(call.call_date);
  if (at !== undefined && (at < part.start || at > part.end)) return true;
  return mismatches(call, filters, carried).length > 0;
}

/** Pages of a part fetched before they are needed: as many requests under way as the walk may have. */
class PagesAhead {
  readonly #part: Part;
  readonly #desk: PartDesk;
  /** Rows that one page advances by, as learned from the first: some accounts cap pages below what is asked for. */
  readonly #stride: number;
  readonly #underWay = new Map<number, Promise<CallLogPage>>();

  constructor(part: Part, desk: PartDesk, stride: number) {
    this.#part = part;
    this.#desk = desk;
    this.#stride = Math.max(1, stride);
  }

  /** The page at this offset; those that follow are asked for, up to the total. */
  take(offset: number, total: number | null): Promise<CallLogPage> {
    // A page that was shorter than the others moved the grid: what was fetched off it is of no use.
    for (const other of this.#underWay.keys()) {
      if (other < offset || (other - offset) % this.#stride !== 0) this.#underWay.delete(other);
    }
    const pages = total === null ? 1 : this.#desk.concurrency;
    for (let place = 0; place < pages; place += 1) {
      const at = offset + place * this.#stride;
      const needed = place === 0 || (at + 1 < (total ?? 0) && at <= this.#desk.maxOffset);
      if (!needed || this.#underWay.has(at)) continue;
      const page = this.#desk.page(this.#part, at);
      // Raised when the page is taken; a walk that stops first never takes it.
      page.catch(() => {});
      this.#underWay.set(at, page);
    }
    const page = this.#underWay.get(offset) ?? this.#desk.page(this.#part, offset);
    this.#underWay.delete(offset);
    return page;
  }
}
