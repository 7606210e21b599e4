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
  const emptyCalls = load(empty, { name: 'echo', arguments: { text: 'x' } });
  const ourCalls = load(ours, { name: 'search_call_logs', arguments: { limit: 10 } });
  await emptyCalls.make(WARM_UP);
  await ourCalls.make(WARM_UP);
  emptyCalls.forget();
  ourCalls.forget();
  const memory = [await memoryOf(ours)];
  // By turns, so that whatever else the machine does falls on both.
  for (let tenth = 0; tenth < 10; tenth++) {
    await emptyCalls.make(calls / 10);
    await ourCalls.make(calls / 10);
    memory.push(await memoryOf(ours));
  }
  const emptyRate = await emptyCalls.report('empty SDK server, a tool that echoes');
  const ourRate = await ourCalls.report('http command, search_call_logs of ten rows');
  console.log(`ratio: ${(ourRate / emptyRate).toFixed(2)} of the empty server’s calls a second`);
  const [warm, ...later] = memory;
  console.log(
    `memory of the http command: ${warm} MiB warm, then ${later.join(', ')} MiB (ratio ${(later.at(-1) / warm).toFixed(2)})`,
  );
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

/** Calls of one tool by many clients at once, and their figures. */
function load(url, params) {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: clients });
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  const times = [];
  let errors = 0;
  let seconds = 0;
  return {
    async make(count) {
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
      const started = performance.now();
      await Promise.all(Array.from({ length: clients }, client));
      seconds += (performance.now() - started) / 1000;
    },
    forget() {
      times.length = 0;
      seconds = 0;
    },
    /** Prints the figures and returns the calls a second. Any error fails the run. */
    async report(name) {
      await pool.close();
      const rate = times.length / seconds;
      times.sort((a, b) => a - b);
      const ms = (share) => `${times[Math.floor(times.length * share)].toFixed(1)} ms`;
      console.log(
        `${name}: ${Math.round(rate)} calls/s, median ${ms(0.5)}, 99 % within ${ms(0.99)}, ${errors} errors`,
      );
      if (errors > 0) process.exitCode = 1;
      return rate;
    },
  };
}

/** Reads the resident memory of the server, in MiB, from its own metrics. */
async function memoryOf(url) {
  const text = await (await fetch(new URL('/metrics', url))).text();
  return Math.round(Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]) / 2 ** 20);
}
