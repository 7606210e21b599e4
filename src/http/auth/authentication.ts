import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type AuthInfo,
  bearerAuthChallengeResponse,
  getOAuthProtectedResourceMetadataUrl,
  OAuthError,
  OAuthErrorCode,
  type OAuthProtectedResourceMetadata,
  verifyBearerToken,
} from '@modelcontextprotocol/server';
import type { Log } from '../../util/log.js';
import { present } from '../../util/present.js';
import { dropRest, HttpRefusal, sendRefusal } from '../refusal.js';
import type { OAuthOptions } from './oauth-issuer.js';
import { SCOPES } from './scopes.js';
import { findToken, type StaticToken } from './static-tokens.js';

export interface AuthenticationOptions {
  readonly tokens: readonly StaticToken[];
  readonly oauth: OAuthOptions | undefined;
  /** Scopes that there is a tool for on this server. */
  readonly scopes: readonly string[];
}

/** Who may use the server, known by a bearer token in the `Authorization` header and nowhere else. */
export interface Authentication {
  /** @throws OAuthError (401 or 403, see `sendChallenge`), HttpRefusal when the token cannot be checked now */
  authenticate(request: IncomingMessage): Promise<AuthInfo>;
  /**
   * Answers 401 or 403 with what the client needs to get a token, or a token with more scopes (RFC 6750, RFC 9728). Standard
   * clients ask for exactly the scopes that are named here: without a reason to name others, those of the setting.
   */
  sendChallenge(response: ServerResponse, error: OAuthError, scopes?: readonly string[]): Promise<void>;
  /** The protected-resource metadata (RFC 9728), and the paths it is served at; absent without OAuth. */
  readonly metadata:
    | { readonly paths: readonly string[]; readonly document: OAuthProtectedResourceMetadata }
    | undefined;
}

const NO_TOKEN = {
  what: 'The request was refused.',
  why: 'It carries no bearer token in the Authorization header.',
  next: 'Send the token that the server operator gave you, or one of the authorization server that the challenge names.',
};

/** A request without a bearer token. */
class NoToken extends OAuthError {
  constructor() {
    super(OAuthErrorCode.InvalidToken, NO_TOKEN.why);
  }
}

function plainChallenge(scopes: readonly string[], metadataUrl: string | undefined): string {
  const metadata = metadataUrl === undefined ? '' : `, resource_metadata="${metadataUrl}"`;
  return `Bearer scope="${scopes.join(' ')}"${metadata}`;
}

/** The SDK wants every token to expire; a static one lives until its line is removed. */
const NEVER = Number.MAX_SAFE_INTEGER;

/** Makes what knows callers: by the static tokens, and by the tokens of the issuer where OAuth is set up. */
export async function createAuthentication(
  { tokens, oauth, scopes }: AuthenticationOptions,
  log: Log,
): Promise<Authentication> {
  const issued = oauth === undefined ? undefined : new (await import('./oauth.js')).OAuthVerifier(oauth, log);
  const metadataUrl = oauth === undefined ? undefined : getOAuthProtectedResourceMetadataUrl(oauth.resource);
  const resource = present({ resourceMetadataUrl: metadataUrl });
  const verifier = {
    async verifyAccessToken(token: string): Promise<AuthInfo> {
      const known = findToken(tokens, token);
      // The token itself ends here: nothing behind needs it, so nothing can hand it on.
      if (known !== undefined) {
        return { token: '', clientId: known.name, scopes: [...known.scopes], expiresAt: NEVER };
      }
      if (issued !== undefined) return issued.verifyAccessToken(token);
      throw new OAuthError(OAuthErrorCode.InvalidToken, 'The token is not valid');
    },
  };
  return {
    async authenticate(request) {
      if (!/^bearer\b/i.test(request.headers.authorization ?? '')) throw new NoToken();
      const authInfo = await verifyBearerToken(request.headers.authorization, {
        verifier,
        ...resource,
      });
      if (authInfo.scopes.some((scope) => (SCOPES as readonly string[]).includes(scope))) return authInfo;
      throw new OAuthError(OAuthErrorCode.InsufficientScope, 'The token carries no scope of this server');
    },
    async sendChallenge(response, error, required = oauth?.scopes ?? scopes) {
      // Who has not tried has made no error: neither header nor body carry a code of one (RFC 6750, section 3.1).
      if (error instanceof NoToken) {
        const headers = { 'www-authenticate': plainChallenge(required, metadataUrl) };
        return sendRefusal(response, new HttpRefusal(401, NO_TOKEN, { headers }));
      }
      const challenge = bearerAuthChallengeResponse(error, { requiredScopes: [...required], ...resource });
      response.writeHead(challenge.status, Object.fromEntries(challenge.headers));
      response.end(await challenge.text());
      dropRest(response);
    },
    metadata:
      oauth === undefined || metadataUrl === undefined ? undefined : metadataOf(oauth, scopes, metadataUrl),
  };
}

function metadataOf({ issuer, resource }: OAuthOptions, scopes: readonly string[], metadataUrl: string) {
  return {
    // At the place for this resource, and at the root, where older clients look.
    paths: [new URL(metadataUrl).pathname, '/.well-known/oauth-protected-resource'],
    document: {
      resource: resource.href,
      authorization_servers: [issuer],
      scopes_supported: [...scopes],
      bearer_methods_supported: ['header'],
      resource_name: 'Convoso call logs',
    },
  };
}
