import { allHistory, type Window } from '../account-time/stamps.js';
import type { CallLog } from '../convoso/call-log.js';
import type { CallLogService, RequestOptions, RetrievedPage, Update } from '../convoso/client.js';
import { ConvosoError } from '../convoso/errors.js';
import type { CallLogFilters, RetrieveQuery } from '../convoso/query.js';
import type { Account } from '../query/account.js';
import type { ConditionInput } from '../query/conditions.js';
import { type FilterInput, mismatches } from '../query/filters.js';
import type { ResolvedFilters, ResolvedWindow } from '../query/window.js';
import type { AnswerMasks } from '../redact/masks.js';
import type { OutgoingCall, OutgoingText } from '../redact/outgoing.js';
import { Failure, InvalidArguments } from '../util/failure.js';
import { DEFAULT_WALK_BUDGET, type Population, type WalkBudget, type WalkScope } from '../walk/population.js';
import { Walk } from '../walk/walk.js';
import { FilterResolver } from './filter-resolver.js';
import { FirstCall } from './first-call.js';
import { addSpellings, spellingWords } from './row-spellings.js';
import { type FoundPage, SearchPages } from './search-page.js';
import type { CallLogSource, Reading, SourceChoice } from './source.js';
import type { AuditTrail } from './update-log.js';

/** A call that was looked for by its id; `unverified`: why there may be one all the same, a full sentence. */
export type FoundCall =
  | { readonly call: OutgoingCall; readonly unverified?: undefined }
  | { readonly call: undefined; readonly unverified?: string };

export interface CallLogsOptions {
  /** What one walk may cost. */
  readonly budget?: WalkBudget;
  /** Where update attempts are recorded (default: nowhere). */
  readonly audit?: AuditTrail | undefined;
}

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
  readonly #resolver: FilterResolver;
  readonly #pages: SearchPages;
  readonly #first = new FirstCall((scope) => this.#oldestTwo(scope));

  constructor(client: CallLogService, account: Account, options: CallLogsOptions = {}) {
    this.#client = client;
    this.account = account;
    this.#audit = options.audit;
    this.#pages = new SearchPages((query, scope) => this.#retrieve(query, scope), account);
    this.budget = options.budget ?? DEFAULT_WALK_BUDGET;
    this.#resolver = new FilterResolver(account, (window, limit, scope) =>
      this.#newest(window, limit, 0, scope),
    );
  }

  /** Filter arguments as they are sent, each with one value (filter-resolver.ts). @throws likewise */
  resolve(input: FilterInput, scope: RequestOptions = {}): Promise<ResolvedFilters> {
    return this.#resolver.resolve(input, scope);
  }

  /** The same for questions about many calls, with several values and conditions. @throws likewise */
  resolveMany(input: FilterInput & ConditionInput, scope: RequestOptions = {}): Promise<ResolvedFilters> {
    return this.#resolver.resolveMany(input, scope);
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
    const { calls } = await this.#retrieve({ ...query, include_recordings: 0 }, scope);
    const masks = this.account.masks.forAnswer();
    return calls.map((call) => masks.call(call, false));
  }

  /** The newest calls, `limit` rows from `offset` on, for what they tell of the account. @throws ConvosoError */
  async sample(limit: number, offset: number, scope: RequestOptions = {}): Promise<readonly OutgoingCall[]> {
    const page = await this.#newest(allHistory(this.account.clock.now()), limit, offset, scope);
    const masks = this.account.masks.forAnswer();
    return page.calls.map((call) => this.#leaving(call, false, masks));
  }

  #newest(
    { start, end }: Window,
    limit: number,
    offset: number,
    scope: RequestOptions,
  ): Promise<RetrievedPage> {
    return this.#retrieve(
      { start_time: start, end_time: end, limit, offset, order: 'desc', include_recordings: 0 },
      scope,
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

  /** One page of a search (see SearchPages). @throws ConvosoError */
  search(...asked: Parameters<SearchPages['search']>): Promise<FoundPage> {
    return this.#pages.search(...asked);
  }

  /**
   * The call of this id, searched for in all history. Where the service has none, that is checked: `unverified` says in a full
   * sentence why there may be such a call all the same.
   * @throws ConvosoError, or Failure when what came back is not that call
   */
  async get(id: string, includeRecordings: boolean, scope: RequestOptions = {}): Promise<FoundCall> {
    const { start, end } = allHistory(this.account.clock.now());
    const read = (filters: CallLogFilters) =>
      this.#retrieve(
        {
          ...filters,
          start_time: start,
          end_time: end,
          limit: 2,
          offset: 0,
          order: 'desc',
          include_recordings: includeRecordings ? 1 : 0,
        },
        scope,
      );
    let page = await read({ id });
    if (page.received === 0) {
      const zero = await this.#pages.zero({ id }, { start, end }, [], scope);
      if (zero.kind === 'doubtful') return { call: undefined, unverified: zero.reason };
      if (zero.kind === 'confirmed') return { call: undefined };
      page = await read(zero.filters);
    }
    const call = page.calls.find((one) => mismatches(one, { id }).length === 0);
    if (call !== undefined)
      return { call: this.#leaving(call, includeRecordings, this.account.masks.forAnswer()) };
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
    const page = await this.#client.retrieve(query, timeOf(scope));
    if (page.serviceDate !== undefined) this.account.clock.learn(page.serviceDate);
    return page;
  }

  /** The call as it may leave the server; the names it carries are remembered. */
  #leaving(call: CallLog, withRecordings: boolean, masks: AnswerMasks): OutgoingCall {
    this.account.names.learn([call], masks);
    return masks.call(call, withRecordings);
  }
}

/** What a request takes of the scope it belongs to. */
function timeOf({ signal, deadline }: RequestOptions): RequestOptions {
  return { signal, deadline };
}

function noArchive(): Failure {
  return new InvalidArguments({
    what: 'The archive cannot answer.',
    why: 'This server keeps no archive of calls.',
    next: 'Omit source to read live, or have whoever runs this server set CALL_LOGS_ARCHIVE_DIR and run “convoso-call-logs-mcp sync”.',
  });
}
