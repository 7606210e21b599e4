import { allHistory, mayGrow, type Window } from '../account-time/stamps.js';
import type { CallLog } from '../convoso/call-log.js';
import type { CallLogService, RequestOptions, RetrievedPage, Update } from '../convoso/client.js';
import { ConvosoError, deadlineError } from '../convoso/errors.js';
import { type CallLogFilters, MAX_LIMIT, MAX_OFFSET, type RetrieveQuery } from '../convoso/query.js';
import { nextTurn } from '../convoso/turns.js';
import type { Account } from '../query/account.js';
import { type ConditionInput, conditionChecks } from '../query/conditions.js';
import {
  type FilterInput,
  mismatches,
  oneOnly,
  otherSpellings,
  PHONE_FILTERS,
  type PhoneFilter,
  SEVERAL_FILTERS,
  uncheckable,
} from '../query/filters.js';
import { isOneName, type NameSamples, resolveNames, takesName } from '../query/names/name-filters.js';
import { type RowNames, rowNames } from '../query/names/row-names.js';
import { likelyForms } from '../query/other-forms.js';
import { resolvePhones } from '../query/phone-filters.js';
import { hasSeveral, separateValues, type ValueLookup } from '../query/several-values.js';
import { type ResolvedFilters, type ResolvedWindow, resolveFilters } from '../query/window.js';
import type { AnswerMasks } from '../redact/masks.js';
import type { OutgoingCall, OutgoingText } from '../redact/outgoing.js';
import { Failure, InvalidArguments } from '../util/failure.js';
import { present } from '../util/present.js';
import { isTimeout, timeLimit } from '../util/time-limit.js';
import { distinct, unlessRefused } from '../walk/hidden-calls.js';
import { DEFAULT_WALK_BUDGET, type Population, type WalkBudget, type WalkScope } from '../walk/population.js';
import { ReadingWindow } from '../walk/reading-window.js';
import { Walk } from '../walk/walk.js';
import { checkZero } from '../walk/zero-check.js';
import { FirstCall } from './first-call.js';
import { following, type MalformedPageRow, rowsOf, type Standing } from './page-rows.js';
import { SharedReading } from './shared-reading.js';
import type { CallLogSource, Reading, SourceChoice } from './source.js';
import type { AuditTrail } from './update-log.js';

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

export interface CallLogsOptions {
  /** What one walk may cost. */
  readonly budget?: WalkBudget;
  /** Where update attempts are recorded (default: nowhere). */
  readonly audit?: AuditTrail | undefined;
}

/** What recent rows tell of the account: what they call things, and how they print numbers. */
interface RecentRows {
  readonly names: RowNames;
  readonly numbers: readonly Pick<CallLog, PhoneFilter>[];
}

/** Rows that names and spellings of numbers are looked up in, and milliseconds for which they count as recent. */
const RECENT_ROWS = 500;
const RECENT_ROWS_FRESH_MS = 3 * 60_000;
/** Rows of one page that are redacted in one step. */
const ROWS_A_TURN = 100;

/**
 * The one door between the service and everything that answers questions: what passes is checked against the filters
 * and carries only what may leave the server: masked values stay behind, and recording URLs and file names pass only when
 * recordings were asked for.
 */
