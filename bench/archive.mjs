// npm run bench:archive: 30 of 60 archived days summarized through the built bin, the same question live at 150 ms a page,
// and a sync against the bare walk. Prints a table; --check fails past a bound, --write puts it into docs/benchmarks.md. CALLS in the
// environment makes another number of calls than 10,000,000.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { report, writeReport } from './report.mjs';
import { startServer } from './server.mjs';
import { quantile } from './statistics.mjs';
import { CLI } from './upstream.mjs';

const CALLS = Number(process.env.CALLS ?? 10_000_000);
const DAYS = 60;
const ASKED_DAYS = 30;
const DELAY = 150;
const BOUNDS = { seconds: 2, megabytes: 1000, syncRatio: 0.8 };
/** So long the live question may read before it is cut. */
const LIVE_SECONDS = 20;
const SYNC = { days: 4, calls: 160_000 };

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'bench-archive-'));
const yesterday = Math.floor(Date.now() / 86_400_000) - 1;
const dateOf = (day) => new Date(day * 86_400_000).toISOString().slice(0, 10);
const count = (number) => number.toLocaleString('en-US');
const account = (url, more) => ({
  CONVOSO_BASE_URL: url,
  CONVOSO_AUTH_TOKEN: 'bench',
  CONVOSO_TIMEZONE: 'UTC',
  ...more,
});

/** Bundles a TypeScript program of this folder; the archive's engine stays where it is installed. */
async function bundle(name) {
  const outfile = join(folder, name.replace(/ts$/, 'mjs'));
  const engine = {
    name: 'engine',
    setup: ({ onResolve }) =>
      onResolve({ filter: /^@duckdb\/node-api$/ }, ({ path }) => ({
        path: import.meta.resolve(path),
        external: true,
      })),
  };
  await build({
    entryPoints: [here(name)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    logLevel: 'error',
    plugins: [engine],
    banner: { js: "import { createRequire as r } from 'node:module'; const require = r(import.meta.url);" },
  });
  return outfile;
}

/** Runs a program to its first message. */
async function messageOf(program, env) {
  const child = fork(program, { env: { ...process.env, ...env } });
  const failed = once(child, 'exit').then(([code]) => Promise.reject(new Error(`it ended with ${code}`)));
  failed.catch(() => {});
  const [message] = await Promise.race([once(child, 'message'), failed]);
  return { message, child };
}

async function withUpstream(env, use) {
  const { message, child } = await messageOf(here('walk-upstream.mjs'), env);
  try {
    return await use(message.url);
  } finally {
    child.kill();
  }
}

/** Most memory that a process has had resident, in megabytes (Linux). */
function peakOf(pid) {
  const status = process.platform === 'linux' ? readFileSync(`/proc/${pid}/status`, 'utf8') : '';
  return (Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN) * 1024) / 1e6;
}

async function ask(server, args) {
  const started = performance.now();
  const { isError, content, structuredContent } = await server.request('tools/call', {
    name: 'summarize_call_logs',
    arguments: { group_by: ['campaign', 'hour'], top: 50, ...args },
  });
  if (isError) throw new Error(content[0].text);
  return { seconds: (performance.now() - started) / 1000, ...structuredContent };
}

async function archived() {
  const directory = join(folder, 'archive');
  const env = account('http://127.0.0.1:9/v1', { CALL_LOGS_ARCHIVE_DIR: directory });
  const making = performance.now();
  await messageOf(await bundle('archive-make.ts'), { ...env, CALLS: String(CALLS), DAYS: String(DAYS) });
  const bytes = readdirSync(directory, { recursive: true }).reduce(
    (sum, name) => sum + statSync(join(directory, name)).size,
    0,
  );
  console.log(
    `${count(CALLS)} calls over ${DAYS} days made in ${((performance.now() - making) / 1000).toFixed(0)} s, ${(bytes / 1e6).toFixed(0)} MB`,
  );
  const server = await startServer({ env });
  const window = {
    source: 'archive',
    start_time: dateOf(yesterday - ASKED_DAYS + 1),
    end_time: dateOf(yesterday),
  };
  const times = [];
  for (let round = 0; round < 6; round += 1) {
    const { seconds, total, completeness } = await ask(server, window);
    if (!completeness.complete || Math.abs(total.calls - (CALLS * ASKED_DAYS) / DAYS) > DAYS)
      throw new Error(`it counted ${total.calls} calls, complete: ${completeness.complete}`);
    times.push(seconds);
  }
  const megabytes = peakOf(server.pid);
  await server.close();
  const [first, ...later] = times;
  return { first, seconds: quantile(later, 0.5), megabytes, bytes };
}

