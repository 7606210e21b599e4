import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  archiveEnv,
  callsFileOf,
  callsOn,
  lastDays,
  newDirectory,
  rowsByHive,
  tree,
  upstreamRows,
} from '../../support/archive.js';
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

describe('a stored file that is damaged', () => {
  it('in its middle, with its ends as they were, is reported by name', async () => {
    const file = callsFileOf(directory, date);
    const bytes = readFileSync(file);
    bytes.fill(0x5a, 8, Math.floor(bytes.length / 2));
    writeFileSync(file, bytes);
    const asked = { start_time: dates[1], end_time: date };
    for (const tool of ['summarize_call_logs', 'sample_call_logs', 'export_call_logs']) {
      const alone = await runHere(['call', tool, JSON.stringify({ ...asked, source: 'archive' })], {
        ...env,
        CALL_LOGS_EXPORT_DIR: join(directory, 'exports'),
      });
      expect([tool, alone.code]).toEqual([tool, 1]);
      expect(`${alone.stdout}${alone.stderr}`).toContain(
        `The archived day ${date} cannot be used.\nWhy: Its file ${basename(file)} cannot be read as calls in Parquet.`,
      );
    }
    expect(tree(directory).filter((path) => path.startsWith('exports/') && path !== 'exports/')).toEqual([]);
  });

  it('by being another’s Parquet is reported by name, and the question is answered live', async () => {
    const file = callsFileOf(directory, date);
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(`COPY (SELECT 1 AS price, 'apples' AS what) TO '${file}' (FORMAT parquet)`);
    connection.closeSync();
    instance.closeSync();
    // Whoever put it there was thorough.
    const manifest = join(directory, `date=${date}`, 'manifest.json');
    const facts = JSON.parse(readFileSync(manifest, 'utf8')) as object;
    writeFileSync(manifest, JSON.stringify({ ...facts, bytes: statSync(file).size }));
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
      `${date}: Its file ${basename(file)} is not the one that was written.`,
    );
    await runHere(['archive', 'purge', date], env);
    expect((await runHere(['sync'], env)).code).toBe(0);
    expect(await rowsByHive(directory)).toEqual(upstreamRows(standIn, dates));
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