export class CallLogs implements CallLogSource {
  readonly #client: CallLogService;
  readonly #audit: AuditTrail | undefined;
  readonly account: Account;
  /** What one question about many calls may cost the service. */
  readonly budget: WalkBudget;
  readonly #recent = new SharedReading<RecentRows>(
    (signal) => this.#rowsOf(allHistory(this.account.clock.now()), { signal }),
    RECENT_ROWS_FRESH_MS,
  );
  readonly #first = new FirstCall((scope) => this.#oldestTwo(scope));

  constructor(client: CallLogService, account: Account, options: CallLogsOptions = {}) {
    this.#client = client;
    this.account = account;
    this.#audit = options.audit;
    this.budget = options.budget ?? DEFAULT_WALK_BUDGET;
  }

  /**
   * Filter arguments as they are sent: names and meanings become ids and codes, dates and time words a window. Names are
   * looked up in the account file and in the newest calls of the account, which are read for it unless that was done in
   * the last minutes; where no name fits, in the newest calls of the window as well.
   * @throws InvalidArguments for a name or date that cannot be used; ConvosoError when those calls cannot be read
   */
  async resolve(input: FilterInput, scope: RequestOptions = {}): Promise<ResolvedFilters> {
    // Dates first: what is wrong with them is said before anything is sent.
    const written = resolveFilters(input, this.account.clock);
    const samples = this.#nameSamples(written.window, scope);
    for (const name of SEVERAL_FILTERS) {
      const given = written.filters[name];
      if (given !== undefined && (await hasSeveral(name, given, this.#lookup(samples)))) throw oneOnly(name);
    }
    return this.#resolved(written, samples, scope);
  }

  /**
   * The same for questions about many calls: filters may have several values, and there may be conditions. What is not sent
   * is among the `checks`.
   * @throws likewise
   */
  async resolveMany(
    input: FilterInput & ConditionInput,
    scope: RequestOptions = {},
  ): Promise<ResolvedFilters> {
    const conditions = conditionChecks(input, this.account);
    const written = resolveFilters(input, this.account.clock);
    const samples = this.#nameSamples(written.window, scope);
    const { filters, sent, checks, ...named } = await separateValues(written.filters, this.#lookup(samples));
    const resolved = await this.#resolved({ ...written, filters }, samples, scope);
    const resolvedFrom = resolved.resolvedFrom ?? named.resolvedFrom;
    return {
      ...resolved,
      filters: { ...resolved.filters, ...sent },
      resolvedNames: { ...resolved.resolvedNames, ...named.resolvedNames },
      ...(resolvedFrom === undefined ? {} : { resolvedFrom }),
      checks: [...checks, ...conditions],
    };
  }

  #lookup(samples: NameSamples): ValueLookup {
    const { names } = this.account;
    return {
      isOneName: async (filter, text) => takesName(filter) && (await isOneName(filter, text, names, samples)),
      resolve: (filters) => resolveNames(filters, names, samples),
    };
  }

  #nameSamples(window: ResolvedWindow, scope: RequestOptions): NameSamples {
    // Whatever the window's newest calls are, while it grows they are among the account's newest.
    const grows = mayGrow(window.end, this.account.clock.zone, this.account.clock.now());
    let ofWindow: Promise<RecentRows> | undefined;
    const readWindow = async () => {
      ofWindow ??= this.#rowsOf(window, scope);
      return (await ofWindow).names;
    };
    return {
      recent: async () => (await this.#recentRows(scope)).names,
      ofWindow: async () => (grows ? undefined : readWindow()),
    };
  }

  async #resolved(
    { filters: written, window }: ResolvedFilters,
    samples: NameSamples,
    scope: RequestOptions,
  ): Promise<ResolvedFilters> {
    const named = await resolveNames(written, this.account.names, samples);
    const { filters, sent, spellings } = await resolvePhones(
      named.filters,
      async () => (await this.#recentRows(scope)).numbers,
    );
    return { window, ...named, filters, resolvedNames: { ...named.resolvedNames, ...sent }, spellings };
  }

  /**
   * The date of the account's first call where it lies inside the window, more than a day after its start, so that the days
   * before it hold no calls of anyone; `oldest` is the oldest call found in the window, if any. Costs one request in the life
   * of the process, and only where the oldest call found lies that late. Never throws.
   */
  historyBegins(
    window: ResolvedWindow,
    oldest: string | undefined,
    scope: RequestOptions = {},
  ): Promise<OutgoingText | undefined> {
    return this.#first.inside(window, oldest, scope);
  }

  async #oldestTwo(scope: RequestOptions): Promise<readonly OutgoingCall[]> {
    const { start, end } = allHistory(this.account.clock.now());
    const query = { start_time: start, end_time: end, limit: 2, offset: 0, order: 'asc' } as const;
    const { calls } = await this.#retrieve({ ...query, include_recordings: 0 }, timeOf(scope));
    const masks = this.account.masks.forAnswer();
    return calls.map((call) => masks.call(call, false));
  }

  /** The newest calls, `limit` rows from `offset` on, for what they tell of the account. @throws ConvosoError */
  async sample(limit: number, offset: number, scope: RequestOptions = {}): Promise<readonly OutgoingCall[]> {
    const page = await this.#newest(allHistory(this.account.clock.now()), limit, offset, scope);
    const masks = this.account.masks.forAnswer();
    return page.calls.map((call) => this.#leaving(call, false, masks));
  }

  /** What the newest calls of the account tell; those who ask at once share one reading, each for as long as it has time. */
  async #recentRows({ signal, deadline }: RequestOptions): Promise<RecentRows> {
    if (deadline === undefined) return this.#recent.get(signal);
    const limit = timeLimit(deadline - performance.now(), signal);
    try {
      return await this.#recent.get(limit.signal);
    } catch (error) {
      throw isTimeout(limit.signal.reason) ? deadlineError('retrieve', 'not_sent', { cause: error }) : error;
    } finally {
      limit.clear();
    }
  }

  /** What the newest calls of a window call things, and how they print numbers. @throws ConvosoError */
  async #rowsOf(window: Window, scope: RequestOptions): Promise<RecentRows> {
    const page = await this.#newest(window, RECENT_ROWS, 0, scope);
    const masks = this.account.masks.forAnswer();
    this.account.names.learn(page.calls, masks);
    const numbers = page.calls.map(({ phone_number, number_dialed }) =>
      present({ phone_number, number_dialed }),
    );
    return { names: rowNames(page, masks), numbers };
  }

  #newest(
    { start, end }: Window,
    limit: number,
    offset: number,
    scope: RequestOptions,
  ): Promise<RetrievedPage> {
    return this.#retrieve(
      { start_time: start, end_time: end, limit, offset, order: 'desc', include_recordings: 0 },
      timeOf(scope),
    );
  }

  async open(population: Population, scope: WalkScope, source: SourceChoice): Promise<Reading> {
    if (source === 'archive') throw noArchive();
    return this.read(population, scope);
  }

  /** Every call of a population: for summaries, samples and exports, which let out only what its masks pass. */
  read(population: Population, scope: WalkScope): Reading {
    const walk = new Walk(
      { retrieve: (query, time) => this.#retrieve(query, time) },
      population,
      { clock: this.account.clock, ...scope },
      this.budget,
    );
    const { names } = this.account;
    const { filters } = population;
    const spellings = new Map<string, OutgoingText>();
    const masks = this.account.masks.forAnswer();
    return {
      masks,
      get uncarried() {
        return walk.uncarried;
      },
      raw: {
        async *[Symbol.asyncIterator]() {
          for await (const calls of walk) {
            names.learn(calls, masks);
            for (const call of calls) addSpellings(spellings, call, filters, masks);
            yield calls;
          }
        },
      },
      get completeness() {
        const { completeness } = walk;
        const words = spellingWords(spellings, filters);
        if (words.length === 0) return completeness;
        const { reason } = completeness;
        return { ...completeness, reason: [...(reason === undefined ? [] : [reason]), ...words].join(' ') };
      },
    };
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
    const zero = await checkZero({
      filters,
      window: new ReadingWindow({ start, end }, this.account.clock),
      clock: this.account.clock,
      pageSize: MAX_LIMIT,
      spellings,
      retrieve: (control) => this.#retrieve(control, timeOf(scope)),
    });
    if (zero.kind === 'doubtful') return { ...found, remarks: [...found.remarks, zero.reason] };
    if (zero.kind === 'confirmed') return { ...found, remarks: [...found.remarks, ...zero.remarks] };
    const { filters: respelled } = zero;
    return { ...(await this.#page({ ...query, ...respelled }, scope, [])), respelled };
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
      forms.map((form) => unlessRefused(this.#retrieve({ ...query, ...form, limit: 1 }, timeOf(scope)))),
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
    const masks = this.account.masks.forAnswer();
    const overlap = query.offset === 0 ? [] : shown.slice(-query.offset);
    const start = query.offset - overlap.length;
    const asked = Math.min(query.limit + overlap.length, MAX_LIMIT);
    const read = async (offset: number, limit: number) => {
      const page = await this.#retrieve({ ...query, offset, limit }, timeOf(scope));
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
          : [{ index, id: this.account.masks.words.length > 0 ? undefined : id, problem: malformed }],
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

  /**
   * The call of this id, or undefined when the service has none. Searches all history.
   * @throws ConvosoError, or Failure when what came back is not that call
   */
  async get(
    id: string,
    includeRecordings: boolean,
    scope: RequestOptions = {},
  ): Promise<OutgoingCall | undefined> {
    const { start, end } = allHistory(this.account.clock.now());
    const filters: CallLogFilters = { id, start_time: start, end_time: end };
    const page = await this.#retrieve(
      { ...filters, limit: 2, offset: 0, order: 'desc', include_recordings: includeRecordings ? 1 : 0 },
      timeOf(scope),
    );
    const call = page.calls.find((one) => mismatches(one, { id }).length === 0);
    if (call !== undefined) return this.#leaving(call, includeRecordings, this.account.masks.forAnswer());
    if (page.received === 0) return undefined;
    throw new Failure({
      what: `Call ${id} could not be read.`,
      why:
        page.malformed.length > 0
          ? `The service answered with a record that is not a call log: ${page.malformed[0]?.problem}.`
          : 'The service answered with other calls than the one asked for.',
      next: 'Try again, or find the call with search_call_logs by lead, phone number or time.',
    });
  }

  /**
   * Stores a change; answers with the call when the service's reply carried it. Where there is an audit trail, the attempt
   * stands in it before anything is sent; `principal` is on whose behalf, when callers are told apart.
   * @throws ConvosoError; Failure when the audit trail cannot be written, and then nothing was sent, and when the reply
   * carries another call
   */
  async update(
    update: Update,
    scope: RequestOptions & { readonly principal?: string | undefined } = {},
  ): Promise<OutgoingCall | undefined> {
    const entry = await this.#audit?.attempt(update, scope.principal);
    try {
      const { call } = await this.#client.update(update, timeOf(scope));
      const replied = call === null ? undefined : this.#leaving(call, false, this.account.masks.forAnswer());
      if (call !== null && call.id !== update.call_log_id) {
        throw new Failure({
          what: `The update of call ${update.call_log_id} may have changed another call.`,
          why: `The service answered it with call ${replied?.id}.`,
          next: 'Look at both calls in Convoso before repeating it.',
        });
      }
      await entry?.ended('made');
      return replied;
    } catch (error) {
      await entry?.ended(
        error instanceof ConvosoError && error.outcome === 'not_sent' ? 'not_made' : 'unknown',
        error,
      );
      throw error;
    }
  }

  /** Sends a search, and learns from its reply how far the service's clock is ahead. */
  async #retrieve(query: RetrieveQuery, scope: RequestOptions): Promise<RetrievedPage> {
    const page = await this.#client.retrieve(query, scope);
    if (page.serviceDate !== undefined) this.account.clock.learn(page.serviceDate);
    return page;
  }

  /** The calls as they may leave the server, some a turn: redaction is most of the work for a large page. */
  async #allLeaving(
    calls: readonly CallLog[],
    withRecordings: boolean,
    masks: AnswerMasks,
  ): Promise<OutgoingCall[]> {
    const leaving: OutgoingCall[] = [];
    for (const call of calls) {
      if (leaving.length > 0 && leaving.length % ROWS_A_TURN === 0) await nextTurn('goes on');
      leaving.push(this.#leaving(call, withRecordings, masks));
    }
    return leaving;
  }

  /** The call as it may leave the server; the names it carries are remembered. */
  #leaving(call: CallLog, withRecordings: boolean, masks: AnswerMasks): OutgoingCall {
    this.account.names.learn([call], masks);
    return masks.call(call, withRecordings);
  }
}

/** That rows print an id with other zeros before it, a sentence for each filter. */
export function spellingWords(
  spellings: ReadonlyMap<string, OutgoingText>,
  filters: CallLogFilters,
): string[] {
  return [...spellings].map(
    ([name, printed]) =>
      `Rows print ${name} ${filters[name as keyof CallLogFilters]} as ${printed}: ids that differ only by zeros before them are taken to be the same.`,
  );
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

/** What a request takes of the scope it belongs to. */
function timeOf({ signal, deadline }: RequestOptions): RequestOptions {
  return { signal, deadline };
}

/** Notes ids that a row prints otherwise than the filters have them, as they may leave the server. */
export function addSpellings(
  spellings: Map<string, OutgoingText>,
  call: CallLog,
  filters: CallLogFilters,
  masks: AnswerMasks,
): void {
  for (const [name, printed] of otherSpellings(call, filters)) {
    spellings.set(name, masks.label(name, printed));
  }
}

function noArchive(): Failure {
  return new InvalidArguments({
    what: 'The archive cannot answer.',
    why: 'This server keeps no archive of calls.',
    next: 'Omit source to read live, or have whoever runs this server set CALL_LOGS_ARCHIVE_DIR and run “convoso-call-logs-mcp sync”.',
  });
}
