import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { MACHINE } from '../../../src/archive/parquet/process-alive.js';
import { ParquetStore } from '../../../src/archive/parquet/store.js';
import { callsOfDay } from '../calls.js';
import { newOwner, writeDay } from '../store-contract.js';

// Whose lock counts, and whose does not.

const directory = mkdtempSync(join(tmpdir(), 'lock '));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const DEAD = spawnSync(process.execPath, ['-e', '']).pid;
const DAY = '2026-03-01';

const openNew = () => {
  const owner = newOwner();
  return new ParquetStore({
    directory: join(directory, owner.account),
    owner,
    limits: { memory: 100, threads: 1 },
  });
};

/** A store whose lock file holds this, last touched so many seconds ago. */
async function lockedBy(holder: string | { pid: number; host: string }, secondsAgo: number) {
  const store = openNew();
  await (await store.lock())();
  const file = join(store.place, 'writer.lock');
  const text =
    typeof holder === 'string'
      ? holder
      : JSON.stringify({ ...holder, started: '2026-03-01T00:00:00.000Z', nonce: 'somebody-else' });
  writeFileSync(file, text);
  const then = Date.now() / 1000 - secondsAgo;
  utimesSync(file, then, then);
  return { store, file };
}

describe('a lock', () => {
  it.each([
    ['of a process that is gone', { pid: DEAD, host: MACHINE }, 0],
    ['of an earlier process of this number', { pid: process.pid, host: MACHINE }, 0],
    ['of another machine that has been silent for a minute', { pid: 1, host: 'another-machine' }, 90],
    ['of a number that another process has by now', { pid: process.ppid, host: MACHINE }, 3600],
    ['that is none, once it is old', 'not a lock', 90],
    ['that is empty, once it is old', '', 90],
  ])('%s is taken over', async (_what, holder, secondsAgo) => {
    const { store, file } = await lockedBy(holder, secondsAgo);
    expect(await writeDay(store, DAY, callsOfDay(DAY, 10, 1))).toMatchObject({ rows: 10 });
    expect(existsSync(file)).toBe(false);
    await store.close();
  });

  it.each([
    [
      'of a living process',
      { pid: process.ppid, host: MACHINE },
      300,
      `number ${process.ppid} on ${hostname()},`,
    ],
    [
      'of another machine that was heard of lately',
      { pid: 1, host: 'another-machine' },
      20,
      'number 1 on another-machine',
    ],
    [
      'of a container on this machine with processes of its own, where the number is another’s',
      { pid: DEAD, host: `${hostname()}~another-namespace` },
      20,
      `number ${DEAD} on ${hostname()},`,
    ],
    ['that is only being written', '', 5, 'on an unknown machine'],
  ])('%s is respected, and says whose it is', async (_what, holder, secondsAgo, words) => {
    const { store, file } = await lockedBy(holder, secondsAgo);
    const before = readFileSync(file, 'utf8');
    for (const work of [() => writeDay(store, DAY, callsOfDay(DAY, 10, 1)), () => store.purge(() => true)]) {
      await expect(work()).rejects.toMatchObject({
        what: 'The archive was not changed.',
        why: expect.stringContaining(words),
      });
    }
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(await store.days()).toEqual([]);
    await store.close();
  });

  it('that was taken over while its holder stood still keeps what that one wrote out of the archive', async () => {
    const store = openNew();
    await writeDay(store, DAY, callsOfDay(DAY, 10, 1));
    const unlock = await store.lock();
    const file = join(store.place, 'writer.lock');
    const other = JSON.stringify({ pid: 7, host: 'another-machine', started: 'then', nonce: 'theirs' });
    writeFileSync(file, other);
    await expect(writeDay(store, DAY, callsOfDay(DAY, 20, 1))).rejects.toMatchObject({
      why: expect.stringContaining('number 7 on another-machine'),
    });
    await unlock();
    expect(readFileSync(file, 'utf8')).toBe(other);
    expect((await store.days()).map(({ rows }) => rows)).toEqual([10]);
    await store.close();
  });
});
