import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
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
  toolCall,
} from '../running.js';
import { type Issuer, startIssuer } from './issuer.js';

const RESOURCE = 'https://calls.example.com/mcp';
const METADATA = 'https://calls.example.com/.well-known/oauth-protected-resource/mcp';
const SEARCH = toolCall('search_call_logs', { limit: 1 });
const UPDATE = toolCall('update_call_log_fields', { call_log_id: '789', extra_field_01: 'x' });

describe('a resource server of OAuth', () => {
  const tokens = makeTokens();
  let issuer: Issuer;
  let upstream: Upstream;
  let server: Running;
  beforeAll(async () => {
    issuer = await startIssuer(RESOURCE);
    upstream = await startUpstream();
    server = await startServer({
      ...tokens.env,
      CONVOSO_BASE_URL: upstream.url,
      CALL_LOGS_OAUTH_ISSUER: issuer.url,
      CALL_LOGS_OAUTH_RESOURCE: RESOURCE,
    });
  });
  afterAll(async () => {
    await server.stop();
    await Promise.all([issuer.close(), upstream.close()]);
  });

  const call = async (token: string, message: unknown = SEARCH) => post(server.url, message, bearer(token));

  it('serves a good token of the issuer, and still a static one', async () => {
    expect((await call(await issuer.sign())).status).toBe(200);
    expect((await call(tokens.reader)).status).toBe(200);
  });

  it('takes the audience out of several, and scopes as other issuers write them', async () => {
    const token = await issuer.sign({
      aud: ['https://other.example', RESOURCE],
      scope: undefined,
      scp: ['call_logs:read'],
    });
    expect((await call(token)).status).toBe(200);
  });

  describe('lets nothing through, and says where to get a token, for', () => {
    const now = () => Math.floor(Date.now() / 1000);
    const bad: Record<string, () => Promise<string> | string> = {
      'another audience': () => issuer.sign({ aud: 'https://other.example/mcp' }),
      'no audience': () => issuer.sign({ aud: undefined }),
      'an audience that only starts like this one': () => issuer.sign({ aud: `${RESOURCE}-other` }),
      'another issuer': () => issuer.sign({ iss: 'https://login.example.com' }),
      'an expired token': () => issuer.sign({ exp: now() - 60 }),
      'a token that never expires': () => issuer.sign({ exp: undefined }),
      'a token from the future': () => issuer.sign({ nbf: now() + 300 }),
      'the none algorithm': () =>
        new UnsecuredJWT({ scope: 'call_logs:read', sub: 'x' })
          .setIssuer(issuer.url)
          .setAudience(RESOURCE)
          .setExpirationTime('5m')
          .encode(),
      'a key that is not the issuer’s': async () => {
        const { privateKey } = await generateKeyPair('ES256');
        return forge(privateKey, 'ES256', issuer.url);
      },
      'a shared secret made of public material': async () => {
        const { publicKey } = await generateKeyPair('RS256', { extractable: true });
        return forge(new TextEncoder().encode(await exportSPKI(publicKey)), 'HS256', issuer.url);
      },
      'a changed claim': async () => {
        const [header, , signature] = (await issuer.sign()).split('.');
        const payload = { iss: issuer.url, aud: RESOURCE, exp: now() + 300, scope: 'call_logs:write' };
        return [header, Buffer.from(JSON.stringify(payload)).toString('base64url'), signature].join('.');
      },
      'an ID token, by its type': () => issuer.sign({}, { typ: 'JWT' }),
      'a token without a type': () => issuer.sign({}, { typ: undefined }),
      'a logout token': () => issuer.sign({}, { typ: 'logout+jwt' }),
      'a DPoP proof': () => issuer.sign({}, { typ: 'dpop+jwt' }),
      'a token bound to a key of its holder': () => issuer.sign({ cnf: { jkt: 'x' } }),
      'a token bound to a certificate': () => issuer.sign({ cnf: { 'x5t#S256': 'x' } }),
      'no subject': () => issuer.sign({ sub: undefined }),
      'a blank subject': () => issuer.sign({ sub: ' ' }),
      'a subject that is an object': () => issuer.sign({ sub: { id: 1 } }),
      'a subject that is a number': () => issuer.sign({ sub: 7 }),
      'a subject that is null': () => issuer.sign({ sub: null }),
      'a token issued far ahead': () => issuer.sign({ iat: now() + 10_000, exp: now() + 20_000 }),
      'a time of issue that is a text': () => issuer.sign({ iat: 'now' }),
      'no token at all': () => '',
      garbage: () => 'a.b.c',
    };

    it.each(Object.entries(bad))('%s', async (_, make) => {
      const before = upstream.requests.length;
      const token = await make();
      const reply = await call(token);
      expect(reply.status).toBe(401);
      const challenge = reply.headers['www-authenticate'] ?? '';
      expect(challenge).toContain('error="invalid_token"');
      expect(challenge).toContain(`resource_metadata="${METADATA}"`);
      expect(upstream.requests.length).toBe(before);
      if (token !== '') expect(JSON.stringify(server.log) + reply.body + challenge).not.toContain(token);
    });
  });

  it('answers a token without scopes of this server with insufficient_scope', async () => {
    for (const scope of ['openid profile', '', 'call_logs:admin', 'call_logs']) {
      const reply = await call(await issuer.sign({ scope }));
      expect(reply.status).toBe(403);
      expect(reply.headers['www-authenticate']).toContain('error="insufficient_scope"');
      expect(reply.headers['www-authenticate']).toContain('scope="call_logs:read call_logs:write"');
      expect(reply.headers['www-authenticate']).toContain(`resource_metadata="${METADATA}"`);
    }
  });

  it('shows the update to a reader, who could get the scope for it, and asks for that scope when it is called', async () => {
    const token = await issuer.sign();
    const { result } = messageOf(await call(token, LIST_TOOLS));
    expect(JSON.stringify(result)).toContain('update_call_log_fields');
    expect(JSON.stringify(messageOf(await call(tokens.reader, LIST_TOOLS)))).not.toContain(
      'update_call_log_fields',
    );
    const before = upstream.requests.length;
    const reply = await call(token, UPDATE);
    expect(reply.status).toBe(403);
    expect(reply.headers['www-authenticate']).toContain('scope="call_logs:read call_logs:write"');
    expect(upstream.requests.length).toBe(before);
    const writing = await call(await issuer.sign({ scope: 'call_logs:read call_logs:write' }), UPDATE);
    expect(writing.status).toBe(200);
  });

  it('publishes where tokens come from (RFC 9728)', async () => {
    for (const path of [
      '/.well-known/oauth-protected-resource/mcp',
      '/.well-known/oauth-protected-resource',
    ]) {
      const reply = await send(server.origin + path);
      expect(reply.status).toBe(200);
      expect(JSON.parse(reply.body)).toMatchObject({
        resource: RESOURCE,
        authorization_servers: [issuer.url],
        scopes_supported: ['call_logs:read', 'call_logs:write'],
        bearer_methods_supported: ['header'],
      });
    }
  });

  it('knows a caller by a pseudonym: the subject is neither logged nor shown', async () => {
    await call(await issuer.sign({ sub: 'jane.doe@example.com' }));
    const metrics = await send(`${server.origin}/metrics`);
    expect(JSON.stringify(server.log) + metrics.body).not.toContain('jane');
    expect(server.log).toContainEqual(
      expect.objectContaining({
        message: 'tool call',
        principal: expect.stringMatching(/^oauth:[0-9a-f]{16}$/),
      }),
    );
  });

  it('follows a rotated key without asking for keys at every forged token', async () => {
    const old = await issuer.sign();
    await issuer.rotate();
    await vi.waitFor(async () => expect((await call(await issuer.sign())).status).toBe(200), {
      timeout: 15_000,
      interval: 200,
    });
    expect((await call(old)).status).toBe(401);
    const asked = issuer.keyRequests();
    for (let i = 0; i < 10; i++) await call(await issuer.sign({}, { kid: `forged-${i}` }));
    expect(issuer.keyRequests() - asked).toBeLessThan(10);
  });
});

