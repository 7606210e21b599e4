import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  LIST_TOOLS,
  makeTokens,
  messageOf,
  post,
  type Running,
  send,
  sendRaw,
  startServer,
} from './running.js';

const ROUTES = ['/mcp', '/healthz', '/readyz', '/metrics', '/.well-known/oauth-protected-resource', '/none'];

/** Headers by which proxies, load balancers, content networks and tunnels tell of what they pass on. */
const FORWARDED = [
  'Via',
  'Forwarded',
  'X-Forwarded',
  'X-Forwarded-For',
  'X-Forwarded-Host',
  'X-Forwarded-Proto',
  'X-Forwarded-Port',
  'X-Forwarded-Server',
  'X-Forwarded-Prefix',
  'X-Forwarded-Anything-Else',
  'Forwarded-For',
  'X-Real-IP',
  'X-Real-Port',
  'Client-IP',
  'X-Client-IP',
  'X-Cluster-Client-IP',
  'X-Remote-IP',
  'X-Remote-Addr',
  'X-Originating-IP',
  'X-Original-Forwarded-For',
  'X-Original-Host',
  'X-Original-URL',
  'X-Rewrite-URL',
  'X-ProxyUser-Ip',
  'X-Nginx-Proxy',
  'Proxy-Connection',
  'WL-Proxy-Client-IP',
  'True-Client-IP',
  'CF-Connecting-IP',
  'CF-Ray',
  'CDN-Loop',
  'Fastly-Client-IP',
  'Fly-Client-IP',
  'Fly-Region',
  'Akamai-Origin-Hop',
  'X-Azure-ClientIP',
  'X-ARR-SSL',
  'X-Amzn-Trace-Id',
  'X-Amz-Cf-Id',
  'X-AppEngine-User-IP',
  'X-Cloud-Trace-Context',
  'X-Envoy-External-Address',
  'X-Vercel-Id',
  'X-NF-Client-Connection-IP',
  'Tailscale-User-Login',
  'Ngrok-Trace-Id',
  'X-Varnish',
  'X-Scheme',
  'X-Url-Scheme',
  'Front-End-Https',
  'X-Host',
];

