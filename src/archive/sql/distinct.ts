import {
  type CountedCalls,
  DISTINCT,
  DISTINCT_NAMES,
  type DistinctCounts,
  distinctCounts,
} from '../../query/counts.js';
import type { BoundSql } from '../../query/sql-dialect.js';
import type { SqlCalls } from './sql-calls.js';

/** Groups whose sets fit a few words of bits; more of them, or more sets than may come over, are counted in the database. */
const MAX_BITS = 512;
const MAX_SETS = 20_000_000;
/** Bits of one word, as numbers have them here. */
const WORD_BITS = 32;

/** The groups of a question, in the order of their places. */
export interface GroupTable {
  /** How many calls there are: no more values can be distinct. */
  readonly size: number;
  /** Whether the group holds calls of the dialer's own users. */
  readonly system: readonly boolean[];
  /** Columns that calls and groups have in common; together they tell groups apart. */
  readonly keys: Readonly<Record<string, readonly (string | number)[]>>;
}

/** What is distinct among calls, by group. */
export interface DistinctValues {
  readonly perGroup: readonly DistinctCounts[];
  /** In all groups, in those with `system`, and in the groups from each place of an order on. */
  inOrder(order: readonly number[]): Promise<Pick<CountedCalls, 'total' | 'system' | 'tails'>>;
}

/** Groups that hold the same values, reduced to what an order needs: how many values, of which kind, in which groups. */
interface ValueCount {
  /** Place among DISTINCT_NAMES. */
  readonly kind: number;
  readonly count: number;
  /** Whether any of their groups has `system`. */
  readonly system: boolean;
  /** The last place in the order that one of their groups has; -1 without any. */
  readonly last: number;
}

/** Finds what is distinct. `ended` is the prepared calls (counting.ts) that count. */
export async function distinctValues(
  calls: SqlCalls,
  ended: BoundSql,
  groups: GroupTable,
): Promise<DistinctValues> {
  const count = groups.system.length;
  if (count === 0) return { perGroup: [], inOrder: async () => inOrder([], 0) };
  return count <= MAX_BITS && groups.size <= MAX_SETS
    ? bySets(calls, ended, groups)
    : byStatements(calls, ended, groups);
}

/** Reads how many values are in which groups, as bits: everything else is worked out here. */
async function bySets(calls: SqlCalls, ended: BoundSql, groups: GroupTable): Promise<DistinctValues> {
  const count = groups.system.length;
  const places = groups.system.map((_, place) => place);
  const width = Math.ceil(count / WORD_BITS);
  const words = Array.from({ length: width }, (_, word) => [
    `w${word}`,
    places.map((place) => (Math.floor(place / WORD_BITS) === word ? 2 ** (place % WORD_BITS) : 0)),
  ]);
  const sets = await readValues(calls, ended, groups, Object.fromEntries(words), calls.dialect.bitOr);
  const perGroup = DISTINCT_NAMES.map(() => new Array<number>(count).fill(0));
  for (const [kind = 0, values = 0, ...set] of sets) {
    const counts = perGroup[kind] ?? [];
    forMembers(set, (place) => {
      counts[place] = (counts[place] ?? 0) + values;
    });
  }
  return {
    perGroup: places.map((place) => distinctCounts((_, kind) => perGroup[kind]?.[place] ?? 0)),
    async inOrder(order) {
      const orderOf = new Int32Array(width * WORD_BITS).fill(-1);
      for (const [at, place] of order.entries()) orderOf[place] = at;
      const counts = sets.map(([kind = 0, values = 0, ...set]): ValueCount => {
        let last = -1;
        let system = false;
        forMembers(set, (place) => {
          last = Math.max(last, orderOf[place] ?? -1);
          system ||= groups.system[place] === true;
        });
        return { kind, count: values, system, last };
      });
      return inOrder(counts, order.length);
    },
  };
}

/** Tells the places in a set, in order. */
function forMembers(words: readonly number[], tell: (place: number) => void): void {
  for (const [word, bits] of words.entries()) {
    for (let left = bits; left !== 0; left &= left - 1) {
      // The lowest bit that is set.
      tell(word * WORD_BITS + 31 - Math.clz32(left & -left));
    }
  }
}

