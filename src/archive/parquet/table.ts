import type { DuckDBAppender, DuckDBConnection, DuckDBDataChunk, DuckDBType } from '@duckdb/node-api';
import type { CallLog } from '../../convoso/call-log.js';
import { type Cell, COLUMNS, cellsOf } from '../columns.js';
import { loadDuckDB } from './engine.js';

/** Rows that DuckDB takes at once. */
const CHUNK = 2048;

/** A temporary table of calls that is filled from this side. */
export class CallTable {
  readonly #appender: DuckDBAppender;
  readonly #newChunk: (rows: number) => DuckDBDataChunk;
  #columns: Cell[][] = emptyColumns();
  #waiting = 0;
  #rows = 0;

  private constructor(appender: DuckDBAppender, newChunk: (rows: number) => DuckDBDataChunk) {
    this.#appender = appender;
    this.#newChunk = newChunk;
  }

  /** Makes the table; its rows are numbered from 0 by `rowid`. */
  static async create(connection: DuckDBConnection, name: string): Promise<CallTable> {
    const { DuckDBDataChunk, VARCHAR, BIGINT, DOUBLE } = await loadDuckDB();
    const types: Readonly<Record<string, DuckDBType>> = { VARCHAR, BIGINT, DOUBLE };
    const columnTypes = COLUMNS.map(([, type]) => types[type] ?? VARCHAR);
    const definition = COLUMNS.map(([column, type]) => `"${column}" ${type}`).join(', ');
    await connection.run(`CREATE TEMP TABLE ${name} (${definition})`);
    const appender = await connection.createAppender(name, 'main', 'temp');
    return new CallTable(appender, (rows) => DuckDBDataChunk.create(columnTypes, rows));
  }

  /** Rows added so far. */
  get rows(): number {
    return this.#rows;
  }

  add(calls: readonly CallLog[]): void {
    for (const call of calls) {
      const cells = cellsOf(call);
      for (let i = 0; i < cells.length; i += 1) this.#columns[i]?.push(cells[i] ?? null);
      this.#waiting += 1;
      if (this.#waiting === CHUNK) this.#append();
    }
    this.#rows += calls.length;
  }

  /** Makes everything added so far visible to queries. */
  flush(): void {
    this.#append();
    this.#appender.flushSync();
  }

  close(): void {
    this.#appender.closeSync();
  }

  #append(): void {
    if (this.#waiting === 0) return;
    const chunk = this.#newChunk(this.#waiting);
    chunk.setColumns(this.#columns);
    this.#appender.appendDataChunk(chunk);
    this.#columns = emptyColumns();
    this.#waiting = 0;
  }
}

/** How a value of each type is handed to the engine. */
const APPEND = {
  VARCHAR: (to: DuckDBAppender, value: unknown) => to.appendVarchar(String(value)),
  BIGINT: (to: DuckDBAppender, value: unknown) => to.appendBigInt(BigInt(Number(value))),
  UBIGINT: (to: DuckDBAppender, value: unknown) => to.appendUBigInt(BigInt(value as bigint)),
  INTEGER: (to: DuckDBAppender, value: unknown) => to.appendInteger(Number(value)),
  UTINYINT: (to: DuckDBAppender, value: unknown) => to.appendUTinyInt(Number(value)),
  BOOLEAN: (to: DuckDBAppender, value: unknown) => to.appendBoolean(value === true),
} as const;

/** A column of a small table: its name and its type. */
export type SmallColumn = readonly [name: string, type: keyof typeof APPEND];

/** Makes a temporary table of a few rows, in place of an earlier one of its name. */
export async function putTable(
  connection: DuckDBConnection,
  name: string,
  columns: readonly SmallColumn[],
  rows: Iterable<readonly unknown[]>,
): Promise<void> {
  const definition = columns.map(([column, type]) => `${column} ${type}`).join(', ');
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${name} (${definition})`);
  const appender = await connection.createAppender(name, 'main', 'temp');
  for (const row of rows) {
    for (const [i, [, type]] of columns.entries()) {
      const value = row[i];
      if (value === null || value === undefined) appender.appendNull();
      else APPEND[type](appender, value);
    }
    appender.endRow();
  }
  appender.closeSync();
}

function emptyColumns(): Cell[][] {
  return COLUMNS.map(() => []);
}
