import type { BoundSql, SqlDialect } from '../../query/sql-dialect.js';

/** The calls of a question in a database. */
export interface SqlCalls {
  readonly dialect: SqlDialect;
  /** A query over all columns (archive/columns.ts). */
  readonly sql: string;
  /**
   * The rows of a statement about that query: texts, numbers and lists of them, tuples with their values in order, whole
   * numbers of 64 bits in any form that turns into their digits.
   */
  rows(statement: BoundSql): Promise<unknown[][]>;
}
