import type { Window } from '../account-time/stamps.js';
import type { CallLog } from '../convoso/call-log.js';
import type { RequestOptions, RetrievedPage } from '../convoso/client.js';
import { type CallLogFilters, MAX_LIMIT, MAX_OFFSET, type RetrieveQuery } from '../convoso/query.js';
import { nextTurn } from '../convoso/turns.js';
import type { Account } from '../query/account.js';
import { mismatches, PHONE_FILTERS, uncheckable } from '../query/filters.js';
import { likelyForms } from '../query/other-forms.js';
import type { AnswerMasks } from '../redact/masks.js';
import type { OutgoingCall, OutgoingText } from '../redact/outgoing.js';
import { Failure } from '../util/failure.js';
import { isTimeout } from '../util/time-limit.js';
import { distinct, unlessRefused } from '../walk/hidden-calls.js';
import { ReadingWindow } from '../walk/reading-window.js';
import { checkZero, type ZeroCheck } from '../walk/zero-check.js';
import { following, type MalformedPageRow, rowsOf, type Standing } from './page-rows.js';
import { addSpellings } from './row-spellings.js';

/** One page of a search, checked against the filters and fit to leave the server. */
export interface FoundPage {
  /** Total matching calls; null when the service did not say. */
  readonly total_found: number | null;
  readonly calls: readonly OutgoingCall[];
  /** Rows that this page stands for, malformed ones included. */
  readonly received: number;
  /** Place in the whole list, counted from 0, of each of `calls`, of the first row, and after the last one. */
  readonly places: readonly number[];
  readonly from: number;
  readonly end: number;
  /** Whether the rows shown before it, where they were named, stand right before it. */
  readonly standing: Standing;
  readonly malformed: readonly MalformedPageRow[];
  /** How many rows show that they do not satisfy a filter that was sent, by filter. */
  readonly outsideFilter: ReadonlyMap<string, number>;
  /** Ids that rows print with other zeros before them than the filters have, by filter. */
  readonly otherSpellings: ReadonlyMap<string, OutgoingText>;
  /** Rows beyond the limit that the service sent all the same; they are not in `calls`. */
  readonly surplus: number;
  /** True when the service sent fewer rows than were asked for: this is the end, or it caps pages. */
  readonly short: boolean;
  /** Filters that no row of the page carries a value to check by. */
  readonly unchecked: readonly string[];
  /** Rows whose id another row of the page has as well. */
  readonly repeated: number;
  /** Filters in other forms that find other calls. */
  readonly hidden: readonly CallLogFilters[];
  /** Filters that find calls in this spelling only, where what was sent found none. */
  readonly respelled?: CallLogFilters;
  /** Why the page cannot be trusted, what could not be checked of it, or what else there is to know; full sentences. */
  readonly remarks: readonly string[];
}

/** Rows of one page that are redacted in one step. */
const ROWS_A_TURN = 100;

/** Pages of searches, each checked against what was asked for. */
export class SearchPages {
  readonly #retrieve: (query: RetrieveQuery, scope: RequestOptions) => Promise<RetrievedPage>;
  readonly #account: Account;

  /** @param retrieve sends a search. @throws ConvosoError */
  constructor(
    retrieve: (query: RetrieveQuery, scope: RequestOptions) => Promise<RetrievedPage>,
    account: Account,
  ) {
    this.#retrieve = retrieve;
    this.#account = account;
  }

  /**
   * One page of a search (see #page). A first page without calls is checked: where the service knows a value by another
   * spelling, that is searched for. On a first page with calls, other forms of the values asked for are looked for as well:
   * `spellings` (which rows print) and the likeliest. Once the page is there, what fails after it takes nothing away from it
   * and is said.
   * @throws ConvosoError
   */
  async search(
    query: RetrieveQuery,
    scope: RequestOptions = {},
    shown: readonly string[] = [],
    spellings: readonly CallLogFilters[] = [],
  ): Promise<FoundPage> {
    const found = await this.#page(query, scope, shown);
    if (query.offset > 0) return found;
    try {
      if (found.received > 0) return await this.#withHidden(found, query, spellings, scope);
      return (found.total_found ?? 0) > 0
        ? found
        : await this.#withZeroChecked(found, query, spellings, scope);
    } catch (error) {
      return {
        ...found,
        remarks: [
          ...found.remarks,
          unchecked(error, scope, UNCHECKED[found.received > 0 ? 'forms' : 'zero']),
        ],
      };
    }
  }

