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
  /** The days that the question is about, and how many calls they hold. */
  readonly days: readonly Writing[];
  readonly stored: number;
  /** All days that are archived. */
  readonly current: readonly Writing[];
  readonly filters: CallLogFilters;
  /** Where calls that were added are, when there are any, and how many. */
  readonly question: string | undefined;
  readonly added: number;
}

/**
 * The calls of a question, each id once, as a query over all columns and `place`: their order of time, within a second
 * the order they are stored in. A call whose date is no stamp belongs to its day as a whole: it counts, at the day's end,
 * where the window holds all of that day.
 *
 * Behind one address there may be several servers, of which one has not received all rows yet. So each statement counts for
 * itself what its server holds, and fails where that is not everything: half of the calls is never an answer.
 */
export function populationSql(facts: PopulationFacts): BoundSql {
  const { account, days, current, filters, question, stored, added: more } = facts;
  const from = ordinalOf(filters.start_time ?? '') ?? Number.MIN_SAFE_INTEGER;
  const to = ordinalOf(filters.end_time ?? '') ?? Number.MAX_SAFE_INTEGER;
  const cut = days.filter(({ date }) => {
    const start = ordinalOf(date) ?? 0;
    return start < from || start + 86_399 > to;
  });
  const match = conditionOf(filters, CLICKHOUSE);
  const archived = `SELECT ${COLUMN_LIST}, (ifNull(\`second\`, toInt64(toRelativeDayNum(date)) * 86400 + 86399), 0, id) AS place
    FROM archive_calls
    WHERE ${wholeSql('archive_calls', 'stored', '(date, version) IN {days:Array(Tuple(Date, UInt64))}')}
      AND account = {account:String} AND (date, version) IN {days:Array(Tuple(Date, UInt64))}
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
    stored,
    current: writingsParameter(current),
    cut: cut.map(({ date }) => date),
    from,
    to,
  };
  if (question === undefined) return { sql: archived, parameters };
  const added = 'FROM archive_added WHERE account = {account:String} AND question = {question:UUID}';
  return {
    sql: `${archived} AND id NOT IN (SELECT id ${added})
      UNION ALL SELECT ${COLUMN_LIST}, (ifNull(\`second\`, ${UNDATED}), 1, id) AS place ${added}
        AND ${wholeSql('archive_added', 'added', 'question = {question:UUID}')}`,
    parameters: { ...parameters, question, added: more },
  };
}

/** A condition that holds, or fails the statement: the server that carries it out has all rows of a table that it should. */
function wholeSql(table: string, expected: string, which: string): string {
  return `(SELECT throwIf(count() != {${expected}:UInt64}) FROM ${table} WHERE account = {account:String} AND ${which}) = 0`;
}
