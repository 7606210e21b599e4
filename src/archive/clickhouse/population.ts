import { ordinalOf } from '../../account-time/stamps.js';
import { type CallLogFilters, ID_FILTERS } from '../../convoso/query.js';
import { phoneKey } from '../../phone/phone.js';
import { type PhoneDialect, phoneKeySql } from '../sql/phone.js';
import type { Parameters } from './connection.js';
import { COLUMN_NAMES, writingsParameter } from './day-writing.js';
import type { Writing } from './days.js';

/** SQL with the values of its parameters. */
export interface BoundSql {
  readonly sql: string;
  readonly parameters: Parameters;
}

/** Later than any call: where added calls without a readable date stand in order of time. */
const UNDATED = 9_000_000_000;
/** A server takes no more than 128 KiB in one value: this many whole numbers of 64 bits. */
const NUMBERS_A_VALUE = 5_000;

export const COLUMN_LIST = COLUMN_NAMES.map((name) => `\`${name}\``).join(', ');

const literal = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`;

/** The rule for phone numbers in ClickHouse's words. */
const CLICKHOUSE: PhoneDialect = {
  matches: (value, pattern) => `match(${value}, ${literal(pattern)})`,
  replace: (value, { pattern, by, all }) =>
    `replaceRegexp${all ? 'All' : 'One'}(${value}, ${literal(pattern)}, ${literal(by)})`,
  translate: (value, from, to) => `translateUTF8(${value}, ${literal(from)}, ${literal(to)})`,
};

/** SQL for the number in a column, as `phoneKey` gives it. */
export function phoneColumn(column: string): string {
  return phoneKeySql(`\`${column}\``, CLICKHOUSE);
}

const same = (column: string, value: string) => `${column} = ${value}`;
const sameId = (column: string, value: string) =>
  `(${column} = ${value} OR (match(${value}, '^[0-9]+$') AND replaceRegexpOne(${column}, '^0+', '') = replaceRegexpOne(${value}, '^0+', '')))`;
const sameLetters = (column: string, value: string) => `upperUTF8(${column}) = upperUTF8(${value})`;
const sameName = (column: string, value: string) =>
  `normalizeUTF8NFC(lowerUTF8(${column})) = normalizeUTF8NFC(lowerUTF8(trimBoth(${value})))`;

const PHONE_FILTERS = ['phone_number', 'number_dialed'] as const;
const PHONE_FILTER_SET: ReadonlySet<string> = new Set(PHONE_FILTERS);

/** How a stored call satisfies a filter. A value that it does not have satisfies none. */
const FILTERS: ReadonlyArray<readonly [keyof CallLogFilters, (column: string, value: string) => string]> = [
  ...ID_FILTERS.map((name) => [name, sameId] as const),
  ['called_count', same],
  ['status', sameLetters],
  ['call_type', sameLetters],
  ...PHONE_FILTERS.map(
    (name) => [name, (_column: string, value: string) => `${phoneColumn(name)} = ${value}`] as const,
  ),
  ['first_name', sameName],
  ['last_name', sameName],
];

/** Whose calls, of which writings, and what was added to them. */
export interface PopulationFacts {
  readonly account: string;
  /** The days that the question is about. */
  readonly days: readonly Writing[];
  /** All days that are archived. */
  readonly current: readonly Writing[];
  readonly filters: CallLogFilters;
  /** Where calls that were added are, when there are any. */
  readonly question: string | undefined;
}

/**
 * The calls of a question, each id once, as a query over all columns and `place`: their order of time, within a second
 * the order they are stored in. A call whose date is no stamp belongs to its day as a whole: it counts, at the day's end,
 * where the window holds all of that day.
 */
export function populationSql(facts: PopulationFacts): BoundSql {
  const { account, days, current, filters, question } = facts;
  const from = ordinalOf(filters.start_time ?? '') ?? Number.MIN_SAFE_INTEGER;
  const to = ordinalOf(filters.end_time ?? '') ?? Number.MAX_SAFE_INTEGER;
  const cut = days.filter(({ date }) => {
    const start = ordinalOf(date) ?? 0;
    return start < from || start + 86_399 > to;
  });
  const match = matching(filters);
  const archived = `SELECT ${COLUMN_LIST}, (ifNull(\`second\`, toInt64(toRelativeDayNum(date)) * 86400 + 86399), 0, id) AS place
    FROM archive_calls
    WHERE account = {account:String} AND (date, version) IN {days:Array(Tuple(Date, UInt64))}
      AND (NOT has({cut:Array(Date)}, date) OR \`second\` BETWEEN {from:Int64} AND {to:Int64})
      AND (date, id) NOT IN (
        SELECT date, id FROM archive_moved
        WHERE account = {account:String} AND (date, version) IN {days:Array(Tuple(Date, UInt64))}
          AND (by_date, by_version) IN {current:Array(Tuple(Date, UInt64))})
      ${match.sql}`;
  const parameters = {
    ...match.parameters,
    account,
    days: writingsParameter(days),
    current: writingsParameter(current),
    cut: cut.map(({ date }) => date),
    from,
    to,
  };
  if (question === undefined) return { sql: archived, parameters };
  const added = 'FROM archive_added WHERE account = {account:String} AND question = {question:UUID}';
  return {
    sql: `${archived} AND id NOT IN (SELECT id ${added})
      UNION ALL SELECT ${COLUMN_LIST}, (ifNull(\`second\`, ${UNDATED}), 1, id) AS place ${added}`,
    parameters: { ...parameters, question },
  };
}

function matching(filters: CallLogFilters): BoundSql {
  const wanted = FILTERS.filter(([name]) => filters[name] !== undefined && filters[name] !== '');
  return {
    sql: wanted.map(([name, check]) => `AND ${check(`\`${name}\``, `{filter_${name}:String}`)}`).join(' '),
    parameters: Object.fromEntries(
      wanted.map(([name]) => {
        const value = String(filters[name]);
        return [`filter_${name}`, PHONE_FILTER_SET.has(name) ? phoneKey(value) : value];
      }),
    ),
  };
}

/** A list of whole numbers of any length as one array. */
export function numbers(
  name: string,
  type: 'UInt8' | 'UInt64',
  values: readonly (string | number)[],
): BoundSql {
  const parts: Record<string, string> = {};
  for (let start = 0; start === 0 || start < values.length; start += NUMBERS_A_VALUE) {
    parts[`${name}_${start}`] = `[${values.slice(start, start + NUMBERS_A_VALUE).join(',')}]`;
  }
  const arrays = Object.keys(parts).map((part) => `{${part}:Array(${type})}`);
  return {
    sql: arrays.length === 1 ? arrays.join('') : `arrayConcat(${arrays.join(', ')})`,
    parameters: parts,
  };
}
