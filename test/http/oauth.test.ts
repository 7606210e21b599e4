import { type CryptoKey, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startUpstream, type Upstream } from '../support/upstream.js';
import { type Issuer, startIssuer } from './issuer.js';
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
} from './running.js';

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
      expect(reply.headers['www-authenticate']).toContain('scope="call_logs:read"');
      expect(reply.headers['www-authenticate']).toContain(`resource_metadata="${METADATA}"`);
    }
  });

  it('hides the update from a reader, and asks for the write scope when it is called all the same', async () => {
    const token = await issuer.sign();
    const { result } = messageOf(await call(token, LIST_TOOLS));
    expect(JSON.stringify(result)).not.toContain('update_call_log_fields');
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

function forge(key: CryptoKey | Uint8Array, alg: string, issuer: string): Promise<string> {
  return new SignJWT({ scope: 'call_logs:read' })
    .setProtectedHeader({ alg, kid: 'key-1' })
    .setIssuer(issuer)
    .setAudience(RESOURCE)
    .setSubject('x')
    .setExpirationTime('5m')
    .sign(key);
}
