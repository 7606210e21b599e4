import type { CallLog } from '../convoso/call-log.js';
import type { ConvosoClient, Update } from '../convoso/client.js';
import { ConvosoError } from '../convoso/errors.js';
import { type CallLogFilters, mismatches, type RetrieveQuery } from '../convoso/query.js';
import { allHistory } from '../convoso/time.js';
import {
  DEFAULT_WALK_BUDGET,
  type Population,
  Walk,
  type WalkBudget,
  type WalkScope,
} from '../convoso/walk.js';
import type { MalformedRow } from '../convoso/wire.js';
import { Failure, InvalidArguments } from '../failure.js';
import { type AnswerMasks, Masks } from '../redact/masks.js';
import type { OutgoingCall } from '../redact/outgoing.js';
import type { AuditTrail } from './audit.js';
import { type AccountClock, type FilterInput, type ResolvedFilters, resolveFilters } from './filters.js';
import { resolveNames } from './name-filters.js';
import { NameBook } from './names.js';
import type { CallLogSource, Reading, SourceChoice } from './source.js';

/** One page of a search, checked against the filters and fit to leave the server. */
export interface FoundPage {
  /** Total matching calls; null when the service did not say. */
  readonly total_found: number | null;
  readonly calls: readonly OutgoingCall[];
  /** Rows received from the service, malformed ones included. */
  readonly received: number;
  readonly malformed: readonly MalformedRow[];
  /** How many rows show that they do not satisfy a filter that was sent, by filter. */
  readonly outsideFilter: ReadonlyMap<string, number>;
  /** Rows beyond the limit that the service sent all the same; they are not in `calls`. */
  readonly surplus: number;
}

export interface CallLogsOptions {
  /** What one walk may cost. */
  readonly budget?: WalkBudget;
  /** What may not leave the server (default: everything may). */
  readonly masks?: Masks;
  /** Where update attempts are recorded (default: nowhere). */
  readonly audit?: AuditTrail | undefined;
}

/** Rows read to learn names, and the least milliseconds between two such readings. */
const SAMPLE_ROWS = 500;
const SAMPLE_EVERY_MS = 10 * 60_000;

/**
 * The one door between the service and everything that answers questions: what passes is checked against the filters
 * and carries only what may leave the server: masked values stay behind, and recording URLs and file names pass only when
 * recordings were asked for.
 */
export class CallLogs implements CallLogSource {
  readonly #client: ConvosoClient;
  readonly #audit: AuditTrail | undefined;
  readonly clock: AccountClock;
  readonly names: NameBook;
  readonly masks: Masks;
  /** What one question about many calls may cost the service. */
  readonly budget: WalkBudget;
  #sampledAt = Number.NEGATIVE_INFINITY;

  constructor(
    client: ConvosoClient,
    clock: AccountClock,
    names: NameBook = new NameBook(),
    options: CallLogsOptions = {},
  ) {
    this.#client = client;
    this.clock = clock;
    this.names = names;
    this.masks = options.masks ?? new Masks();
    this.#audit = options.audit;
    this.budget = options.budget ?? DEFAULT_WALK_BUDGET;
  }

