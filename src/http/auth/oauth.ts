import { createHash } from 'node:crypto';
import { type AuthInfo, OAuthError, OAuthErrorCode } from '@modelcontextprotocol/server';
import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import type { Log } from '../../util/log.js';
import { HttpRefusal } from '../refusal.js';
import type { OAuthOptions } from './oauth-issuer.js';
import { IssuerKeys, KeysUnavailable } from './oauth-keys.js';

/** Signatures by a key pair only: `none` and shared secrets are never accepted. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** Seconds that clocks may differ. */
const CLOCK_TOLERANCE = 5;
/** Seconds that a token may have been issued ahead of this clock: more is no difference between clocks. */
const MAX_ISSUED_AHEAD = 60;
/** Claims that only other tokens of an issuer have, which can share the type `JWT`: ID tokens, logout tokens and events. */
const FOREIGN_CLAIMS = ['at_hash', 'c_hash', 's_hash', 'events'];

/** Verifies access tokens (JWT) of one issuer for this resource (RFC 9068, RFC 8707). */
export class OAuthVerifier {
  readonly #options: OAuthOptions;
  readonly #keys: IssuerKeys;

  constructor(options: OAuthOptions, log: Log) {
    this.#options = options;
    this.#keys = new IssuerKeys(options, log);
  }

  /** @throws OAuthError when the token is not acceptable, HttpRefusal when the issuer's keys cannot be had */
  async verifyAccessToken(token: string): Promise<AuthInfo> {
    // What a token says of itself can refuse it, never admit it; the issuer is not troubled for it.
    this.#checkShape(token);
    let payload: JWTPayload;
    try {
      ({ payload } = await jwtVerify(token, this.#keys.find, {
        issuer: this.#options.issuer,
        audience: audiences(this.#options.resource),
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE,
        requiredClaims: ['exp'],
      }));
    } catch (error) {
      throw rejection(error);
    }
    return {
      token: '',
      clientId: pseudonym(payload.iss, subjectOf(payload)),
      scopes: scopesOf(payload),
      expiresAt: (payload.exp ?? 0) + CLOCK_TOLERANCE,
      resource: this.#options.resource,
    };
  }

  /** @throws OAuthError for what is no access token of this issuer that a bearer may use, whoever signed it */
  #checkShape(token: string): void {
    let type: unknown;
    let algorithm: unknown;
    let payload: JWTPayload;
    try {
      ({ typ: type = 'jwt', alg: algorithm } = decodeProtectedHeader(token));
      payload = decodeJwt(token);
    } catch {
      throw invalid('The token is not valid');
    }
    if (typeof algorithm !== 'string' || !ALGORITHMS.includes(algorithm))
      throw invalid('The token is not valid');
    const name = typeof type === 'string' ? type.toLowerCase().replace(/^application\//, '') : '';
    if (!this.#options.tokenTypes.includes(name))
      throw invalid('The token is not of a type for access tokens');
    if (payload.iss !== this.#options.issuer)
      throw invalid('The token is not from the issuer this server trusts');
    if (FOREIGN_CLAIMS.some((claim) => claim in payload)) throw invalid('The token is not an access token');
    if ('cnf' in payload)
      throw invalid('The token is bound to a key of its holder, which a bearer does not prove');
    if ((payload.iat ?? 0) > Date.now() / 1000 + MAX_ISSUED_AHEAD)
      throw invalid('The token was issued in the future');
    subjectOf(payload);
  }
}

/** Whom the token is about: every limit and record is by it. @throws OAuthError when it is missing or not a text */
function subjectOf({ sub }: JWTPayload): string {
  if (typeof sub === 'string' && sub.trim() !== '') return sub;
  throw invalid('The token does not say whom it is about');
}

/** The resource with and without a trailing slash: issuers normalize a bare origin either way. */
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
function pseudonym(issuer: string | undefined, subject: string): string {
  return `oauth:${createHash('sha256').update(`${issuer} ${subject}`).digest('hex').slice(0, 16)}`;
}

function rejection(error: unknown): Error {
  if (error instanceof errors.JWTExpired) return invalid('The token has expired');
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud') return invalid('The token was not issued for this resource');
    if (error.claim === 'iss') return invalid('The token is not from the issuer this server trusts');
    return invalid('A claim of the token is missing or not valid');
  }
  // Whatever else a key or a signature makes fail is a fault of the token.
  if (!(error instanceof KeysUnavailable)) return invalid('The token is not valid');
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

function invalid(description: string): OAuthError {
  return new OAuthError(OAuthErrorCode.InvalidToken, description);
}
