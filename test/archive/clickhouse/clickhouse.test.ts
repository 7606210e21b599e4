import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAddress } from '../../../src/archive/clickhouse/address.js';
import { ClickHouseConnection } from '../../../src/archive/clickhouse/connection.js';
import {
  checkSchema,
  initialize,
  migrationsOn,
  SCHEMA_VERSION,
} from '../../../src/archive/clickhouse/schema.js';
import { ClickHouseStore, initializeClickHouse } from '../../../src/archive/clickhouse/store.js';
import { ParquetStore } from '../../../src/archive/parquet/store.js';
import type { ArchiveOwner, ArchiveStore } from '../../../src/archive/store.js';
import type { CallLog } from '../../../src/convoso/call-log.js';
import type { CountedCalls } from '../../../src/query/counts.js';
import { GROUPINGS, type Grouping } from '../../../src/query/groupings.js';
import { ClickHouse, HAS_CLICKHOUSE } from '../../support/clickhouse.js';
import { someOf } from '../../support/counts.js';
import { callsOfDay, completenessOf, inBatches } from '../calls.js';
import { newOwner, plain, questionOf, writeDay } from '../store-contract.js';

const BOUNDS = { memory: 1_000_000_000, threads: 2, seconds: 60 };
const DAYS = ['2026-02-27', '2026-02-28', '2026-03-01'];
const FILTERS = { start_time: '2026-02-27 00:00:00', end_time: '2026-03-02 23:59:59' };
const never = () => new AbortController().signal;

const sum = ({ groups }: CountedCalls) =>
  groups.flatMap(({ observations }) => [...observations]).reduce((all, [, , count]) => all + count, 0);

/** A store may tell the calls of a status in several parts. */
function summed(statuses: CountedCalls['statuses']): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [status, outcome, count] of statuses) {
    const key = `${status} ${outcome}`;
    counts.set(key, (counts.get(key) ?? 0) + count);
  }
  return counts;
}

async function ask(
  store: ArchiveStore,
  groupBy: readonly Grouping[],
  added: readonly CallLog[] = [],
): Promise<CountedCalls> {
  const question = await store.ask({ days: await store.days(), filters: FILTERS });
  try {
    await question.add(added);
    return await question.count(questionOf(groupBy), never());
  } finally {
    await question.close();
  }
}

describe('the tables of an archive on a cluster', () => {
  const statements = migrationsOn('calls').flat();
  const without = migrationsOn().flat();

  it('are created on every server of it, replicated, and otherwise as on a single server', () => {
    expect(statements).toHaveLength(without.length);
    for (const [place, statement] of statements.entries()) {
      expect(statement).toMatch(
        /^CREATE TABLE IF NOT EXISTS archive_\w+ ON CLUSTER `calls` \(.*\) ENGINE = Replicated(?:Replacing)?MergeTree\('\/clickhouse\/tables\/\{database\}\/\{table\}\/\{shard\}', '\{replica\}'(?:, \w+)?\) /s,
      );
      const single = statement
        .replace(' ON CLUSTER `calls`', '')
        .replace('= Replicated', '= ')
        .replace(/'\/clickhouse[^']*', '\{replica\}'(?:, )?/, '');
      expect(single).toBe(without[place]);
    }
  });

  it('name the version by which the newest row of a day and of a writer counts', () => {
    expect(statements.filter((one) => /'\{replica\}', (version|beat)\)/.test(one))).toHaveLength(2);
  });
});

