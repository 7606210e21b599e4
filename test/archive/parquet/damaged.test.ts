import { createHash } from 'node:crypto';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EngineLimits } from '../../../src/archive/parquet/engine.js';
import { ParquetStore } from '../../../src/archive/parquet/store.js';
import type { ArchivedDay, ArchiveOwner } from '../../../src/archive/store.js';
import { seededRandom } from '../../../src/sandbox/random.js';
import {
  archiveEnv,
  callsFileOf,
  callsOn,
  lastDays,
  newDirectory,
  rowsByHive,
  tree,
  upstreamRows,
  ZONE,
} from '../../support/archive.js';
import { FLIPS } from '../../support/counts.js';
import { runHere } from '../../support/run.js';
import { type StandIn, startStandIn } from '../../support/stand-in.js';

// Many processes are started one after the other, and the machine may have more to do.
vi.setConfig({ testTimeout: 120_000 });

// Archived files that are not what was written, and what commands say of them.

const dates = lastDays(2);
const [date = ''] = dates;
let directory: string;
let standIn: StandIn;
let env: Record<string, string>;
const scratch: string[] = [];
beforeEach(async () => {
  directory = newDirectory();
  scratch.push(directory);
  standIn = await startStandIn({ calls: callsOn(dates, 400) });
  env = archiveEnv(standIn, directory, { CALL_LOGS_ARCHIVE_FROM: '2d' });
  expect((await runHere(['sync'], env)).code).toBe(0);
});
afterEach(() => standIn.close());
afterAll(() => {
  for (const one of scratch) rmSync(one, { recursive: true, force: true });
});

/** The day as it was written. */
async function sound(owner: ArchiveOwner, limits: EngineLimits): Promise<readonly ArchivedDay[]> {
  const store = new ParquetStore({ directory, owner, limits });
  const days = await store.days();
  await store.close();
  return days.filter((day) => day.date === date);
}

describe('a stored file that is damaged', () => {
  it('in its middle, with its ends as they were, does not count: its day is named and read live, and sync reads it again', async () => {
    const file = callsFileOf(directory, date);
    const bytes = readFileSync(file);
    bytes.fill(0x5a, 8, Math.floor(bytes.length / 2));
    writeFileSync(file, bytes);
    const asked = { start_time: dates[1], end_time: date };
    const environment = { ...env, CALL_LOGS_EXPORT_DIR: join(directory, 'exports') };
    for (const tool of ['summarize_call_logs', 'sample_call_logs', 'export_call_logs']) {
      const answer = await runHere(['call', tool, JSON.stringify(asked)], environment);
      expect([answer.code, answer.stdout]).toEqual([0, expect.stringContaining('all 800 matching calls')]);
      expect(answer.stdout).toContain(
        `Archived, but damaged, and therefore read live: ${date}. The next sync archives it again.`,
      );
      const alone = await runHere(
        ['call', tool, JSON.stringify({ ...asked, source: 'archive' })],
        environment,
      );
      expect(alone.stdout).toContain('PARTIAL: 400 matching calls were read.');
      expect(alone.stdout).toContain(`Archived, but damaged, and therefore not read: ${date}.`);
    }
    expect((await runHere(['sync'], env)).stdout).toMatch(new RegExp(`^${date}: 400 calls`, 'm'));
    expect(await rowsByHive(directory)).toEqual(upstreamRows(standIn, dates));
    const alone = await runHere(
      ['call', 'summarize_call_logs', JSON.stringify({ ...asked, source: 'archive' })],
      env,
    );
    expect(alone.stdout).toContain('all 800 matching calls');
  });

  it('by being another’s Parquet, under a manifest that fits it, does not count', async () => {
    const file = callsFileOf(directory, date);
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(`COPY (SELECT 1 AS price, 'apples' AS what) TO '${file}' (FORMAT parquet)`);
    connection.closeSync();
    instance.closeSync();
    // Whoever put it there was thorough.
    const manifest = join(directory, `date=${date}`, 'manifest.json');
    const { seal: _seal, ...facts } = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, unknown>;
    const digest = createHash('sha256').update(readFileSync(file)).digest('hex');
    const forged = { ...facts, bytes: statSync(file).size, digest };
    writeFileSync(manifest, JSON.stringify(forged));
    const asked = { start_time: dates[1], end_time: date };
    for (const tool of ['summarize_call_logs', 'sample_call_logs']) {
      const answer = await runHere(['call', tool, JSON.stringify(asked)], env);
      expect([answer.code, answer.stdout]).toEqual([0, expect.stringContaining('all 800 matching calls')]);
      expect(answer.stdout).toContain(
        `Everything was read live, because the archive could not answer: The archived day ${date} cannot be used. Its file ${basename(file)} cannot be read as calls in Parquet.`,
      );
      const alone = await runHere(['call', tool, JSON.stringify({ ...asked, source: 'archive' })], env);
      expect(`${alone.stdout}${alone.stderr}`).toContain(
        `Run convoso-call-logs-mcp archive purge ${date} and then sync: the day is read again.`,
      );
    }
    expect((await runHere(['archive', 'verify'], env)).stdout).toContain(
      `${date}: Its file cannot be read as calls in Parquet.`,
    );
    await runHere(['archive', 'purge', date], env);
    expect((await runHere(['sync'], env)).code).toBe(0);
    expect(await rowsByHive(directory)).toEqual(upstreamRows(standIn, dates));
  });

  it('by one bit, in its calls or in its manifest, never counts', async () => {
    const random = seededRandom(20261125);
    const owner = { account: 'default', token: 'a'.repeat(64), timeZone: ZONE };
    const files = [callsFileOf(directory, date), join(directory, `date=${date}`, 'manifest.json')];
    const limits = { memory: 300, threads: 1 };
    const unnoticed: string[] = [];
    for (let flip = 0; flip < FLIPS; flip += 1) {
      const file = files[flip % files.length] ?? '';
      const whole = readFileSync(file);
      const [place, bit] = [Math.floor(random() * whole.length), Math.floor(random() * 8)];
      const flipped = Buffer.from(whole);
      flipped[place] = (flipped[place] ?? 0) ^ (1 << bit);
      writeFileSync(file, flipped);
      const store = new ParquetStore({ directory, owner, limits });
      const damaged = await store.damaged(date, date);
      const days = (await store.days()).filter((day) => day.date === date && !damaged.has(date));
      await store.close();
      writeFileSync(file, whole);
      // A name in a manifest that nobody reads may be another one: what it says is what was written.
      const [day] = days;
      if (day !== undefined && file.endsWith('.parquet')) unnoticed.push(`bit ${bit} of byte ${place}`);
      if (day !== undefined) expect([flip, day]).toEqual([flip, (await sound(owner, limits))[0]]);
    }
    expect(unnoticed).toEqual([]);
  });

  it('counts as missing like one that is gone, does not stop the other days from answering, and is read again', async () => {
    rmSync(callsFileOf(directory, date));
    const asked = { start_time: dates[1], end_time: date, source: 'archive' };
    const answer = await runHere(['call', 'summarize_call_logs', JSON.stringify(asked)], env);
    expect(answer.stdout).toContain('PARTIAL: 400 matching calls were read.');
    expect((await runHere(['sync'], env)).stdout).toMatch(new RegExp(`^${date}: 400 calls`, 'm'));
    expect(await rowsByHive(directory)).toEqual(upstreamRows(standIn, dates));
    expect(tree(directory).filter((path) => path.endsWith('.parquet'))).toHaveLength(2);
  });
});
