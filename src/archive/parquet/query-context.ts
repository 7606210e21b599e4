import { setTimeout as sleep } from 'node:timers/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { ordinalOf } from '../../account-time/stamps.js';
import type { CallLog } from '../../convoso/call-log.js';
import type { CountedCalls, CountQuestion } from '../../query/counts.js';
import type { IdFilter } from '../../query/filters.js';
import { type BoundSql, UNDATED } from '../../query/sql-dialect.js';
import { Failure } from '../../util/failure.js';
import { COLUMN_LIST, COLUMNS, callOf } from '../columns.js';
import { countInSql } from '../sql/counting.js';
import { DUCKDB } from '../sql/duckdb.js';
import { otherSpellingsInSql } from '../sql/spellings.js';
import type { SqlCalls } from '../sql/sql-calls.js';
import type { ArchivedPopulation, ArchiveQuestion } from '../store.js';
import { callsFile, type Inventory, type Manifest } from './day-folder.js';
import { interruptible } from './engine.js';
import { damagedDay } from './file-errors.js';
import { archivedSql, filesSql, movedFrom } from './population.js';
import { CallTable, putTable } from './table.js';

/** What a question needs of its store. */
export interface QueryStore {
  readonly folder: string;
  connect(): Promise<DuckDBConnection>;
  inventory(): Promise<Inventory>;
}

/** A day may be replaced while a question is answered; then it is asked again, after a pause (milliseconds, times attempts). */
const ATTEMPTS = 8;
const PAUSE = 30;
/** Rows of one file, or added, have numbers below this; seconds times it stay whole numbers of 64 bits. */
const ROWS_A_SECOND = 1_000_000_000;
const BATCH = 2000;

/** One question to Parquet files, with temporary tables of its own for what is added. */
export class ParquetQuestion implements ArchiveQuestion {
  readonly #connection: DuckDBConnection;
  readonly #population: ArchivedPopulation;
  readonly #desk: QueryStore;
  readonly #added: CallTable;
  /** The days as they were when the question was last planned: reading them anew for each day takes days squared. */
  #stored: Inventory | undefined;
  #hasMoved = false;

  private constructor(
    connection: DuckDBConnection,
    population: ArchivedPopulation,
    desk: QueryStore,
    added: CallTable,
  ) {
    this.#connection = connection;
    this.#population = population;
    this.#desk = desk;
    this.#added = added;
  }

  static async open(population: ArchivedPopulation, desk: QueryStore): Promise<ParquetQuestion> {
    const connection = await desk.connect();
    try {
      const added = await CallTable.create(connection, 'added');
      return new ParquetQuestion(connection, population, desk, added);
    } catch (error) {
      connection.closeSync();
      throw error;
    }
  }

  async add(calls: readonly CallLog[]): Promise<void> {
    this.#added.add(calls);
  }

  count(question: CountQuestion, signal: AbortSignal): Promise<CountedCalls> {
    return this.#ask(signal, (calls) => countInSql(calls, question));
  }

  otherSpellings(signal: AbortSignal): Promise<ReadonlyMap<IdFilter, string>> {
    return this.#ask(signal, (calls) => otherSpellingsInSql(calls, this.#population.filters));
  }

  async *read(signal: AbortSignal): AsyncGenerator<readonly CallLog[], void> {
    this.#added.flush();
    const days = [...this.#population.days].sort((a, b) => (a.date < b.date ? -1 : 1));
    let after = Number.NEGATIVE_INFINITY;
    for (const { date } of days) {
      const start = ordinalOf(`${date} 00:00:00`) ?? 0;
      yield* this.#readAdded(after, start - 1, signal);
      yield* this.#readDay(date, signal);
      after = start + 86_400;
    }
    yield* this.#readAdded(after, UNDATED, signal);
  }

  async close(): Promise<void> {
    this.#added.close();
    this.#connection.closeSync();
  }

  /** Asks about all calls, archived and added. */
  #ask<T>(signal: AbortSignal, work: (calls: SqlCalls) => Promise<T>): Promise<T> {
    this.#added.flush();
    return interruptible(this.#connection, signal, () =>
      this.#steadily((days) => work({ dialect: DUCKDB, ...this.#calls(days, true) })),
    );
  }

