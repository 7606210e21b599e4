import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe } from 'vitest';
import { ParquetStore } from '../../src/archive/parquet-store.js';
import type { ArchiveOwner } from '../../src/archive/store.js';
import { storeContract } from './store-contract.js';

const directory = mkdtempSync(join(tmpdir(), 'archive of calls '));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const open = (owner: ArchiveOwner) =>
  new ParquetStore({ directory, owner, limits: { memory: 300, threads: 2 } });

describe('a store in Parquet files', () => storeContract(open));
