import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bearer, LIST_TOOLS, makeTokens, post, type Running, send, startServer } from '../running.js';
import { FakeRedis } from './fake-redis.js';

describe('a Redis that answers with errors', () => {
  const tokens = makeTokens();
  let redis: FakeRedis;
  let server: Running;
  beforeEach(async () => {
    redis = await FakeRedis.start();
    server = await startServer({
      ...tokens.env,
      CALL_LOGS_REDIS_URL: redis.url,
      CALL_LOGS_HTTP_RATE: '1000',
    });
    await expect.poll(status, { timeout: 10_000 }).toBe('ready');
    // A busy machine may have needed a second attempt to connect.
    server.log.splice(0);
  });
  afterEach(async () => {
    await server.stop();
    await redis.stop();
  });

  const status = async () => JSON.parse((await send(`${server.origin}/readyz`)).body).status;
  const ask = async (token: string) => (await post(server.url, LIST_TOOLS, bearer(token))).status;
  const logged = () =>
    server.log.flatMap(({ level, message, reason }) =>
      /Redis/.test(String(message)) ? [[level, String(message).split(':')[0], reason]] : [],
    );

  it.each([
    ['OOM', "OOM command not allowed when used memory > 'maxmemory'."],
    ['WRONGTYPE', 'WRONGTYPE Operation against a key holding the wrong kind of value'],
    ['WRONGTYPE', 'ERR Error running script: @user_script: 1: WRONGTYPE Operation against a key'],
    ['READONLY', "READONLY You can't write against a read only replica."],
    ['ERR', 'ERR value is not an integer or out of range'],
  ])('loses no request, is degraded, said once (%s), and recovers', async (reason, fault) => {
    redis.fault = (command) => (command === 'EVAL' || command === 'SET' ? fault : undefined);
    for (let i = 0; i < 20; i++) expect(await ask(i % 2 === 0 ? tokens.reader : tokens.editor)).toBe(200);
    expect(await status()).toBe('degraded');
    expect((await send(`${server.origin}/metrics`)).body).toContain('call_logs_shared_limits 0');
    // Longer than it takes to try again.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(await status()).toBe('degraded');
    redis.fault = () => undefined;
    await expect.poll(status, { timeout: 10_000, interval: 200 }).toBe('ready');
    expect(await ask(tokens.reader)).toBe(200);
    expect(logged()).toEqual([
      ['warn', 'Redis answers with errors', reason],
      ['warn', 'shared limits are back', undefined],
    ]);
  });

  it('is degraded for as long as the key of one caller fails, however well the others do', async () => {
    redis.fault = (_, key) => (key.endsWith(':reader') ? 'WRONGTYPE Operation against a key' : undefined);
    for (let i = 0; i < 6; i++) {
      expect(await ask(tokens.reader)).toBe(200);
      expect(await ask(tokens.editor)).toBe(200);
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(await status()).toBe('degraded');
    }
    redis.fault = () => undefined;
    await expect.poll(status, { timeout: 10_000, interval: 200 }).toBe('ready');
    expect(logged()).toHaveLength(2);
  });
});

describe('a database on another machine', () => {
  it.each([
    ['CALL_LOGS_REDIS_URL', 'redis://user:canary-pass@192.0.2.1:6379', true],
    ['CALL_LOGS_REDIS_URL', 'rediss://user:canary-pass@192.0.2.1:6379', false],
    ['CALL_LOGS_REDIS_URL', 'redis://127.0.0.1:9', false],
    ['CALL_LOGS_REDIS_URL', 'redis://[::1]:9', false],
    ['CALL_LOGS_ARCHIVE_URL', 'clickhouse://user:canary-pass@192.0.2.1:8123/archive', true],
    ['CALL_LOGS_ARCHIVE_URL', 'clickhouse://user:canary-pass@192.0.2.1:8443/archive?tls=1', false],
    ['CALL_LOGS_ARCHIVE_URL', 'clickhouses://user:canary-pass@192.0.2.1:8443/archive', false],
    ['CALL_LOGS_ARCHIVE_URL', 'clickhouse://localhost:9/archive', false],
  ])('is warned of at the start when it is reached without TLS: %s=%s', async (name, address, warned) => {
    const server = await startServer({ [name]: address });
    const warnings = server.log.filter(({ message }) => String(message).includes('without TLS'));
    await server.stop();
    expect(warnings.map(({ level, message }) => [level, String(message).split(' ')[0]])).toEqual(
      warned ? [['warn', name]] : [],
    );
    expect(JSON.stringify(server.log)).not.toContain('canary-pass');
  });
});