describe.skipIf(!HAS_CLICKHOUSE)('an archive in ClickHouse', () => {
  let server: ClickHouse;
  let url: string;
  const directory = mkdtempSync(join(tmpdir(), 'archive-'));
  const open = (owner: ArchiveOwner, address = url) =>
    new ClickHouseStore({ url: address, owner, bounds: BOUNDS });

  beforeAll(async () => {
    server = await ClickHouse.start();
    url = await server.database();
    await initializeClickHouse(url, BOUNDS);
  });
  afterAll(async () => {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('gives the same numbers as the files do, for every grouping', async () => {
    const owner = newOwner();
    const files = new ParquetStore({
      directory: mkdtempSync(join(directory, 'account ')),
      owner,
      limits: { memory: 300, threads: 2 },
    });
    const cluster = open(owner);
    for (const [i, date] of DAYS.entries()) {
      const calls = callsOfDay(date, 400, 70 + i, 1 + i * 1000);
      await writeDay(files, date, calls);
      await writeDay(cluster, date, calls);
    }
    const live = [
      ...callsOfDay('2026-03-02', 60, 5, 9000),
      ...callsOfDay('2026-02-28', 20, 71, 1001).map((call) => ({ ...call, status: 'SALE' })),
    ];
    const facts = ({ groups, systemGroups, ...rest }: CountedCalls) => ({
      ...rest,
      order: groups.map(({ keys }) => keys),
      groups: plain({ groups, systemGroups }),
      statuses: summed(rest.statuses),
      callTypes: [...rest.callTypes].sort(),
    });
    const questions: Grouping[][] = [
      [],
      ...someOf(GROUPINGS, 3).map((one): Grouping[] => [one]),
      ['hour', 'campaign'],
    ];
    for (const groupBy of questions) {
      const found = facts(await ask(cluster, groupBy, live));
      expect(found, groupBy.join()).toEqual(facts(await ask(files, groupBy, live)));
      expect(found.groups.length).toBeGreaterThan(0);
    }
    await Promise.all([files.close(), cluster.close()]);
  }, 240_000);

  it('is made by init, which may be run again, and says what to do before', async () => {
    const empty = await server.database();
    const store = open(newOwner(), empty);
    await expect(store.days()).rejects.toThrow(
      'It has no tables of an archive. Run convoso-call-logs-mcp archive init',
    );
    await expect(writeDay(store, '2026-03-01', [])).rejects.toThrow('archive init');
    const made = await Promise.all([
      initializeClickHouse(empty, BOUNDS),
      initializeClickHouse(empty, BOUNDS),
    ]);
    expect(made.map(({ place }) => place)).toEqual(made.map(() => store.place));
    expect((await initializeClickHouse(empty, BOUNDS)).done).toBe('unchanged');
    expect(await writeDay(store, '2026-03-01', [])).toMatchObject({ rows: 0 });
    expect((await initializeClickHouse(empty, BOUNDS)).done).toBe('unchanged');
    expect(await store.days()).toHaveLength(1);
    await store.close();
  });

  it('is migrated by init; older and newer tables are refused in words', async () => {
    const connection = new ClickHouseConnection(parseAddress(await server.database()), BOUNDS);
    const next = [...migrationsOn(), ['ALTER TABLE archive_days ADD COLUMN IF NOT EXISTS remark String']];
    expect(await initialize(connection)).toBe('created');
    await checkSchema(connection);
    await expect(checkSchema(connection, next.length)).rejects.toThrow(
      `Its tables are of version ${SCHEMA_VERSION}, and this server needs version ${next.length}. Run convoso-call-logs-mcp archive init`,
    );
    expect(await initialize(connection, undefined, next)).toBe('migrated');
    expect(await connection.rows('SELECT remark FROM archive_days')).toEqual([]);
    await expect(checkSchema(connection)).rejects.toThrow(
      `Its tables are of version ${next.length}, made by a newer server`,
    );
    await expect(initialize(connection)).rejects.toThrow('Update convoso-call-logs-mcp');
    await connection.close();
  });

  it('takes an insert that arrives twice once', async () => {
    const connection = new ClickHouseConnection(parseAddress(url), BOUNDS);
    const row = ['a'.repeat(64), '2026-03-01', '4294967296', 0, '1'];
    for (let time = 0; time < 3; time += 1) {
      await connection.insert('archive_calls', ['account', 'date', 'version', 'place', 'id'], [row], 'token');
    }
    const [count] = await connection.rows(
      "SELECT count() FROM archive_calls WHERE account = repeat('a', 64)",
    );
    expect(count).toEqual(['1']);
    await connection.close();
  });

  it('keeps accounts apart and refuses another zone', async () => {
    const owner = newOwner();
    const store = open(owner);
    const calls = callsOfDay('2026-03-01', 50, 1);
    await writeDay(store, '2026-03-01', calls);
    const other = open(newOwner());
    expect(await other.days()).toEqual([]);
    await expect(other.ask({ days: await store.days(), filters: FILTERS })).rejects.toThrow('was removed');
    expect(await other.purge((date) => date < '2027-01-01')).toEqual([]);
    expect(sum(await ask(store, []))).toBe(50);
    const moved = open({ ...owner, timeZone: 'Europe/Berlin' });
    for (const refused of [moved.days(), moved.lock(), writeDay(moved, '2026-03-02', calls)]) {
      await expect(refused).rejects.toThrow('written for the time zone America/Los_Angeles');
    }
    await Promise.all([store.close(), other.close(), moved.close()]);
  });

  it('has one writer at a time, on however many machines', async () => {
    const owner = newOwner();
    const [one, two] = [open(owner), open(owner)];
    const unlock = await one.lock();
    await expect(two.lock()).rejects.toThrow(`Another writer is at work: process ${process.pid} on `);
    await expect(writeDay(two, '2026-03-01', [])).rejects.toThrow('Another writer is at work');
    expect(await two.days()).toEqual([]);
    await writeDay(one, '2026-03-01', []);
    await unlock();
    expect(await writeDay(two, '2026-03-02', [])).toBeDefined();
    const claims = await Promise.allSettled(
      [open(owner), open(owner), open(owner)].map((store) => store.lock()),
    );
    expect(claims.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1);
    await Promise.all([one.close(), two.close()]);
  });

  it('takes over from a writer that was killed', async () => {
    const owner = newOwner();
    const words = 'process 1 on elsewhere';
    const claim = (until: string) =>
      server.run(
        `INSERT INTO ${new URL(url).pathname.slice(1)}.archive_writers SELECT '${owner.account}', generateUUIDv4(), '${words}', 1, ${until}`,
      );
    const store = open(owner);
    await claim('now64(3) - 1');
    await (await store.lock())();
    await claim('now64(3) + 100');
    await expect(store.lock()).rejects.toThrow(`Another writer is at work: ${words}.`);
    await store.close();
  });

  it('has whole days when a second writer comes in spite of that', async () => {
    const owner = newOwner();
    const store = open(owner);
    const [first, second] = [callsOfDay('2026-03-01', 300, 1), callsOfDay('2026-03-01', 200, 2)];
    // The first writer is frozen in the middle: its claim expires, another writes the same day, then it goes on.
    const frozen = async function* () {
      yield* inBatches(first.slice(0, 150));
      await server.run(
        `INSERT INTO ${new URL(url).pathname.slice(1)}.archive_writers SELECT account, writer, words, beat + 1, now64(3) - 1 FROM ${new URL(url).pathname.slice(1)}.archive_writers FINAL WHERE account = '${owner.account}'`,
      );
      const other = open(owner);
      await writeDay(other, '2026-03-01', second);
      await other.close();
      yield* inBatches(first.slice(150));
    };
    await expect(
      store.writeDay({ date: '2026-03-01', readAt: '2026-03-10T08:00:00.000Z' }, frozen(), () =>
        completenessOf(300),
      ),
    ).rejects.toThrow('another may have begun');
    const again = open(owner);
    expect((await again.days()).map(({ rows }) => rows)).toEqual([200]);
    expect(await again.verify(never())).toEqual(new Map());
    expect(sum(await ask(again, []))).toBe(200);
    await Promise.all([store.close(), again.close()]);
  });

  it('lets a question that is open go on with the day as it was', async () => {
    const store = open(newOwner());
    await writeDay(store, '2026-03-01', callsOfDay('2026-03-01', 300, 1));
    const question = await store.ask({ days: await store.days(), filters: FILTERS });
    await writeDay(store, '2026-03-01', callsOfDay('2026-03-01', 100, 2), '2026-03-11T08:00:00.000Z');
    const asked = questionOf([]);
    expect(sum(await question.count(asked, never()))).toBe(300);
    await store.purge((date) => date < '2027-01-01');
    await expect(question.count(asked, never())).rejects.toThrow('It holds 0 calls where 300 were stored');
    await question.close();
    await store.close();
  });

  it('says which days are not what was stored', async () => {
    const owner = newOwner();
    const store = open(owner);
    for (const date of DAYS) await writeDay(store, date, callsOfDay(date, 40, 3));
    const table = `${new URL(url).pathname.slice(1)}.archive_calls`;
    const day = (date: string) => `account = '${owner.account}' AND date = '${date}'`;
    await server.run(
      `ALTER TABLE ${table} UPDATE status = 'SOLD' WHERE ${day(DAYS[0] ?? '')} AND place = 3 SETTINGS mutations_sync = 1`,
    );
    await server.run(`DELETE FROM ${table} WHERE ${day(DAYS[1] ?? '')} AND place < 10`);
    expect([...(await store.verify(never()))]).toEqual([
      [DAYS[0], 'Its calls are not the ones that were stored.'],
      [DAYS[1], 'It holds 30 calls where 40 were stored.'],
    ]);
    await expect(ask(store, [])).rejects.toThrow(`The archived day ${DAYS[1]}`);
    await store.close();
  });

  it('leaves nothing behind: not of questions, not of days that were purged or failed', async () => {
    const owner = newOwner();
    const store = open(owner);
    await ask(store, ['hour'], callsOfDay('2026-03-02', 30, 4));
    await writeDay(store, '2026-03-01', callsOfDay('2026-03-01', 30, 4));
    const failing = async function* () {
      yield callsOfDay('2026-03-02', 30, 4);
      throw new Error('the service is gone');
    };
    const facts = { date: '2026-03-02', readAt: '2026-03-10T08:00:00.000Z' };
    await expect(store.writeDay(facts, failing(), () => completenessOf(30))).rejects.toThrow('gone');
    expect(
      await store.writeDay(facts, inBatches(callsOfDay('2026-03-02', 30, 4)), () =>
        completenessOf(30, false),
      ),
    ).toBeUndefined();
    await store.purge((date) => date < '2027-01-01');
    const database = new URL(url).pathname.slice(1);
    for (const table of ['archive_calls', 'archive_added', 'archive_moved']) {
      expect(
        await server.run(`SELECT count() FROM ${database}.${table} WHERE account = '${owner.account}'`),
      ).toBe('0');
    }
    await store.close();
  });
});
