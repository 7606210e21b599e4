import { stampOf } from '../../account-time/stamps.js';
import { OUTCOME_GROUPS, type OutcomeGroup } from '../../convoso/statuses.js';
import type {
  CountedCalls,
  CountedGroup,
  CountQuestion,
  DistinctCounts,
  StatusCount,
} from '../../query/counts.js';
import { fieldOf, type Grouping, keyOf, NONE } from '../../query/groupings.js';
import { MAX_GROUPS, tooManyGroups } from '../../stats/counting.js';
import type { Parameters } from './connection.js';
import { type BoundSql, numbers, phoneColumn } from './population.js';

/** Runs a statement; the rows come whole. */
export type Ask = <Row extends readonly unknown[]>(sql: string, parameters: Parameters) => Promise<Row[]>;

/** Stands for a missing number where a key may not be missing. */
const MISSING = -9_000_000_000;
const DAY = 'intDiv(`second` - positiveModulo(`second`, 86400), 86400)';
/** As long as any date, and what begins as one: anything else has no place in an order of time. */
const DATED = "match(call_date, '^[0-9]{4}-[0-9][0-9]-[0-9][0-9][ TZ:0-9.+-]{0,20}$')";
/**
 * Tells apart what counts for an outcome: the status, its name, and whether there is a length. Each part has a fixed form,
 * so that nothing missing is taken for something empty.
 */
const STATUS_HASH =
  "cityHash64(isNull(status), ifNull(status, ''), isNull(call_length), isNull(status_name), ifNull(status_name, ''))";

type Key = string | number;
type StatusRow = readonly [
  hash: string,
  status: string | null,
  name: string | null,
  lengthless: number,
  calls: string,
  oldest: string | null,
  newest: string | null,
  byAgents: string,
];

/**
 * Counts a population in SQL. What a status counts as is asked of this side once per status, name and presence of a
 * length (never per length), and goes back as a bound list; everything else happens in the server.
 *
 * @throws Failure when there are too many groups
 */
export async function countPopulation(
  population: BoundSql,
  question: CountQuestion,
  ask: Ask,
): Promise<CountedCalls> {
  const statuses = await ask<StatusRow>(
    `SELECT ${STATUS_HASH} AS hash, any(status), any(status_name), any(isNull(call_length)), count(),
       minIf(call_date, ${DATED}), maxIf(call_date, ${DATED}),
       countIf(isNotNull(user_id) AND NOT has({system_users:Array(String)}, ifNull(user_id, '')))
     FROM (${population.sql}) GROUP BY hash`,
    { ...population.parameters, system_users: question.systemUsers },
  );
  const outcomes = statuses.map((row) => outcomeOf(row, question));
  const calls = preparedCalls(population, question.groupBy, question.systemUsers, statuses, outcomes);
  const keys = question.groupBy.map((_, i) => `k${i}`);
  const groups = await groupsOf(calls, question, keys, ask);
  const [totals] = await ask<[string, string, string, string]>(
    `SELECT uniqExactIf(lead, ended), uniqExactIf(phone, ended),
       uniqExactIf(lead, ended AND system), uniqExactIf(phone, ended AND system) FROM (${calls.sql})`,
    calls.parameters,
  );
  const [leads, numbersOfAll, systemLeads, systemNumbers] = (totals ?? []).map(Number);
  const dates = statuses.flatMap((row) => [row[5], row[6]]).filter((date) => date !== null && date !== '');
  return {
    groups: groups.map(({ group }) => group),
    total: { leads: leads ?? 0, numbers: numbersOfAll ?? 0 },
    system: { leads: systemLeads ?? 0, numbers: systemNumbers ?? 0 },
    statuses: statuses.map(([, status, name, , count], i): StatusCount => {
      const outcome = outcomes[i] ?? 'unmapped';
      const told = outcome === 'unmapped' ? (name ?? undefined) : undefined;
      return [status ?? undefined, outcome, Number(count), told];
    }),
    unmappedByAgents: statuses.reduce(
      (sum, [, status, , , , , , byAgents], i) =>
        sum + (status !== null && outcomes[i] === 'unmapped' ? Number(byAgents) : 0),
      0,
    ),
    oldest: dates.reduce<string | undefined>(
      (a, b) => (a === undefined || (b ?? a) < a ? (b ?? a) : a),
      undefined,
    ),
    newest: dates.reduce<string | undefined>(
      (a, b) => (a === undefined || (b ?? a) > a ? (b ?? a) : a),
      undefined,
    ),
    async callTypes() {
      const rows = await ask<[callType: string | null, calls: string]>(
        `SELECT call_type, count() FROM (${calls.sql}) WHERE ended GROUP BY call_type`,
        calls.parameters,
      );
      return rows.map(([callType, count]) => [callType ?? undefined, Number(count)] as const);
    },
    async tails(order) {
      const hashes = new Map(groups.map(({ group, hash }) => [group, hash]));
      return tailsOf(
        calls,
        order.map((group) => hashes.get(group) ?? '0'),
        ask,
      );
    },
  };
}

