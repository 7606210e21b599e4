import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ClickHouseStore, initializeClickHouse } from '../../../src/archive/clickhouse/store.js';
import { ParquetStore } from '../../../src/archive/parquet/store.js';
import type { ArchiveStore } from '../../../src/archive/store.js';
import type { CallLog } from '../../../src/convoso/call-log.js';
import type { CountedCalls } from '../../../src/query/counts.js';
import type { Grouping } from '../../../src/query/groupings.js';
import { countCalls } from '../../../src/stats/counting.js';
import { ClickHouse, HAS_CLICKHOUSE } from '../../support/clickhouse.js';
import { callsOfDay, inBatches } from '../calls.js';
import { newOwner, questionOf, summed, writeDay } from '../store-contract.js';

// What came of the calls that were offered to the agents of a queue is the same in memory and in both databases.

const DATE = '2026-03-01';
/** Waits as rows print them. */
const WAITS = ['0', '7', '007', '12.34', '20.10', '0.1', '4000000.001', '-3', '1e3', '12:30', ''];
const GROUPS: readonly (readonly Grouping[])[] = [[], ['queue'], ['hour'], ['outcome'], ['user', 'queue']];

/** Half of them inbound, some with a queue, a wait or both; statuses of every kind, also of after hours. */
const CALLS: readonly CallLog[] = callsOfDay(DATE, 400, 7).map((call, i) => ({
  ...call,
  ...(i % 2 === 0 ? { call_type: 'Inbound' } : {}),
  ...(i % 3 === 0 ? { queue_id: String(70 + (i % 4)) } : {}),
  ...(i % 5 === 0 ? { queue_seconds: WAITS[i % WAITS.length] ?? '' } : {}),
  ...(i % 11 === 0 ? { status: 'AHXFER' } : {}),
}));

function offered({ groups, systemGroups }: CountedCalls): string[] {
  return [...groups, ...systemGroups]
    .map((group) => JSON.stringify([group.system, group.keys, summed(group.offered)]))
    .sort();
}

async function compare(store: ArchiveStore): Promise<void> {
  const day = await writeDay(store, DATE, CALLS);
  const days = day === undefined ? [] : [day];
  const filters = { start_time: `${DATE} 00:00:00`, end_time: `${DATE} 23:59:59` };
  for (const groupBy of GROUPS) {
    const asked = await store.ask({ days, filters });
    const found = await asked.count(questionOf(groupBy), new AbortController().signal);
    await asked.close();
    const expected = offered(await countCalls(inBatches(CALLS), questionOf(groupBy)));
    expect(offered(found), groupBy.join()).toEqual(expected);
    expect(expected.join().match(/\[(true|false),(null|[\d.]+)\] /g)?.length).toBeGreaterThan(9);
  }
}

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

describe('calls offered to the agents of a queue', () => {
  it('are to DuckDB what they are to memory', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'offered '));
    const store = new ParquetStore({ directory, owner: newOwner(), limits: { memory: 300, threads: 2 } });
    closing.push(
      () => store.close(),
      () => rmSync(directory, { recursive: true, force: true }),
    );
    await compare(store);
  }, 60_000);
});

describe.skipIf(!HAS_CLICKHOUSE)('calls offered to the agents of a queue on ClickHouse', () => {
  const bounds = { memory: 500_000_000, threads: 2, seconds: 60 };
  let server: ClickHouse;
  beforeAll(async () => {
    server = await ClickHouse.start();
  });
  afterAll(() => server.stop());

  it('are what they are to memory', async () => {
    const url = await server.database();
    await initializeClickHouse(url, bounds);
    const store = new ClickHouseStore({ url, owner: newOwner(), bounds });
    closing.push(() => store.close());
    await compare(store);
  }, 120_000);
});
