import { randomUUID } from 'node:crypto';
import { ordinalOf } from '../../account-time/stamps.js';
import type { CallLog } from '../../convoso/call-log.js';
import type { CountedCalls, CountQuestion } from '../../query/counts.js';
import type { IdFilter } from '../../query/filters.js';
import type { BoundSql } from '../../query/sql-dialect.js';
import { Failure } from '../../util/failure.js';
import { callOf } from '../columns.js';
import { CLICKHOUSE } from '../sql/clickhouse.js';
import { countSelected } from '../sql/selection.js';
import { otherSpellingsInSql } from '../sql/spellings.js';
import type { SqlCalls } from '../sql/sql-calls.js';
import type { ArchivedPopulation, ArchiveQuestion } from '../store.js';
import type { ClickHouseConnection } from './connection.js';
import { COLUMN_NAMES, valuesOf, writingsParameter } from './day-writing.js';
import type { StoredDay } from './days.js';
import { COLUMN_LIST, populationSql } from './population.js';

/** Calls sent in one insert. */
const BLOCK = 20_000;

/**
 * One question, about the writings of its days that counted when it was opened: a day that is replaced meanwhile is read
 * as it was. Calls that are added go into an ordinary table under an id that nobody else knows: behind one address there
 * may be several servers, and a session's temporary table would be known to one of them. They are dropped with the
 * question, and by the server itself after a day should this process end before that.
 */
export class ClickHouseQuestion implements ArchiveQuestion {
  readonly #connection: ClickHouseConnection;
  readonly #account: string;
  readonly #population: ArchivedPopulation;
  readonly #days: readonly StoredDay[];
  readonly #current: readonly StoredDay[];
  readonly #id = randomUUID();
  #added = 0;
  #blocks = 0;

  /** @throws Failure when a day that the question is about is not archived (any more) */
  constructor(
    connection: ClickHouseConnection,
    account: string,
    population: ArchivedPopulation,
    current: readonly StoredDay[],
  ) {
    this.#connection = connection;
    this.#account = account;
    this.#population = population;
    this.#current = current;
    const stored = new Map(current.map((day) => [day.date, day]));
    this.#days = population.days
      .map(({ date }) => stored.get(date) ?? gone(connection, date))
      .sort((a, b) => (a.date < b.date ? -1 : 1));
  }

