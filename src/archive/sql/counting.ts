import { OUTCOME_GROUPS, type OutcomeGroup } from '../../convoso/statuses.js';
import {
  type CountedCalls,
  type CountedGroup,
  type CountQuestion,
  DATED,
  DISTINCT,
  DISTINCT_NAMES,
  distinctCounts,
  MAX_GROUPS,
  tooManyGroups,
} from '../../query/counts.js';
import { type Grouping, keySql, keyText, nameField } from '../../query/groupings.js';
import { type BoundSql, type SqlDialect, UNDATED } from '../../query/sql-dialect.js';
import { present } from '../../util/present.js';
import { distinctValues } from './distinct.js';
import type { SqlCalls } from './sql-calls.js';

/** Calls of one group that have the same status, status name, presence of a length and names. */
interface Alike {
  /** What of them decides on the outcome, hashed. */
  readonly statusHash: unknown;
  readonly status: string | undefined;
  readonly statusName: string | undefined;
  readonly hasLength: boolean;
  /** One per grouping. */
  readonly names: readonly (string | undefined)[];
  readonly calls: number;
  /** Of them, calls of users other than the dialer's own. */
  readonly byAgents: number;
  /** When the last of them began. */
  readonly latest: number;
  /** Different lengths, and how many calls have each. */
  readonly lengths: readonly number[];
  readonly counts: readonly number[];
}

/** A group while its calls come in. */
class SqlGroup implements CountedGroup {
  readonly keys: readonly string[];
  readonly names: (string | undefined)[];
  readonly system: boolean;
  /** Its keys but the outcome, hashed. */
  readonly hash: unknown;
  readonly outcome: OutcomeGroup;
  distinct = distinctCounts(() => 0);
  readonly #latest: number[];
  readonly #alike: (readonly [OutcomeGroup, Alike])[] = [];

  constructor(keys: readonly string[], system: boolean, hash: unknown, outcome: OutcomeGroup) {
    this.keys = keys;
    this.system = system;
    this.hash = hash;
    this.outcome = outcome;
    this.names = keys.map(() => undefined);
    this.#latest = keys.map(() => Number.NEGATIVE_INFINITY);
  }

