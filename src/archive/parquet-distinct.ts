import type { Calls } from './parquet-question.js';

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

/** Definitions of the columns of bits that a table of so many groups has, each with a comma behind it. */
export function bitColumns(groups: number): string {
  return columnsOf(groups)
    .map((column) => `${column} UBIGINT, `)
    .join('');
}

/** A group's values of the columns of bits. */
export function bitsOf(gid: number, groups: number): bigint[] {
  return columnsOf(groups).map((_, i) =>
    Math.floor(gid / COLUMN_BITS) === i ? 1n << BigInt(gid % COLUMN_BITS) : 0n,
  );
}

/**
 * Finds the different values of a field among calls, by group. `source` is a query over the calls that count; values are
 * told apart inside the engine, and what comes out is one set of groups per value.
 */
export function distinctValues(
  calls: Calls,
  field: string,
  source: string,
  groups: GroupTable,
): Promise<DistinctValues> {
  return groups.count > MAX_BITS
    ? countPairs(calls, field, source, groups)
    : collectBits(calls, field, source, groups);
}

function columnsOf(groups: number): string[] {
  if (groups > MAX_BITS) return [];
  return Array.from({ length: Math.ceil(groups / COLUMN_BITS) }, (_, i) => `bits${i}`);
}

/** The set of groups of each value, as words of bits. */
async function collectBits(
  calls: Calls,
  field: string,
  source: string,
  groups: GroupTable,
): Promise<DistinctValues> {
  const columns = columnsOf(groups.count);
  const halves = columns.flatMap((column) => [
    `(${column} & 4294967295)::UINTEGER`,
    `(${column} >> 32)::UINTEGER`,
  ]);
  const width = halves.length;
  const perGroup = new Array<number>(groups.count).fill(0);
  const systemWords = new Uint32Array(width);
  for (const gid of groups.system) systemWords[gid >>> 5] = (systemWords[gid >>> 5] ?? 0) | (1 << (gid & 31));
  const sets: Uint32Array[] = [];
  let total = 0;
  let system = 0;
  if (width > 0) {
    const rows = await calls.stream(
      `SELECT ${halves.join(', ')} FROM (
        SELECT ${columns.map((column) => `bit_or(${column}) AS ${column}`).join(', ')}
        FROM (${source}) calls JOIN groups ON ${groups.match} WHERE "${field}" IS NOT NULL GROUP BY "${field}")`,
    );
    for (;;) {
      const chunk = await rows.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) break;
      const words = new Uint32Array(chunk.rowCount * width);
      for (let column = 0; column < width; column += 1) {
        for (const [row, value] of chunk.getColumnValues(column).entries())
          words[row * width + column] = Number(value);
      }
      sets.push(words);
      total += chunk.rowCount;
    }
  }
  for (const words of sets) {
    for (let row = 0; row < words.length; row += width) {
      let isSystem = false;
      for (let column = 0; column < width; column += 1) {
        const word = words[row + column] ?? 0;
        if ((word & (systemWords[column] ?? 0)) !== 0) isSystem = true;
        for (let left = word; left !== 0; left &= left - 1) {
          const gid = column * WORD_BITS + lowestBit(left);
          perGroup[gid] = (perGroup[gid] ?? 0) + 1;
        }
      }
      if (isSystem) system += 1;
    }
  }
  return { perGroup, total, system, tails: async (order) => tailsOfBits(sets, width, order) };
}

/** A value counts in every tail that begins at or before the last group it is in. */
function tailsOfBits(sets: readonly Uint32Array[], width: number, order: readonly number[]): number[] {
  const placeOf = new Int32Array(width * WORD_BITS).fill(-1);
  for (const [place, gid] of order.entries()) placeOf[gid] = place;
  const last = new Array<number>(order.length).fill(0);
  for (const words of sets) {
    for (let row = 0; row < words.length; row += width) {
      let place = -1;
      for (let column = 0; column < width; column += 1) {
        for (let left = words[row + column] ?? 0; left !== 0; left &= left - 1) {
          place = Math.max(place, placeOf[column * WORD_BITS + lowestBit(left)] ?? -1);
        }
      }
      if (place >= 0) last[place] = (last[place] ?? 0) + 1;
    }
  }
  return sumsFromEach(last);
}

/** Every pair of a value and a group, kept as a table of the engine, which may put it on the disk. */
async function countPairs(
  calls: Calls,
  field: string,
  source: string,
  groups: GroupTable,
): Promise<DistinctValues> {
  const table = `pairs_${field}`;
  await calls.connection.run(`DROP TABLE IF EXISTS ${table}`);
  await calls.query(
    `CREATE TEMP TABLE ${table} AS SELECT gid, "${field}" AS value
    FROM (${source}) calls JOIN groups ON ${groups.match} WHERE "${field}" IS NOT NULL GROUP BY gid, "${field}"`,
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
  await calls.connection.run('CREATE OR REPLACE TEMP TABLE places (gid INTEGER, place INTEGER)');
  const appender = await calls.connection.createAppender('places', 'main', 'temp');
  for (const [place, gid] of order.entries()) {
    appender.appendInteger(gid);
    appender.appendInteger(place);
    appender.endRow();
  }
  appender.closeSync();
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

/** Number of the lowest bit that is set. */
function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}