  async #withZeroChecked(
    found: FoundPage,
    query: RetrieveQuery,
    spellings: readonly CallLogFilters[],
    scope: RequestOptions,
  ): Promise<FoundPage> {
    const {
      start_time: start,
      end_time: end,
      limit: _limit,
      offset: _offset,
      order: _order,
      ...rest
    } = query;
    const { include_recordings: _recordings, ...filters } = rest;
    if (start === undefined || end === undefined) return found;
    const zero = await this.zero(filters, { start, end }, spellings, scope);
    if (zero.kind === 'doubtful') return { ...found, remarks: [...found.remarks, zero.reason] };
    if (zero.kind === 'confirmed') return { ...found, remarks: [...found.remarks, ...zero.remarks] };
    const { filters: respelled } = zero;
    return { ...(await this.#page({ ...query, ...respelled }, scope, [])), respelled };
  }

  /**
   * What it is worth that a window has no calls of these filters (walk/zero-check.ts). What fails on the way is said, and takes
   * nothing away from what is known. @throws what is no failure of the service, or a cancellation
   */
  async zero(
    filters: Omit<CallLogFilters, 'start_time' | 'end_time'>,
    window: Window,
    spellings: readonly CallLogFilters[],
    scope: RequestOptions,
  ): Promise<ZeroCheck> {
    const { clock } = this.#account;
    try {
      return await checkZero({
        filters,
        window: new ReadingWindow(window, clock),
        clock,
        pageSize: MAX_LIMIT,
        spellings,
        retrieve: (control) => this.#retrieve(control, scope),
      });
    } catch (error) {
      return { kind: 'doubtful', reason: unchecked(error, scope, UNCHECKED.zero) };
    }
  }

  /** The page with the forms under which the service has other calls than those found: it then compares texts. */
  async #withHidden(
    found: FoundPage,
    query: RetrieveQuery,
    spellings: readonly CallLogFilters[],
    scope: RequestOptions,
  ): Promise<FoundPage> {
    const {
      total_found: total,
      calls: [first],
    } = found;
    const likely = likelyForms(query, 1).filter((form) => !PHONE_FILTERS.some((name) => name in form));
    const forms = distinct([...spellings, ...likely]);
    const pages = await Promise.allSettled(
      forms.map((form) => unlessRefused(this.#retrieve({ ...query, ...form, limit: 1 }, scope))),
    );
    const failed = pages.find((page) => page.status === 'rejected');
    const hidden = forms.filter((_form, i) => {
      const page = pages[i];
      if (page?.status !== 'fulfilled' || page.value === undefined || page.value.received === 0) return false;
      return page.value.total_found !== total || page.value.calls[0]?.id !== first?.id;
    });
    const remarks = failed === undefined ? [] : [unchecked(failed.reason, scope, UNCHECKED.forms)];
    return { ...found, hidden, remarks: [...found.remarks, ...remarks] };
  }

  /**
   * One page of a search. `shown` names the rows shown before it, those of the last second: the page then begins after them
   * wherever they are now, as far as they are found within a page of where they were.
   * @throws ConvosoError
   */
  async #page(query: RetrieveQuery, scope: RequestOptions, shown: readonly string[]): Promise<FoundPage> {
    const masks = this.#account.masks.forAnswer();
    const overlap = query.offset === 0 ? [] : shown.slice(-query.offset);
    const start = query.offset - overlap.length;
    const asked = Math.min(query.limit + overlap.length, MAX_LIMIT);
    const read = async (offset: number, limit: number) => {
      const page = await this.#retrieve({ ...query, offset, limit }, scope);
      return { page, rows: rowsOf(page, offset, masks) };
    };
    const { page, rows } = await read(start, asked);
    const remarks = page.asides.map(
      (name) =>
        `the reply carries “${name}” beside the calls, which no document names and which may say that some are missing.`,
    );
    if (page.received === 0 && page.total_found === null)
      remarks.push('the service did not say how many calls match.');
    const { rows: fresh, standing } = await following(rows.slice(0, asked), overlap, async (where) => {
      const from = where === 'before' ? Math.max(0, start - asked) : start + Math.min(rows.length, asked);
      const wanted = where === 'before' ? start - from : asked;
      if (wanted === 0 || from > MAX_OFFSET) return [];
      try {
        return (await read(from, wanted)).rows.slice(0, wanted);
      } catch (error) {
        remarks.push(unchecked(error, scope, UNCHECKED.standing));
        return [];
      }
    });
    const given = fresh.slice(0, query.limit);
    const calls = given.flatMap(({ call }) => (call === undefined ? [] : [call]));
    const outsideFilter = new Map<string, number>();
    const spellings = new Map<string, OutgoingText>();
    for (const call of calls) {
      addSpellings(spellings, call, query, masks);
      for (const name of mismatches(call, query, page.carried))
        outsideFilter.set(name, (outsideFilter.get(name) ?? 0) + 1);
    }
    const from = given[0]?.at ?? query.offset;
    return {
      total_found: page.total_found,
      calls: await this.#allLeaving(calls, query.include_recordings === 1, masks),
      received: given.length,
      places: given.flatMap(({ call, at }) => (call === undefined ? [] : [at])),
      from,
      end: (given.at(-1)?.at ?? from - 1) + 1,
      standing,
      malformed: given.flatMap(({ malformed, id }, index) =>
        // What stands in place of an id may be anything, and which call's names it holds nobody can tell.
        malformed === undefined
          ? []
          : [{ index, id: this.#account.masks.words.length > 0 ? undefined : id, problem: malformed }],
      ),
      outsideFilter,
      otherSpellings: spellings,
      surplus: Math.max(0, rows.length - asked),
      repeated: calls.length - new Set(calls.map(({ id }) => id)).size,
      hidden: [],
      remarks,
      short: rows.length < asked,
      unchecked: calls.length === 0 ? [] : uncheckable(query, page.carried),
    };
  }

  /** The calls as they may leave the server, some a turn: redaction is most of the work for a large page. */
  async #allLeaving(
    calls: readonly CallLog[],
    withRecordings: boolean,
    masks: AnswerMasks,
  ): Promise<OutgoingCall[]> {
    this.#account.names.learn(calls, masks);
    const leaving: OutgoingCall[] = [];
    for (const call of calls) {
      if (leaving.length > 0 && leaving.length % ROWS_A_TURN === 0) await nextTurn('goes on');
      leaving.push(masks.call(call, withRecordings));
    }
    return leaving;
  }
}

const UNCHECKED = {
  forms: 'that no other calls print a value asked for in another form',
  zero: 'that there are no such calls',
  standing: 'where the rows are now that the page before ended with',
};

/** That something about a page could not be checked, and why. @throws what is no failure of the service, or a cancellation */
function unchecked(error: unknown, { signal }: RequestOptions, what: string): string {
  if (!(error instanceof Failure) || (signal?.aborted === true && !isTimeout(signal.reason))) throw error;
  return `It was not checked ${what}: ${error.why}`;
}
