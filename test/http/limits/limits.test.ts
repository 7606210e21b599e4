import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_BATCH, MAX_BODY_BYTES, MAX_DEPTH } from '../../../src/http/body.js';
import { page, row, sendJson, startUpstream, type Upstream } from '../../support/upstream.js';
import {
  bearer,
  LIST_TOOLS,
  makeTokens,
  messageOf,
  post,
  type Running,
  send,
  sendRaw,
  startServer,
  textOf,
  toolCall,
} from '../running.js';

const JSON_HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

describe('bounds of a request', () => {
  let server: Running;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  const padded = (bytes: number) => {
    const message = { ...LIST_TOOLS, params: { _meta: { padding: '' } } };
    message.params._meta.padding = 'x'.repeat(bytes - JSON.stringify(message).length);
    return JSON.stringify(message);
  };
  const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

  it('takes a body of exactly the bound, and none that is a byte larger', async () => {
    expect((await post(server.url, padded(MAX_BODY_BYTES))).status).toBe(200);
    const reply = await post(server.url, padded(MAX_BODY_BYTES + 1));
    expect(reply.status).toBe(413);
    expect(messageOf(reply).error?.message).toContain(String(MAX_BODY_BYTES));
  });

  it('counts what arrives when no length is announced', async () => {
    const reply = await send(server.url, {
      method: 'POST',
      headers: { ...JSON_HEADERS, 'transfer-encoding': 'chunked' },
      body: padded(MAX_BODY_BYTES + 1),
    });
    expect(reply.status).toBe(413);
  });

  it('answers 413 to a client that sends a hundred times too much', async () => {
    const reply = await send(server.url, {
      method: 'POST',
      headers: JSON_HEADERS,
      body: Buffer.alloc(100 * MAX_BODY_BYTES, 'x'),
    }).catch((error: NodeJS.ErrnoException) => error);
    // Whoever goes on sending long after the answer is cut off.
    expect('status' in reply ? reply.status : reply.code).toSatisfy((seen) =>
      [413, 'EPIPE', 'ECONNRESET'].includes(seen as number | string),
    );
  });

  it.each([
    ['no JSON', '{"jsonrpc":', 400, -32700],
    ['nothing', '', 400, -32700],
    ['HTML', '<html></html>', 400, -32700],
    ['bytes that are no text', Buffer.from([0x22, 0xff, 0xfe, 0x22]), 400, -32700],
    ['JSON nested too deep', nested(MAX_DEPTH + 1), 400, -32600],
    ['JSON nested absurdly deep', nested(500_000), 400, -32600],
    ['a batch too large', JSON.stringify(Array(MAX_BATCH + 1).fill(LIST_TOOLS)), 400, -32600],
    ['JSON that is no message', '{"a":1}', 400, undefined],
    ['a number', '5', 400, undefined],
    ['null', 'null', 400, undefined],
    ['an empty batch', '[]', 400, undefined],
  ])('answers %s with a JSON-RPC error', async (_, body, status, code) => {
    const reply = await send(server.url, { method: 'POST', headers: JSON_HEADERS, body });
    expect(reply.status).toBe(status);
    expect(reply.headers['content-type']).toBe('application/json');
    const { error } = messageOf(reply);
    if (code !== undefined) expect(error?.code).toBe(code);
    expect(error?.code).toBeLessThan(0);
    expect(reply.body).not.toMatch(/\bat .*:\d+:\d+|node_modules|<html/);
  });

  it('counts no brackets inside strings', async () => {
    const message = toolCall('search_call_logs', { first_name: `"\\"${'['.repeat(100)}\\`, limit: 1 });
    expect((await post(server.url, message)).status).toBe(200);
  });

  it.each([
    ['text/plain', {}],
    ['application/x-www-form-urlencoded', {}],
    ['', {}],
    ['application/json', { 'content-encoding': 'gzip' }],
  ])('refuses content type %j %j with 415', async (type, more) => {
    const reply = await send(server.url, {
      method: 'POST',
      headers: { ...JSON_HEADERS, 'content-type': type, ...more },
      body: JSON.stringify(LIST_TOOLS),
    });
    expect(reply.status).toBe(415);
    expect(messageOf(reply).error).toBeDefined();
  });

  it('answers a batch of 2025-03-26 whole', async () => {
    const reply = await post(server.url, [
      toolCall('search_call_logs', { limit: 1 }, 1),
      toolCall('get_call_log', { id: '789' }, 2),
    ]);
    expect([...reply.body.matchAll(/"id":(\d)[,}]/g)].map(([, id]) => id)).toEqual(
      expect.arrayContaining(['1', '2']),
    );
  });

  it('answers bytes that are not HTTP in JSON', async () => {
    const reply = await sendRaw(server.origin, 'HELLO\r\n\r\n');
    expect(reply).toMatch(/^HTTP\/1\.1 400 /);
    expect(JSON.parse(reply.split('\r\n\r\n')[1] ?? '')).toHaveProperty('error');
  });

  it('answers a header that is too large in JSON', async () => {
    const reply = await sendRaw(server.origin, `GET /healthz HTTP/1.1\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`);
    expect(reply).toMatch(/^HTTP\/1\.1 431 /);
    expect(JSON.parse(reply.split('\r\n\r\n')[1] ?? '')).toHaveProperty('error');
  });

  it('cuts off a client that never finishes its header, and tells it so in JSON', async () => {
    const reply = await sendRaw(server.origin, 'POST /mcp HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
    expect(reply).toMatch(/^HTTP\/1\.1 408 /);
    expect(JSON.parse(reply.split('\r\n\r\n')[1] ?? '')).toHaveProperty('error');
  });

  it('notices a client that leaves in the middle of its body', async () => {
    const socket = connect(Number(new URL(server.origin).port), '127.0.0.1');
    socket.write(
      'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"json',
    );
    await sleep(100);
    socket.destroy();
    await expect
      .poll(() => server.log.find((line) => line['message'] === 'request' && line['status'] === 499))
      .toBeDefined();
    expect(server.log.filter((line) => line['message'] === 'unexpected error')).toEqual([]);
  });
});

