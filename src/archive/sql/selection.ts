import type { CountedCalls, CountQuestion } from '../../query/counts.js';
import type { RowCheck, Selection, StatusFacts } from '../../query/row-checks.js';
import type { BoundSql } from '../../query/sql-dialect.js';
import { present } from '../../util/present.js';
import { countInSql } from './counting.js';
import type { SqlCalls } from './sql-calls.js';

/**
 * Counts those of a question's calls that satisfy its checks, and how many do.
 * @throws Failure when there are too many groups; what `rows` throws
 */
export async function countSelected(
  calls: SqlCalls,
  question: CountQuestion,
  checks: readonly RowCheck[],
): Promise<CountedCalls> {
  if (checks.length === 0) return countInSql(calls, question);
  const conditions = await Promise.all(checks.map((check, place) => conditionOf(check, place, calls)));
  const parameters = Object.assign({}, ...conditions.map((one) => one.parameters));
  const verdicts = conditions.map(({ sql }, place) => `(${sql}) AS verdict${place}`);
  const all = checks.map((_, place) => `verdict${place}`).join(' AND ');
  const judged: SqlCalls = {
    dialect: calls.dialect,
    sql: `SELECT *, (${all}) AS verdict FROM (SELECT *, ${verdicts.join(', ')} FROM (${calls.sql}))`,
    rows: (statement) =>
      calls.rows({ sql: statement.sql, parameters: { ...parameters, ...statement.parameters } }),
  };
  const selection = await selectionOf(judged, checks);
  const counted = await countInSql(
    { ...judged, sql: `SELECT * FROM (${judged.sql}) WHERE verdict` },
    question,
  );
  return { ...counted, selection };
}

async function selectionOf({ sql, rows }: SqlCalls, checks: readonly RowCheck[]): Promise<Selection> {
  const calls = (condition: string) =>
    `CAST(coalesce(sum(CASE WHEN ${condition} THEN 1 ELSE 0 END), 0) AS DOUBLE)`;
  const unknown = checks.map((_, place) => calls(`verdict IS NULL AND verdict${place} IS NULL`));
  const [[read, satisfied, ...counts] = []] = await rows({
    sql: `SELECT CAST(count(*) AS DOUBLE), ${[calls('verdict'), ...unknown].join(', ')} FROM (${sql})`,
    parameters: {},
  });
  return { checks, read: Number(read), satisfied: Number(satisfied), unknown: counts.map(Number) };
}

/** True, false or null of each call. */
async function conditionOf(check: RowCheck, place: number, calls: SqlCalls): Promise<BoundSql> {
  const { rule, name } = check;
  if ('byStatus' in rule) return statusCondition(rule.byStatus, place, calls);
  if (rule.sql === undefined) throw new Error(`${name} cannot be checked in SQL`);
  return rule.sql(calls.dialect, (number) => `check${place}_${number}`);
}

/** What a status counts as is asked of this side, once per status, name and presence of a length. */
async function statusCondition(
  byStatus: (call: StatusFacts) => boolean | undefined,
  place: number,
  { dialect, sql, rows }: SqlCalls,
): Promise<BoundSql> {
  const [status, name] = [dialect.column('status'), dialect.column('status_name')];
  const hasLength = `CASE WHEN ${dialect.column('call_length')} IS NULL THEN 0 ELSE 1 END`;
  const hash = dialect.hash([status, name, hasLength]);
  const found = await rows({
    sql: `SELECT ${hash}, ${status}, ${name}, ${hasLength} FROM (${sql}) GROUP BY ALL`,
    parameters: {},
  });
  const hashes: { readonly [verdict in 'yes' | 'unknown']: string[] } = { yes: [], unknown: [] };
  for (const [statusHash, code, words, length] of found) {
    const verdict = byStatus({
      ...present({ status: textOf(code), status_name: textOf(words) }),
      // Which length it is says nothing of the outcome, only whether there is one.
      call_length: Number(length) === 1 ? 0 : null,
    });
    if (verdict !== false) hashes[verdict === undefined ? 'unknown' : 'yes'].push(String(statusHash));
  }
  const parameters: Record<string, unknown> = {};
  const cases = (['yes', 'unknown'] as const).flatMap((verdict) => {
    if (hashes[verdict].length === 0) return [];
    const table = dialect.table(`check${place}_${verdict}`, { status_hash: hashes[verdict] });
    Object.assign(parameters, table.parameters);
    return [`WHEN ${hash} IN (${table.sql}) THEN ${verdict === 'yes' ? 'true' : 'NULL'}`];
  });
  return { sql: cases.length === 0 ? 'false' : `CASE ${cases.join(' ')} ELSE false END`, parameters };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
