import { stampOf } from '../../account-time/stamps.js';
import { OUTCOME_GROUPS, type OutcomeGroup } from '../../convoso/statuses.js';
import type { CountedCalls, CountedGroup, CountQuestion } from '../../query/counts.js';
import type { Grouping } from '../../query/groupings.js';
import { NONE, WEEKDAYS } from '../../query/groupings.js';
import { MAX_GROUPS, tooManyGroups } from '../../stats/counting.js';
import { bitColumns, bitsOf, distinctValues, type GroupTable } from './distinct.js';
import { type Calls, phoneColumn } from './population.js';
import { putTable, type SmallColumn } from './table.js';

/** How a grouping is written in SQL: its key, never null, and the column that names it. */
interface Key {
  readonly sql: string;
  readonly name?: string;
  /** The key as `keyOf` gives it. */
  readonly text: (value: unknown) => string;
}

const column = (field: string, name?: string): Key => ({
  sql: `coalesce("${field}", '${NONE}')`,
  text: String,
  ...(name === undefined ? {} : { name }),
});
/** What is written in any letters is one (convoso/status-key.ts). */
const code = (field: string, name?: string): Key => ({
  ...column(field, name),
  sql: `coalesce(upper("${field}"), '${NONE}')`,
});
const phone = (field: string): Key => ({
  // Made for each question: the account's country is known by then.
  get sql() {
    return `coalesce(${phoneColumn(field)}, '${NONE}')`;
  },
  text: String,
});
/** Whole seconds, days and hours of account time: no zone is involved any more. */
const time = (sql: string, text: (value: number) => string): Key => ({
  sql: `coalesce(${sql}, -1)`,
  text: (value) => (Number(value) < 0 ? NONE : text(Number(value))),
});

const KEYS: Readonly<Record<Grouping, Key>> = {
  status: code('status', 'status_name'),
  outcome: { sql: 'outcome', text: (value) => outcomeAt(value) },
  user: column('user_id', 'user'),
  campaign: column('campaign_id', 'campaign'),
  list: column('list_id'),
  queue: column('queue_id', 'queue'),
  call_type: code('call_type'),
  number_dialed: phone('number_dialed'),
  caller_id: phone('caller_id_displayed'),
  term_reason: column('term_reason'),
  date: time('"second" // 86400', (day) => stampOf(day * 86_400).slice(0, 10)),
  hour: time('("second" % 86400) // 3600', (hour) => String(hour).padStart(2, '0')),
  // 1970-01-01 was a Thursday.
  weekday: time('("second" // 86400 + 3) % 7', (day) => WEEKDAYS[day] ?? NONE),
};

/** A group while its rows come in. */
interface RawGroup {
  readonly keys: string[];
  readonly names: (string | undefined)[];
  readonly system: boolean;
  readonly observations: [OutcomeGroup, number | null, number][];
  /** Its key values as the engine has them, for the table of groups. */
  readonly values: readonly unknown[];
}

/** Reduces calls to counts, inside the engine. @throws Failure when there are too many groups */
export async function countCalls(calls: Calls, question: CountQuestion): Promise<CountedCalls> {
  await reduce(calls, question);
  const statuses = await readStatuses(calls, question);
  await putOutcomes(calls, statuses);
  const groups = await readGroups(calls, question);
  const table = await putGroups(calls, question, groups);
  await readObservations(calls, question, groups);
  const counted = groups.map(({ keys, names, system, observations }) => ({
    keys,
    names,
    system,
    observations,
    leads: 0,
    numbers: 0,
  }));
  const total = { leads: 0, numbers: 0 };
  const system = { leads: 0, numbers: 0 };
  const source = endedSql(calls, question, statuses);
  const found = await distinctValues(calls, source, table);
  for (const kind of ['leads', 'numbers'] as const) {
    for (const [gid, group] of counted.entries()) group[kind] = found[kind].perGroup[gid] ?? 0;
    total[kind] = found[kind].total;
    system[kind] = found[kind].system;
  }
  const numberOf = new Map<CountedGroup, number>(counted.map((group, gid) => [group, gid]));
  return {
    groups: counted,
    total,
    system,
    statuses: statuses.map(({ status, statusName, outcome, count }) => [
      status ?? undefined,
      outcome,
      count,
      outcome === 'unmapped' ? (statusName ?? undefined) : undefined,
    ]),
    unmappedByAgents: statuses.reduce(
      (sum, { status, outcome, byAgents }) =>
        sum + (status !== null && outcome === 'unmapped' ? byAgents : 0),
      0,
    ),
    async callTypes() {
      const rows = await rowsOf(calls, `SELECT call_type, count(*) FROM (${source}) GROUP BY call_type`);
      return rows.map(([callType, count]) => [textOf(callType) ?? undefined, Number(count)] as const);
    },
    ...(await readDates(calls)),
    async tails(order) {
      const gids = order.flatMap((group) => numberOf.get(group) ?? []);
      const [leads, numbers] = [await found.leads.tails(gids), await found.numbers.tails(gids)];
      return gids.map((_, place) => ({ leads: leads[place] ?? 0, numbers: numbers[place] ?? 0 }));
    },
  };
}

