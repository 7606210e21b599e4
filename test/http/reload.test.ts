import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newToken } from '../../src/http/auth/static-tokens.js';
import { type Running as Process, startBin } from '../support/bin.js';
import { page, row, sendJson, startUpstream, type Upstream } from '../support/upstream.js';
import {
  bearer,
  LIST_TOOLS,
  MODERN_META,
  messageOf,
  post,
  send,
  subscribe,
  textOf,
  toolCall,
} from './running.js';

const SEARCH = toolCall('search_call_logs', { limit: 1 });
const UNIX = process.platform !== 'win32';

describe.runIf(UNIX)('a server that gets SIGHUP', () => {
  const old = newToken('desk', ['call_logs:read']);
  const added = newToken('night', ['call_logs:read']);
  let directory: string;
  let upstream: Upstream;
  let server: Process;
  let url: string;
  const file = (name: string, content: string) => {
    const path = join(directory, name);
    writeFileSync(path, content);
    return path;
  };

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'reload-'));
    upstream = await startUpstream(() => page([row()]));
    server = startBin(['http', '--port', '0'], {
      CONVOSO_BASE_URL: upstream.url,
      CONVOSO_AUTH_TOKEN_FILE: file('convoso', 'first-convoso-token\n'),
      CALL_LOGS_HTTP_TOKENS_FILE: file('tokens', old.line),
      CALL_LOGS_CONFIG: file('account.json', JSON.stringify({ time_zone: 'America/Chicago' })),
      CALL_LOGS_HTTP_RATE: '1000000',
      CALL_LOGS_LOG_LEVEL: 'info',
    });
    [, url = ''] = await server.seen(/Serving at (\S+)/);
  });
  afterEach(async () => {
    server.kill('SIGTERM');
    await server.done;
    await upstream.close();
    rmSync(directory, { recursive: true });
  });

  const reloaded = (times = 1) =>
    expect.poll(() => server.stderr().split('"reloaded:').length - 1, { timeout: 20_000 }).toBe(times);

  it('takes the tokens, the account file and the Convoso token as they are now', {
    timeout: 60_000,
  }, async () => {
    expect((await post(url, SEARCH, bearer(added.token))).status).toBe(401);
    expect(textOf(await post(url, SEARCH, bearer(old.token)))).toContain('America/Chicago');
    file('tokens', added.line);
    file('convoso', 'second-convoso-token\n');
    file('account.json', JSON.stringify({ time_zone: 'America/Denver' }));
    server.kill('SIGHUP');
    await reloaded();
    expect((await post(url, SEARCH, bearer(old.token))).status).toBe(401);
    expect(textOf(await post(url, SEARCH, bearer(added.token)))).toContain('America/Denver');
    expect(upstream.requests.map(({ form }) => form['auth_token'])).toEqual([
      'first-convoso-token',
      'second-convoso-token',
    ]);
    expect(server.stderr()).not.toContain('second-convoso-token');
  });

  it('finishes what is under way with what it began with', { timeout: 60_000 }, async () => {
    let answer = () => {};
    upstream.answer = (_request, response) => {
      answer = () => sendJson(response, JSON.stringify(page([row()])));
      return undefined;
    };
    const slow = post(url, SEARCH, bearer(old.token));
    await expect.poll(() => upstream.requests.length, { timeout: 10_000 }).toBe(1);
    file('tokens', added.line);
    server.kill('SIGHUP');
    await reloaded();
    answer();
    expect(textOf(await slow)).toContain('1 call found');
  });

  it('notifies subscribers of lists that they changed, and ends the subscription', {
    timeout: 60_000,
  }, async () => {
    const discover = { jsonrpc: '2.0', id: 1, method: 'server/discover', params: { _meta: MODERN_META } };
    const modern = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'server/discover' };
    const found = messageOf(await post(url, discover, { ...modern, ...bearer(old.token) })).result;
    expect(found?.['capabilities']).toMatchObject({
      tools: { listChanged: true },
      prompts: { listChanged: true },
      resources: { listChanged: true },
    });
    const { reply } = await subscribe(url, old.token);
    const told = reply.text();
    file('tokens', old.line.replace('call_logs:read', 'call_logs:read call_logs:write'));
    server.kill('SIGHUP');
    await reloaded();
    const text = await told;
    expect(text).toContain('notifications/tools/list_changed');
    expect(text).toContain('"resultType":"complete"');
    expect((await post(url, LIST_TOOLS, bearer(old.token))).body).toContain('update_call_log_fields');
  });

  it('declares no changes to clients of 2025, which it cannot tell', async () => {
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'test', version: '0' },
    };
    const initialize = { jsonrpc: '2.0', id: 1, method: 'initialize', params };
    const { result } = messageOf(await post(url, initialize, bearer(old.token)));
    expect(result?.['capabilities']).toMatchObject({ tools: { listChanged: false } });
  });

  it('loses no request, however often it is reloaded under load', { timeout: 120_000 }, async () => {
    const agent = new Agent({ keepAlive: true });
    const answers = new Map<string, number>();
    let asking = true;
    const clients = Array.from({ length: 16 }, async () => {
      while (asking) {
        const said = await post(url, SEARCH, bearer(old.token), agent).then(
          (reply) => `${reply.status} ${textOf(reply).includes('1 call found')}`,
          (error: NodeJS.ErrnoException) => error.code ?? String(error),
        );
        answers.set(said, (answers.get(said) ?? 0) + 1);
      }
    });
    for (let times = 1; times <= 5; times++) {
      const before = [...answers.values()].reduce((sum, count) => sum + count, 0);
      server.kill('SIGHUP');
      await reloaded(times);
      await expect
        .poll(() => [...answers.values()].reduce((sum, count) => sum + count, 0), { timeout: 20_000 })
        .toBeGreaterThan(before + 32);
    }
    asking = false;
    await Promise.all(clients);
    agent.destroy();
    console.log(
      `5 reloads under load: ${[...answers].map(([said, count]) => `${count} × ${said}`).join(', ')}`,
    );
    expect([...answers.keys()]).toEqual(['200 true']);
  });

  it('keeps what is in use when a file cannot be used, and says what is wrong', {
    timeout: 60_000,
  }, async () => {
    file('tokens', 'desk sha256:broken call_logs:read');
    server.kill('SIGHUP');
    await expect
      .poll(() => server.stderr(), { timeout: 20_000 })
      .toContain('CALL_LOGS_HTTP_TOKENS_FILE cannot be used');
    expect((await post(url, LIST_TOOLS, bearer(old.token))).status).toBe(200);
    file('tokens', `${old.line}\n${added.line}`);
    server.kill('SIGHUP');
    await reloaded();
    expect(messageOf(await post(url, LIST_TOOLS, bearer(added.token))).result).toBeDefined();
  });
});

describe('readiness', () => {
  it('is over while the service takes no connection, and comes back with it', {
    timeout: 60_000,
  }, async () => {
    const upstream = await startUpstream();
    const port = Number(new URL(upstream.url).port);
    await upstream.close();
    const server = startBin(['http', '--port', '0'], {
      CONVOSO_BASE_URL: upstream.url,
      CONVOSO_AUTH_TOKEN: 'upstream-secret',
    });
    const [, url = ''] = await server.seen(/Serving at (\S+)/);
    const ready = () => send(new URL('/readyz', url).href);
    const down = await ready();
    expect(down.status).toBe(503);
    expect(JSON.parse(down.body)).toEqual({
      status: 'unavailable',
      problems: ['The Convoso service takes no connection from this server.'],
    });
    expect((await send(new URL('/healthz', url).href)).status).toBe(200);
    const again = await startUpstream(undefined, port);
    await expect.poll(async () => (await ready()).status, { timeout: 20_000 }).toBe(200);
    expect(again.requests).toEqual([]);
    server.kill('SIGTERM');
    await server.done;
    await again.close();
  });
});