  /** A day with what was added on it. */
  async *#readDay(date: string, signal: AbortSignal): AsyncGenerator<readonly CallLog[], void> {
    const start = ordinalOf(`${date} 00:00:00`) ?? 0;
    let day: readonly Manifest[] = [];
    const rows = await interruptible(this.#connection, signal, () =>
      this.#steadily(async (days) => {
        day = days.filter((one) => one.date === date);
        const calls = this.#calls(day, false);
        const added = `SELECT ${COLUMN_LIST}, ${placeSql('rowid')} AS place FROM added WHERE "second" BETWEEN ${start} AND ${start + 86_399}`;
        return calls.stream(
          `SELECT ${COLUMN_LIST} FROM (${calls.sql} UNION ALL ${added}) ORDER BY place, id`,
        );
      }),
    );
    try {
      yield* batches(rows, this.#connection, signal);
    } catch (error) {
      signal.throwIfAborted();
      // The file was opened before: it is not a day replaced meanwhile that cannot be read.
      throw error instanceof Error ? await this.#unreadable(error, day) : error;
    }
  }

  /** What was added between two seconds. */
  async *#readAdded(from: number, to: number, signal: AbortSignal): AsyncGenerator<readonly CallLog[], void> {
    if (this.#added.rows === 0) return;
    const rows = await interruptible(this.#connection, signal, () =>
      this.#connection.stream(
        `SELECT ${COLUMN_LIST} FROM added WHERE coalesce("second", ${UNDATED}) BETWEEN ${Math.max(from, -UNDATED)} AND ${to} ORDER BY ${placeSql('rowid')}, id`,
      ),
    );
    yield* batches(rows, this.#connection, signal);
  }

  /** The archived calls of these days, each id once, with or without those added. */
  #calls(days: readonly Manifest[], withAdded: boolean) {
    const parts = archivedSql(this.#desk.folder, days, this.#population.filters);
    const left = [
      ...(this.#hasMoved
        ? [`NOT EXISTS (FROM moved WHERE moved.path = filename AND moved.id = archived.id)`]
        : []),
      ...(this.#added.rows > 0 ? ['id NOT IN (SELECT id FROM added)'] : []),
    ];
    const where = left.length === 0 ? '' : ` WHERE ${left.join(' AND ')}`;
    const columns = `${COLUMN_LIST}, ${placeSql('file_row_number')} AS place`;
    const selects = parts.map(({ sql }) => `SELECT ${columns} FROM (SELECT * ${sql}) archived${where}`);
    if (withAdded && (this.#added.rows > 0 || selects.length === 0)) {
      selects.push(`SELECT ${COLUMN_LIST}, ${placeSql('rowid')} AS place FROM added`);
    }
    if (selects.length === 0)
      selects.push(`SELECT ${COLUMN_LIST}, 0::BIGINT AS place FROM added WHERE false`);
    const values: BoundSql['parameters'] = parts[0]?.parameters ?? {};
    return {
      sql: selects.join(' UNION ALL '),
      rows: async ({ sql }: BoundSql) => {
        const found = await this.#connection.runAndReadAll(sql, valuesOf(sql, values));
        return found.getRows().map((row) => row.map(plainValue));
      },
      stream: (sql: string) => this.#connection.stream(sql, valuesOf(sql, values)),
    };
  }

  /** Does a piece of work on the days as they are now; again when one of them was replaced meanwhile. */
  async #steadily<T>(work: (days: readonly Manifest[]) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      this.#stored ??= await this.#desk.inventory();
      const stored = this.#stored;
      const days = this.#population.days.map(({ date }) => {
        const damage = stored.damaged.get(date);
        if (damage !== undefined) throw damagedDay(date, damage);
        const day = stored.days.find((one) => one.date === date);
        if (day === undefined) throw meanwhile(date, 'removed from it');
        return day;
      });
      await this.#exclude(stored.days, days);
      try {
        return await work(days);
      } catch (error) {
        if (error instanceof Failure || !(error instanceof Error)) throw error;
        const now = await this.#desk.inventory();
        this.#stored = undefined;
        const replaced = days.find((day) => !now.days.some(({ file }) => file === day.file));
        if (replaced === undefined) throw await this.#unreadable(error, days);
        if (attempt === ATTEMPTS) throw meanwhile(replaced.date, 'replaced in it again and again', error);
        await sleep(PAUSE * attempt);
      }
    }
  }

  /** Makes the table of ids that count in another day. */
  async #exclude(stored: readonly Manifest[], days: readonly Manifest[]): Promise<void> {
    const moved = movedFrom(stored);
    const rows = days.flatMap((day) =>
      [...(moved.get(day.file) ?? [])].map((id) => [callsFile(this.#desk.folder, day), id] as const),
    );
    this.#hasMoved = rows.length > 0;
    if (!this.#hasMoved) return;
    await putTable(
      this.#connection,
      'moved',
      [
        ['path', 'VARCHAR'],
        ['id', 'VARCHAR'],
      ],
      rows,
    );
  }

  /** What an error of the engine means. Its words name no file, or several of which one is damaged: each is looked at. */
  async #unreadable(error: Error, days: readonly Manifest[]): Promise<Error> {
    if (/^Out of Memory/.test(error.message)) {
      return new Failure(
        {
          what: 'The archive could not answer.',
          why: 'The question needs more memory than the engine may take.',
          next: 'Ask about a shorter window or fewer groups, or raise CALL_LOGS_ARCHIVE_MEMORY.',
        },
        { cause: error },
      );
    }
    if (/^INTERRUPT/.test(error.message)) return error;
    for (const day of days) {
      if (await this.#isReadable(day)) continue;
      return damagedDay(day.date, `Its file ${day.file} cannot be read as calls in Parquet.`, error);
    }
    return error;
  }

  async #isReadable(day: Manifest): Promise<boolean> {
    const every = COLUMNS.map(([name]) => `count("${name}")`).join(', ');
    const sql = `SELECT ${every} FROM ${filesSql([callsFile(this.#desk.folder, day)])}`;
    return this.#connection.run(sql).then(
      () => true,
      // Without memory, or told to stop, nobody knows: no day is blamed for it.
      (error: unknown) => error instanceof Error && /^(Out of Memory|INTERRUPT)/.test(error.message),
    );
  }
}

