import * as z from 'zod';
import { isLoopback } from '../loopback.js';
import type { OAuthOptions } from './oauth.js';

const FETCH_TIMEOUT_MS = 5_000;

const metadataSchema = z.object({ issuer: z.string(), jwks_uri: z.url() });

/**
 * Where the issuer publishes its keys: the setting, or what its metadata says (RFC 8414, or OpenID Connect Discovery).
 * @throws Error when the metadata cannot be had or belongs to another issuer
 */
export async function keysAddress({ issuer, jwksUrl }: OAuthOptions): Promise<URL> {
  if (jwksUrl !== undefined) return jwksUrl;
  for (const address of metadataAddresses(issuer)) {
    const reply = await fetch(address, {
      headers: { accept: 'application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
    });
    if (!reply.ok) {
      await reply.body?.cancel();
      continue;
    }
    const metadata = metadataSchema.parse(await reply.json());
    const url = new URL(metadata.jwks_uri);
    if (metadata.issuer === issuer && isSafe(url)) return url;
  }
  throw new Error('the issuer publishes no metadata of its own');
}

/** Where metadata of an issuer can be: RFC 8414 puts the path behind the well-known part, OpenID Connect in front. */
function metadataAddresses(issuer: string): string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  return [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}/.well-known/openid-configuration${path}`,
    ...(path === '' ? [] : [`${origin}${path}/.well-known/openid-configuration`]),
  ];
}

/** Keys and metadata come over TLS, or from this machine itself. */
export function isSafe(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}