function outcomeOf([, status, name, lengthless]: StatusRow, question: CountQuestion): OutcomeGroup {
  return question.outcomeOf({
    ...(status === null ? {} : { status }),
    ...(name === null ? {} : { status_name: name }),
    call_length: lengthless ? null : 1,
  });
}

/** The population with what it is counted by: keys, names, the outcome, whether it has ended and who made it. */
function preparedCalls(
  population: BoundSql,
  groupBy: readonly Grouping[],
  systemUsers: readonly string[],
  statuses: readonly StatusRow[],
  outcomes: readonly OutcomeGroup[],
): BoundSql {
  const hashes = numbers(
    'hashes',
    'UInt64',
    statuses.map(([hash]) => hash),
  );
  const indexes = numbers(
    'outcomes',
    'UInt8',
    outcomes.map((outcome) => OUTCOME_GROUPS.indexOf(outcome)),
  );
  const columns = [
    // No statement has an empty list: without calls, none is looked up.
    statuses.length === 0
      ? 'toUInt8(0) AS outcome'
      : `transform(${STATUS_HASH}, ${hashes.sql}, ${indexes.sql}, toUInt8(255)) AS outcome`,
    `outcome != ${OUTCOME_GROUPS.indexOf('in_progress')} AS ended`,
    groupBy.includes('user')
      ? "has({system_users:Array(String)}, ifNull(user_id, '')) AS system"
      : 'false AS system',
    'call_length AS length',
    'lead_id AS lead',
    'call_type',
    `${phoneColumn('phone_number')} AS phone`,
    'place',
    ...groupBy.map((grouping, i) => `${keySql(grouping)} AS k${i}`),
    ...groupBy.map((grouping, i) => `${nameSql(grouping)} AS n${i}`),
    `${groupBy.length === 0 ? 'toUInt64(0)' : `cityHash64(${groupBy.map((_, i) => `k${i}`).join(', ')})`} AS hash`,
  ];
  return {
    sql: `SELECT ${columns.join(', ')} FROM (${population.sql})`,
    parameters: {
      ...population.parameters,
      ...(statuses.length === 0 ? {} : { ...hashes.parameters, ...indexes.parameters }),
      ...(groupBy.includes('user') ? { system_users: systemUsers } : {}),
    },
  };
}

/** The value that calls are grouped under, never missing: a text as it is, a day, an hour, a weekday or an outcome as a number. */
function keySql(grouping: Grouping): string {
  const grouped = fieldOf(grouping);
  if (grouped !== undefined) {
    const text = `toString(\`${grouped.field}\`)`;
    const value =
      grouped.as === 'phone'
        ? phoneColumn(grouped.field)
        : grouped.as === 'code'
          ? `upperUTF8(${text})`
          : text;
    return `ifNull(${value}, '${NONE}')`;
  }
  if (grouping === 'outcome') return 'toInt64(outcome)';
  if (grouping === 'date') return `ifNull(${DAY}, ${MISSING})`;
  if (grouping === 'hour') return `ifNull(intDiv(positiveModulo(\`second\`, 86400), 3600), ${MISSING})`;
  return `ifNull(if(modulo(${DAY} + 3, 7) < 0, ${MISSING}, modulo(${DAY} + 3, 7)), ${MISSING})`;
}

function nameSql(grouping: Grouping): string {
  const name = fieldOf(grouping)?.name;
  return name === undefined ? 'CAST(NULL AS Nullable(String))' : `CAST(\`${name}\` AS Nullable(String))`;
}

