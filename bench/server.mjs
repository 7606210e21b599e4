// A server over stdio as a host starts it, spoken to in plain lines of JSON-RPC, so that no client's cost is measured.
import { spawn } from 'node:child_process';
import { CLI } from './upstream.mjs';

/** Starts a server and initializes it. */
export async function startServer({ env = {} } = {}, program = [CLI]) {
  const child = spawn(process.execPath, program, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = new Map();
  child.once('exit', () => {
    for (const answer of waiting.values()) answer({ error: { message: 'the server ended' } });
  });
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      const message = JSON.parse(line);
      waiting.get(message.id)?.(message);
      waiting.delete(message.id);
    }
  });
  let last = 0;
  const send = (message) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const request = (method, params = {}) => {
    last += 1;
    const id = last;
    return new Promise((resolve, reject) => {
      waiting.set(id, (message) =>
        message.error ? reject(new Error(message.error.message)) : resolve(message.result),
      );
      send({ id, method, params });
    });
  };
  await request('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'bench', version: '0' },
  });
  send({ method: 'notifications/initialized' });
  return {
    request,
    pid: child.pid,
    async call(name, args) {
      const result = await request('tools/call', { name, arguments: args });
      if (result.isError) throw new Error(result.content[0].text);
      return result;
    },
    close: () =>
      new Promise((resolve) => {
        child.once('exit', resolve);
        child.stdin.end();
      }),
  };
}
