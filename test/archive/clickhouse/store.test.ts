import { afterAll, beforeAll, describe } from 'vitest';
import { ClickHouseStore, initializeClickHouse } from '../../../src/archive/clickhouse/store.js';
import type { ArchiveOwner } from '../../../src/archive/store.js';
import { ClickHouse, HAS_CLICKHOUSE } from '../../support/clickhouse.js';
import { rowCheckContract } from '../row-check-contract.js';
import { storeContract } from '../store-contract.js';

const bounds = { memory: 1_000_000_000, threads: 2, seconds: 60 };

describe.skipIf(!HAS_CLICKHOUSE)('a store in ClickHouse', () => {
  let server: ClickHouse;
  let url: string;
  beforeAll(async () => {
    server = await ClickHouse.start();
    url = await server.database();
    await initializeClickHouse(url, bounds);
  });
  afterAll(() => server.stop());

  const open = (owner: ArchiveOwner) => new ClickHouseStore({ url, owner, bounds });
  storeContract(open);
  rowCheckContract(open);
});
