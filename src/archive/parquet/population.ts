import { ordinalOf } from '../../account-time/stamps.js';
import type { CallLogFilters } from '../../convoso/query.js';
import { conditionOf } from '../../query/filters.js';
import type { BoundSql } from '../../query/sql-dialect.js';
import { DUCKDB, sqlText } from '../sql/duckdb.js';
import { callsFile, type Manifest } from './day-folder.js';

/** The calls of these files as a table of SQL. At least one file. */
export function filesSql(paths: Iterable<string>): string {
  const list = [...paths].map(sqlText).join(', ');
  return `read_parquet([${list}], filename = true, file_row_number = true, hive_partitioning = false)`;
}

/** Ids that count in another day than the file they are in, by file. */
export function movedFrom(days: readonly Manifest[]): ReadonlyMap<string, ReadonlySet<string>> {
  const moved = new Map<string, Set<string>>();
  for (const day of days) {
    for (const { file, ids } of day.moved) {
      const known = moved.get(file) ?? new Set();
      for (const id of ids) known.add(id);
      moved.set(file, known);
    }
  }
  return moved;
}

/**
 * The stored calls of these days within a window, as a query of SQL over all columns and `place`, their order of time. A
 * call whose date is no stamp belongs to its day as a whole: it counts where the window holds all of that day.
 */
export function archivedSql(folder: string, days: readonly Manifest[], filters: CallLogFilters): BoundSql[] {
  const from = ordinalOf(filters.start_time ?? '') ?? Number.MIN_SAFE_INTEGER;
  const to = ordinalOf(filters.end_time ?? '') ?? Number.MAX_SAFE_INTEGER;
  const whole: Manifest[] = [];
  const cut: Manifest[] = [];
  for (const day of days) {
    const start = ordinalOf(day.window.start) ?? 0;
    const end = ordinalOf(day.window.end) ?? 0;
    if (day.rows === 0 || start > to || end < from) continue;
    (from <= start && end <= to ? whole : cut).push(day);
  }
  const { sql, parameters } = conditionOf(filters, DUCKDB);
  const some = (days: readonly Manifest[], condition: string) =>
    days.length === 0
      ? []
      : [
          {
            sql: `FROM ${filesSql(days.map((day) => callsFile(folder, day)))} WHERE ${condition}`,
            parameters,
          },
        ];
  return [...some(whole, sql), ...some(cut, `"second" BETWEEN ${from} AND ${to} AND ${sql}`)];
}
