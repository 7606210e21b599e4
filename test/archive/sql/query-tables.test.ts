import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ordinalOf } from '../../../src/account-time/stamps.js';
import { ClickHouseStore, initializeClickHouse } from '../../../src/archive/clickhouse/store.js';
import { ParquetStore } from '../../../src/archive/parquet/store.js';
import type { ArchiveStore } from '../../../src/archive/store.js';
import type { CallLog } from '../../../src/convoso/call-log.js';
import type { CallLogFilters } from '../../../src/convoso/query.js';
import { conditionFields } from '../../../src/query/conditions.js';
import type { CountedGroup } from '../../../src/query/counts.js';
import {
  belongs,
  FILTERS,
  type FilterName,
  filterFields,
  manyFilterFields,
  SEVERAL_FILTERS,
} from '../../../src/query/filters.js';
import { GROUPINGS, type Grouping } from '../../../src/query/groupings.js';
import { countCalls } from '../../../src/stats/counting.js';
import { auditCallLogs } from '../../../src/tools/audit-call-logs.js';
import { exportCallLogs } from '../../../src/tools/export-call-logs.js';
import { sampleCallLogs } from '../../../src/tools/sample-call-logs.js';
import { searchCallLogs } from '../../../src/tools/search-call-logs.js';
import { summarizeCallLogs } from '../../../src/tools/summarize-call-logs.js';
import { ClickHouse, HAS_CLICKHOUSE } from '../../support/clickhouse.js';
import { someOf } from '../../support/counts.js';
import { callsOfDay, inBatches, seeded } from '../calls.js';
import { newOwner, plain, questionOf, writeDay } from '../store-contract.js';

// Every entry of the tables in src/query means the same to memory and to both databases, and is offered by the tools.

const DATE = '2026-03-01';
const WINDOW = { start_time: `${DATE} 00:00:00`, end_time: `${DATE} 23:59:59` };
const SEEDS = someOf([101, 102, 103], 3);
const ROW_FILTERS = (Object.keys(FILTERS) as FilterName[]).filter((name) => 'form' in FILTERS[name]);
const never = () => new AbortController().signal;

/** Values as rows print them, written otherwise, and one that no row has. */
function valuesOf(name: FilterName, calls: readonly CallLog[], seed: number): string[] {
  const random = seeded(seed);
  const printed = calls.flatMap((call) => call[name as keyof CallLog & FilterName] ?? []);
  const some = Array.from({ length: 2 }, () => printed[random(printed.length)] ?? '1');
  return [
    ...some,
    `00${some[0]}`,
    ` ${some[0]}`,
    `${some[0]}`.toUpperCase(),
    `${some[1]}`.toLowerCase(),
    '7',
  ];
}

/** What a store of these calls answers, and what memory does. */
async function compare(store: ArchiveStore, calls: readonly CallLog[], seed: number): Promise<void> {
  const day = await writeDay(store, DATE, calls);
  const ask = async (filters: CallLogFilters, groupBy: readonly Grouping[], minCalls?: number) => {
    const question = await store.ask({
      days: day === undefined ? [] : [day],
      filters: { ...WINDOW, ...filters },
    });
    try {
      return await question.count({ ...questionOf(groupBy), minCalls }, never());
    } finally {
      await question.close();
    }
  };
  const inMemory = (some: readonly CallLog[], groupBy: readonly Grouping[]) =>
    countCalls(inBatches(some), questionOf(groupBy));
  for (const grouping of GROUPINGS) {
    const [found, expected] = [await ask({}, [grouping]), await inMemory(calls, [grouping])];
    expect(plain(found), grouping).toEqual(plain(expected));
    expect(
      found.groups.map(({ keys }) => keys),
      grouping,
    ).toEqual(expected.groups.map(({ keys }) => keys));
    expect([found.tails, found.total, found.system]).toEqual([
      expected.tails,
      expected.total,
      expected.system,
    ]);
  }
  for (const groupBy of [['phone_number'], ['lead', 'outcome']] as const) {
    // Groups that are too small come as one, and the others as without that.
    const [found, expected] = [await ask({}, groupBy, 3), await inMemory(calls, groupBy)];
    const isLarge = ({ observations }: CountedGroup) =>
      [...observations].reduce((sum, [, , n]) => sum + n, 0) >= 3;
    const kept = (groups: readonly CountedGroup[]) =>
      plain({ groups: groups.filter((group) => group.small !== true && isLarge(group)), systemGroups: [] });
    expect(kept(found.groups)).toEqual(kept(expected.groups));
    expect(found.groups.length).toBeLessThan(expected.groups.length);
    expect(found.total).toEqual(expected.total);
    expect(found.statuses.reduce((sum, [, , n]) => sum + n, 0)).toBe(calls.length);
  }
  const carried = new Set<string>(ROW_FILTERS);
  for (const name of ROW_FILTERS) {
    for (const value of valuesOf(name, calls, seed)) {
      const filter: CallLogFilters = { [name]: value };
      const expected = await inMemory(
        calls.filter((call) => belongs(call, filter, carried)),
        [],
      );
      expect(plain(await ask(filter, [])), `${name}=${value}`).toEqual(plain(expected));
    }
  }
}

