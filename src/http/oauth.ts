import { createHash } from 'node:crypto';
import { type AuthInfo, OAuthError, OAuthErrorCode } from '@modelcontextprotocol/server';
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { Kept } from '../kept.js';
import { keysAddress } from './oauth-issuer.js';
import { HttpRefusal } from './refusal.js';

export interface OAuthOptions {
  readonly issuer: string;
  /** This server's public URL: the audience its tokens must name. */
  readonly resource: URL;
  /** Where the issuer's keys are; found through its metadata when absent. */
  readonly jwksUrl: URL | undefined;
}

/** Signatures by a key pair only: `none` and shared secrets are never accepted. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** Seconds that clocks may differ. */
const CLOCK_TOLERANCE = 5;
/** Keys are asked for again at most this often when a token names an unknown one. */
const JWKS_COOLDOWN_MS = 2_000;

/** Verifies access tokens (JWT) of one issuer for this resource (RFC 9068, RFC 8707). */
export class OAuthVerifier {
  readonly #options: OAuthOptions;
  /** An issuer that could not be reached is asked again by the next request. */
  readonly #keys = new Kept<JWTVerifyGetKey>(async () =>
    createRemoteJWKSet(await keysAddress(this.#options), {
      cooldownDuration: JWKS_COOLDOWN_MS,
      timeoutDuration: 5_000,
    }),
  );

  constructor(options: OAuthOptions) {
    this.#options = options;
  }

  /** @throws OAuthError when the token is not acceptable, HttpRefusal when the issuer's keys cannot be had */
  async verifyAccessToken(token: string): Promise<AuthInfo> {
    let payload: JWTPayload;
    try {
      ({ payload } = await jwtVerify(token, await this.#keys.get(), {
        issuer: this.#options.issuer,
        audience: audiences(this.#options.resource),
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE,
        requiredClaims: ['exp'],
      }));
    } catch (error) {
      throw rejection(error);
    }
    const principal = pseudonym(payload);
    return {
      token: '',
      clientId: principal,
      scopes: scopesOf(payload),
      expiresAt: (payload.exp ?? 0) + CLOCK_TOLERANCE,
      resource: this.#options.resource,
    };
  }
}

/** The resource with and without a trailing slash: issuers normalise a bare origin either way. */
function audiences(resource: URL): string[] {
  const bare = resource.href.replace(/\/$/, '');
  return [bare, `${bare}/`];
}

/** Scopes as RFC 9068 writes them (`scope`), or as some issuers do (`scp`). */
function scopesOf(payload: JWTPayload): string[] {
  const given = payload['scope'] ?? payload['scp'];
  const words = Array.isArray(given) ? given : typeof given === 'string' ? given.split(' ') : [];
  return words.filter((word) => typeof word === 'string' && word !== '');
}

/** A subject can be a name or an address: limits and logs know it by a digest that its holder's operator can work out. */
function pseudonym(payload: JWTPayload): string {
  const who = `${payload.iss} ${payload.sub ?? payload['client_id'] ?? payload['azp'] ?? ''}`;
  return `oauth:${createHash('sha256').update(who).digest('hex').slice(0, 16)}`;
}

function rejection(error: unknown): Error {
  if (error instanceof errors.JWTExpired) return invalid('The token has expired');
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud') return invalid('The token was not issued for this resource');
    if (error.claim === 'iss') return invalid('The token is not from the issuer this server trusts');
    return invalid('A claim of the token is missing or not valid');
  }
  const unavailable = !(error instanceof errors.JOSEError) || KEYS_UNAVAILABLE.has(error.code);
  if (!unavailable) return invalid('The token is not valid');
  return new HttpRefusal(
    503,
    {
      what: 'The token cannot be checked.',
      why: 'The keys of its issuer cannot be had at the moment.',
      next: 'Try again in a moment; if it lasts, have the operator check CALL_LOGS_OAUTH_ISSUER.',
    },
    { headers: { 'retry-after': '5' } },
  );
}

/** jose's errors for a key set that could not be fetched or read; everything else is the token's own fault. */
const KEYS_UNAVAILABLE = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC']);

function invalid(description: string): OAuthError {
  return new OAuthError(OAuthErrorCode.InvalidToken, description);
}
