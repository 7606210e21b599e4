import type { CountedCalls, CountedGroup, CountQuestion, DistinctCounts } from '../call-logs/counted.js';
import { MAX_GROUPS, tooManyGroups } from '../call-logs/counting.js';
import type { Grouping } from '../call-logs/grouping.js';
import { NONE, WEEKDAYS } from '../call-logs/grouping.js';
import { OUTCOME_GROUPS, type OutcomeGroup } from '../convoso/statuses.js';
import { stampOf } from '../convoso/time.js';
import type { Calls } from './parquet-question.js';

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
/** Whole seconds, days and hours of account time: no zone is involved any more. */
const time = (sql: string, text: (value: number) => string): Key => ({
  sql: `coalesce(${sql}, -1)`,
  text: (value) => (Number(value) < 0 ? NONE : text(Number(value))),
});

const KEYS: Readonly<Record<Grouping, Key>> = {
  status: column('status', 'status_name'),
  outcome: { sql: 'outcome', text: (value) => outcomeAt(value) },
  user: column('user_id', 'user'),
  campaign: column('campaign_id', 'campaign'),
  list: column('list_id'),
  queue: column('queue_id', 'queue'),
  call_type: column('call_type'),
  number_dialed: column('number_dialed'),
  caller_id: column('caller_id_displayed'),
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
  readonly namedAt: bigint[];
  readonly system: boolean;
  readonly observations: [OutcomeGroup, number | null, number][];
  /** Its key values as the engine has them, for the table of groups. */
  readonly values: readonly unknown[];
}

/** Reduces calls to counts, inside the engine. @throws Failure when there are too many groups */
export async function countCalls(calls: Calls, question: CountQuestion): Promise<CountedCalls> {
  const statuses = await readStatuses(calls, question);
  await putOutcomes(calls, statuses);
  const source = `(SELECT calls.*, outcome FROM (${calls.sql}) calls JOIN outcomes
    ON calls.status IS NOT DISTINCT FROM outcomes.status
    AND (calls.call_length IS NULL) = outcomes.lengthless
    AND (CASE WHEN calls.call_length IS NULL THEN calls.status_name END) IS NOT DISTINCT FROM outcomes.status_name)`;
  const groups = await readGroups(calls, question, source);
  await putGroups(calls, question, groups);
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
  for (const [kind, field] of DISTINCT) {
    await putPairs(calls, question, source, kind, field);
    for (const [group, count] of await rowsOf(calls, `SELECT gid, count(*) FROM ${kind} GROUP BY gid`)) {
      const of = counted[Number(group)];
      if (of !== undefined) of[kind] = Number(count);
    }
    total[kind] = await countDistinct(calls, kind, '');
    if (groups.some((group) => group.system)) {
      system[kind] = await countDistinct(calls, kind, 'WHERE gid IN (SELECT gid FROM groups WHERE system)');
    }
  }
  const dates = statuses.flatMap(({ oldest, newest }) => [oldest, newest]).filter((date) => date !== null);
  return {
    groups: counted,
    total,
    system,
    statuses: statuses
      .filter(({ outcome }) => outcome !== 'in_progress')
      .map(({ status, outcome, count }) => [status ?? undefined, outcome, count]),
    oldest: dates.reduce<string | undefined>((a, b) => (a === undefined || b < a ? b : a), undefined),
    newest: dates.reduce<string | undefined>((a, b) => (a === undefined || b > a ? b : a), undefined),
    tails: (order) => tails(calls, new Map(counted.map((group, gid) => [group, gid])), order),
  };
}

const DISTINCT = [
  ['leads', 'lead_id'],
  ['numbers', 'phone_number'],
] as const;

interface StatusRow {
  readonly status: string | null;
  readonly statusName: string | null;
  readonly lengthless: boolean;
  readonly outcome: OutcomeGroup;
  readonly count: number;
  readonly oldest: string | null;
  readonly newest: string | null;
}

