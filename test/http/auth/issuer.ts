import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  SignJWT,
} from 'jose';

/** An authorization server as far as a resource server sees it: metadata, keys, and signed tokens. */
export interface Issuer {
  readonly url: string;
  /** How often the keys were asked for. */
  readonly keyRequests: () => number;
  /** Replaces the signing key: only tokens signed from now on are good. */
  rotate(): Promise<void>;
  /** A token for `claims` over good defaults. A claim or header set to undefined is left out. */
  sign(
    claims?: Record<string, unknown>,
    header?: { kid?: string; typ?: string | undefined },
  ): Promise<string>;
  /** False: keys and metadata are answered with HTTP 500. */
  available: boolean;
  close(): Promise<void>;
}

/** Starts an issuer on loopback that signs with real ES256 keys. */
export async function startIssuer(audience: string): Promise<Issuer> {
  let serial = 0;
  let requests = 0;
  let key = await newKey();

  async function newKey(): Promise<{ kid: string; privateKey: CryptoKey; jwk: JWK }> {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const kid = `key-${++serial}`;
    return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } };
  }

  const server = createServer((request, response) => {
    const documents: Record<string, object> = {
      '/.well-known/openid-configuration': { issuer: issuer.url, jwks_uri: `${issuer.url}/keys` },
      '/keys': { keys: [key.jwk] },
    };
    if (request.url === '/keys') requests += 1;
    const found = documents[request.url ?? ''];
    const status = !issuer.available ? 500 : found === undefined ? 404 : 200;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(found ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer: Issuer = {
    url,
    available: true,
    keyRequests: () => requests,
    async rotate() {
      key = await newKey();
    },
    sign(claims = {}, header = {}) {
      const now = Math.floor(Date.now() / 1000);
      const payload = {
        iss: url,
        aud: audience,
        sub: 'jane@example.com',
        scope: 'openid call_logs:read',
        iat: now,
        exp: now + 300,
        ...claims,
      };
      // Headers set to undefined are left out when the token is written.
      const protectedHeader = { alg: 'ES256', typ: 'at+jwt', kid: key.kid, ...header } as JWTHeaderParameters;
      return new SignJWT(payload).setProtectedHeader(protectedHeader).sign(key.privateKey);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return issuer;
}
