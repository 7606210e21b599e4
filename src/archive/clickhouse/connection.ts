import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ClickHouseClient,
  ClickHouseLogLevel,
  type ClickHouseSettings,
  createClient,
} from '@clickhouse/client';
import type { ClickHouseAddress } from './address.js';
import { clickHouseFailure, isPassing, tookTooLong } from './failures.js';

/** What one statement may take of the server. */
export interface ClickHouseBounds {
  /** Bytes. */
  readonly memory: number;
  readonly threads: number;
  readonly seconds: number;
}

export type Parameters = Readonly<Record<string, unknown>>;

/** Pauses before a statement whose connection was lost is sent again, in milliseconds. */
const PAUSES = [100, 500, 2_000];

/** A look at what is archived is a matter of milliseconds: a server that is not done by then is not asked anything more. */
const LOOK_SECONDS = 8;

/** Statements on one ClickHouse over its HTTP interface. Values go as bound parameters; every error comes in words. */
export class ClickHouseConnection {
  readonly address: ClickHouseAddress;
  readonly #client: ClickHouseClient;
  readonly #lookMs: number;

  constructor(address: ClickHouseAddress, bounds: ClickHouseBounds) {
    this.address = address;
    this.#lookMs = Math.min(LOOK_SECONDS, bounds.seconds) * 1000;
    this.#client = createClient({
      url: address.url,
      username: address.username,
      password: address.password,
      database: address.database,
      application: 'convoso-call-logs-mcp',
      // The server ends a statement by itself, and says so; this is for one that no longer answers at all.
      request_timeout: (bounds.seconds + 10) * 1000,
      // Its texts hold statements and what the server printed.
      log: { level: ClickHouseLogLevel.OFF },
      use_multipart_params_auto: true,
      clickhouse_settings: settingsOf(bounds),
    });
  }

  /** The rows of a whole answer, as arrays. */
  async rows<Row extends readonly unknown[]>(
    query: string,
    parameters: Parameters = {},
    signal?: AbortSignal,
  ): Promise<Row[]> {
    return this.#attempt(async () => {
      const result = await this.#client.query({
        query,
        query_params: parameters,
        // One document: half of it, cut off on the way wherever it was, is none.
        format: 'JSONCompact',
        // An error in the middle of the work comes as an error, not at the end of half an answer.
        clickhouse_settings: { wait_end_of_query: 1 },
        ...(signal === undefined ? {} : { abort_signal: signal }),
      });
      const { data, rows } = await result.json<Row>();
      if (!Array.isArray(data) || data.length !== rows) throw new Error('no answer of ClickHouse');
      return data;
    }, signal);
  }

  /** The rows of a small answer that every question waits for; one that is not there soon counts as an outage. */
  async look<Row extends readonly unknown[]>(query: string, parameters: Parameters = {}): Promise<Row[]> {
    const limit = AbortSignal.timeout(this.#lookMs);
    try {
      return await this.rows<Row>(query, parameters, limit);
    } catch (error) {
      throw limit.aborted ? tookTooLong(this.address, error) : error;
    }
  }

  /** The rows of an answer as they come in, in batches. It is not sent again: what was handed on cannot be taken back. */
  async *stream<Row extends readonly unknown[]>(
    query: string,
    parameters: Parameters,
    signal: AbortSignal,
  ): AsyncGenerator<Row[], void> {
    try {
      const result = await this.#client.query({
        query,
        query_params: parameters,
        format: 'JSONCompactEachRow',
        abort_signal: signal,
      });
      for await (const batch of result.stream<Row>()) {
        signal.throwIfAborted();
        yield batch.map((row) => row.json());
      }
    } catch (error) {
      signal.throwIfAborted();
      throw clickHouseFailure(error, this.address);
    }
  }

  /** A statement without an answer; safe to be carried out twice. */
  async command(query: string, parameters: Parameters = {}): Promise<void> {
    await this.#attempt(() =>
      this.#client.command({
        query,
        query_params: parameters,
        clickhouse_settings: { wait_end_of_query: 1 },
      }),
    );
  }

  /** Inserts rows as one block; the server takes a block of the same token and table only once. */
  async insert(
    table: string,
    columns: readonly [string, ...string[]],
    values: readonly (readonly unknown[])[],
    token: string,
  ): Promise<void> {
    await this.#attempt(() =>
      this.#client.insert({
        table,
        columns: [...columns],
        values: [...values],
        format: 'JSONCompactEachRow',
        clickhouse_settings: { insert_deduplicate: 1, insert_deduplication_token: token },
      }),
    );
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  async #attempt<T>(send: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (const pause of [...PAUSES, undefined]) {
      try {
        signal?.throwIfAborted();
        return await send();
      } catch (error) {
        signal?.throwIfAborted();
        if (pause === undefined || !isPassing(error)) throw clickHouseFailure(error, this.address);
        await sleep(pause);
      }
    }
    throw new Error('every attempt returns or throws');
  }
}

function settingsOf({ memory, threads, seconds }: ClickHouseBounds): ClickHouseSettings {
  return {
    max_memory_usage: String(memory),
    // Past half of it, groups and sorted rows go to the server's disk.
    max_bytes_before_external_group_by: String(Math.floor(memory / 2)),
    max_bytes_before_external_sort: String(Math.floor(memory / 2)),
    max_threads: threads,
    max_execution_time: seconds,
    // A question that was cancelled here ends there too.
    cancel_http_readonly_queries_on_client_close: 1,
    // Whole numbers of 64 bits do not fit a double.
    output_format_json_quote_64bit_integers: 1,
    output_format_json_named_tuples_as_objects: 0,
    // Rows are there when an insert has been answered.
    async_insert: 0,
    // Behind one address there may be several servers: what was inserted is on most of them, and none answers from before
    // the last insert. Only one after the other are inserts seen so; tables that are not replicated know nothing of it.
    insert_quorum: 'auto',
    insert_quorum_parallel: 0,
    select_sequential_consistency: '1',
  };
}
