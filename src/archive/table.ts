import type { DuckDBAppender, DuckDBConnection, DuckDBDataChunk, DuckDBType } from '@duckdb/node-api';
import type { CallLog } from '../convoso/call-log.js';
import { type Cell, COLUMNS, cellsOf } from './columns.js';
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

function emptyColumns(): Cell[][] {
  return COLUMNS.map(() => []);
}