  async add(calls: readonly CallLog[]): Promise<void> {
    for (let start = 0; start < calls.length; start += BLOCK) {
      const block = calls.slice(start, start + BLOCK);
      this.#blocks += 1;
      await this.#connection.insert(
        'archive_added',
        ['account', 'question', 'place', ...COLUMN_NAMES],
        block.map((call, i) => [this.#account, this.#id, this.#added + i, ...valuesOf(call)]),
        `${this.#id} ${this.#blocks}`,
      );
      this.#added += block.length;
    }
  }

  async count(question: CountQuestion, signal: AbortSignal): Promise<CountedCalls> {
    await this.#checkRows(signal);
    const counted = await countSelected(this.#calls(signal), question, this.#population.checks ?? []);
    // The counts come from several statements, and each has to have seen the same calls.
    const seen = counted.statuses.reduce((sum, [, , calls]) => sum + calls, 0);
    const { read = seen, satisfied = seen } = counted.selection ?? {};
    if (seen !== satisfied || read !== (await this.#size(this.#sql(), signal)))
      throw changed(this.#connection);
    return counted;
  }

  otherSpellings(signal: AbortSignal): Promise<ReadonlyMap<IdFilter, string>> {
    return otherSpellingsInSql(this.#calls(signal), this.#population.filters);
  }

  async *read(signal: AbortSignal): AsyncGenerator<readonly CallLog[], void> {
    await this.#checkRows(signal);
    const sql = this.#sql();
    const expected = await this.#size(sql, signal);
    let read = 0;
    // A day at a time, with what was added before its end: no server has to sort more at once.
    let after = Number.MIN_SAFE_INTEGER;
    for (const end of [
      ...this.#days.map(({ date }) => (ordinalOf(date) ?? 0) + 86_399),
      Number.MAX_SAFE_INTEGER,
    ]) {
      if (read === expected) break;
      for await (const batch of this.#readBetween(sql, after, end, signal)) {
        read += batch.length;
        yield batch;
      }
      after = end;
    }
    if (read !== expected) throw changed(this.#connection);
  }

  async close(): Promise<void> {
    if (this.#added === 0) return;
    await this.#connection.command('ALTER TABLE archive_added DROP PARTITION {question:UUID}', {
      question: this.#id,
    });
  }

  /** Calls after one second of account time, up to another, in order. */
  async *#readBetween(
    { sql, parameters }: BoundSql,
    after: number,
    end: number,
    signal: AbortSignal,
  ): AsyncGenerator<readonly CallLog[], void> {
    const batches = this.#connection.stream<unknown[]>(
      `SELECT ${COLUMN_LIST} FROM (${sql}) WHERE place.1 > {after:Int64} AND place.1 <= {end:Int64} ORDER BY place`,
      { ...parameters, after, end },
      signal,
    );
    for await (const batch of batches) if (batch.length > 0) yield batch.map(callOf);
  }

  #calls(signal: AbortSignal): SqlCalls {
    const population = this.#sql();
    return {
      dialect: CLICKHOUSE,
      sql: population.sql,
      rows: ({ sql, parameters }) =>
        this.#connection.rows(sql, { ...population.parameters, ...parameters }, signal),
    };
  }

  #sql(): BoundSql {
    return populationSql({
      account: this.#account,
      days: this.#days,
      current: this.#current,
      filters: this.#population.filters,
      stored: this.#days.reduce((sum, { day }) => sum + day.rows, 0),
      question: this.#added === 0 ? undefined : this.#id,
      added: this.#added,
    });
  }

  async #size({ sql, parameters }: BoundSql, signal: AbortSignal): Promise<number> {
    const [row] = await this.#connection.rows<[string]>(`SELECT count() FROM (${sql})`, parameters, signal);
    return Number(row?.[0]);
  }

  /** Sees that every call of every day is there, and every one that was added. */
  async #checkRows(signal: AbortSignal): Promise<void> {
    const rows = await this.#connection.rows<[date: string, calls: string]>(
      `SELECT date, count() FROM archive_calls
       WHERE account = {account:String} AND (date, version) IN {days:Array(Tuple(Date, UInt64))} GROUP BY date`,
      { account: this.#account, days: writingsParameter(this.#days) },
      signal,
    );
    const found = new Map(rows.map(([date, calls]) => [date, Number(calls)]));
    for (const { date, day } of this.#days) {
      const calls = found.get(date) ?? 0;
      if (calls !== day.rows) throw damaged(this.#connection, date, calls, day.rows);
    }
    if (this.#added === 0) return;
    const [added] = await this.#connection.rows<[string]>(
      'SELECT count() FROM archive_added WHERE account = {account:String} AND question = {question:UUID}',
      { account: this.#account, question: this.#id },
      signal,
    );
    if (Number(added?.[0]) !== this.#added) throw changed(this.#connection);
  }
}

function gone({ address }: ClickHouseConnection, date: string): never {
  throw new Failure({
    what: `The archive in ${address.place} could not answer.`,
    why: `The day ${date} was removed from it meanwhile.`,
    next: 'Ask again.',
  });
}

function changed({ address }: ClickHouseConnection): Failure {
  return new Failure({
    what: `The archive in ${address.place} could not answer.`,
    why: 'Calls of the question were replaced or removed while it was being answered, or a part of them did not arrive.',
    next: 'Ask again.',
  });
}

function damaged({ address }: ClickHouseConnection, date: string, found: number, rows: number): Failure {
  return new Failure({
    what: `The archived day ${date} in ${address.place} cannot be used.`,
    why: `It holds ${found} calls where ${rows} were stored.`,
    next: `If the day was purged or read anew this minute, ask again; otherwise run convoso-call-logs-mcp archive purge ${date} and then sync: the day is read again.`,
  });
}
