import { type CallKind, hasEnded } from '../../query/call-kinds.js';
import {
  type CountedCalls,
  type CountedGroup,
  type CountQuestion,
  DATED,
  DISTINCT,
  DISTINCT_NAMES,
  distinctCounts,
  isAmong,
  MAX_GROUPS,
  tooManyGroups,
} from '../../query/counts.js';
import { GroupNames } from '../../query/group-names.js';
import { type Grouping, isNamed, keyOfKind, keySql, keyText, NONE, nameSql } from '../../query/groupings.js';
import { isAnswered, isOfQueueSql, type OfferedCalls, waitFrom, waitSql } from '../../query/queue-calls.js';
import { type BoundSql, type SqlDialect, UNDATED } from '../../query/sql-dialect.js';
import { present } from '../../util/present.js';
import { distinctValues } from './distinct.js';
import type { SqlCalls } from './sql-calls.js';

/** Calls of one group of which all is the same that decides on their kind (`KIND_COLUMNS`), and their names. */
interface Alike {
  /** What decides on their kind, hashed. */
  readonly kindHash: unknown;
  readonly status: string | undefined;
  readonly statusName: string | undefined;
  readonly hasLength: boolean;
  readonly callType: string | undefined;
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
  readonly system: boolean;
  readonly small: boolean;
  /** Its keys but those that the kind says, hashed. */
  readonly hash: unknown;
  /** The number that stands for those. */
  readonly part: number;
  distinct = distinctCounts(() => 0);
  readonly offered: OfferedCalls[] = [];
  readonly #names: GroupNames;
  readonly #alike: (readonly [CallKind, Alike])[] = [];

  constructor(
    keys: readonly string[],
    { system, small, hash, part }: Pick<SqlGroup, 'system' | 'small' | 'hash' | 'part'>,
  ) {
    this.keys = keys;
    this.system = system;
    this.small = small;
    this.hash = hash;
    this.part = part;
    this.#names = new GroupNames(keys.length);
  }

  get names(): CountedGroup['names'] {
    return this.#names.values;
  }

  add(kind: CallKind, alike: Alike): void {
    this.#alike.push([kind, alike]);
    for (const [i, name] of alike.names.entries()) this.#names.add(i, name, alike.latest);
  }

  get observations(): CountedGroup['observations'] {
    const alike = this.#alike;
    return {
      *[Symbol.iterator]() {
        for (const [kind, { hasLength, lengths, counts }] of alike) {
          for (const [i, length] of lengths.entries())
            yield [kind, hasLength ? length : null, counts[i] ?? 0] as const;
        }
      },
    };
  }
}

/**
 * Counts calls in a database, by one statement that reduces them to how many are alike and one about what is distinct among
 * them. Of what kind calls are is asked of this side, once for all that have the same `KIND_COLUMNS`.
 * @throws Failure when there are too many groups; what `rows` throws
 */
export async function countInSql(calls: SqlCalls, question: CountQuestion): Promise<CountedCalls> {
  const prepared = preparedSql(calls, question);
  const { groups, kinds } = await readGroups(calls, prepared, question);
  const size = kinds.reduce((sum, { calls: count }) => sum + count, 0);
  const distinct = await distinctValues(calls, endedSql(calls.dialect, prepared, kinds), {
    size,
    system: groups.map(({ system }) => system),
    keys: { hash: groups.map(({ hash }) => String(hash)), part: groups.map(({ part }) => part) },
  });
  for (const [place, group] of groups.entries()) group.distinct = distinct.perGroup[place] ?? group.distinct;
  if (question.withQueue) await readOffered(calls, prepared, groups, kinds);
  const places = new Map<CountedGroup, number>(groups.map((group, place) => [group, place]));
  const systemGroups = groups.filter(({ system }) => system);
  const order = question.order(
    groups.filter(({ system }) => !system),
    systemGroups,
  );
  const reached = await distinct.inOrder(order.flatMap((group) => places.get(group) ?? []));
  return {
    groups: order,
    systemGroups,
    ...reached,
    statuses: kinds.map(({ status, statusName, kind: { outcome }, calls: count }) => [
      status,
      outcome,
      count,
      outcome === 'unmapped' ? statusName : undefined,
    ]),
    unmappedByAgents: kinds.reduce(
      (sum, { status, kind, byAgents }) =>
        sum + (status !== undefined && kind.outcome === 'unmapped' ? byAgents : 0),
      0,
    ),
    callTypes: callTypesOf(kinds),
    ...(await readDates(calls)),
  };
}