  /**
   * Filter arguments as they are sent: names and meanings become ids and codes, dates and time words a window. May read
   * one page of recent calls to learn the account's names.
   * @throws InvalidArguments for a name or date that cannot be used; ConvosoError when names cannot be learnt
   */
  async resolve(input: FilterInput, signal?: AbortSignal): Promise<ResolvedFilters> {
    // Dates first: what is wrong with them is said before anything is sent.
    const { filters: written, window } = resolveFilters(input, this.clock);
    const { filters, taken } = await resolveNames(written, this.names, () => this.#learnNames(signal));
    return { filters, window, taken };
  }

  /** Reads the newest rows for the names they carry; false when that was done a short while ago. */
  async #learnNames(signal: AbortSignal | undefined): Promise<boolean> {
    const now = performance.now();
    if (now - this.#sampledAt < SAMPLE_EVERY_MS) return false;
    await this.sample(SAMPLE_ROWS, 0, signal);
    this.#sampledAt = now;
    return true;
  }

  /** The newest calls, `limit` rows from `offset` on, for what they tell of the account. @throws ConvosoError */
  async sample(limit: number, offset: number, signal?: AbortSignal): Promise<readonly OutgoingCall[]> {
    const { start, end } = allHistory(this.clock.now());
    const page = await this.#client.retrieve(
      { start_time: start, end_time: end, limit, offset, order: 'desc', include_recordings: 0 },
      { signal },
    );
    const masks = this.masks.forAnswer();
    return page.calls.map((call) => this.#leaving(call, false, masks));
  }

  async answer<T>(
    population: Population,
    scope: WalkScope,
    source: SourceChoice,
    work: (reading: Reading) => Promise<T>,
  ): Promise<T> {
    if (source === 'archive') throw noArchive();
    return work(this.read(population, scope));
  }

  /** Every call of a population: for summaries, samples and exports, which let out only what its masks pass. */
  read(population: Population, scope: WalkScope): Reading {
    const walk = new Walk(this.#client, population, scope, this.budget);
    const { names } = this;
    const masks = this.masks.forAnswer();
    return {
      masks,
      raw: {
        async *[Symbol.asyncIterator]() {
          for await (const calls of walk) {
            names.learn(calls, masks);
            yield calls;
          }
        },
      },
      get completeness() {
        return walk.completeness;
      },
    };
  }

  /** One page of a search. @throws ConvosoError */
  async search(query: RetrieveQuery, signal?: AbortSignal): Promise<FoundPage> {
    const page = await this.#client.retrieve(query, { signal });
    const outsideFilter = new Map<string, number>();
    const calls = page.calls.slice(0, query.limit);
    for (const call of calls) {
      for (const name of mismatches(call, query)) outsideFilter.set(name, (outsideFilter.get(name) ?? 0) + 1);
    }
    const masks = this.masks.forAnswer();
    return {
      total_found: page.total_found,
      calls: calls.map((call) => this.#leaving(call, query.include_recordings === 1, masks)),
      received: page.received,
      malformed: page.malformed.map((row) =>
        row.id === undefined ? row : { ...row, id: masks.label('id', row.id) },
      ),
      outsideFilter,
      surplus: page.calls.length - calls.length,
    };
  }

  /**
   * The call of this id, or undefined when the service has none. Searches all history.
   * @throws ConvosoError, or Failure when what came back is not that call
   */
  async get(id: string, includeRecordings: boolean, signal?: AbortSignal): Promise<OutgoingCall | undefined> {
    const { start, end } = allHistory(this.clock.now());
    const filters: CallLogFilters = { id, start_time: start, end_time: end };
    const page = await this.#client.retrieve(
      { ...filters, limit: 2, offset: 0, order: 'desc', include_recordings: includeRecordings ? 1 : 0 },
      { signal },
    );
    const call = page.calls.find((one) => one.id === id);
    if (call !== undefined) return this.#leaving(call, includeRecordings, this.masks.forAnswer());
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
   * @throws ConvosoError; Failure when the audit trail cannot be written, and then nothing was sent
   */
  async update(update: Update, signal?: AbortSignal, principal?: string): Promise<OutgoingCall | undefined> {
    const entry = this.#audit?.attempt(update, principal);
    try {
      const { call } = await this.#client.update(update, { signal });
      entry?.ended('made');
      return call === null ? undefined : this.#leaving(call, false, this.masks.forAnswer());
    } catch (error) {
      entry?.ended(
        error instanceof ConvosoError && error.outcome === 'not_sent' ? 'not_made' : 'unknown',
        error,
      );
      throw error;
    }
  }

  /** The call as it may leave the server; the names it carries are remembered. */
  #leaving(call: CallLog, withRecordings: boolean, masks: AnswerMasks): OutgoingCall {
    const leaving = masks.call(call, withRecordings);
    this.names.learn([call], masks);
    this.names.showed(leaving);
    return leaving;
  }
}

function noArchive(): Failure {
  return new InvalidArguments({
    what: 'The archive cannot answer.',
    why: 'This server keeps no archive of calls.',
    next: 'Leave source away to read live, or have whoever runs this server set CALL_LOGS_ARCHIVE_DIR and run “convoso-call-logs-mcp sync”.',
  });
}