/** Calls of a day in order of time, every one dated: where others stand in it is each source's own choice. */
function dated(seed: number): CallLog[] {
  const ids = ['0111', '111', '0', '00', 'x0', 'ÉTÉ', 'e\u0301te\u0301'];
  return callsOfDay(DATE, 150, seed)
    .filter(({ call_date }) => /:\d\d$/.test(call_date ?? ''))
    .sort((a, b) => (ordinalOf(a.call_date ?? '') ?? 0) - (ordinalOf(b.call_date ?? '') ?? 0))
    .map((call, i) => ({
      ...call,
      ...(i % 5 === 0 ? { queue_id: ids[i % 7] ?? '', first_name: ids[i % 7] ?? '' } : {}),
    }));
}

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

describe('the tables of a query', () => {
  it.each(SEEDS)(
    'mean to DuckDB what they mean to memory, over random calls (seed %i)',
    async (seed) => {
      const directory = mkdtempSync(join(tmpdir(), 'query tables '));
      const store = new ParquetStore({ directory, owner: newOwner(), limits: { memory: 300, threads: 2 } });
      closing.push(
        () => store.close(),
        () => rmSync(directory, { recursive: true, force: true }),
      );
      await compare(store, dated(seed), seed);
    },
    120_000,
  );

  it('make the arguments of the tools, each with its description', () => {
    expect(Object.keys(filterFields)).toEqual(Object.keys(FILTERS));
    expect(Object.keys(manyFilterFields)).toEqual(Object.keys(FILTERS));
    for (const [name, { argument }] of Object.entries(FILTERS)) {
      expect(argument.description, name).toMatch(/\w{3}/);
      expect(searchCallLogs.input.shape).toHaveProperty(name, argument);
    }
    const ofMany = Object.entries(manyFilterFields);
    const ofRows = Object.entries(conditionFields);
    for (const [name, argument] of [...ofMany, ...ofRows])
      expect(argument.description, name).toMatch(/\w{3}/);
    for (const { name: tool, input } of [summarizeCallLogs, sampleCallLogs, exportCallLogs])
      for (const [name, argument] of [...ofMany, ...ofRows])
        expect(input.shape[name as keyof typeof input.shape], `${tool} ${name}`).toBe(argument);
    for (const [name, argument] of ofMany)
      expect(auditCallLogs.input.shape[name as FilterName], name).toBe(argument);
    // Of what takes several values, search takes one.
    for (const name of SEVERAL_FILTERS) {
      const given = name === 'call_type' ? ['OUTBOUND', 'MANUAL'] : ['1', '!2'];
      expect(summarizeCallLogs.input.safeParse({ [name]: given }).success, name).toBe(true);
      expect(searchCallLogs.input.safeParse({ [name]: given }).success, name).toBe(false);
    }
    for (const [name] of ofRows) expect(searchCallLogs.input.shape, name).not.toHaveProperty(name);
    for (const grouping of GROUPINGS) {
      expect(summarizeCallLogs.input.parse({ group_by: [grouping] }), grouping).toMatchObject({
        group_by: [grouping],
      });
    }
  });
});

describe.skipIf(!HAS_CLICKHOUSE)('the tables of a query on ClickHouse', () => {
  const bounds = { memory: 500_000_000, threads: 2, seconds: 60 };
  let server: ClickHouse;
  let url: string;
  beforeAll(async () => {
    server = await ClickHouse.start();
    url = await server.database();
    await initializeClickHouse(url, bounds);
  });
  afterAll(() => server.stop());

  it.each(SEEDS.slice(0, 1))(
    'mean what they mean to memory, over random calls (seed %i)',
    async (seed) => {
      const store = new ClickHouseStore({ url, owner: newOwner(), bounds });
      closing.push(() => store.close());
      await compare(store, dated(seed), seed);
    },
    240_000,
  );
});