/** The calls with what they are counted by; `hash` tells their groups apart. */
function preparedSql({ dialect, sql }: SqlCalls, { groupBy, systemUsers, minCalls }: CountQuestion): string {
  const users = systemUsers.map((user) => dialect.text(user)).join(', ');
  const user = dialect.column('user_id');
  const isSystem = systemUsers.length === 0 ? '0' : `CASE WHEN ${user} IN (${users}) THEN 1 ELSE 0 END`;
  const keys = groupBy.flatMap((grouping, i) => {
    const key = keySql(grouping, dialect);
    return key === undefined ? [] : [[`k${i}`, key] as const];
  });
  const names = groupBy.flatMap((grouping, i) => {
    const name = nameSql(grouping, dialect);
    return name === undefined ? [] : [[`name${i}`, name] as const];
  });
  const length = dialect.column('call_length');
  const others: (readonly [name: string, sql: string])[] = [
    ['is_system', groupBy.includes('user') ? isSystem : '0'],
    ['status_code', dialect.column('status')],
    ['status_words', dialect.column('status_name')],
    ['has_length', `CASE WHEN ${length} IS NULL THEN 0 ELSE 1 END`],
    ['type_code', dialect.column('call_type')],
    ['talk', `coalesce(${length}, 0)`],
    ['by_agent', `CASE WHEN ${user} IS NULL THEN 0 ELSE 1 - ${isSystem} END`],
    ['moment', `coalesce(${dialect.column('second')}, ${UNDATED})`],
    ...DISTINCT_NAMES.map((name) => [`${name}_raw`, dialect.column(DISTINCT[name].field)] as const),
    ['of_queue', `CASE WHEN ${isOfQueueSql(dialect)} THEN 1 ELSE 0 END`],
    ['wait', waitSql(dialect)],
  ];
  const values = [...keys, ...names, ...others].map(([name, value]) => `${value} AS ${name}`);
  const hash = dialect.hash([...keys.map(([name]) => name), 'is_system']);
  const hashed = `SELECT *, ${hash} AS group_hash FROM (SELECT ${values.join(', ')} FROM (${sql}))`;
  if (minCalls === undefined) return `SELECT *, 0 AS is_small, group_hash AS hash FROM (${hashed})`;
  // Groups are made one where even their calls in progress do not make them large enough: that can be millions.
  const apart = [...keys, ...names].map(([name]) => `CASE WHEN is_small = 0 THEN raw_${name} END AS ${name}`);
  const kept = ['is_small', ...others.map(([name]) => name)];
  const raw = [...keys, ...names].map(([name]) => `${name} AS raw_${name}`);
  const small = `CASE WHEN count(*) OVER (PARTITION BY group_hash) < ${minCalls} THEN 1 ELSE 0 END AS is_small`;
  return `SELECT ${[...apart, ...kept].join(', ')}, CASE WHEN is_small = 0 THEN group_hash ELSE 0 END AS hash
    FROM (SELECT ${[...raw, ...others.map(([name]) => name), 'group_hash', small].join(', ')} FROM (${hashed}))`;
}

/** What of a call decides on its kind. */
const KIND_COLUMNS = ['status_code', 'status_words', 'has_length', 'type_code'] as const;

/** Calls that have the same of all of it, with their kind and the number of the groups that they are in by it. */
interface KindCount
  extends Pick<Alike, 'kindHash' | 'status' | 'statusName' | 'callType' | 'calls' | 'byAgents'> {
  readonly kind: CallKind;
  readonly part: number;
}

