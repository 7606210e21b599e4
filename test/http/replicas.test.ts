import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startUpstream, type Upstream } from '../support/upstream.js';
import { HAS_REDIS, Redis } from './limits/redis.js';
import {
  bearer,
  LIST_TOOLS,
  makeTokens,
  post,
  type Running,
  send,
  startServer,
  textOf,
  toolCall,
} from './running.js';

const SEARCH = toolCall('search_call_logs', { limit: 1 });

describe.skipIf(!HAS_REDIS)('replicas that share a Redis', () => {
  const tokens = makeTokens();
  let redis: Redis;
  let upstream: Upstream;
  let replicas: Running[] = [];
  beforeAll(async () => {
    upstream = await startUpstream();
  });
  afterAll(() => upstream.close());
  beforeEach(async () => {
    redis = await Redis.start();
  });
  afterEach(async () => {
    await Promise.all(replicas.map((replica) => replica.stop()));
    await redis.kill();
  });

  async function startReplicas(env: Record<string, string>): Promise<void> {
    const all = { ...tokens.env, CONVOSO_BASE_URL: upstream.url, CALL_LOGS_REDIS_URL: redis.url, ...env };
    replicas = await Promise.all([startServer(all), startServer(all)]);
    await expect.poll(status, { timeout: 10_000 }).toEqual(['ready', 'ready']);
  }

  const status = () =>
    Promise.all(replicas.map(async ({ origin }) => JSON.parse((await send(`${origin}/readyz`)).body).status));

  const logged = (part: string) =>
    replicas.map(({ log }) => log.filter((line) => String(line['message']).includes(part)).length);

  /** Asks both replicas over and over from `clients` clients until told to stop; every answer must be good. */
  function load(clients: number) {
    let going = true;
    let answered = 0;
    const work = Array.from({ length: clients }, async (_, index) => {
      const replica = replicas[index % replicas.length];
      while (going && replica !== undefined) {
        const reply = await post(replica.url, SEARCH, bearer(tokens.reader));
        expect(reply.status).toBe(200);
        expect(textOf(reply)).not.toBe('');
        answered += 1;
      }
    });
    return {
      answered: () => answered,
      async end() {
        going = false;
        await Promise.all(work);
      },
    };
  }

  it('count a principal’s requests together', async () => {
    await startReplicas({ CALL_LOGS_HTTP_RATE: '10' });
    const statuses: number[] = [];
    for (let i = 0; i < 12; i++) {
      const replica = replicas[i % 2];
      if (replica !== undefined)
        statuses.push((await post(replica.url, LIST_TOOLS, bearer(tokens.reader))).status);
    }
    expect(statuses).toEqual([...Array(10).fill(200), 429, 429]);
  });

  // Again, should the machine have been too busy to use the budget up.
  it('keep one budget of requests upstream, within 10 %', { retry: 2 }, async () => {
    await startReplicas({ CALL_LOGS_HTTP_UPSTREAM_RATE: '20', CALL_LOGS_HTTP_RATE: '100000' });
    const arrivals: number[] = [];
    upstream.answer = () => {
      arrivals.push(performance.now());
      return { offset: 0, limit: 1, total_found: 0, results: [] };
    };
    const running = load(16);
    await expect.poll(() => arrivals.length, { timeout: 20_000, interval: 100 }).toBeGreaterThan(121);
    await running.end();
    // From the beginning of one second's twenty to the beginning of another's, five seconds' worth later.
    const rate = 100 / (((arrivals[120] ?? 0) - (arrivals[20] ?? 0)) / 1000);
    expect(rate).toBeGreaterThanOrEqual(18);
    expect(rate).toBeLessThanOrEqual(22);
  });

  it('lose no request when Redis dies under load, say so once, and recover', async () => {
    await startReplicas({ CALL_LOGS_HTTP_UPSTREAM_RATE: '10000', CALL_LOGS_HTTP_RATE: '1000000' });
    const running = load(8);
    await expect.poll(running.answered, { timeout: 20_000 }).toBeGreaterThan(50);
    await redis.kill();
    const atDeath = running.answered();
    await expect.poll(status, { timeout: 10_000 }).toEqual(['degraded', 'degraded']);
    await expect.poll(running.answered, { timeout: 20_000 }).toBeGreaterThan(atDeath + 50);
    await redis.start();
    await expect.poll(status, { timeout: 10_000 }).toEqual(['ready', 'ready']);
    await running.end();
    expect(logged('Redis cannot be reached')).toEqual([1, 1]);
    expect(logged('shared limits are back')).toEqual([1, 1]);
    expect(logged('unexpected error')).toEqual([0, 0]);
  });

  it('keep answering while Redis hangs', async () => {
    await startReplicas({ CALL_LOGS_HTTP_RATE: '1000' });
    redis.freeze();
    const reply = await post(replicas[0]?.url ?? '', SEARCH, bearer(tokens.reader));
    expect(reply.status).toBe(200);
    await expect.poll(status, { timeout: 15_000, interval: 250 }).toEqual(['degraded', 'degraded']);
    redis.thaw();
    await expect.poll(status, { timeout: 15_000, interval: 250 }).toEqual(['ready', 'ready']);
  });

  it('limit by themselves while Redis is away', async () => {
    await startReplicas({ CALL_LOGS_HTTP_RATE: '3' });
    await redis.kill();
    await expect.poll(status, { timeout: 10_000 }).toEqual(['degraded', 'degraded']);
    for (const replica of replicas) {
      const statuses = [];
      for (let i = 0; i < 4; i++)
        statuses.push((await post(replica.url, LIST_TOOLS, bearer(tokens.reader))).status);
      expect(statuses).toEqual([200, 200, 200, 429]);
    }
  });

  it('put no secret into Redis', async () => {
    await startReplicas({ CALL_LOGS_HTTP_UPSTREAM_RATE: '50' });
    await post(replicas[0]?.url ?? '', SEARCH, bearer(tokens.reader));
    const { createClient } = await import('@redis/client');
    const client = createClient({ url: redis.url });
    await client.connect();
    const keys = (await client.keys('*')).sort();
    client.destroy();
    expect(keys).toEqual([
      'convoso-call-logs:requests:reader',
      expect.stringMatching(/^convoso-call-logs:upstream:[0-9a-f]{16}$/),
    ]);
  });
});

describe('a Redis that was never there', () => {
  it('does not keep a server from starting and answering', async () => {
    const server = await startServer({
      CALL_LOGS_REDIS_URL: 'redis://127.0.0.1:9',
      CALL_LOGS_HTTP_RATE: '100',
    });
    expect((await post(server.url, SEARCH)).status).toBe(200);
    expect(JSON.parse((await send(`${server.origin}/readyz`)).body)).toMatchObject({
      status: 'degraded',
      problems: [expect.stringContaining('Redis')],
    });
    const { body } = await send(`${server.origin}/metrics`);
    expect(body).toContain('call_logs_shared_limits 0');
    await server.stop();
  });
});