/** Every combination of what an outcome is made from, with how many calls have it and their oldest and newest date. */
async function readStatuses(calls: Calls, { outcomeOf }: CountQuestion): Promise<StatusRow[]> {
  // A date as nearly every row prints it is known by its length; the pattern is for the others (call-logs/counting.ts).
  const dated = `CASE WHEN "second" IS NOT NULL AND strlen(call_date) = 19 AND right(call_date, 1) BETWEEN '0' AND '9' THEN call_date
    WHEN regexp_full_match(call_date, '[0-9]{4}-[0-9]{2}-[0-9]{2}[ TZ:0-9.+-]{0,20}') THEN call_date END`;
  const rows = await rowsOf(
    calls,
    `SELECT status, CASE WHEN call_length IS NULL THEN status_name END, call_length IS NULL, count(*), min(${dated}), max(${dated})
    FROM (${calls.sql}) GROUP BY ALL`,
  );
  return rows.map(([status, statusName, lengthless, count, oldest, newest]) => {
    const row = {
      status: textOf(status),
      statusName: textOf(statusName),
      lengthless: lengthless === true,
      count: Number(count),
      oldest: textOf(oldest),
      newest: textOf(newest),
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

async function putOutcomes({ connection }: Calls, rows: readonly StatusRow[]): Promise<void> {
  await connection.run(
    'CREATE OR REPLACE TEMP TABLE outcomes (status VARCHAR, status_name VARCHAR, lengthless BOOLEAN, outcome UTINYINT)',
  );
  const appender = await connection.createAppender('outcomes', 'main', 'temp');
  const append = (text: string | null) =>
    text === null ? appender.appendNull() : appender.appendVarchar(text);
  for (const { status, statusName, lengthless, outcome } of rows) {
    append(status);
    append(statusName);
    appender.appendBoolean(lengthless);
    appender.appendUTinyInt(OUTCOME_GROUPS.indexOf(outcome));
    appender.endRow();
  }
  appender.closeSync();
}

/** SQL for whether a call is the dialler's own; they make up groups of their own where agents are compared. */
function systemSql({ groupBy, systemUsers }: CountQuestion): string {
  return groupBy.includes('user') && systemUsers.length > 0
    ? `coalesce(user_id IN (SELECT id FROM system_users), false)`
    : 'false';
}

async function readGroups(calls: Calls, question: CountQuestion, source: string): Promise<RawGroup[]> {
  await calls.connection.run('CREATE OR REPLACE TEMP TABLE system_users (id VARCHAR)');
  const appender = await calls.connection.createAppender('system_users', 'main', 'temp');
  for (const user of question.systemUsers) {
    appender.appendVarchar(user);
    appender.endRow();
  }
  appender.closeSync();
  const keys = question.groupBy.map((grouping) => KEYS[grouping]);
  const named = keys.flatMap(({ name }) => (name === undefined ? [] : [`"${name}"`]));
  const rows = await calls.query(
    `SELECT ${systemSql(question)} AS system, outcome, call_length, count(*)${keys.map(({ sql }) => `, ${sql}`).join('')}
    ${named.map((name) => `, arg_min(${name}, place) FILTER (${name} IS NOT NULL), min(place) FILTER (${name} IS NOT NULL)`).join('')}
    FROM ${source} GROUP BY ${[1, 2, 3, ...keys.map((_, i) => i + 5)].join(', ')}`,
  );
  const groups = new Map<string, RawGroup>();
  let plain = 0;
  for (const row of rows.getRowsJS()) {
    const [system, outcome, length, count, ...rest] = row;
    const values = rest.slice(0, keys.length);
    const id = `${system} ${values.join('\0')}`;
    let group = groups.get(id);
    if (group === undefined) {
      if (system !== true) plain += 1;
      if (plain > MAX_GROUPS) throw tooManyGroups(question.groupBy);
      group = {
        keys: keys.map(({ text }, i) => text(values[i])),
        names: keys.map(() => undefined),
        namedAt: [],
        system: system === true,
        observations: [],
        values,
      };
      groups.set(id, group);
    }
    group.observations.push([
      outcomeAt(outcome),
      length === null || length === undefined ? null : Number(length),
      Number(count),
    ]);
    let at = keys.length;
    for (const [i, { name }] of keys.entries()) {
      if (name === undefined) continue;
      const [text, place] = rest.slice(at, at + 2);
      at += 2;
      const known = group.namedAt[i];
      if (typeof text !== 'string' || typeof place !== 'bigint' || (known !== undefined && known <= place)) {
        continue;
      }
      group.names[i] = text;
      group.namedAt[i] = place;
    }
  }
  return [...groups.values()];
}

/** Puts the groups into a table, numbered as they are in the list. */
async function putGroups({ connection }: Calls, question: CountQuestion, groups: readonly RawGroup[]) {
  const keys = question.groupBy.map((grouping, i) => ({ i, isText: KEYS[grouping].text === String }));
  const columns = keys.map(({ i, isText }) => `k${i} ${isText ? 'VARCHAR' : 'BIGINT'}, `).join('');
  await connection.run(`CREATE OR REPLACE TEMP TABLE groups (${columns}system BOOLEAN, gid INTEGER)`);
  const appender = await connection.createAppender('groups', 'main', 'temp');
  for (const [gid, { values, system }] of groups.entries()) {
    for (const { i, isText } of keys) {
      if (isText) appender.appendVarchar(String(values[i]));
      else appender.appendBigInt(BigInt(Number(values[i])));
    }
    appender.appendBoolean(system);
    appender.appendInteger(gid);
    appender.endRow();
  }
  appender.closeSync();
}

/** Makes a table of the different values that the ended calls of each group have. */
async function putPairs(
  calls: Calls,
  question: CountQuestion,
  source: string,
  table: string,
  field: string,
): Promise<void> {
  const inProgress = OUTCOME_GROUPS.indexOf('in_progress');
  const joined = question.groupBy.map((grouping, i) => ` AND k${i} = ${KEYS[grouping].sql}`).join('');
  await calls.connection.run(`DROP TABLE IF EXISTS ${table}`);
  await calls.query(
    `CREATE TEMP TABLE ${table} AS SELECT gid, "${field}" AS value
    FROM ${source} calls JOIN groups ON groups.system = ${systemSql(question)}${joined}
    WHERE "${field}" IS NOT NULL AND outcome <> ${inProgress} GROUP BY gid, "${field}"`,
  );
}

async function countDistinct(calls: Calls, table: string, where: string): Promise<number> {
  const [row] = await rowsOf(calls, `SELECT count(DISTINCT value) FROM ${table} ${where}`);
  return Number(row?.[0] ?? 0);
}

/** A value counts in every tail that begins at or before the last group it is in. */
async function tails(
  calls: Calls,
  gids: ReadonlyMap<CountedGroup, number>,
  order: readonly CountedGroup[],
): Promise<DistinctCounts[]> {
  await calls.connection.run('CREATE OR REPLACE TEMP TABLE places (gid INTEGER, place INTEGER)');
  const appender = await calls.connection.createAppender('places', 'main', 'temp');
  for (const [place, group] of order.entries()) {
    const gid = gids.get(group);
    if (gid === undefined) continue;
    appender.appendInteger(gid);
    appender.appendInteger(place);
    appender.endRow();
  }
  appender.closeSync();
  const found = order.map(() => ({ leads: 0, numbers: 0 }));
  for (const [kind] of DISTINCT) {
    const rows = await rowsOf(
      calls,
      `SELECT last, count(*) FROM (SELECT max(place) AS last FROM ${kind} JOIN places USING (gid) GROUP BY value) GROUP BY last`,
    );
    const at = new Map(rows.map(([place, count]) => [Number(place), Number(count)]));
    let sum = 0;
    for (let place = order.length - 1; place >= 0; place -= 1) {
      sum += at.get(place) ?? 0;
      const tail = found[place];
      if (tail !== undefined) tail[kind] = sum;
    }
  }
  return found;
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