describe('the rate of requests', () => {
  it('holds for each principal alone, batches counted by message, with Retry-After', async () => {
    const tokens = makeTokens();
    const server = await startServer({ ...tokens.env, CALL_LOGS_HTTP_RATE: '6' });
    const statuses = async (token: string, count: number) => {
      const replies = [];
      for (let i = 0; i < count; i++) replies.push(await post(server.url, LIST_TOOLS, bearer(token)));
      return replies;
    };
    expect((await statuses(tokens.reader, 6)).map(({ status }) => status)).toEqual(Array(6).fill(200));
    const [refused] = await statuses(tokens.reader, 1);
    expect(refused?.status).toBe(429);
    expect(Number(refused?.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(refused?.headers['retry-after'])).toBeLessThanOrEqual(60);
    expect(messageOf(refused ?? fail()).error?.message).toContain('Try again in');
    const batch = [1, 2, 3, 4].map((id) => ({ ...LIST_TOOLS, id }));
    expect((await post(server.url, batch, bearer(tokens.editor))).status).toBe(200);
    expect((await post(server.url, batch, bearer(tokens.editor))).status).toBe(429);
    await server.stop();
  });

  it('does not hold for strangers, who are refused anyway, nor for health', async () => {
    const tokens = makeTokens();
    const server = await startServer({ ...tokens.env, CALL_LOGS_HTTP_RATE: '1' });
    for (let i = 0; i < 3; i++) {
      expect((await post(server.url, LIST_TOOLS)).status).toBe(401);
      expect((await send(`${server.origin}/healthz`)).status).toBe(200);
    }
    expect((await post(server.url, LIST_TOOLS, bearer(tokens.reader))).status).toBe(200);
    await server.stop();
  });
});

/** A search that one request answers: a page without calls would be looked into. */
function search(limit: number) {
  return toolCall('search_call_logs', { limit, start_time: '2026-03-03', end_time: '2026-03-03' });
}

describe('requests upstream', () => {
  let upstream: Upstream;
  let most = 0;
  let open = 0;
  beforeAll(async () => {
    upstream = await startUpstream((_request, response) => {
      most = Math.max(most, ++open);
      setTimeout(() => {
        open -= 1;
        sendJson(response, JSON.stringify(page([row()])));
      }, 40);
      return undefined;
    });
  });
  afterAll(() => upstream.close());

  it('are bounded for the whole server, and every caller is served in the end', async () => {
    const server = await startServer({
      CONVOSO_BASE_URL: upstream.url,
      CALL_LOGS_HTTP_UPSTREAM_CONCURRENCY: '3',
    });
    const replies = await Promise.all(Array.from({ length: 24 }, () => post(server.url, search(1))));
    for (const reply of replies) expect(textOf(reply)).toMatch(/1 call/);
    expect(most).toBe(3);
    await server.stop();
  });

  it('keep within a budget a second', async () => {
    const server = await startServer({
      CONVOSO_BASE_URL: upstream.url,
      CALL_LOGS_HTTP_UPSTREAM_RATE: '5',
    });
    const before = upstream.requests.length;
    const started = performance.now();
    await Promise.all(Array.from({ length: 16 }, () => post(server.url, search(1))));
    // Sixteen at five a second need three waits of a second, however fast the machine is.
    expect(performance.now() - started).toBeGreaterThan(2_900);
    expect(upstream.requests.length - before).toBe(16);
    await server.stop();
  });

  it('of a caller who leaves the queue are never sent', async () => {
    const held: (() => void)[] = [];
    const slow = await startUpstream((_request, response) => {
      held.push(() => sendJson(response, JSON.stringify(page([row()]))));
      return undefined;
    });
    const server = await startServer({
      CONVOSO_BASE_URL: slow.url,
      CALL_LOGS_HTTP_UPSTREAM_CONCURRENCY: '1',
    });
    const first = post(server.url, search(1));
    await expect.poll(() => held.length).toBe(1);
    const socket = connect(Number(new URL(server.origin).port), '127.0.0.1');
    const call = search(2);
    const body = JSON.stringify({ ...call, params: { ...call.params, _meta: { progressToken: 1 } } });
    socket.write(
      `POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    // Who asks for progress is answered with a stream, which opens when the call has begun.
    await new Promise((resolve) => socket.once('data', resolve));
    socket.destroy();
    await expect
      .poll(() => server.log.some((line) => line['message'] === 'request' && line['status'] === 499))
      .toBe(true);
    held[0]?.();
    await first;
    const third = post(server.url, search(3));
    await expect.poll(() => held.length).toBe(2);
    held[1]?.();
    await third;
    expect(slow.requests.map(({ form }) => form['limit'])).toEqual(['1', '3']);
    await server.stop();
    await slow.close();
  });

  it('of a caller who leaves are cut short', async () => {
    let cut = false;
    const slow = await startUpstream((_request, response) => {
      response.once('close', () => {
        cut = true;
      });
      return undefined;
    });
    const server = await startServer({ CONVOSO_BASE_URL: slow.url });
    const socket = connect(Number(new URL(server.origin).port), '127.0.0.1');
    const body = JSON.stringify(toolCall('search_call_logs'));
    socket.write(
      `POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await expect.poll(() => slow.requests.length).toBe(1);
    expect(cut).toBe(false);
    socket.destroy();
    await expect.poll(() => cut).toBe(true);
    await server.stop();
    await slow.close();
  });
});

function fail(): never {
  throw new Error('there is no answer');
}
