import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cut, page, row, startUpstream, type Upstream } from '../support/upstream.js';
import { LIST_TOOLS, messageOf, post, type Running, send, startServer, toolCall } from './running.js';

const PHONE = '2125550123';

describe('operating a server', () => {
  let upstream: Upstream;
  let server: Running;
  beforeAll(async () => {
    upstream = await startUpstream(() => page([row({ phone_number: PHONE })], 1));
    server = await startServer({ CONVOSO_BASE_URL: upstream.url });
    await post(server.url, toolCall('search_call_logs', { phone_number: PHONE, last_name: 'Doe' }));
    await post(server.url, toolCall('search_call_logs', { limit: -1 }));
    await post(server.url, toolCall(`no_such_tool_${PHONE}`));
    await post(server.url, { jsonrpc: '2.0', id: 1, method: `call/${PHONE}` });
    await send(`${server.origin}/calls/${PHONE}?phone=${PHONE}`);
    await send(`${server.origin}/healthz`, { method: 'BREW' }).catch(() => undefined);
    upstream.answer = cut;
    await post(server.url, toolCall('get_call_log', { id: '987654321' }));
  });
  afterAll(async () => {
    await server.stop();
    await upstream.close();
  });

  it('is alive and ready', async () => {
    expect(await send(`${server.origin}/healthz`)).toMatchObject({ status: 200, body: '{"status":"alive"}' });
    expect(JSON.parse((await send(`${server.origin}/readyz`)).body)).toEqual({
      status: 'ready',
      problems: [],
    });
  });

  it('counts requests, calls of tools and requests upstream, by outcome', async () => {
    const reply = await send(`${server.origin}/metrics`);
    expect(reply.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    const lines = reply.body.split('\n');
    for (const line of [
      'call_logs_http_requests_total{route="mcp",method="POST",status="200"} 5',
      'call_logs_http_requests_total{route="other",method="GET",status="404"} 1',
      'call_logs_tool_calls_total{tool="search_call_logs",outcome="ok"} 1',
      'call_logs_tool_calls_total{tool="search_call_logs",outcome="error"} 1',
      'call_logs_tool_calls_total{tool="get_call_log",outcome="error"} 1',
      // The search, a look at how the account's rows print phone numbers, and whether letters' case matters in a name.
      'call_logs_upstream_requests_total{endpoint="retrieve",outcome="ok",status="200"} 3',
      'call_logs_http_requests_in_flight 1',
    ]) {
      expect(lines).toContain(line);
    }
    expect(reply.body).toMatch(
      /call_logs_upstream_requests_total\{endpoint="retrieve",outcome="interrupted",status="none"\} [1-9]/,
    );
    expect(reply.body).toContain('call_logs_tool_call_duration_seconds_bucket');
    expect(reply.body).toMatch(/call_logs_upstream_retries_total\{endpoint="retrieve"\} [1-9]/);
    expect(reply.body).toContain('process_resident_memory_bytes');
  });

  it('puts nothing of a call, a caller or a path into metrics or logs', async () => {
    const { body } = await send(`${server.origin}/metrics`);
    for (const text of [body, JSON.stringify(server.log)]) {
      for (const private_ of [PHONE, 'Doe', '987654321', 'no_such_tool', 'upstream-secret', '/calls/']) {
        expect(text).not.toContain(private_);
      }
    }
  });

  it('gives every request an id, which its log lines carry; a caller may choose it', async () => {
    const chosen = await post(server.url, toolCall('search_call_logs', { limit: -1 }), {
      'x-request-id': 'trace-42',
    });
    expect(chosen.headers['x-request-id']).toBe('trace-42');
    await expect
      .poll(() =>
        server.log.filter((line) => line['request_id'] === 'trace-42').map((line) => line['message']),
      )
      .toEqual(expect.arrayContaining(['tool call', 'request']));
    const odd = await send(`${server.origin}/healthz`, { headers: { 'x-request-id': 'a b"c' } });
    expect(odd.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    ['GET', '/none', 404],
    ['POST', '/', 404],
    ['DELETE', '/healthz', 405],
    ['POST', '/metrics', 405],
    ['PUT', '/mcp', 405],
    ['GET', '/mcp', 405],
    ['DELETE', '/mcp', 405],
    ['GET', '/%2e%2e/etc/passwd', 404],
    ['GET', '/mcp/', 404],
  ])('answers %s %s with %i in JSON', async (method, path, status) => {
    const reply = await send(server.origin + path, { method });
    expect(reply.status).toBe(status);
    expect(reply.headers['content-type']).toBe('application/json');
    expect(messageOf(reply).error?.message).toBeTruthy();
    expect(reply.headers['x-content-type-options']).toBe('nosniff');
    if (status === 405) expect(reply.headers['allow']).toBeTruthy();
  });

  it('keeps serving after all that', async () => {
    expect((await post(server.url, LIST_TOOLS)).status).toBe(200);
  });
});