/** The groups, and the combinations of what decides on a kind. */
async function readGroups(
  { dialect, rows }: SqlCalls,
  prepared: string,
  question: CountQuestion,
): Promise<{ groups: SqlGroup[]; kinds: KindCount[] }> {
  const { groupBy } = question;
  const keys = groupBy.flatMap((grouping, i) => (keySql(grouping, dialect) === undefined ? [] : [`k${i}`]));
  const names = groupBy.flatMap((grouping, i) => (isNamed(grouping) ? [`name${i}`] : []));
  const groupColumns = [...keys, 'is_system', 'is_small', 'hash'].join(', ');
  const alikeColumns = [groupColumns, ...KIND_COLUMNS, ...names].join(', ');
  const number = (value: string) => `CAST(${value} AS DOUBLE)`;
  const alike = dialect.tuple([
    dialect.hash(KIND_COLUMNS),
    ...[...KIND_COLUMNS, ...names, 'calls', 'agents', 'latest', 'all_talk', 'all_counts'],
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
  const kinds = new Map<string, KindCount>();
  const parts = new Map<string, number>();
  for (const row of found) {
    const [isSystem, isSmall, hash, tuples] = row.slice(keys.length);
    const small = Number(isSmall) === 1;
    for (const tuple of tuples as readonly unknown[][]) {
      const some = alikeOf(tuple, groupBy);
      const kind = kindOf(some, question);
      const ofKind = groupBy.map((grouping) => keyOfKind(grouping, kind));
      const part = parts.get(ofKind.join('\0')) ?? parts.size;
      parts.set(ofKind.join('\0'), part);
      addKind(kinds, some, kind, part);
      const values = row.values();
      const texts = groupBy.map((grouping, i) => ofKind[i] ?? keyText(grouping, values.next().value));
      const id = small ? `${isSystem} ${part}` : [isSystem, ...texts].join('\0');
      const facts = { system: Number(isSystem) === 1, small, hash, part };
      const group = groups.get(id) ?? new SqlGroup(small ? texts.map(() => NONE) : texts, facts);
      groups.set(id, group);
      group.add(kind, some);
    }
    if (groups.size > MAX_GROUPS) throw tooManyGroups(groupBy);
  }
  return { groups: [...groups.values()], kinds: [...kinds.values()] };
}

function alikeOf(tuple: readonly unknown[], groupBy: readonly Grouping[]): Alike {
  const values = tuple.values();
  const next = () => values.next().value;
  const text = () => textOf(next());
  return {
    kindHash: next(),
    status: text(),
    statusName: text(),
    hasLength: Number(next()) === 1,
    callType: text(),
    names: groupBy.map((grouping) => (isNamed(grouping) ? text() : undefined)),
    calls: Number(next()),
    byAgents: Number(next()),
    latest: Number(next()),
    lengths: next() as number[],
    counts: next() as number[],
  };
}

function kindOf({ status, statusName, hasLength, callType }: Alike, question: CountQuestion): CallKind {
  return question.kindOf({
    ...present({ status, status_name: statusName, call_type: callType }),
    // Which length it is says nothing of the kind, only whether there is one.
    call_length: hasLength ? 0 : null,
  });
}

function addKind(kinds: Map<string, KindCount>, alike: Alike, kind: CallKind, part: number): void {
  const { kindHash, status, statusName, callType, calls, byAgents } = alike;
  const known = kinds.get(String(kindHash));
  kinds.set(String(kindHash), {
    kindHash,
    status,
    statusName,
    callType,
    kind,
    part,
    calls: calls + (known?.calls ?? 0),
    byAgents: byAgents + (known?.byAgents ?? 0),
  });
}

function callTypesOf(kinds: readonly KindCount[]): CountedCalls['callTypes'] {
  const types = new Map<string | undefined, number>();
  for (const { kind, callType, calls } of kinds)
    if (hasEnded(kind)) types.set(callType, (types.get(callType) ?? 0) + calls);
  return [...types];
}

/** The prepared calls that have ended: what groups are told apart by, and the values that count as distinct. */
function endedSql(dialect: SqlDialect, prepared: string, kinds: readonly KindCount[]): BoundSql {
  const ended = kinds.filter(({ kind }) => hasEnded(kind));
  if (ended.length === 0) {
    const none = DISTINCT_NAMES.map((name) => `${name}_raw AS ${name}`);
    return {
      sql: `SELECT hash, 0 AS part, ${none.join(', ')} FROM (${prepared}) WHERE false`,
      parameters: {},
    };
  }
  const table = dialect.table('kinds', {
    kind_hash: ended.map(({ kindHash }) => String(kindHash)),
    part: ended.map(({ part }) => part),
    ...Object.fromEntries(
      DISTINCT_NAMES.map((name) => [`in_${name}`, ended.map(({ kind }) => Number(isAmong(name, kind)))]),
    ),
  });
  const values = DISTINCT_NAMES.map((name) => `CASE WHEN in_${name} = 1 THEN ${name}_raw END AS ${name}`);
  return {
    sql: `SELECT hash, part, ${values.join(', ')}
      FROM (SELECT *, ${dialect.hash(KIND_COLUMNS)} AS kind_hash FROM (${prepared})) calls
      JOIN (${table.sql}) kinds USING (kind_hash)`,
    parameters: table.parameters,
  };
}

/** Gives groups their calls that were offered to the agents of a queue. */
async function readOffered(
  { dialect, rows }: SqlCalls,
  prepared: string,
  groups: readonly SqlGroup[],
  kinds: readonly KindCount[],
): Promise<void> {
  const id = (hash: unknown, part: number) => `${hash} ${part}`;
  const byHash = new Map(groups.map((group) => [id(group.hash, group.part), group]));
  const kindOfHash = new Map(kinds.map((one) => [String(one.kindHash), one]));
  const found = await rows({
    sql: `SELECT hash, kind_hash, by_agent, wait, CAST(count(*) AS DOUBLE) FROM (
        SELECT hash, ${dialect.hash(KIND_COLUMNS)} AS kind_hash, by_agent, wait FROM (${prepared}) WHERE of_queue = 1)
      GROUP BY hash, kind_hash, by_agent, wait`,
    parameters: {},
  });
  for (const [hash, kindHash, byAgent, wait, count] of found) {
    const { kind, part = 0 } = kindOfHash.get(String(kindHash)) ?? {};
    const answered = kind === undefined ? undefined : isAnswered(kind, Number(byAgent) === 1);
    if (answered === undefined) continue;
    byHash.get(id(hash, part))?.offered.push([answered, waitFrom(wait), Number(count)]);
  }
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