/** Has the database count group by group, and once more when the order is known. */
async function byStatements(calls: SqlCalls, ended: BoundSql, groups: GroupTable): Promise<DistinctValues> {
  const { dialect, rows } = calls;
  const places = groups.system.map((_, place) => place);
  const joined = joinedSql(calls, ended, groups, { place: places });
  const values = DISTINCT_NAMES.map((name) => `${DISTINCT[name].form.sql(name, dialect)} AS ${name}_value`);
  const found = await rows({
    ...joined,
    sql: `SELECT CAST(place AS DOUBLE), ${DISTINCT_NAMES.map((name) => `CAST(count(DISTINCT ${name}_value) AS DOUBLE)`).join(', ')}
      FROM (SELECT place, ${values.join(', ')} FROM (${joined.sql})) GROUP BY place`,
  });
  const counts = new Map(found.map(([place, ...all]) => [Number(place), all.map(Number)]));
  return {
    perGroup: places.map((place) => distinctCounts((_, kind) => counts.get(place)?.[kind] ?? 0)),
    async inOrder(order) {
      const at = new Map(order.map((place, i) => [place, i + 1]));
      const columns = {
        reached: places.map((place) => at.get(place) ?? 0),
        of_system: groups.system.map(Number),
      };
      const reached = await readValues(calls, ended, groups, columns, (value) => `max(${value})`);
      return inOrder(
        reached.map(([kind = 0, count = 0, last = 0, system]) => ({
          kind,
          count,
          system: system === 1,
          last: last - 1,
        })),
        order.length,
      );
    },
  };
}

/**
 * How many values have the same numbers, where a value has the `aggregate` of what its groups have in these columns: rows of
 * the place among DISTINCT_NAMES, a count, and a number for each column.
 */
async function readValues(
  calls: SqlCalls,
  ended: BoundSql,
  groups: GroupTable,
  columns: Readonly<Record<string, readonly number[]>>,
  aggregate: (value: string) => string,
): Promise<number[][]> {
  const { dialect, rows } = calls;
  const names = Object.keys(columns);
  const joined = joinedSql(calls, ended, groups, columns);
  const fields = DISTINCT_NAMES.join(', ');
  const kept = (suffix: string) => names.map((name) => `${name}${suffix}`).join(', ');
  const made = (from: string, to: string) =>
    names.map((name) => `${aggregate(`${name}${from}`)} AS ${name}${to}`).join(', ');
  const values = DISTINCT_NAMES.map((name) => `${name}_value`);
  const forms = DISTINCT_NAMES.map((name) => `${DISTINCT[name].form.sql(name, dialect)} AS ${name}_value`);
  // `grouping` tells by a bit, the last column's lowest, which columns a row is not grouped by.
  const kinds = values.map((_, kind) => 2 ** values.length - 1 - 2 ** (values.length - 1 - kind));
  const found = await rows({
    ...joined,
    // A lead has few numbers: what is left after the innermost level is much less than the calls, and serves for all.
    sql: `SELECT CAST(kind AS DOUBLE), CAST(count(*) AS DOUBLE), ${names.map((name) => `CAST(${name}_all AS DOUBLE)`).join(', ')} FROM (
        SELECT grouping(${values.join(', ')}) AS kind, ${values.join(', ')}, ${made('_some', '_all')} FROM (
          SELECT ${forms.join(', ')}, ${kept('_some')} FROM (
            SELECT ${fields}, ${made('', '_some')} FROM (${joined.sql}) GROUP BY ${fields}))
        GROUP BY GROUPING SETS (${values.map((value) => `(${value})`).join(', ')}))
      WHERE ${values.map((value, kind) => `(kind <> ${kinds[kind]} OR ${value} IS NOT NULL)`).join(' AND ')}
      GROUP BY kind, ${kept('_all')}`,
  });
  return found.map(([kind, ...numbers]) => [kinds.indexOf(Number(kind)), ...numbers.map(Number)]);
}

/** The calls with columns of their groups. */
function joinedSql(
  { dialect }: SqlCalls,
  ended: BoundSql,
  { keys }: GroupTable,
  columns: Readonly<Record<string, readonly number[]>>,
): BoundSql {
  const table = dialect.table('groups', { ...keys, ...columns });
  const fields = [...DISTINCT_NAMES, ...Object.keys(columns)].join(', ');
  return {
    sql: `SELECT ${fields} FROM (${ended.sql}) ended JOIN (${table.sql}) groups USING (${Object.keys(keys).join(', ')})`,
    parameters: { ...ended.parameters, ...table.parameters },
  };
}

/** A value counts in every tail that begins at or before the last group it is in. */
function inOrder(
  values: readonly ValueCount[],
  length: number,
): Pick<CountedCalls, 'total' | 'system' | 'tails'> {
  const sum = (kind: number, counts: (value: ValueCount) => boolean) =>
    values.reduce((all, value) => all + (value.kind === kind && counts(value) ? value.count : 0), 0);
  const tails = DISTINCT_NAMES.map((_, kind) => {
    const sums = new Array<number>(length).fill(0);
    for (const value of values)
      if (value.kind === kind && value.last >= 0) sums[value.last] = (sums[value.last] ?? 0) + value.count;
    for (let at = length - 2; at >= 0; at -= 1) sums[at] = (sums[at] ?? 0) + (sums[at + 1] ?? 0);
    return sums;
  });
  return {
    total: distinctCounts((_, kind) => sum(kind, () => true)),
    system: distinctCounts((_, kind) => sum(kind, ({ system }) => system)),
    tails: Array.from({ length }, (_, at) => distinctCounts((_, kind) => tails[kind]?.[at] ?? 0)),
  };
}