/** The key as `keyOf` gives it: times by way of a moment that has this key. */
function keyOfValue(grouping: Grouping, value: Key): string {
  if (fieldOf(grouping) !== undefined) return String(value);
  const number = Number(value);
  if (grouping === 'outcome') return OUTCOME_GROUPS[number] ?? NONE;
  if (number === MISSING) return NONE;
  // 1970-01-01, day 0, was a Thursday, weekday 3.
  const moment =
    grouping === 'date' ? number * 86_400 : grouping === 'hour' ? number * 3600 : ((number + 4) % 7) * 86_400;
  return keyOf(
    grouping,
    { id: '', call_length: null, call_date: stampOf(moment) },
    { groupOf: () => 'unmapped' },
  );
}

interface HashedGroup {
  readonly group: CountedGroup;
  readonly hash: string;
}

type Observation = readonly [outcome: number, length: number | null, calls: string];

async function groupsOf(
  calls: BoundSql,
  { groupBy }: CountQuestion,
  keys: readonly string[],
  ask: Ask,
): Promise<HashedGroup[]> {
  const names = keys.map((_, i) =>
    fieldOf(groupBy[i] ?? 'outcome')?.name === undefined
      ? 'NULL'
      : `argMaxIf(n${i}, place, isNotNull(n${i}))`,
  );
  const columns = [
    'hash',
    'system',
    'uniqExactIf(lead, ended)',
    'uniqExactIf(phone, ended)',
    ...keys,
    ...names,
  ];
  const rows = await ask<[hash: string, system: boolean, leads: string, numbers: string, ...(Key | null)[]]>(
    `SELECT ${columns.join(', ')} FROM (${calls.sql}) GROUP BY ${['hash', 'system', ...keys].join(', ')}
     LIMIT ${2 * MAX_GROUPS + 1}`,
    calls.parameters,
  );
  for (const system of [false, true]) {
    if (rows.filter((row) => Boolean(row[1]) === system).length > MAX_GROUPS) throw tooManyGroups(groupBy);
  }
  const observed = await ask<[hash: string, system: boolean, observations: Observation[]]>(
    `SELECT hash, system, groupArray((outcome, length, calls)) FROM (
       SELECT hash, system, outcome, length, count() AS calls FROM (${calls.sql}) GROUP BY hash, system, outcome, length
     ) GROUP BY hash, system`,
    calls.parameters,
  );
  const observations = new Map(observed.map(([hash, system, list]) => [`${hash} ${system}`, list]));
  return rows.map(([hash, system, leads, phones, ...values]) => ({
    hash,
    group: {
      keys: groupBy.map((grouping, i) => keyOfValue(grouping, values[i] ?? NONE)),
      names: groupBy.map((_, i) => values[groupBy.length + i]?.toString()),
      system: Boolean(system),
      leads: Number(leads),
      numbers: Number(phones),
      observations: (observations.get(`${hash} ${system}`) ?? []).map(
        ([outcome, length, count]) => [OUTCOME_GROUPS[outcome] ?? 'unmapped', length, Number(count)] as const,
      ),
    },
  }));
}

/** A lead or number counts from the first group on to the last one that it is in. */
async function tailsOf(calls: BoundSql, order: readonly string[], ask: Ask): Promise<DistinctCounts[]> {
  if (order.length === 0) return [];
  const hashes = numbers('order', 'UInt64', order);
  const parameters = { ...calls.parameters, ...hashes.parameters };
  const reaching = async (what: 'lead' | 'phone') => {
    const rows = await ask<[last: string, count: string]>(
      `SELECT last, count() FROM (
         SELECT ${what}, max(transform(hash, ${hashes.sql}, range(toUInt64(${order.length})), toUInt64(0))) AS last
         FROM (${calls.sql}) WHERE ended AND NOT system AND isNotNull(${what}) GROUP BY ${what}
       ) GROUP BY last`,
      parameters,
    );
    const counts = new Array<number>(order.length).fill(0);
    for (const [last, count] of rows) counts[Number(last)] = Number(count);
    for (let k = order.length - 2; k >= 0; k -= 1) counts[k] = (counts[k] ?? 0) + (counts[k + 1] ?? 0);
    return counts;
  };
  const leads = await reaching('lead');
  const phones = await reaching('phone');
  return order.map((_, k) => ({ leads: leads[k] ?? 0, numbers: phones[k] ?? 0 }));
}
