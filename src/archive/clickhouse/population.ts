import { ordinalOf } from '../../account-time/stamps.js';
import type { CallLogFilters } from '../../convoso/query.js';
import { conditionOf } from '../../query/filters.js';
import { type BoundSql, UNDATED } from '../../query/sql-dialect.js';
import { CLICKHOUSE } from '../sql/clickhouse.js';
import { COLUMN_NAMES, writingsParameter } from './day-writing.js';
import type { Writing } from './days.js';

export const COLUMN_LIST = COLUMN_NAMES.map((name) => `\`${name}\``).join(', ');

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
  const match = conditionOf(filters, CLICKHOUSE);
  const archived = `SELECT ${COLUMN_LIST}, (ifNull(\`second\`, toInt64(toRelativeDayNum(date)) * 86400 + 86399), 0, id) AS place
    FROM archive_calls
    WHERE account = {account:String} AND (date, version) IN {days:Array(Tuple(Date, UInt64))}
      AND (NOT has({cut:Array(Date)}, date) OR \`second\` BETWEEN {from:Int64} AND {to:Int64})
      AND (date, id) NOT IN (
        SELECT date, id FROM archive_moved
        WHERE account = {account:String} AND (date, version) IN {days:Array(Tuple(Date, UInt64))}
          AND (by_date, by_version) IN {current:Array(Tuple(Date, UInt64))})
      AND ${match.sql}`;
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
