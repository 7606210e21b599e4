import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Engine } from '../../../src/archive/parquet/engine.js';
import { MACHINE } from '../../../src/archive/parquet/process-alive.js';
import { ParquetStore } from '../../../src/archive/parquet/store.js';
import { newOwner } from '../store-contract.js';

// What engines and writers put into an archive for a while, and what becomes of it when they are killed.

const directory = mkdtempSync(join(tmpdir(), 'leftovers '));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const LIMITS = { memory: 100, threads: 1 };

it('what killed processes left is removed by the next writer, and what living ones use is not', async () => {
  const store = new ParquetStore({ directory, owner: newOwner(), limits: LIMITS });
  await (await store.lock())();
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  const [day, nonce] = [24 * 3600, '0123456789abcdef'];
  const left = (name: string, secondsAgo = 0) => {
    const path = join(store.place, name);
    mkdirSync(path);
    writeFileSync(join(path, 'calls'), '2125550123');
    const then = Date.now() / 1000 - secondsAgo;
    utimesSync(path, then, then);
    return name;
  };
  const removed = [
    left(`.spill-${MACHINE}-${dead}-${nonce}`),
    // An earlier process of the same number, as in a container.
    left(`.spill-${MACHINE}-${process.pid}-${nonce}`),
    left(`.stale-${MACHINE}-${dead}-${nonce}`),
    left(`.spill-another-machine-1-${nonce}`, 2 * day),
    left('.unfinished-0123456789abcdef'),
  ];
  const kept = [
    left(`.spill-${MACHINE}-${process.ppid}-${nonce}`),
    left(`.spill-another-machine-2-${nonce}`),
    left('.spill-of-somebody'),
  ];
  await (await store.lock())();
  const names = readdirSync(store.place);
  expect(names).toEqual(expect.arrayContaining(kept));
  expect(names.filter((name) => removed.includes(name))).toEqual([]);
  await store.close();
});

it('engines of one process spill into folders of their own, and leave none behind', async () => {
  const folder = join(directory, 'engines');
  const engines = [new Engine(folder, LIMITS), new Engine(folder, LIMITS)];
  const spills: unknown[] = [];
  for (const engine of engines) {
    const connection = await engine.connect();
    const found = await connection.runAndReadAll("SELECT current_setting('temp_directory')");
    spills.push(found.getRowsJS()[0]?.[0]);
    // More than its memory holds, so that it spills.
    await connection.run(
      'CREATE TEMP TABLE many AS SELECT range, md5(range::VARCHAR) AS text FROM range(4000000)',
    );
    connection.closeSync();
  }
  expect(new Set(spills).size).toBe(2);
  expect(readdirSync(folder)).toHaveLength(2);
  for (const engine of engines) await engine.close();
  expect(readdirSync(folder)).toEqual([]);
}, 60_000);
