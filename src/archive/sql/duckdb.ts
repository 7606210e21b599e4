import type { SqlDialect } from '../../query/sql-dialect.js';

/** A text as a literal of DuckDB's SQL. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** What the tables of src/query are made of, in DuckDB's words. */
export const DUCKDB: SqlDialect = {
  column: (name) => `"${name}"`,
  text: sqlText,
  parameter: (name) => `$${name}`,
  matches: (value, pattern) => `regexp_matches(${value}, ${sqlText(pattern)})`,
  replace: (value, { pattern, by, all }) =>
    `regexp_replace(${value}, ${sqlText(pattern)}, ${sqlText(by)}${all ? ", 'g'" : ''})`,
  translate: (value, from, to) => `translate(${value}, ${sqlText(from)}, ${sqlText(to)})`,
  number: (text) => `TRY_CAST(${text} AS DOUBLE)`,
  contains: (value, part) => `contains(${value}, ${part})`,
  upper: (value) => `upper(${value})`,
  lower: (value) => `lower(${value})`,
  composed: (value) => `nfc_normalize(${value})`,
  divide: (value, by) => `floor(${value} / ${by})::BIGINT`,
  remainder: (value, by) => `((${value} % ${by} + ${by}) % ${by})`,
  add: (value, number) => `(${value} + ${number})`,
  month: (second) =>
    `(year(make_timestamp(${second} * 1000000)) * 12 + month(make_timestamp(${second} * 1000000)) - 1)`,
  hash: (values) => `hash(${values.join(', ')})`,
  tuple: (values) => `struct_pack(${values.map((value, i) => `v${i} := ${value}`).join(', ')})`,
  list: (value) => `list(${value})`,
  last: (value, condition) => `arg_max(${value}, place) FILTER (WHERE ${condition})`,
  bitOr: (value) => `bit_or(${value})`,
  table(_, columns) {
    const unnested = Object.entries(columns).map(
      ([name, values]) => `unnest([${values.join(', ')}]::UBIGINT[]) AS ${name}`,
    );
    return { sql: `SELECT ${unnested.join(', ')}`, parameters: {} };
  },
};
