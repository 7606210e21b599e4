// npm run bench:walk: the walk against plain loops over pages of 150 ms, and its memory for ten times the calls.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'bench-walk-'));
const reader = join(folder, 'walk-once.mjs');

async function withUpstream(calls, delay, use) {
  const upstream = fork(here('walk-upstream.mjs'), {
    env: { ...process.env, CALLS: String(calls), DELAY: String(delay) },
  });
  try {
    const [{ url }] = await once(upstream, 'message');
    return await use(url);
  } finally {
    upstream.kill();
  }
}

async function measure(label, env) {
  const child = fork(reader, { env: { ...process.env, ...env } });
  const failed = once(child, 'exit').then(([code]) =>
    Promise.reject(new Error(`the reader ended with ${code}`)),
  );
  const [result] = await Promise.race([once(child, 'message'), failed]);
  failed.catch(() => {});
  const { calls, seconds, peakMb, complete } = result;
  const whole = complete === undefined ? '' : `, complete: ${complete}`;
  console.log(
    `${label.padEnd(28)}${seconds.toFixed(1).padStart(7)} s, ${calls} calls${whole}, peak ${peakMb.toFixed(0)} MB`,
  );
  return result;
}

async function main() {
  await build({
    entryPoints: [here('walk-once.ts')],
    outfile: reader,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    logLevel: 'error',
    banner: { js: "import { createRequire as r } from 'node:module'; const require = r(import.meta.url);" },
  });
  console.log('100,000 calls, 150 ms a page');
  const [walked, loop500, loop100] = await withUpstream(100_000, 150, async (URL) => [
    await measure('walk, 4 requests at once', { WAY: 'walk', URL }),
    await measure('loop, 500 rows a page', { WAY: 'loop', PAGE: '500', URL }),
    await measure('loop, 100 rows a page', { WAY: 'loop', PAGE: '100', URL }),
  ]);
  console.log('\nPeak memory, no delay');
  const summary = (calls) =>
    withUpstream(calls, 0, (URL) => measure(`${calls} calls summarized`, { WAY: 'summary', URL }));
  const few = await summary(100_000);
  const many = await summary(1_000_000);

  const growth = many.peakMb - few.peakMb;
  console.log(`\nratio loop 500 / walk: ${(loop500.seconds / walked.seconds).toFixed(2)}`);
  console.log(`ratio loop 100 / walk: ${(loop100.seconds / walked.seconds).toFixed(2)}`);
  console.log(`memory growth from 100,000 to 1,000,000 calls: ${growth.toFixed(0)} MB (bound: 60)`);
  const whole = [walked, few, many].every(({ complete }) => complete) && many.calls === 1_000_000;
  if (whole && walked.calls === 100_000 && growth <= 60) return;
  console.log('NOT HELD: the walk must be whole and its memory within the bound.');
  process.exitCode = 1;
}

await main().finally(() => rmSync(folder, { recursive: true, force: true }));