describe('a server with no configuration', () => {
  let server: Running;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  it('listens on loopback alone', () => {
    expect(new URL(server.url).hostname).toBe('127.0.0.1');
  });

  it.each(ROUTES)('refuses a foreign Host on %s', async (route) => {
    for (const host of ['evil.example', 'evil.example:3000', '127.0.0.1.evil.example', '10.0.0.1']) {
      const reply = await send(server.origin + route, { headers: { host } });
      expect(reply.status, host).toBe(403);
      expect(messageOf(reply).error?.message).toContain('Host');
    }
  });

  it.each(ROUTES)('refuses a foreign Origin on %s', async (route) => {
    for (const origin of ['https://evil.example', 'null', 'http://localhost.evil.example', 'file://', '']) {
      const reply = await send(server.origin + route, { headers: { origin } });
      expect(reply.status, origin).toBe(403);
      expect(reply.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('refuses a foreign page before it reads what the page sends', async () => {
    const reply = await post(server.url, 'not json', { origin: 'https://evil.example' });
    expect(reply.status).toBe(403);
  });

  it('refuses a request without a Host', async () => {
    const reply = await sendRaw(server.origin, 'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n');
    expect(reply).toMatch(/^HTTP\/1\.1 403 /);
  });

  it.each([
    'localhost@evil.example',
    'evil.example@localhost',
    'localhost#.evil.example',
    'localhost/.evil.example',
    'localhost?evil.example',
    '%6cocalhost',
    '2130706433',
    '0x7f.1',
    'localhost:',
    'localhost:123456',
    'localhost:80:80',
    'localhost.',
    '[::1',
    'localhost, evil.example',
  ])('compares Host as it stands, and refuses %s', async (host) => {
    const reply = await sendRaw(
      server.origin,
      `GET /healthz HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    );
    expect(reply).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('refuses a second Host', async () => {
    const reply = await sendRaw(
      server.origin,
      'GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
    );
    expect(reply).toMatch(/^HTTP\/1\.1 403 /);
  });

  it.each([
    ['localhost', 417],
    ['evil.example', 403],
  ])('answers an unknown expectation in JSON after the guard: for %s with %i', async (host, status) => {
    const reply = await sendRaw(
      server.origin,
      `GET /healthz HTTP/1.1\r\nHost: ${host}\r\nExpect: 200-ok\r\nConnection: close\r\n\r\n`,
    );
    expect(reply).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(JSON.parse(reply.split('\r\n\r\n')[1] ?? '')).toHaveProperty('error');
    expect(server.log).toContainEqual(expect.objectContaining({ message: 'request', status }));
  });

  it.each(['gzip, chunked', 'deflate, chunked', 'chunked, chunked', 'identity', 'xchunked'])(
    'takes no body in the transfer coding %s, and ends the connection',
    async (coding) => {
      const body = JSON.stringify(LIST_TOOLS);
      const reply = await sendRaw(
        server.origin,
        `POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\nTransfer-Encoding: ${coding}\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
      );
      expect(reply).toMatch(/^HTTP\/1\.1 (400|501) /);
      expect(reply).toMatch(/^Connection: close/im);
      expect(reply.match(/^HTTP\/1\.1/gm)).toHaveLength(1);
    },
  );

  it.each([
    ['Application/JSON, Text/Event-Stream', 200],
    ['*/*', 200],
    ['application/*;q=0.5, text/*', 200],
    ['application/json;q=0, */*', 406],
    ['text/html', 406],
  ])('understands Accept: %s', async (accept, status) => {
    expect((await post(server.url, LIST_TOOLS, { accept })).status).toBe(status);
  });

  it('serves every name of this machine', async () => {
    const { port } = new URL(server.url);
    for (const host of ['localhost', `localhost:${port}`, '127.0.0.1', `[::1]:${port}`]) {
      expect((await send(`${server.origin}/healthz`, { headers: { host } })).status, host).toBe(200);
    }
  });

  it.each(FORWARDED)('refuses what a proxy forwards from elsewhere with %s', async (name) => {
    for (const value of ['203.0.113.9', '']) {
      const reply = await post(server.url, LIST_TOOLS, { [name]: value });
      expect(reply.status).toBe(403);
      expect(messageOf(reply).error?.message).toContain(name.toLowerCase());
      expect(messageOf(reply).error?.message).toContain('CALL_LOGS_HTTP_TOKENS_FILE');
    }
  });

  it('refuses HTTP/1.0, which proxies speak and hosts do not', async () => {
    const reply = await sendRaw(server.origin, 'GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n');
    expect(reply).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('serves what hosts and browsers send by themselves', async () => {
    const headers = {
      accept: 'application/json, text/event-stream',
      'accept-encoding': 'gzip, deflate, br',
      'accept-language': 'en',
      'cache-control': 'no-cache',
      cookie: 'a=b',
      dnt: '1',
      'last-event-id': '7',
      'mcp-protocol-version': '2025-11-25',
      'mcp-session-id': 'x',
      origin: 'http://localhost:6274',
      pragma: 'no-cache',
      priority: 'u=1',
      referer: 'http://localhost:6274/',
      'sec-ch-ua-platform': '"Linux"',
      'sec-fetch-mode': 'cors',
      'sec-fetch-site': 'same-site',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      'upgrade-insecure-requests': '1',
      'user-agent': 'test',
      'x-api-key': 'x',
      'x-client-name': 'host',
      'x-request-id': 'abc',
      'x-stainless-lang': 'js',
    };
    expect((await post(server.url, LIST_TOOLS, headers)).status).toBe(200);
  });
});

describe('a server with configured hosts and origins', () => {
  let server: Running;
  const tokens = makeTokens();
  beforeAll(async () => {
    server = await startServer({
      ...tokens.env,
      CALL_LOGS_HTTP_ALLOWED_HOSTS: 'calls.example.com, other.example:8443',
      CALL_LOGS_HTTP_ALLOWED_ORIGINS: 'https://app.example.com',
    });
  });
  afterAll(() => server.stop());

  it('answers under those names, whatever the port and the letter case', async () => {
    for (const host of ['calls.example.com', 'CALLS.example.com:443', 'other.example']) {
      expect((await send(`${server.origin}/healthz`, { headers: { host } })).status, host).toBe(200);
    }
    expect((await send(`${server.origin}/healthz`, { headers: { host: 'example.com' } })).status).toBe(403);
  });

  it('takes an allowed origin whole: another scheme or port is another origin', async () => {
    const origins = {
      'https://app.example.com': 200,
      'http://app.example.com': 403,
      'https://app.example.com:8443': 403,
    };
    for (const [origin, status] of Object.entries(origins)) {
      expect((await send(`${server.origin}/healthz`, { headers: { origin } })).status, origin).toBe(status);
    }
  });

  it('tells the browser of an allowed page what the page may send and read', async () => {
    const origin = 'https://app.example.com';
    const preflight = await send(server.url, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': origin,
      vary: 'Origin',
    });
    expect(preflight.headers['access-control-allow-headers']).toContain('Authorization');
    const refused = await post(server.url, LIST_TOOLS, { origin });
    expect(refused.status).toBe(401);
    expect(refused.headers['access-control-allow-origin']).toBe(origin);
    expect(refused.headers['access-control-expose-headers']).toContain('WWW-Authenticate');
  });

  it('serves what a proxy forwards, to those who have a token', async () => {
    const reply = await post(server.url, LIST_TOOLS, {
      host: 'calls.example.com',
      'x-forwarded-for': '203.0.113.9',
      authorization: `Bearer ${tokens.reader}`,
    });
    expect(reply.status).toBe(200);
  });
});
