import type { CallLogFilters } from '../../convoso/query.js';
import { type IdFilter, idsWithZeros } from '../../query/filters.js';
import type { SqlCalls } from './sql-calls.js';

/**
 * How calls print ids that they are filtered by, where they do it with other zeros before them: of each such filter what the
 * last of those calls has.
 */
export async function otherSpellingsInSql(
  { dialect, sql, rows }: SqlCalls,
  filters: CallLogFilters,
): Promise<ReadonlyMap<IdFilter, string>> {
  const ids = idsWithZeros(filters);
  if (ids.length === 0) return new Map();
  const printed = ids.map(([name, wanted]) => {
    const column = dialect.column(name);
    return dialect.last(column, `${column} <> ${dialect.text(wanted)}`);
  });
  const [row = []] = await rows({ sql: `SELECT ${printed.join(', ')} FROM (${sql})`, parameters: {} });
  return new Map(
    ids.flatMap(([name], i) => {
      const form = row[i];
      return typeof form === 'string' && form !== '' ? [[name, form] as const] : [];
    }),
  );
}
