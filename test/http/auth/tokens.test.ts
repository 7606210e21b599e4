import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findToken, newToken, parseTokenLines } from '../../../src/http/auth/static-tokens.js';
import { runHere } from '../../support/run.js';
import { startUpstream, type Upstream } from '../../support/upstream.js';
import {
  bearer,
  LIST_TOOLS,
  makeTokens,
  messageOf,
  post,
  type Running,
  send,
  startServer,
  textOf,
  toolCall,
} from '../running.js';

const UPDATE = toolCall('update_call_log_fields', { call_log_id: '789', extra_field_01: 'reviewed' });
const SEARCH = toolCall('search_call_logs', { limit: 1 });

describe('a server that asks for tokens', () => {
  const tokens = makeTokens();
  let upstream: Upstream;
  let server: Running;
  beforeAll(async () => {
    upstream = await startUpstream();
    server = await startServer({ ...tokens.env, CONVOSO_BASE_URL: upstream.url });
  });
  afterAll(async () => {
    await server.stop();
    await upstream.close();
  });

  it.each([
    ['no header', {}],
    [
      'another scheme',
      { authorization: `Basic ${Buffer.from(`reader:${tokens.reader}`).toString('base64')}` },
    ],
    ['a proof-of-possession scheme', { authorization: `DPoP ${tokens.reader}` }],
  ])(
    'answers %s with 401 and no error, because nothing was tried, and lets nothing through',
    async (_, headers) => {
      const before = upstream.requests.length;
      for (const message of [SEARCH, UPDATE, LIST_TOOLS]) {
        const reply = await post(server.url, message, headers);
        expect(reply.status).toBe(401);
        expect(reply.headers['www-authenticate']).toBe('Bearer scope="call_logs:read call_logs:write"');
        // Neither do the words of the body name an error of OAuth.
        expect(JSON.parse(reply.body)).toMatchObject({ error: { code: -32_000 } });
        expect(reply.body).not.toContain('invalid_token');
      }
      expect(upstream.requests.length).toBe(before);
    },
  );

  async function toolsSeenBy(token: string): Promise<string[]> {
    const { result } = messageOf(await post(server.url, LIST_TOOLS, bearer(token)));
    return (result as { tools: { name: string }[] }).tools.map(({ name }) => name);
  }

  it.each([
    ['an empty token', { authorization: 'Bearer ' }],
    ['a wrong token', bearer(`${tokens.reader}x`)],
    ['a cut token', bearer(tokens.reader.slice(0, -1))],
    ['a digest instead of the token', bearer(createHash('sha256').update(tokens.reader).digest('hex'))],
    ['the upstream token', bearer('upstream-secret')],
  ])('answers %s with 401, says that it is not valid, and lets nothing through', async (_, headers) => {
    const before = upstream.requests.length;
    for (const message of [SEARCH, UPDATE, LIST_TOOLS]) {
      const reply = await post(server.url, message, headers);
      expect(reply.status).toBe(401);
      expect(reply.headers['www-authenticate']).toMatch(/^Bearer error="invalid_token"/);
      expect(JSON.parse(reply.body)).toMatchObject({ error: 'invalid_token' });
    }
    expect(upstream.requests.length).toBe(before);
  });

  it('takes no token from the query string', async () => {
    for (const name of ['access_token', 'token', 'authorization']) {
      expect((await post(`${server.url}?${name}=${tokens.reader}`, LIST_TOOLS)).status).toBe(401);
    }
  });

  it('refuses a stranger before a byte of the body has arrived', async () => {
    const status = await new Promise<number>((resolve, reject) => {
      const request = httpRequest(server.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': 1000 },
        agent: false,
      });
      request.on('response', (response) => {
        resolve(response.statusCode ?? 0);
        request.destroy();
      });
      request.on('error', reject);
      request.flushHeaders();
    });
    expect(status).toBe(401);
  });

  it('asks a stranger who waits for “100 Continue” not to send', async () => {
    const seen = await new Promise<string>((resolve, reject) => {
      const request = httpRequest(server.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': 10, expect: '100-continue' },
        agent: false,
      });
      request.on('continue', () => resolve('continue'));
      request.on('response', (response) => resolve(String(response.statusCode)));
      request.on('error', reject);
      request.flushHeaders();
    });
    expect(seen).toBe('401');
  });

  it('lets a known caller who waits for “100 Continue” send', async () => {
    const body = JSON.stringify(LIST_TOOLS);
    const status = await new Promise<number>((resolve, reject) => {
      const request = httpRequest(server.url, {
        method: 'POST',
        headers: {
          ...bearer(tokens.reader),
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          'content-length': body.length,
          expect: '100-continue',
        },
        agent: false,
      });
      request.on('continue', () => request.end(body));
      request.on('response', (response) => resolve(response.resume().statusCode ?? 0));
      request.on('error', reject);
      request.flushHeaders();
    });
    expect(status).toBe(200);
  });

  it('shows each caller the tools of its scopes', async () => {
    const reading = await toolsSeenBy(tokens.reader);
    expect(reading).toContain('search_call_logs');
    expect(reading).not.toContain('update_call_log_fields');
    expect(await toolsSeenBy(tokens.writer)).toEqual(['update_call_log_fields']);
    expect(new Set(await toolsSeenBy(tokens.editor))).toEqual(
      new Set([...reading, 'update_call_log_fields']),
    );
  });

  it('keeps resources and prompts from a caller who may only write', async () => {
    for (const method of ['resources/list', 'resources/templates/list', 'prompts/list']) {
      const list = { jsonrpc: '2.0', id: 1, method, params: {} };
      expect(messageOf(await post(server.url, list, bearer(tokens.reader))).result, method).toBeDefined();
      expect(messageOf(await post(server.url, list, bearer(tokens.writer))).error?.code, method).toBe(-32601);
    }
  });

  it('refuses the update to a reader, alone or in a batch, and says which scope it needs', async () => {
    const before = upstream.requests.length;
    for (const message of [UPDATE, [SEARCH, UPDATE]]) {
      const reply = await post(server.url, message, bearer(tokens.reader));
      expect(reply.status).toBe(403);
      expect(reply.headers['www-authenticate']).toContain('error="insufficient_scope"');
      expect(reply.headers['www-authenticate']).toContain('scope="call_logs:read call_logs:write"');
    }
    expect(upstream.requests.length).toBe(before);
  });

  it('lets an editor update, with the server’s own token upstream and never the caller’s', async () => {
    upstream.answer = () => ({ success: true });
    const reply = await post(server.url, UPDATE, bearer(tokens.editor));
    expect(textOf(reply)).toContain('Updated call 789');
    const sent = JSON.stringify(upstream.requests.map(({ url, headers, body }) => ({ url, headers, body })));
    expect(sent).toContain('upstream-secret');
    for (const token of [tokens.reader, tokens.editor, tokens.writer]) expect(sent).not.toContain(token);
  });

  it('serves health and metrics without a token, and keeps them free of callers', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics']) {
      const reply = await send(server.origin + path);
      expect(reply.status).toBe(200);
      expect(reply.body).not.toMatch(/reader|editor|writer/);
    }
  });

  it('logs who called by name, and no token', async () => {
    await post(server.url, SEARCH, bearer(tokens.reader));
    const log = JSON.stringify(server.log);
    expect(server.log).toContainEqual(expect.objectContaining({ principal: 'reader', rpc: ['tools/call'] }));
    for (const secret of [tokens.reader, tokens.editor, 'upstream-secret']) expect(log).not.toContain(secret);
  });
});

