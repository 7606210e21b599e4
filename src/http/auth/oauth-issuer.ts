import * as z from 'zod';
import { errorCode } from '../../util/error-code.js';
import { isLoopback } from '../../util/loopback.js';

export interface OAuthOptions {
  readonly issuer: string;
  /** This server's public URL: the audience its tokens must name. */
  readonly resource: URL;
  /** Where the issuer's keys are; found through its metadata when absent. */
  readonly jwksUrl: URL | undefined;
  /** Media types (`typ`, in lower case) that say of a token that it is one for access; an absent type reads `jwt`. */
  readonly tokenTypes: readonly string[];
  /** Scopes that a client is told to ask for. */
  readonly scopes: readonly string[];
}

const FETCH_TIMEOUT_MS = 5_000;
const MAX_METADATA_BYTES = 262_144;

const metadataSchema = z.object({ issuer: z.string(), jwks_uri: z.url() });

/** What is wrong with an issuer's documents, in words for the log. */
export class IssuerProblem extends Error {}

/**
 * Where the issuer publishes its keys: the setting, or what its metadata says (RFC 8414, or OpenID Connect Discovery). An
 * address that answers with anything but the issuer's metadata is passed over for the next.
 * @throws IssuerProblem with what was wrong at each address
 */
export async function keysAddress({ issuer, jwksUrl }: OAuthOptions): Promise<URL> {
  if (jwksUrl !== undefined) return jwksUrl;
  const problems: string[] = [];
  for (const address of metadataAddresses(issuer)) {
    try {
      return keysNamedIn(await fetchJson(address, MAX_METADATA_BYTES), address, issuer);
    } catch (error) {
      if (!(error instanceof IssuerProblem)) throw error;
      problems.push(error.message);
    }
  }
  throw new IssuerProblem(problems.join('; '));
}

function keysNamedIn(document: unknown, address: URL, issuer: string): URL {
  const { data: metadata } = metadataSchema.safeParse(document);
  if (metadata === undefined)
    throw new IssuerProblem(`${address.href} is not metadata with an issuer and a jwks_uri`);
  if (metadata.issuer !== issuer)
    throw new IssuerProblem(`${address.href} is the metadata of another issuer`);
  const url = new URL(metadata.jwks_uri);
  if (!isSafe(url)) throw new IssuerProblem(`${address.href} names keys at an address without TLS`);
  return url;
}

/** Where metadata of an issuer can be: RFC 8414 puts the path behind the well-known part, OpenID Connect in front. */
function metadataAddresses(issuer: string): URL[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  return [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}/.well-known/openid-configuration${path}`,
    ...(path === '' ? [] : [`${origin}${path}/.well-known/openid-configuration`]),
  ].map((address) => new URL(address));
}

/**
 * A JSON document of the issuer, of at most so many bytes when inflated. Redirects are not followed.
 * @throws IssuerProblem saying what was wrong, without the document's content
 */
export async function fetchJson(address: URL, maxBytes: number): Promise<unknown> {
  const where = `${address.origin}${address.pathname}`;
  const problem = (what: string) => new IssuerProblem(`${where} ${what}`);
  let text: string | undefined;
  try {
    const reply = await fetch(address, {
      headers: { accept: 'application/json' },
      redirect: 'manual',
      signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
    });
    if (reply.status !== 200) {
      await reply.body?.cancel();
      throw problem(`answered with HTTP ${reply.status}`);
    }
    text = await textOf(reply, maxBytes);
  } catch (error) {
    if (error instanceof IssuerProblem) throw error;
    throw problem(`could not be read (${failureCode(error)})`);
  }
  if (text === undefined) throw problem(`is larger than ${maxBytes} bytes`);
  try {
    return JSON.parse(text);
  } catch {
    throw problem('is not JSON');
  }
}

/** The body as text; undefined when it is larger, and then the rest is not read. */
async function textOf({ body }: Response, maxBytes: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop early cancels the body.
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Why a request failed, as short as the system says it. */
function failureCode(error: unknown): string {
  if (!(error instanceof Error)) return 'error';
  return errorCode(error.cause) || error.name;
}

/** Keys and metadata come over TLS, or from this machine itself. */
export function isSafe(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}
