import { Agent, request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { retrieve, update } from './asking.js';

const open: Sandbox[] = [];
async function start(...options: Parameters<typeof startSandbox>): Promise<Sandbox> {
  const sandbox = await startSandbox(...options);
  open.push(sandbox);
  return sandbox;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((sandbox) => sandbox.close()));
});

describe('the sandbox server', () => {
  it('listens on loopback and says where', async () => {
    const sandbox = await start();
    expect(sandbox.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
    expect(sandbox).toMatchObject({ token: 'sandbox-token', dialect: 'contract' });
  });

  it('takes the port and the token it is given', async () => {
    const first = await start();
    const port = Number(new URL(first.url).port);
    await first.close();
    const second = await start({ port, token: 'other' });
    expect(second.url).toBe(first.url);
    expect((await retrieve(second, { id: '789' })).body.total_found).toBe(1);
    expect((await retrieve(second, { auth_token: 'sandbox-token' })).body.success).toBe(false);
  });

  it('rejects when the port is taken', async () => {
    const port = Number(new URL((await start()).url).port);
    await expect(startSandbox({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('remembers requests, without the token', async () => {
    const sandbox = await start();
    await retrieve(sandbox, { id: '789', limit: '3' });
    await update(sandbox, { call_log_id: '789' });
    expect(sandbox.requests).toEqual([
      { method: 'POST', path: '/v1/log/retrieve', form: { id: '789', limit: '3' } },
      { method: 'POST', path: '/v1/log/update', form: { call_log_id: '789' } },
    ]);
    expect(JSON.stringify(sandbox.requests)).not.toContain(sandbox.token);
  });

  it('keeps a connection open between requests, and cuts it on close', async () => {
    const sandbox = await start();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const localPort = () =>
      new Promise<number | undefined>((resolve, reject) => {
        const sent = request(`${sandbox.url}/log/retrieve`, { agent, method: 'POST' }, (response) => {
          const port = response.socket.localPort;
          response.resume().on('end', () => setImmediate(resolve, port));
        });
        sent.on('error', reject).end('auth_token=sandbox-token');
      });
    const first = await localPort();
    expect(first).toBeTypeOf('number');
    expect(await localPort()).toBe(first);
    const before = performance.now();
    await sandbox.close();
    // An idle connection kept for its time-out would hold close back for five seconds.
    expect(performance.now() - before).toBeLessThan(2_000);
    await expect(localPort()).rejects.toThrow();
    agent.destroy();
  });

  it('closes while a request is half sent, and closes twice', async () => {
    const sandbox = await start();
    const sent = request(`${sandbox.url}/log/retrieve`, {
      method: 'POST',
      headers: { 'Content-Length': 100 },
    });
    const cut = new Promise((resolve) => sent.on('error', resolve));
    await new Promise((resolve) => sent.write('auth_token=', resolve));
    await sandbox.close();
    expect(await cut).toBeInstanceOf(Error);
    await sandbox.close();
  });
});

describe('the day of a sandbox', () => {
  it('is the one asked for, at 20:00, and its calls end there', async () => {
    const sandbox = await start({ dialect: 'live', today: '2025-11-03' });
    expect(sandbox.now).toBe('2025-11-03 20:00:00');
    const { body } = await retrieve(sandbox, { limit: '1' });
    const [newest] = body.data.results;
    expect(newest.call_date > '2025-11-03 12:00:00' && newest.call_date < '2025-11-03 20:00:00').toBe(true);
    expect(Number(body.data.total_found)).toBe(
      sandbox.calls.filter(({ call_date }) => call_date.startsWith('2025-11-03')).length,
    );
  });

  it('is the real one in the account’s zone when asked for', async () => {
    const sandbox = await start({ today: 'real' });
    const inZone = () => new Date().toLocaleString('sv-SE', { timeZone: 'America/Los_Angeles' });
    const before = inZone();
    const { now } = sandbox;
    expect(before <= now && now <= inZone()).toBe(true);
    expect((sandbox.calls.at(-1)?.call_date ?? '') < now).toBe(true);
  });
});