describe('a read-only server', () => {
  it('has no update tool, whatever the scopes', async () => {
    const tokens = makeTokens();
    const server = await startServer(tokens.env, { readOnly: true });
    const { result } = messageOf(await post(server.url, LIST_TOOLS, bearer(tokens.editor)));
    expect(result).toHaveProperty('tools');
    expect(JSON.stringify(result)).not.toContain('update_call_log_fields');
    const called = messageOf(await post(server.url, UPDATE, bearer(tokens.editor)));
    expect(called.error?.code).toBe(-32602);
    await server.stop();
  });
});

describe('tokens', () => {
  it('are new each time, long, and kept as digests', () => {
    const one = newToken('qa', ['call_logs:read']);
    const two = newToken('qa', ['call_logs:read']);
    expect(one.token).not.toBe(two.token);
    expect(Buffer.from(one.token.replace('clt_', ''), 'base64url')).toHaveLength(32);
    expect(one.line).not.toContain(one.token);
    const known = parseTokenLines(`${one.line}\n${two.line.replace('qa', 'desk')}`, 'tokens');
    expect(findToken(known, two.token)?.name).toBe('desk');
    expect(findToken(known, `${two.token}x`)).toBeUndefined();
  });

  it('are printed with the line that admits them', async () => {
    const { stdout } = await runHere(['token', 'desk', 'call_logs:read', 'call_logs:write']);
    const [, token, , line] = stdout.split('\n').map((one) => one.trim());
    const [known] = parseTokenLines(line ?? '', 'the line');
    expect(known).toMatchObject({ name: 'desk', scopes: ['call_logs:read', 'call_logs:write'] });
    expect(findToken(known === undefined ? [] : [known], token ?? '')).toBe(known);
    expect((await runHere(['token', 'desk', 'call_logs:all'])).stderr).toContain('is not a scope');
  });
});
