// npm run bench:walk: the walk against plain loops over pages of 150 ms, and its memory for ten times the calls.
import { fork } from 'node:child_process';
import { once } from 'node:events';

const file = (name) => new URL(name, import.meta.url);

async function withUpstream(calls, delay, use) {
  const upstream = fork(file('upstream.mjs'), {
    env: { ...process.env, CALLS: String(calls), DELAY: String(delay) },
  });
  try {
    const [{ url }] = await once(upstream, 'message');
    return await use(url);
  } finally {
    upstream.kill();
  }
}

async function measure(env) {
  const child = fork(file('walk-once.mjs'), { env: { ...process.env, ...env } });
  const [result] = await once(child, 'message');
  return result;
}

function print(label, { calls, seconds, peakMb, complete }) {
  const whole = complete === undefined ? '' : `, complete: ${complete}`;
  console.log(
    `${label.padEnd(46)}${seconds.toFixed(1).padStart(7)} s, ${calls} calls${whole}, peak ${peakMb.toFixed(0)} MB`,
  );
}

console.log('100,000 calls, 150 ms a page');
const [walked, loop500, loop100] = await withUpstream(100_000, 150, async (URL) => {
  const walk = await measure({ WAY: 'walk', URL });
  print('walk, 4 requests at once', walk);
  const by500 = await measure({ WAY: 'loop', PAGE: '500', URL });
  print('loop, 500 rows a page', by500);
  const by100 = await measure({ WAY: 'loop', PAGE: '100', URL });
  print('loop, 100 rows a page', by100);
  return [walk, by500, by100];
});

console.log('\nPeak memory, no delay');
const few = await withUpstream(100_000, 0, (URL) => measure({ WAY: 'summary', URL }));
print('100,000 calls summarized', few);
const many = await withUpstream(1_000_000, 0, (URL) => measure({ WAY: 'summary', URL }));
print('1,000,000 calls summarized', many);

const growth = many.peakMb - few.peakMb;
console.log(`\nratio loop 500 / walk: ${(loop500.seconds / walked.seconds).toFixed(2)}`);
console.log(`ratio loop 100 / walk: ${(loop100.seconds / walked.seconds).toFixed(2)}`);
console.log(`memory growth from 100,000 to 1,000,000 calls: ${growth.toFixed(0)} MB (bound: 60)`);
const held =
  walked.complete && walked.calls === 100_000 && many.complete && many.calls === 1_000_000 && growth <= 60;
if (!held) {
  console.log('NOT HELD: the walk must be whole and its memory within the bound.');
  process.exitCode = 1;
}