async function live() {
  const calls = (CALLS * ASKED_DAYS) / DAYS;
  return withUpstream({ CALLS: String(calls), DELAY: String(DELAY) }, async (url) => {
    const env = account(url, {
      CALL_LOGS_WALK_SECONDS: String(LIVE_SECONDS),
      CALL_LOGS_WALK_ROWS: '10000000',
    });
    const server = await startServer({ env });
    const { seconds, total } = await ask(server, { start_time: '2026-03-01', end_time: '2026-03-30' });
    await server.close();
    return { seconds, read: total.calls, extrapolated: (seconds * calls) / total.calls };
  });
}

async function synced() {
  const first = dateOf(yesterday - SYNC.days + 1);
  const upstream = {
    CALLS: String(SYNC.calls),
    DELAY: String(DELAY),
    DAYS: String(SYNC.days),
    START: `${first}T00:00:00Z`,
  };
  const reader = await bundle('walk-once.ts');
  const walk = { WAY: 'walk', FIRST: first, LAST: dateOf(yesterday) };
  return withUpstream(upstream, async (URL) => {
    const { message } = await messageOf(reader, { ...walk, URL });
    if (message.calls !== SYNC.calls) throw new Error(`the walk read ${message.calls} calls`);
    const started = performance.now();
    const env = account(URL, { CALL_LOGS_ARCHIVE_DIR: join(folder, 'synced') });
    const child = spawn(process.execPath, [CLI, 'sync', '--from', `${SYNC.days}d`], {
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error(`sync ended with ${code}`);
    return { walk: message.seconds, sync: (performance.now() - started) / 1000 };
  });
}

async function main() {
  const fromArchive = await archived();
  const fromService = await live();
  const { walk, sync } = await synced();
  const seconds = (value) => `${value.toFixed(value < 10 ? 2 : 0)} s`;
  const asked = count((CALLS * ASKED_DAYS) / DAYS);
  const rows = [
    [
      `${asked} of ${count(CALLS)} calls by campaign and hour, archived`,
      seconds(fromArchive.seconds),
      `${BOUNDS.seconds} s`,
      fromArchive.seconds <= BOUNDS.seconds,
    ],
    ['The first such question, which loads the engine', seconds(fromArchive.first), '', true],
    [
      'Peak memory of the server',
      `${fromArchive.megabytes.toFixed(0)} MB`,
      `${BOUNDS.megabytes} MB`,
      !(fromArchive.megabytes > BOUNDS.megabytes),
    ],
    [
      `The same live at ${DELAY} ms a page: cut after ${LIVE_SECONDS} s at ${count(fromService.read)} calls, the rest extrapolated in proportion`,
      seconds(fromService.extrapolated),
      '',
      true,
    ],
    ['Live ÷ archived', (fromService.extrapolated / fromArchive.seconds).toFixed(0), '', true],
    [
      `Sync of ${count(SYNC.calls)} calls, against the bare walk in ${seconds(walk)} (rate ratio)`,
      `${seconds(sync)} (${(walk / sync).toFixed(2)})`,
      String(BOUNDS.syncRatio),
      walk / sync >= BOUNDS.syncRatio,
    ],
    ['Disk for a million calls', `${(fromArchive.bytes / CALLS).toFixed(1)} MB`, '', true],
  ];
  const text = report(
    'npm run bench:archive',
    ['What', 'Measured', 'Bound', ''],
    rows.map(([what, measured, bound, ok]) => [
      what,
      measured,
      bound,
      ok ? (bound === '' ? '' : 'ok') : 'PAST ITS BOUND',
    ]),
  );
  console.log(`\n${text}`);
  if (process.argv.includes('--check') && rows.some((cells) => !cells[3])) process.exitCode = 1;
  if (process.argv.includes('--write')) writeReport('archive measured', text);
}

await main().finally(() => rmSync(folder, { recursive: true, force: true }));