describe('settings of OAuth', () => {
  const startWith = (issuer: Issuer, env: Record<string, string>, flags = {}) =>
    startServer({ CALL_LOGS_OAUTH_ISSUER: issuer.url, CALL_LOGS_OAUTH_RESOURCE: RESOURCE, ...env }, flags);

  it('ask a client for the scopes that the server offers, or those that are set', async () => {
    const issuer = await startIssuer(RESOURCE);
    for (const [env, flags, scope] of [
      [{}, {}, 'call_logs:read call_logs:write'],
      [{}, { readOnly: true }, 'call_logs:read'],
      [{ CALL_LOGS_OAUTH_SCOPES: 'call_logs:read, offline_access' }, {}, 'call_logs:read offline_access'],
    ] as const) {
      const server = await startWith(issuer, env, flags);
      for (const headers of [{}, bearer('garbage')]) {
        const reply = await post(server.url, LIST_TOOLS, headers);
        expect(reply.status).toBe(401);
        expect(reply.headers['www-authenticate']).toContain(`scope="${scope}"`);
        expect(reply.headers['www-authenticate']).toContain(`resource_metadata="${METADATA}"`);
      }
      await server.stop();
    }
    await issuer.close();
  });

  it('admit tokens of the type JWT for issuers that know no other, and still no ID or logout token', async () => {
    const issuer = await startIssuer(RESOURCE);
    const server = await startWith(issuer, { CALL_LOGS_OAUTH_TOKEN_TYPES: 'at+jwt, JWT' });
    const status = async (claims: Record<string, unknown>, typ: string | undefined) =>
      (await post(server.url, SEARCH, bearer(await issuer.sign(claims, { typ })))).status;
    for (const typ of ['JWT', 'jwt', 'application/at+jwt', 'AT+JWT', undefined])
      expect(await status({}, typ)).toBe(200);
    for (const typ of ['logout+jwt', 'secevent+jwt', 'dpop+jwt', '']) expect(await status({}, typ)).toBe(401);
    expect(await status({ at_hash: 'x' }, 'JWT')).toBe(401);
    expect(await status({ events: {} }, 'JWT')).toBe(401);
    await Promise.all([server.stop(), issuer.close()]);
  });
});

