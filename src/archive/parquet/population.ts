import type { DuckDBConnection, DuckDBResultReader } from '@duckdb/node-api';
import { ordinalOf } from '../../account-time/stamps.js';
import { type CallLogFilters, ID_FILTERS } from '../../convoso/query.js';
import { phoneKey } from '../../phone/phone.js';
import { type PhoneDialect, phoneKeySql } from '../sql/phone.js';
import { callsFile, type Manifest } from './day-folder.js';
import { sqlText } from './engine.js';

/** The calls of a question as the engine sees them. */
export interface Calls {
  readonly connection: DuckDBConnection;
  /** A query over all columns and `place` (whole number: order of time). */
  readonly sql: string;
  /** Runs SQL with the values that it names. */
  query(sql: string): Promise<DuckDBResultReader>;
}

/** Values of parameters by name. */
export type Values = Readonly<Record<string, string | number>>;

/** A condition of SQL with the values of its parameters. */
export interface Condition {
  readonly sql: string;
  readonly values: Values;
}

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

/** The rule for phone numbers in DuckDB's words. */
const DUCKDB: PhoneDialect = {
  matches: (value, pattern) => `regexp_matches(${value}, ${sqlText(pattern)})`,
  replace: (value, { pattern, by, all }) =>
    `regexp_replace(${value}, ${sqlText(pattern)}, ${sqlText(by)}${all ? ", 'g'" : ''})`,
  translate: (value, from, to) => `translate(${value}, ${sqlText(from)}, ${sqlText(to)})`,
};

/** SQL for the number in a column, as `phoneKey` gives it. */
export function phoneColumn(column: string): string {
  return phoneKeySql(`"${column}"`, DUCKDB);
}

/** How a stored call satisfies a filter: as `mismatches` (convoso/query.ts) compares, and first and last names as a whole. */
const FILTERS: ReadonlyArray<
  readonly [keyof CallLogFilters, (value: string) => string, (value: string) => string]
> = [
  ...ID_FILTERS.map(
    (name) =>
      [
        name,
        (value: string) =>
          `("${name}" = ${value} OR (regexp_full_match(${value}, '[0-9]+') AND ltrim("${name}", '0') = ltrim(${value}, '0')))`,
        (text: string) => text,
      ] as const,
  ),
  ['called_count', (value: string) => `"called_count" = ${value}`, (text: string) => text],
  ...(['status', 'call_type'] as const).map(
    (name) =>
      [name, (value: string) => `upper("${name}") = upper(${value})`, (text: string) => text] as const,
  ),
  ...(['phone_number', 'number_dialed'] as const).map(
    (name) => [name, (value: string) => `${phoneColumn(name)} = ${value}`, phoneKey] as const,
  ),
  ...(['first_name', 'last_name'] as const).map(
    (name) =>
      [
        name,
        (value: string) => `nfc_normalize(lower("${name}")) = nfc_normalize(lower(${value}))`,
        (text: string) => text.trim(),
      ] as const,
  ),
];

/** What a stored call must be to match; a value that it does not have matches no filter. */
export function matching(filters: CallLogFilters): Condition {
  const conditions: string[] = [];
  const values: Record<string, string | number> = {};
  for (const [name, sql, prepared] of FILTERS) {
    const wanted = filters[name];
    if (wanted === undefined || wanted === '') continue;
    conditions.push(sql(`$f_${name}`));
    values[`f_${name}`] = prepared(String(wanted));
  }
  return { sql: conditions.map((condition) => ` AND ${condition}`).join(''), values };
}

/**
 * The stored calls of these days within a window, as a query of SQL over all columns and `place`, their order of time. A
 * call whose date is no stamp belongs to its day as a whole: it counts where the window holds all of that day.
 */
export function archivedSql(folder: string, days: readonly Manifest[], filters: CallLogFilters): Condition[] {
  const from = ordinalOf(filters.start_time ?? '') ?? Number.NEGATIVE_INFINITY;
  const to = ordinalOf(filters.end_time ?? '') ?? Number.POSITIVE_INFINITY;
  const whole: Manifest[] = [];
  const cut: Manifest[] = [];
  for (const day of days) {
    const start = ordinalOf(day.window.start) ?? 0;
    const end = ordinalOf(day.window.end) ?? 0;
    if (day.rows === 0 || start > to || end < from) continue;
    (from <= start && end <= to ? whole : cut).push(day);
  }
  const match = matching(filters);
  const files = (some: readonly Manifest[]) => filesSql(some.map((day) => callsFile(folder, day)));
  const parts: Condition[] = [];
  if (whole.length > 0) {
    parts.push({ sql: `FROM ${files(whole)} WHERE true${match.sql}`, values: match.values });
  }
  if (cut.length > 0) {
    parts.push({
      sql: `FROM ${files(cut)} WHERE "second" BETWEEN $from AND $to${match.sql}`,
      values: {
        ...match.values,
        from: Math.max(from, Number.MIN_SAFE_INTEGER),
        to: Math.min(to, Number.MAX_SAFE_INTEGER),
      },
    });
  }
  return parts;
}
