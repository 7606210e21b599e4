// Servers over HTTP in processes of their own, and the calls that benchmarks make of them.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';

/** What each server is asked: ours reads ten rows from an upstream that answers at once, the others answer by themselves. */
export const SEARCH = { name: 'search_call_logs', arguments: { limit: 10 } };
export const ECHO = { name: 'echo', arguments: { text: 'x' } };

/** The http command in front of a fixed upstream; a server built as the SDK's documentation shows; one without the SDK. */
export async function startServers() {
  const children = [];
  const start = (name, args, env) => startServer(children, name, args, env);
  const close = () => {
    for (const child of children) child.kill();
  };
  try {
    const upstream = await start('upstream', ['bench/http-upstream.mjs']);
    const ours = await start('ours', ['dist/cli.js', 'http', '--port', '0'], {
      CONVOSO_BASE_URL: upstream,
      CONVOSO_AUTH_TOKEN: 'bench',
      CALL_LOGS_HTTP_UPSTREAM_CONCURRENCY: '64',
    });
    const empty = await start('empty', ['bench/http-empty.mjs']);
    const bare = await start('bare', ['bench/http-bare.mjs']);
    return { ours, empty, bare, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Starts a server that prints its address, and returns the address. */
function startServer(children, name, args, env = {}) {
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

/** Calls of one tool by so many clients at once. */
export function load(url, params, clients) {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: clients });
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  const once = async () => {
    const started = performance.now();
    const reply = await pool.request({ method: 'POST', path: pathname, headers, body });
    const text = await reply.body.text();
    const ok = reply.statusCode === 200 && text.includes('"content"') && !text.includes('"isError":true');
    return { ms: performance.now() - started, ok };
  };
  return {
    /** Makes so many calls; gives the milliseconds of each and of all, and how many were not answered as they should be. */
    async make(count) {
      const times = [];
      let left = count;
      let errors = 0;
      const client = async () => {
        while (left-- > 0) {
          const { ms, ok } = await once();
          times.push(ms);
          if (!ok) errors += 1;
        }
      };
      const started = performance.now();
      await Promise.all(Array.from({ length: clients }, client));
      return { times, errors, ms: performance.now() - started };
    },
    close: () => pool.close(),
  };
}
