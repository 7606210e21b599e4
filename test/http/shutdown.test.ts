import { Agent } from 'node:http';
import { describe, expect, it } from 'vitest';
import { runBin, startBin } from '../support/bin.js';
import { page, row, sendJson, startUpstream } from '../support/upstream.js';
import { post, send, textOf, toolCall } from './running.js';

/** A search that one request answers: a page without calls would be looked into. */
const SEARCH = toolCall('search_call_logs', { limit: 1, start_time: '2026-03-03', end_time: '2026-03-03' });

async function startReplica(env: Record<string, string> = {}) {
  const source = env['CONVOSO_BASE_URL'] === undefined ? ['--sandbox'] : [];
  const process = startBin(['http', '--port', '0', ...source], env);
  const [, url = ''] = await process.seen(/Serving at (\S+)/);
  return { url, origin: new URL(url).origin, process, code: process.done.then(({ code }) => code) };
}

describe('a replica that is told to stop', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'on %s says it is not ready, finishes what it accepted, takes no more, and exits with 0',
    async (signal) => {
      const held: (() => void)[] = [];
      const upstream = await startUpstream((_request, response) => {
        held.push(() => sendJson(response, JSON.stringify(page([row()]))));
        return undefined;
      });
      const env = { CONVOSO_BASE_URL: upstream.url, CONVOSO_AUTH_TOKEN: 'upstream-secret' };
      const replica = await startReplica(env);
      const slow = post(replica.url, SEARCH);
      await expect.poll(() => held.length).toBe(1);
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      expect((await send(`${replica.origin}/readyz`, { agent })).status).toBe(200);
      replica.process.kill(signal);
      // On a connection that is kept: it is answered for as long as the slow call lasts.
      await expect
        .poll(async () => (await send(`${replica.origin}/readyz`, { agent })).status, { interval: 20 })
        .toBe(503);
      await expect
        .poll(() => send(`${replica.origin}/healthz`).catch((error: NodeJS.ErrnoException) => error.code), {
          timeout: 10_000,
        })
        .toBe('ECONNREFUSED');
      held[0]?.();
      expect(textOf(await slow)).toMatch(/1 call/);
      expect(await replica.code).toBe(0);
      agent.destroy();
      await upstream.close();
    },
  );

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'stops in order on %s at the moment it says where it serves',
    async (signal) => {
      const server = startBin(['http', '--port', '0', '--sandbox'], { CALL_LOGS_LOG_LEVEL: 'info' });
      await server.seen(/Serving at/);
      server.kill(signal);
      expect(await server.done).toMatchObject({
        code: 0,
        stderr: expect.stringContaining('stopping: calls under way'),
      });
    },
  );

  it('drops nothing it had accepted under load', async () => {
    const replica = await startReplica();
    const agent = new Agent({ keepAlive: true });
    const answers: string[] = [];
    const client = async () => {
      for (;;) {
        try {
          const reply = await post(replica.url, SEARCH, {}, agent);
          answers.push(`${reply.status} ${textOf(reply).includes('calls')}`);
        } catch (error) {
          const { code } = error as NodeJS.ErrnoException;
          answers.push(code ?? String(error));
          return;
        }
      }
    };
    const clients = Array.from({ length: 32 }, client);
    await expect.poll(() => answers.length, { timeout: 20_000 }).toBeGreaterThan(64);
    replica.process.kill('SIGTERM');
    await Promise.all(clients);
    expect(await replica.code).toBe(0);
    // Each client went on until no new connection was taken, and got every answer until then.
    expect([...new Set(answers)].sort()).toEqual(['200 true', 'ECONNREFUSED']);
    expect(answers.filter((answer) => answer === 'ECONNREFUSED')).toHaveLength(32);
    agent.destroy();
  });

  it('ends a call that never ends after ten seconds, and still exits with 0', async () => {
    const upstream = await startUpstream(() => undefined);
    const env = { CONVOSO_BASE_URL: upstream.url, CONVOSO_AUTH_TOKEN: 'upstream-secret' };
    const replica = await startReplica(env);
    const slow = post(replica.url, SEARCH).catch((error: NodeJS.ErrnoException) => error.code);
    await expect.poll(() => upstream.requests.length).toBe(1);
    const started = performance.now();
    replica.process.kill('SIGTERM');
    expect(await replica.code).toBe(0);
    expect(performance.now() - started).toBeGreaterThan(9_000);
    await slow;
    await upstream.close();
  });
});

describe('a server that is not configured', () => {
  it('does not open to others: exit code 2, and the ways to configure it', async () => {
    const { code, stdout, stderr } = await runBin(['http', '--sandbox', '--host', '0.0.0.0']);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('CALL_LOGS_HTTP_TOKENS_FILE');
    expect(stderr).toContain('CALL_LOGS_OAUTH_ISSUER');
  });

  it('ends when it has no token for the service, even while it looks for Redis', async () => {
    const { code, stderr } = await runBin(['http'], { CALL_LOGS_REDIS_URL: 'redis://127.0.0.1:9' });
    expect(code).toBe(2);
    expect(stderr).toContain('CONVOSO_AUTH_TOKEN');
  });
});