function meanwhile(date: string, what: string, cause?: unknown): Failure {
  return new Failure(
    {
      what: 'The archive could not answer.',
      why: `The day ${date} was ${what} meanwhile.`,
      next: 'Ask again.',
    },
    { cause },
  );
}

/** Order of time, and within a second the order they are stored in. */
function placeSql(row: string): string {
  return `(coalesce("second", ${UNDATED}) * ${ROWS_A_SECOND} + ${row})`;
}

/** The values of the parameters that a statement names. */
function valuesOf(sql: string, values: BoundSql['parameters']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      new RegExp(`\\$${name}\\b`).test(sql) ? [[name, String(value)]] : [],
    ),
  );
}

/** Lists and tuples of the engine as arrays. Lists may be long, and hold numbers as they are. */
function plainValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('entries' in value) return Object.values(value.entries as object).map(plainValue);
  if (!('items' in value) || !Array.isArray(value.items)) return value;
  return typeof value.items[0] === 'object' ? value.items.map(plainValue) : value.items;
}

async function* batches(
  rows: Awaited<ReturnType<DuckDBConnection['stream']>>,
  connection: DuckDBConnection,
  signal: AbortSignal,
): AsyncGenerator<readonly CallLog[], void> {
  let batch: CallLog[] = [];
  for (;;) {
    const chunk = await interruptible(connection, signal, () => rows.fetchChunk());
    if (chunk === null || chunk.rowCount === 0) break;
    const columns = COLUMNS.map((_, place) => chunk.getColumnValues(place));
    for (let row = 0; row < chunk.rowCount; row += 1) {
      batch.push(callOf(columns.map((values) => values[row])));
      if (batch.length === BATCH) {
        yield batch;
        batch = [];
      }
    }
  }
  if (batch.length > 0) yield batch;
}
