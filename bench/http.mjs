// Load over HTTP on loopback: the http command in front of a fixed upstream, against an empty server built as the SDK's
// documentation shows it. Prints figures and their ratio from one run. Usage: node bench/http.mjs [calls] [clients]
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';

const [calls = 20_000, clients = 64] = process.argv.slice(2).map(Number);
const WARM_UP = Math.min(2_000, calls);

const children = [];
const upstream = await start('upstream', ['bench/http-upstream.mjs']);
const empty = await start('empty', ['bench/http-empty.mjs']);
const ours = await start('ours', ['dist/cli.js', 'http', '--port', '0'], {
  CONVOSO_BASE_URL: upstream,
  CONVOSO_AUTH_TOKEN: 'bench',
  CALL_LOGS_HTTP_UPSTREAM_CONCURRENCY: '64',
});
try {
  console.log(
    `${calls} calls by ${clients} clients each, after ${WARM_UP} to warm up; Node ${process.versions.node}\n`,
  );
  const emptyCalls = await load(empty, { name: 'echo', arguments: { text: 'x' } });
  report('empty SDK server, a tool that echoes', emptyCalls);
  const ourCalls = await load(ours, { name: 'search_call_logs', arguments: { limit: 10 } }, memoryOf(ours));
  report('http command, search_call_logs of ten rows', ourCalls);
  console.log(`ratio: ${(ourCalls.rate / emptyCalls.rate).toFixed(2)} of the empty server’s calls a second`);
  const [warm, ...later] = ourCalls.memory;
  console.log(
    `memory of the http command: ${warm} MiB warm, then ${later.join(', ')} MiB (ratio ${(later.at(-1) / warm).toFixed(2)})`,
  );
  if (ourCalls.errors > 0) process.exitCode = 1;
} finally {
  for (const child of children) child.kill();
}

/** Starts a server that prints its address, and returns the address. */
function start(name, args, env = {}) {
  const child = spawn(process.execPath, args, {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${name} ended (${code})`)));
    child.stdout.setEncoding('utf8').on('data', (text) => {
      const url = /http:\/\/\S+/.exec(text)?.[0];
      if (url !== undefined) resolve(url);
    });
  });
}

/** Makes the calls and measures them; `memory` is read after the warm-up and after each quarter. */
async function load(url, params, memory = async () => 0) {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: clients });
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  const times = [];
  let errors = 0;

  async function some(count) {
    let left = count;
    const client = async () => {
      while (left-- > 0) {
        const started = performance.now();
        const reply = await pool.request({ method: 'POST', path: pathname, headers, body });
        const text = await reply.body.text();
        if (reply.statusCode !== 200 || !text.includes('"content"') || text.includes('"isError":true'))
          errors += 1;
        times.push(performance.now() - started);
      }
    };
    await Promise.all(Array.from({ length: clients }, client));
  }

  await some(WARM_UP);
  times.length = 0;
  const memories = [await memory()];
  let seconds = 0;
  for (let quarter = 0; quarter < 4; quarter++) {
    const started = performance.now();
    await some(calls / 4);
    seconds += (performance.now() - started) / 1000;
    memories.push(await memory());
  }
  await pool.close();
  times.sort((a, b) => a - b);
  const percentile = (share) => times[Math.floor(times.length * share)];
  return { rate: calls / seconds, errors, p50: percentile(0.5), p99: percentile(0.99), memory: memories };
}

function report(name, { rate, errors, p50, p99 }) {
  const ms = (value) => `${value.toFixed(1)} ms`;
  console.log(
    `${name}: ${Math.round(rate)} calls/s, median ${ms(p50)}, 99 % within ${ms(p99)}, ${errors} errors`,
  );
}

/** Reads the resident memory of the server, in MiB, from its own metrics. */
function memoryOf(url) {
  return async () => {
    const text = await (await fetch(new URL('/metrics', url))).text();
    return Math.round(Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]) / 2 ** 20);
  };
}