describe('an issuer that has trouble', () => {
  const trouble = (server: Running) =>
    server.log.filter(({ message }) => String(message).startsWith('the keys of the OAuth issuer'));
  /** Starts a server whose issuer answers by `answer`, and counts what it is asked. */
  async function startWith(
    answer: (path: string, url: string) => object | string | number | 'redirect' | 'cut' | 'endless',
  ) {
    const asked: string[] = [];
    const sent = { bytes: 0 };
    const issuing = createServer((request, response) => {
      asked.push(request.url ?? '');
      const given = answer(request.url ?? '', url);
      if (given === 'cut') response.destroy();
      else if (given === 'endless') endless(response, sent);
      else if (given === 'redirect') response.writeHead(302, { location: '/elsewhere' }).end();
      else if (typeof given === 'number') response.writeHead(given).end();
      else response.end(typeof given === 'string' ? given : JSON.stringify(given));
    });
    await new Promise<void>((resolve) => issuing.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(issuing.address() as AddressInfo).port}`;
    const server = await startServer({ CALL_LOGS_OAUTH_ISSUER: url, CALL_LOGS_OAUTH_RESOURCE: RESOURCE });
    return {
      url,
      server,
      asked,
      sent,
      async close() {
        await server.stop();
        await new Promise<void>((resolve) => {
          issuing.close(() => resolve());
          issuing.closeAllConnections();
        });
      },
    };
  }

  const FIRST = '/.well-known/oauth-authorization-server';
  const SECOND = '/.well-known/openid-configuration';

  /** A token of this issuer, of the right form, by a key of nobody. */
  async function forgedBy(url: string, kid: string): Promise<string> {
    const { privateKey } = await generateKeyPair('ES256');
    return forge(privateKey, 'ES256', url, kid);
  }

  it.each([
    ['HTTP 500', 500, /oauth-authorization-server answered with HTTP 500/],
    ['a cut connection', 'cut', /could not be read \(/],
    ['HTML', '<html>', /oauth-authorization-server is not JSON/],
    ['a redirect', 'redirect', /answered with HTTP 302/],
    [
      'metadata of another issuer',
      { issuer: 'https://other.example', jwks_uri: 'https://o.example/k' },
      /another issuer/,
    ],
    ['JSON without keys', { issuer: 'x' }, /is not metadata/],
  ] as const)(
    'with %s is asked seldom, and the log says once what is wrong',
    { timeout: 60_000 },
    async (_, answer, reason) => {
      const running = await startWith(() => answer);
      const tokens = await Promise.all(
        Array.from({ length: 20 }, (_, i) => forgedBy(running.url, `key-${i}`)),
      );
      for (let i = 0; i < 300; i++) {
        expect((await post(running.server.url, SEARCH, bearer(tokens[i % 20] ?? ''))).status).toBe(503);
      }
      console.log(`300 tokens, ${running.asked.length} requests to the issuer`);
      expect(running.asked.length).toBeLessThan(16);
      expect(trouble(running.server)).toEqual([
        expect.objectContaining({ level: 'warn', reason: expect.stringMatching(reason) }),
      ]);
      await running.close();
    },
  );

  it('is not asked at all for what is no token of its', async () => {
    const running = await startWith(() => 500);
    for (const token of [
      'garbage',
      'a.b.c',
      'not-even-a-jwt',
      await forgedBy('https://login.example.com', 'x'),
    ]) {
      expect((await post(running.server.url, SEARCH, bearer(token))).status).toBe(401);
    }
    expect(running.asked).toEqual([]);
    await running.close();
  });

  it.each([
    ['HTML', '<!doctype html>'],
    ['a redirect', 'redirect'],
    ['JSON of something else', { hello: 'world' }],
  ] as const)('with %s at the first address is found at the next', async (_, first) => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'ES256' };
    const running = await startWith((path, url) => {
      if (path === FIRST) return first;
      return path === SECOND ? { issuer: url, jwks_uri: `${url}/keys` } : { keys: [jwk] };
    });
    const token = await forge(privateKey, 'ES256', running.url);
    expect((await post(running.server.url, SEARCH, bearer(token))).status).toBe(200);
    expect(running.asked).toEqual([FIRST, SECOND, '/keys']);
    expect(trouble(running.server)).toEqual([]);
    await running.close();
  });

  it.each(['metadata', 'keys'])('is read no further than a bound when its %s have no end', async (which) => {
    const running = await startWith((path, url) => {
      if (path === '/keys' || which === 'metadata') return 'endless';
      return { issuer: url, jwks_uri: `${url}/keys` };
    });
    const token = await forgedBy(running.url, 'key-1');
    expect((await post(running.server.url, SEARCH, bearer(token))).status).toBe(503);
    console.log(`endless ${which}: ${running.sent.bytes} bytes written`);
    // What lies in the buffers of both ends included.
    expect(running.sent.bytes).toBeLessThan(32 * 1024 * 1024);
    expect(trouble(running.server)).toEqual([
      expect.objectContaining({ reason: expect.stringMatching(/is larger than \d+ bytes/) }),
    ]);
    await running.close();
  });

  it('says once that it is back', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'ES256' };
    let up = false;
    const running = await startWith((path, url) => {
      if (!up) return 503;
      return path === '/keys' ? { keys: [jwk] } : { issuer: url, jwks_uri: `${url}/keys` };
    });
    const token = await forge(privateKey, 'ES256', running.url);
    const status = async () => (await post(running.server.url, SEARCH, bearer(token))).status;
    for (let i = 0; i < 5; i++) expect(await status()).toBe(503);
    up = true;
    await expect.poll(status, { timeout: 10_000, interval: 200 }).toBe(200);
    expect(trouble(running.server).map(({ message }) => message)).toEqual([
      'the keys of the OAuth issuer cannot be had: its tokens are answered with 503',
      'the keys of the OAuth issuer can be had again',
    ]);
    await running.close();
  });
});

describe('an issuer that cannot be reached', () => {
  it('is no reason to refuse or admit anybody: the answer is 503, and it recovers', async () => {
    const issuer = await startIssuer(RESOURCE);
    issuer.available = false;
    const server = await startServer({
      CALL_LOGS_OAUTH_ISSUER: issuer.url,
      CALL_LOGS_OAUTH_RESOURCE: RESOURCE,
    });
    const token = await issuer.sign();
    const refused = await post(server.url, SEARCH, bearer(token));
    expect(refused.status).toBe(503);
    expect(refused.headers['retry-after']).toBe('5');
    issuer.available = true;
    expect((await post(server.url, SEARCH, bearer(token))).status).toBe(200);
    await Promise.all([server.stop(), issuer.close()]);
  });
});

/** Writes JSON without an end until the other side has had enough. */
function endless(response: ServerResponse, sent: { bytes: number }): void {
  const chunk = '{"keys": '.repeat(8_192);
  const write = () => {
    while (!response.destroyed) {
      sent.bytes += chunk.length;
      if (!response.write(chunk)) return;
    }
  };
  response.on('drain', write);
  write();
}

function forge(key: CryptoKey | Uint8Array, alg: string, issuer: string, kid = 'key-1'): Promise<string> {
  return new SignJWT({ scope: 'call_logs:read' })
    .setProtectedHeader({ alg, kid, typ: 'at+jwt' })
    .setIssuer(issuer)
    .setAudience(RESOURCE)
    .setSubject('x')
    .setExpirationTime('5m')
    .sign(key);
}