interface StatusRow {
  readonly status: string | null;
  readonly statusName: string | null;
  readonly lengthless: boolean;
  readonly outcome: OutcomeGroup;
  readonly count: number;
  /** Of them, calls of users other than the dialer's own. */
  readonly byAgents: number;
}

/**
 * Reduces the calls to a table `reduced`: how many have the same keys, length and what an outcome is made from. Whatever is
 * asked of calls but what is distinct among them is asked of it.
 */
async function reduce(calls: Calls, question: CountQuestion): Promise<void> {
  const systemUsers = question.systemUsers.map((user) => [user]);
  await putTable(calls.connection, 'system_users', [['id', 'VARCHAR']], systemUsers);
  const names = question.groupBy.flatMap((grouping, i) => {
    const { name } = KEYS[grouping];
    if (name === undefined) return [];
    const given = `FILTER ("${name}" IS NOT NULL)`;
    return [`, arg_max("${name}", place) ${given} AS name${i}, max(place) ${given} AS at${i}`];
  });
  const alike = [
    'status',
    'status_name',
    'call_length',
    `${systemSql(question)} AS is_system`,
    ...question.groupBy.flatMap((grouping, i) =>
      grouping === 'outcome' ? [] : [`${KEYS[grouping].sql} AS k${i}`],
    ),
  ];
  await calls.query(
    `CREATE OR REPLACE TEMP TABLE reduced AS
    SELECT ${alike.join(', ')}, call_length IS NULL AS lengthless, count(*) AS n,
      count(*) FILTER (WHERE user_id NOT IN (SELECT id FROM system_users)) AS by_agents${names.join('')}
    FROM (${calls.sql}) GROUP BY ${alike.map((_, i) => i + 1).join(', ')}`,
  );
}

/** Every combination of what an outcome is made from, with how many calls have it. */
async function readStatuses(calls: Calls, { outcomeOf }: CountQuestion): Promise<StatusRow[]> {
  const rows = await rowsOf(
    calls,
    'SELECT status, status_name, lengthless, sum(n), sum(by_agents) FROM reduced GROUP BY ALL',
  );
  return rows.map(([status, statusName, lengthless, count, byAgents]) => {
    const row = {
      status: textOf(status),
      statusName: textOf(statusName),
      lengthless: lengthless === true,
      count: Number(count),
      byAgents: Number(byAgents),
    };
    return {
      ...row,
      outcome: outcomeOf({
        ...(row.status === null ? {} : { status: row.status }),
        ...(row.statusName === null ? {} : { status_name: row.statusName }),
        // Which length it is says nothing of the outcome, only whether there is one.
        call_length: row.lengthless ? null : 0,
      }),
    };
  });
}

/**
 * The oldest and the newest date, as rows print them (stats/counting.ts). Files are in order of seconds, so that only
 * the few calls at both ends, and those without a second, have to be looked at as text.
 */
async function readDates(calls: Calls): Promise<Pick<CountedCalls, 'oldest' | 'newest'>> {
  const [row] = await rowsOf(
    calls,
    `SELECT min("second"), max("second"), count(*) > count("second") FROM (${calls.sql})`,
  );
  const [first, last, undated] = row ?? [];
  const seconds = new Set([first, last].filter((second) => typeof second === 'bigint'));
  const where = [
    ...[...seconds].map((second) => `"second" = ${second}`),
    ...(undated === true ? ['"second" IS NULL'] : []),
  ];
  const dates: string[] = [];
  for (const condition of where) {
    const [row] = await rowsOf(
      calls,
      `SELECT min(call_date), max(call_date) FROM (${calls.sql})
      WHERE ${condition} AND regexp_full_match(call_date, '[0-9]{4}-[0-9]{2}-[0-9]{2}[ TZ:0-9.+-]{0,20}')`,
    );
    for (const date of row ?? []) if (typeof date === 'string') dates.push(date);
  }
  dates.sort();
  return { oldest: dates[0], newest: dates.at(-1) };
}

async function putOutcomes({ connection }: Calls, rows: readonly StatusRow[]): Promise<void> {
  await putTable(
    connection,
    'outcomes',
    [
      ['status', 'VARCHAR'],
      ['status_name', 'VARCHAR'],
      ['lengthless', 'BOOLEAN'],
      ['outcome', 'UTINYINT'],
    ],
    rows.map(({ status, statusName, lengthless, outcome }) => [
      status,
      statusName,
      lengthless,
      OUTCOME_GROUPS.indexOf(outcome),
    ]),
  );
}

function hasSystemGroups({ groupBy, systemUsers }: CountQuestion): boolean {
  return groupBy.includes('user') && systemUsers.length > 0;
}

/** SQL for whether a call is the dialler's own; they make up groups of their own where agents are compared. */
function systemSql(question: CountQuestion): string {
  return hasSystemGroups(question) ? `coalesce(user_id IN (SELECT id FROM system_users), false)` : 'false';
}