  add(outcome: OutcomeGroup, alike: Alike): void {
    this.#alike.push([outcome, alike]);
    for (const [i, name] of alike.names.entries()) {
      const [known, latest = 0] = [this.names[i], this.#latest[i]];
      if (name === undefined || alike.latest < latest) continue;
      // Of names in one second there is no last one; the choice must only be the same each time.
      if (alike.latest === latest && known !== undefined && known > name) continue;
      this.names[i] = name;
      this.#latest[i] = alike.latest;
    }
  }

  get observations(): CountedGroup['observations'] {
    const alike = this.#alike;
    return {
      *[Symbol.iterator]() {
        for (const [outcome, { hasLength, lengths, counts }] of alike) {
          for (const [i, length] of lengths.entries())
            yield [outcome, hasLength ? length : null, counts[i] ?? 0] as const;
        }
      },
    };
  }
}

/**
 * Counts calls in a database, by one statement that reduces them to how many are alike and one about what is distinct among
 * them. What a status counts as is asked of this side, once per status, name and presence of a length.
 * @throws Failure when there are too many groups; what `rows` throws
 */
export async function countInSql(calls: SqlCalls, question: CountQuestion): Promise<CountedCalls> {
  const prepared = preparedSql(calls, question);
  const { groups, statuses } = await readGroups(calls, prepared, question);
  const ended = endedSql(calls.dialect, prepared, question, statuses);
  const byOutcome = question.groupBy.includes('outcome');
  const size = [...statuses.values()].reduce((sum, { calls: count }) => sum + count, 0);
  const distinct = await distinctValues(calls, ended, {
    size,
    system: groups.map(({ system }) => system),
    keys: { hash: groups.map(({ hash }) => String(hash)), ...(byOutcome ? outcomeColumn(groups) : {}) },
  });
  for (const [place, group] of groups.entries()) group.distinct = distinct.perGroup[place] ?? group.distinct;
  const places = new Map<CountedGroup, number>(groups.map((group, place) => [group, place]));
  const order = question.order(groups.filter(({ system }) => !system));
  const reached = await distinct.inOrder(order.flatMap((group) => places.get(group) ?? []));
  return {
    groups: order,
    systemGroups: groups.filter(({ system }) => system),
    ...reached,
    statuses: [...statuses.values()].map(({ status, statusName, outcome, calls: count }) => [
      status,
      outcome,
      count,
      outcome === 'unmapped' ? statusName : undefined,
    ]),
    unmappedByAgents: [...statuses.values()].reduce(
      (sum, { status, outcome, byAgents }) =>
        sum + (status !== undefined && outcome === 'unmapped' ? byAgents : 0),
      0,
    ),
    callTypes: question.withCallTypes ? await readCallTypes(calls, ended) : [],
    ...(await readDates(calls)),
  };
}

/** The calls with what they are counted by. */
function preparedSql({ dialect, sql }: SqlCalls, { groupBy, systemUsers }: CountQuestion): string {
  const users = systemUsers.map((user) => dialect.text(user)).join(', ');
  const user = dialect.column('user_id');
  const isSystem = systemUsers.length === 0 ? '0' : `CASE WHEN ${user} IN (${users}) THEN 1 ELSE 0 END`;
  const keys = groupBy.flatMap((grouping, i) => {
    const key = keySql(grouping, dialect);
    return key === undefined ? [] : [[`k${i}`, key] as const];
  });
  const system = groupBy.includes('user') ? isSystem : '0';
  const length = dialect.column('call_length');
  const columns: (readonly [name: string, sql: string])[] = [
    ...keys,
    ['is_system', system],
    ['hash', dialect.hash([...keys.map(([, key]) => key), system])],
    ['status_code', dialect.column('status')],
    ['status_words', dialect.column('status_name')],
    ['has_length', `CASE WHEN ${length} IS NULL THEN 0 ELSE 1 END`],
    ['talk', `coalesce(${length}, 0)`],
    ['by_agent', `CASE WHEN ${user} IS NULL THEN 0 ELSE 1 - ${isSystem} END`],
    ['moment', `coalesce(${dialect.column('second')}, ${UNDATED})`],
    ...groupBy.flatMap((grouping, i) => {
      const name = nameField(grouping);
      return name === undefined ? [] : [[`name${i}`, dialect.column(name)] as const];
    }),
    ...DISTINCT_NAMES.map((name) => [name, dialect.column(DISTINCT[name].field)] as const),
    ['direction', dialect.column('call_type')],
  ];
  return `SELECT ${columns.map(([name, value]) => `${value} AS ${name}`).join(', ')} FROM (${sql})`;
}

const STATUS_COLUMNS = ['status_code', 'status_words', 'has_length'] as const;

interface StatusCount extends Pick<Alike, 'statusHash' | 'status' | 'statusName' | 'calls' | 'byAgents'> {
  readonly outcome: OutcomeGroup;
}

/** The groups, and by their hash the combinations of what decides on an outcome. */
async function readGroups(
  { dialect, rows }: SqlCalls,
  prepared: string,
  question: CountQuestion,
): Promise<{ groups: SqlGroup[]; statuses: Map<string, StatusCount> }> {
  const { groupBy } = question;
  const keys = groupBy.flatMap((grouping, i) => (grouping === 'outcome' ? [] : [`k${i}`]));
  const names = groupBy.flatMap((grouping, i) => (nameField(grouping) === undefined ? [] : [`name${i}`]));
  const groupColumns = [...keys, 'is_system', 'hash'].join(', ');
  const alikeColumns = [groupColumns, ...STATUS_COLUMNS, ...names].join(', ');
  const number = (value: string) => `CAST(${value} AS DOUBLE)`;
  const alike = dialect.tuple([
    dialect.hash(STATUS_COLUMNS),
    ...[...STATUS_COLUMNS, ...names, 'calls', 'agents', 'latest', 'all_talk', 'all_counts'],
  ]);
  const found = await rows({
    // Three levels: by length, by what else is alike, by group. No more groups come than can be used.
    sql: `SELECT ${groupColumns}, ${dialect.list(alike)} FROM (
        SELECT ${alikeColumns}, ${number('sum(n)')} AS calls, ${number('sum(by_agents)')} AS agents,
          ${number('max(begun)')} AS latest, ${dialect.list('talk')} AS all_talk, ${dialect.list(number('n'))} AS all_counts
        FROM (SELECT ${alikeColumns}, talk, count(*) AS n, sum(by_agent) AS by_agents, max(moment) AS begun
              FROM (${prepared}) GROUP BY ${alikeColumns}, talk)
        GROUP BY ${alikeColumns})
      GROUP BY ${groupColumns} LIMIT ${MAX_GROUPS + 1}`,
    parameters: {},
  });
  const groups = new Map<string, SqlGroup>();
  const statuses = new Map<string, StatusCount>();
  for (const row of found) {
    const [isSystem, hash, tuples] = row.slice(keys.length);
    for (const tuple of tuples as readonly unknown[][]) {
      const some = alikeOf(tuple, groupBy);
      const outcome = outcomeOf(some, question);
      addStatus(statuses, some, outcome);
      const values = row.values();
      const texts = groupBy.map((grouping) =>
        grouping === 'outcome' ? outcome : keyText(grouping, values.next().value),
      );
      const id = [isSystem, ...texts].join('\0');
      const group = groups.get(id) ?? new SqlGroup(texts, Number(isSystem) === 1, hash, outcome);
      groups.set(id, group);
      group.add(outcome, some);
    }
    if (groups.size > MAX_GROUPS) throw tooManyGroups(groupBy);
  }
  return { groups: [...groups.values()], statuses };
}

function alikeOf(tuple: readonly unknown[], groupBy: readonly Grouping[]): Alike {
  const values = tuple.values();
  const next = () => values.next().value;
  const text = () => textOf(next());
  return {
    statusHash: next(),
    status: text(),
    statusName: text(),
    hasLength: Number(next()) === 1,
    names: groupBy.map((grouping) => (nameField(grouping) === undefined ? undefined : text())),
    calls: Number(next()),
    byAgents: Number(next()),
    latest: Number(next()),
    lengths: next() as number[],
    counts: next() as number[],
  };
}

function outcomeOf({ status, statusName, hasLength }: Alike, question: CountQuestion): OutcomeGroup {
  return question.outcomeOf({
    ...present({ status, status_name: statusName }),
    // Which length it is says nothing of the outcome, only whether there is one.
    call_length: hasLength ? 0 : null,
  });
}

function addStatus(statuses: Map<string, StatusCount>, alike: Alike, outcome: OutcomeGroup): void {
  const { statusHash, status, statusName, calls, byAgents } = alike;
  const known = statuses.get(String(statusHash));
  statuses.set(String(statusHash), {
    statusHash,
    status,
    statusName,
    outcome,
    calls: calls + (known?.calls ?? 0),
    byAgents: byAgents + (known?.byAgents ?? 0),
  });
}

/** The prepared calls that have ended, with their outcome where groups need it; most need no look at outcomes. */
function endedSql(
  dialect: SqlDialect,
  prepared: string,
  { groupBy }: CountQuestion,
  statuses: ReadonlyMap<string, StatusCount>,
): BoundSql {
  const ended = [...statuses.values()].filter(({ outcome }) => outcome !== 'in_progress');
  if (ended.length === 0)
    return { sql: `SELECT *, 0 AS outcome FROM (${prepared}) WHERE false`, parameters: {} };
  if (ended.length === statuses.size && !groupBy.includes('outcome'))
    return { sql: prepared, parameters: {} };
  const outcomes = dialect.table('outcomes', {
    status_hash: ended.map(({ statusHash }) => String(statusHash)),
    ...outcomeColumn(ended),
  });
  return {
    sql: `SELECT * FROM (SELECT *, ${dialect.hash(STATUS_COLUMNS)} AS status_hash FROM (${prepared})) calls
      JOIN (${outcomes.sql}) outcomes USING (status_hash)`,
    parameters: outcomes.parameters,
  };
}

/** Outcomes as numbers, in a column that calls and groups have in common. */
function outcomeColumn(rows: readonly { readonly outcome: OutcomeGroup }[]): { outcome: number[] } {
  return { outcome: rows.map(({ outcome }) => OUTCOME_GROUPS.indexOf(outcome)) };
}

async function readCallTypes({ rows }: SqlCalls, ended: BoundSql): Promise<CountedCalls['callTypes']> {
  const sql = `SELECT direction, CAST(count(*) AS DOUBLE) FROM (${ended.sql}) GROUP BY direction`;
  return (await rows({ ...ended, sql })).map(([type, count]) => [textOf(type), Number(count)]);
}

/**
 * The oldest and the newest date, as rows print them. Only the few calls at both ends, and those without a second, have to
 * be looked at as text.
 */
async function readDates({ dialect, sql, rows }: SqlCalls): Promise<Pick<CountedCalls, 'oldest' | 'newest'>> {
  const [second, date] = [dialect.column('second'), dialect.column('call_date')];
  const ends = `SELECT min(${second}), max(${second}), count(*) - count(${second}) FROM (${sql})`;
  const [[first, last, undated] = []] = await rows({ sql: ends, parameters: {} });
  const where = [
    ...(first === null || first === undefined ? [] : [`${second} IN (${first}, ${last})`]),
    ...(Number(undated) > 0 ? [`${second} IS NULL`] : []),
  ];
  if (where.length === 0) return { oldest: undefined, newest: undefined };
  const texts = `SELECT min(${date}), max(${date}) FROM (${sql}) WHERE (${where.join(' OR ')}) AND ${dialect.matches(date, DATED)}`;
  const [[oldest, newest] = []] = await rows({ sql: texts, parameters: {} });
  return { oldest: textOf(oldest), newest: textOf(newest) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
