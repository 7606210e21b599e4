// npm run bench:archive: a summary of 30 of 60 archived days of 170,000 calls against the same question live from pages of
// 150 ms; and a sync against the bare walk of the same calls. With --check it fails when a bound is not held.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { startServer } from './server.mjs';
import { interleaved, quantile } from './statistics.mjs';

const CALLS = 10_200_000;
const DAYS = 60;
const DELAY = 150;
const SYNC_CALLS = 1_500_000;
const BOUNDS = { seconds: 2, gigabytes: 1, syncRate: 0.8 };
const QUESTION = {
  start_time: '2026-03-01',
  end_time: '2026-03-30',
  group_by: ['campaign', 'hour'],
};

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'bench-archive-'));
const helper = here('../node_modules/.cache/bench-archive-store.mjs');

/** Runs the archive's side of the bench; gives what it reports. */
async function run(way, env) {
  const child = fork(helper, { env: { ...process.env, WAY: way, ...env } });
  const failed = once(child, 'exit').then(([code]) => Promise.reject(new Error(`${way} ended with ${code}`)));
  const [result] = await Promise.race([once(child, 'message'), failed]);
  failed.catch(() => {});
  return result;
}

async function withUpstream(calls, use) {
  const env = { ...process.env, CALLS: String(calls), DELAY: String(DELAY) };
  const upstream = fork(here('walk-upstream.mjs'), { env });
  try {
    const [{ url }] = await once(upstream, 'message');
    return await use(url);
  } finally {
    upstream.kill();
  }
}

const account = (url, archive) => ({
  CONVOSO_AUTH_TOKEN: 'bench',
  CONVOSO_TIMEZONE: 'America/Los_Angeles',
  CONVOSO_BASE_URL: url,
  CALL_LOGS_ARCHIVE_DIR: archive,
});

/** The question to the archive and live, over stdio. */
async function questions() {
  // Half of the calls are in the 30 days that the question is about.
  return withUpstream(CALLS / 2, async (url) => {
    const env = account(url, join(folder, 'archive'));
    mkdirSync(env.CALL_LOGS_ARCHIVE_DIR);
    const filled = await run('fill', {
      ...env,
      CALLS: String(CALLS),
      DAYS: String(DAYS),
      FIRST_DAY: '2026-01-30',
    });
    console.log(`${CALLS} calls over ${DAYS} days archived in ${filled.seconds.toFixed(0)} s`);
    const server = await startServer({ env });
    const ask = async (source) => {
      const started = performance.now();
      const { structuredContent } = await server.call('summarize_call_logs', { ...QUESTION, source });
      return { seconds: (performance.now() - started) / 1000, ...structuredContent.completeness };
    };
    try {
      const first = await ask('archive');
      const times = [];
      for (let round = 0; round < 9; round += 1) times.push((await ask('archive')).seconds);
      const peak = server.peakMemory() / 1e9;
      const live = await ask('live');
      return { first, times, peak, live };
    } finally {
      await server.close();
    }
  });
}

/** Two days read with and without being archived, in turns. */
async function syncs() {
  return withUpstream(SYNC_CALLS, async (url) => {
    let counter = 0;
    const seconds = (way) => async () => {
      const directory = join(folder, `sync-${counter++}`);
      mkdirSync(directory);
      const { calls, seconds } = await run(way, account(url, directory));
      rmSync(directory, { recursive: true });
      if (calls !== SYNC_CALLS / 15) throw new Error(`${way} read ${calls} calls of ${SYNC_CALLS / 15}`);
      return seconds;
    };
    return interleaved(3, seconds('sync'), seconds('walk'));
  });
}

async function main() {
  await build({
    entryPoints: [here('archive-store.ts')],
    outfile: helper,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    logLevel: 'error',
    external: ['@duckdb/node-api'],
    banner: { js: "import { createRequire as r } from 'node:module'; const require = r(import.meta.url);" },
  });
  const { first, times, peak, live } = await questions();
  const { ratios, ours, theirs } = await syncs();
  const whole = CALLS / 2;
  const middle = quantile(times, 0.5);
  const liveSeconds = (live.seconds * whole) / live.unique;
  const rate = 1 / quantile(ratios, 0.5);
  const spread = `${quantile(times, 0.1).toFixed(2)}–${quantile(times, 0.9).toFixed(2)}`;
  const held = {
    summary: first.complete && first.unique === whole && middle <= BOUNDS.seconds,
    memory: peak <= BOUNDS.gigabytes,
    sync: rate >= BOUNDS.syncRate,
  };
  const ok = (is) => (is ? 'ok' : 'NOT HELD');
  console.log(`
| What | Measured | Bound |  |
| --- | --- | --- | --- |
| summary of ${whole} archived calls by campaign and hour, over stdio | ${middle.toFixed(2)} s (${spread}; the first, with the engine's start, ${first.seconds.toFixed(2)} s) | ${BOUNDS.seconds} s | ${ok(held.summary)} |
| peak memory of the server | ${peak.toFixed(2)} GB | ${BOUNDS.gigabytes} GB | ${ok(held.memory)} |
| the same question live, ${DELAY} ms a page | ${live.unique} of ${whole} calls in ${live.seconds.toFixed(0)} s, then declared partial; all would take ${(liveSeconds / 60).toFixed(0)} min, ${Math.round(liveSeconds / middle)} times as long |  |  |
| sync of ${SYNC_CALLS / 15} calls, in calls a second, against the bare walk | ${rate.toFixed(2)} (${quantile(ours, 0.5).toFixed(1)} s and ${quantile(theirs, 0.5).toFixed(1)} s) | ${BOUNDS.syncRate} | ${ok(held.sync)} |
`);
  if (process.argv.includes('--check') && !Object.values(held).every(Boolean)) process.exitCode = 1;
}

await main().finally(() => rmSync(folder, { recursive: true, force: true }));