/** What is left of the calls, with outcomes. */
const WITH_OUTCOMES = `(SELECT reduced.*, outcome FROM reduced JOIN outcomes ON ${outcomeMatch('reduced')})`;

async function readGroups(calls: Calls, { groupBy }: CountQuestion): Promise<RawGroup[]> {
  const keys = groupBy.map((grouping) => KEYS[grouping]);
  const columns = groupBy.map((grouping, i) => `, ${reducedKey(grouping, i)}`);
  const named = keys.map(({ name }, i) => (name === undefined ? '' : `, arg_max(name${i}, at${i})`));
  const rows = await rowsOf(
    calls,
    `SELECT is_system${columns.join('')}${named.join('')} FROM ${WITH_OUTCOMES}
    GROUP BY ${[1, ...keys.map((_, i) => i + 2)].join(', ')}`,
  );
  if (rows.filter(([system]) => system !== true).length > MAX_GROUPS) throw tooManyGroups(groupBy);
  return rows.map(([system, ...rest]) => {
    const values = rest.slice(0, keys.length);
    const names = rest.slice(keys.length);
    return {
      keys: keys.map(({ text }, i) => text(values[i])),
      names: keys.map(({ name }) => (name === undefined ? undefined : (textOf(names.shift()) ?? undefined))),
      system: system === true,
      observations: [],
      values,
    };
  });
}

/**
 * Adds to each group how many of its calls have an outcome and a length. There may be a million of these: they name their
 * group by its number, and come column by column.
 */
async function readObservations(
  calls: Calls,
  { groupBy }: CountQuestion,
  groups: readonly RawGroup[],
): Promise<void> {
  const match = groupBy.map((grouping, i) => ` AND groups.k${i} = calls.${reducedKey(grouping, i)}`);
  const rows = await calls.query(
    `SELECT gid, outcome, call_length, sum(n)::INTEGER
    FROM ${WITH_OUTCOMES} calls JOIN groups ON groups.system = calls.is_system${match.join('')} GROUP BY ALL`,
  );
  const [gids = [], outcomes = [], lengths = [], counts = []] = rows.getColumnsJS();
  for (const [i, gid] of gids.entries()) {
    const length = lengths[i];
    groups[Number(gid)]?.observations.push([
      outcomeAt(outcomes[i]),
      length === null || length === undefined ? null : Number(length),
      Number(counts[i]),
    ]);
  }
}

/** The column of what is left of the calls that holds the key of a grouping. */
function reducedKey(grouping: Grouping, i: number): string {
  return grouping === 'outcome' ? 'outcome' : `k${i}`;
}

/** Puts the groups into a table, numbered as they are in the list. */
async function putGroups(
  { connection }: Calls,
  question: CountQuestion,
  groups: readonly RawGroup[],
): Promise<GroupTable> {
  const keys = question.groupBy.map(
    (grouping, i): SmallColumn => [`k${i}`, KEYS[grouping].text === String ? 'VARCHAR' : 'BIGINT'],
  );
  await putTable(
    connection,
    'groups',
    [...keys, ['system', 'BOOLEAN'], ...bitColumns(groups.length), ['gid', 'INTEGER']],
    groups.map(({ values, system }, gid) => [...values, system, ...bitsOf(gid, groups.length), gid]),
  );
  return {
    count: groups.length,
    system: groups.flatMap(({ system }, gid) => (system ? [gid] : [])),
    match: [
      hasSystemGroups(question) ? `groups.system = ${systemSql(question)}` : 'true',
      ...question.groupBy.map((grouping, i) => `k${i} = ${KEYS[grouping].sql}`),
    ].join(' AND '),
  };
}

/** Calls that have ended, with their outcome where the question groups by it; most populations need no look at outcomes. */
function endedSql(calls: Calls, { groupBy }: CountQuestion, statuses: readonly StatusRow[]): string {
  if (!groupBy.includes('outcome') && statuses.every(({ outcome }) => outcome !== 'in_progress')) {
    return calls.sql;
  }
  return `SELECT made.*, outcome FROM (SELECT *, call_length IS NULL AS lengthless FROM (${calls.sql})) made
    JOIN outcomes ON ${outcomeMatch('made')} AND outcome <> ${OUTCOME_GROUPS.indexOf('in_progress')}`;
}

/** The row of outcomes that a row belongs to. */
function outcomeMatch(row: string): string {
  return `${row}.status IS NOT DISTINCT FROM outcomes.status AND ${row}.lengthless = outcomes.lengthless
    AND ${row}.status_name IS NOT DISTINCT FROM outcomes.status_name`;
}

async function rowsOf(calls: Calls, sql: string): Promise<unknown[][]> {
  return (await calls.query(sql)).getRowsJS();
}

function outcomeAt(value: unknown): OutcomeGroup {
  return OUTCOME_GROUPS[Number(value)] ?? 'unmapped';
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
