import { type Calls, phoneColumn } from './population.js';
import { putTable, type SmallColumn } from './table.js';

/** Groups whose membership fits a few words of bits per value; for more of them pairs are counted. */
const MAX_BITS = 512;
/** Bits of one column of the engine, and of one number here. */
const COLUMN_BITS = 64;
const WORD_BITS = 32;

/** The groups of a question, numbered, as a table `groups` of the engine: key values, `system`, `gid`, and columns of bits. */
export interface GroupTable {
  readonly count: number;
  /** Numbers of the groups of the dialler's own calls. */
  readonly system: readonly number[];
  /** SQL that a call (`calls`) and its group have in common. */
  readonly match: string;
}

/** Which different values of a field the groups of a question hold. */
export interface DistinctValues {
  /** How many values each group holds, by its number. */
  readonly perGroup: readonly number[];
  readonly total: number;
  /** Of the groups of the dialler's own calls. */
  readonly system: number;
  /** `result[k]`: values held by any of the groups at place k or after it in this order of group numbers. */
  tails(order: readonly number[]): Promise<number[]>;
}

/** The columns of bits that a table of so many groups has. */
export function bitColumns(groups: number): SmallColumn[] {
  return columnsOf(groups).map((column) => [column, 'UBIGINT']);
}

/** A group's values of the columns of bits. */
export function bitsOf(gid: number, groups: number): bigint[] {
  return columnsOf(groups).map((_, i) =>
    Math.floor(gid / COLUMN_BITS) === i ? 1n << BigInt(gid % COLUMN_BITS) : 0n,
  );
}

/** What is counted once however often it occurs. */
type Counted = 'leads' | 'numbers';

/** The column that it stands in, and what tells its values apart: one number may be written in several ways. */
interface CountedField {
  readonly column: string;
  readonly value: string;
}

function fields(): Readonly<Record<Counted, CountedField>> {
  return {
    leads: { column: 'lead_id', value: '"lead_id"' },
    numbers: { column: 'phone_number', value: phoneColumn('phone_number') },
  };
}

/**
 * Finds the different leads and numbers among calls, by group. `source` is a query over the calls that count; values are
 * told apart inside the engine, and what comes out is how many of them have which set of groups.
 */
export async function distinctValues(
  calls: Calls,
  source: string,
  groups: GroupTable,
): Promise<Readonly<Record<Counted, DistinctValues>>> {
  const { leads, numbers } = fields();
  if (groups.count > MAX_BITS) {
    return {
      leads: await countPairs(calls, leads, source, groups),
      numbers: await countPairs(calls, numbers, source, groups),
    };
  }
  // A lead has few numbers: what is left after this is much less than the calls, and serves for both.
  const columns = `"${leads.column}", "${numbers.column}"`;
  await calls.query(
    `CREATE OR REPLACE TEMP TABLE sets AS SELECT ${columns}${orOf(columnsOf(groups.count))}
    FROM (${source}) calls JOIN groups ON ${groups.match} GROUP BY ${columns}`,
  );
  return { leads: await countSets(calls, leads, groups), numbers: await countSets(calls, numbers, groups) };
}

function orOf(columns: readonly string[]): string {
  return columns.map((column) => `, bit_or(${column}) AS ${column}`).join('');
}

function columnsOf(groups: number): string[] {
  if (groups > MAX_BITS) return [];
  return Array.from({ length: Math.ceil(groups / COLUMN_BITS) }, (_, i) => `bits${i}`);
}

/** Sets of groups, as words of bits, with how many values have each. */
interface Sets {
  readonly width: number;
  readonly words: Uint32Array;
  readonly counts: readonly number[];
}

async function countSets(calls: Calls, field: CountedField, groups: GroupTable): Promise<DistinctValues> {
  const sets = await readSets(calls, field, groups);
  const isSystem = new Uint8Array(sets.width * WORD_BITS);
  for (const gid of groups.system) isSystem[gid] = 1;
  const perGroup = new Array<number>(groups.count).fill(0);
  let total = 0;
  let system = 0;
  for (const [row, count] of sets.counts.entries()) {
    let any = 0;
    forMembers(sets, row, (gid) => {
      perGroup[gid] = (perGroup[gid] ?? 0) + count;
      any |= isSystem[gid] ?? 0;
    });
    total += count;
    if (any !== 0) system += count;
  }
  return { perGroup, total, system, tails: async (order) => tailsOfSets(sets, order) };
}

