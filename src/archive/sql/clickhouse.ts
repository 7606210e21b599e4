import type { BoundSql, SqlDialect } from '../../query/sql-dialect.js';

/** A server takes no more than 128 KiB in one value: this many whole numbers of 64 bits. */
const NUMBERS_A_VALUE = 5_000;

function literal(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}

/** What the tables of src/query are made of, in ClickHouse's words. */
export const CLICKHOUSE: SqlDialect = {
  column: (name) => `\`${name}\``,
  text: literal,
  parameter: (name) => `{${name}:String}`,
  matches: (value, pattern) => `match(${value}, ${literal(pattern)})`,
  replace: (value, { pattern, by, all }) =>
    `replaceRegexp${all ? 'All' : 'One'}(${value}, ${literal(pattern)}, ${literal(by)})`,
  translate: (value, from, to) => `translateUTF8(${value}, ${literal(from)}, ${literal(to)})`,
  number: (text) => `toFloat64OrNull(${text})`,
  contains: (value, part) => `position(${value}, ${part}) > 0`,
  upper: (value) => `upperUTF8(${value})`,
  lower: (value) => `lowerUTF8(${value})`,
  composed: (value) => `normalizeUTF8NFC(${value})`,
  divide: (value, by) => `intDiv(${value} - positiveModulo(${value}, ${by}), ${by})`,
  remainder: (value, by) => `positiveModulo(${value}, ${by})`,
  add: (value, number) => `(${value} + ${number})`,
  month: (second) =>
    `(toYear(toDateTime64(${second}, 0, 'UTC')) * 12 + toMonth(toDateTime64(${second}, 0, 'UTC')) - 1)`,
  // A hash of something missing would be missing too; beside whether it is, its text has a fixed form.
  hash: (values) =>
    `cityHash64(${values.map((value) => `isNull(${value}), ifNull(toString(${value}), '')`).join(', ')})`,
  tuple: (values) => `tuple(${values.join(', ')})`,
  list: (value) => `groupArray(${value})`,
  last: (value, condition) => `argMaxIf(${value}, place, ${condition})`,
  bitOr: (value) => `groupBitOr(${value})`,
  table(table, columns) {
    const names = Object.keys(columns);
    const lists = names.map((name) => numbers(`${table}_${name}`, columns[name] ?? []));
    const values = names.map((name, i) => `t.${i + 1} AS ${name}`);
    return {
      sql: `SELECT ${values.join(', ')} FROM (SELECT arrayJoin(arrayZip(${lists.map(({ sql }) => sql).join(', ')})) AS t)`,
      parameters: Object.assign({}, ...lists.map(({ parameters }) => parameters)),
    };
  },
};

/** A list of whole numbers of any length, also of none, as one array. */
function numbers(name: string, values: readonly (string | number | bigint)[]): BoundSql {
  const parts: Record<string, string> = {};
  for (let start = 0; start === 0 || start < values.length; start += NUMBERS_A_VALUE) {
    parts[`${name}_${start}`] = `[${values.slice(start, start + NUMBERS_A_VALUE).join(',')}]`;
  }
  const arrays = Object.keys(parts).map((part) => `{${part}:Array(UInt64)}`);
  return {
    sql: arrays.length === 1 ? arrays.join('') : `arrayConcat(${arrays.join(', ')})`,
    parameters: parts,
  };
}