async function readSets(calls: Calls, { value }: CountedField, groups: GroupTable): Promise<Sets> {
  const columns = columnsOf(groups.count);
  if (columns.length === 0) return { width: 0, words: new Uint32Array(), counts: [] };
  const halves = columns.flatMap((column) => [
    `(${column} & 4294967295)::UINTEGER`,
    `(${column} >> 32)::UINTEGER`,
  ]);
  const found = await calls.query(
    `SELECT count(*), ${halves.join(', ')}
    FROM (SELECT value${orOf(columns)} FROM (SELECT *, ${value} AS value FROM sets) WHERE value IS NOT NULL GROUP BY value)
    GROUP BY ${columns.join(', ')}`,
  );
  const [counts = [], ...words] = found.getColumns();
  const width = words.length;
  const all = new Uint32Array(counts.length * width);
  for (const [column, values] of words.entries()) {
    for (let row = 0; row < values.length; row += 1) all[row * width + column] = Number(values[row]);
  }
  return { width, words: all, counts: counts.map(Number) };
}

/** Tells the numbers of the groups in a set, in order. */
function forMembers({ width, words }: Sets, row: number, tell: (gid: number) => void): void {
  for (let column = 0; column < width; column += 1) {
    for (let left = words[row * width + column] ?? 0; left !== 0; left &= left - 1) {
      // The lowest bit that is set.
      tell(column * WORD_BITS + 31 - Math.clz32(left & -left));
    }
  }
}

/** A value counts in every tail that begins at or before the last group it is in. */
function tailsOfSets(sets: Sets, order: readonly number[]): number[] {
  const placeOf = new Int32Array(sets.width * WORD_BITS).fill(-1);
  for (const [place, gid] of order.entries()) placeOf[gid] = place;
  const last = new Array<number>(order.length).fill(0);
  for (const [row, count] of sets.counts.entries()) {
    let place = -1;
    forMembers(sets, row, (gid) => {
      place = Math.max(place, placeOf[gid] ?? -1);
    });
    if (place >= 0) last[place] = (last[place] ?? 0) + count;
  }
  return sumsFromEach(last);
}

/** Every pair of a value and a group, kept as a table of the engine, which may put it on the disk. */
async function countPairs(
  calls: Calls,
  { column, value }: CountedField,
  source: string,
  groups: GroupTable,
): Promise<DistinctValues> {
  const table = `pairs_${column}`;
  await calls.connection.run(`DROP TABLE IF EXISTS ${table}`);
  await calls.query(
    `CREATE TEMP TABLE ${table} AS SELECT gid, ${value} AS value
    FROM (${source}) calls JOIN groups ON ${groups.match} WHERE "${column}" IS NOT NULL GROUP BY ALL`,
  );
  const perGroup = new Array<number>(groups.count).fill(0);
  const counts = await calls.query(`SELECT gid, count(*) FROM ${table} GROUP BY gid`);
  for (const [gid, count] of counts.getRowsJS()) perGroup[Number(gid)] = Number(count);
  const countDistinct = async (where: string) => {
    const [row] = (await calls.query(`SELECT count(DISTINCT value) FROM ${table}${where}`)).getRowsJS();
    return Number(row?.[0] ?? 0);
  };
  return {
    perGroup,
    total: await countDistinct(''),
    system:
      groups.system.length === 0
        ? 0
        : await countDistinct(' WHERE gid IN (SELECT gid FROM groups WHERE system)'),
    tails: (order) => tailsOfPairs(calls, table, order),
  };
}

async function tailsOfPairs(calls: Calls, table: string, order: readonly number[]): Promise<number[]> {
  await putTable(
    calls.connection,
    'places',
    [
      ['gid', 'INTEGER'],
      ['place', 'INTEGER'],
    ],
    order.map((gid, place) => [gid, place]),
  );
  const last = new Array<number>(order.length).fill(0);
  const rows = await calls.query(
    `SELECT last, count(*) FROM (SELECT max(place) AS last FROM ${table} JOIN places USING (gid) GROUP BY value) GROUP BY last`,
  );
  for (const [place, count] of rows.getRowsJS()) last[Number(place)] = Number(count);
  return sumsFromEach(last);
}

/** For each place the sum from there to the end. */
function sumsFromEach(counts: readonly number[]): number[] {
  const sums = [...counts];
  for (let place = sums.length - 2; place >= 0; place -= 1) {
    sums[place] = (sums[place] ?? 0) + (sums[place + 1] ?? 0);
  }
  return sums;
}
