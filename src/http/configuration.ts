import { BlockList, isIP } from 'node:net';
import type { Settings } from '../config/settings.js';
import { SettingsError } from '../config/settings-error.js';
import { isLoopback } from '../util/loopback.js';
import type { AuthenticationOptions } from './auth/authentication.js';
import type { OAuthOptions } from './auth/oauth-issuer.js';
import { isSafe } from './auth/oauth-issuer.js';
import { SCOPES } from './auth/scopes.js';
import { parseTokenLines, readTokenFile } from './auth/static-tokens.js';
import type { GuardOptions } from './guards.js';

/** The settings of the HTTP command, checked together. */
export interface HttpConfiguration {
  readonly authentication: AuthenticationOptions | undefined;
  readonly guard: GuardOptions;
  readonly trustedProxies: BlockList;
}

const WAYS_TO_AUTHENTICATE =
  'tokens (the command token makes one; set CALL_LOGS_HTTP_TOKENS_FILE or CALL_LOGS_HTTP_TOKENS) or OAuth (CALL_LOGS_OAUTH_ISSUER and CALL_LOGS_OAUTH_RESOURCE)';

/** @throws SettingsError, above all when others could reach a server without authentication */
export function readHttpConfiguration(settings: Settings): HttpConfiguration {
  checkAuthenticationIsFilled(settings.emptyAuthentication);
  const oauth = oauthOptions(settings);
  checkRedisUrl(settings.redisUrl);
  const tokens = [
    ...(settings.httpTokens === undefined
      ? []
      : parseTokenLines(settings.httpTokens, 'CALL_LOGS_HTTP_TOKENS')),
    ...(settings.httpTokensFile === undefined ? [] : readTokenFile(settings.httpTokensFile)),
  ];
  const authenticated = tokens.length > 0 || oauth !== undefined;
  const allowedOrigins = settings.allowedOrigins.map(checkedOrigin);
  const loopback = isLoopback(settings.host);
  if (!loopback && !authenticated) {
    throw new SettingsError({
      what: 'The server was not started.',
      why: `--host ${settings.host} can be reached from other machines, and no authentication is configured.`,
      next: `Configure ${WAYS_TO_AUTHENTICATE}, or leave --host at 127.0.0.1.`,
    });
  }
  if (!authenticated) checkMeantForThisMachine(settings);
  return {
    authentication: authenticated ? { tokens, oauth, scopes: offeredScopes(settings) } : undefined,
    trustedProxies: proxyList(settings.trustedProxies),
    guard: {
      loopback,
      authenticated,
      allowedHosts: [...settings.allowedHosts, ...(oauth === undefined ? [] : [oauth.resource.hostname])],
      allowedOrigins,
    },
  };
}

/** A variable for authentication without a value is a mistake in the deployment: it never means that none is wanted. */
function checkAuthenticationIsFilled(empty: readonly string[]): void {
  if (empty.length === 0) return;
  throw new SettingsError({
    what: 'The server was not started.',
    why: `${empty.join(' and ')} ${empty.length === 1 ? 'is' : 'are'} set but ${empty.length === 1 ? 'holds' : 'hold'} nothing (blank, or a placeholder that was not filled in), so callers might not be told apart as intended.`,
    next: `Give ${empty.length === 1 ? 'it a value' : 'them values'}, or remove ${empty.length === 1 ? 'it' : 'them'} from the environment.`,
  });
}

/** Names for others to use are configured where others are expected. */
function checkMeantForThisMachine({ allowedHosts, allowedOrigins }: Settings): void {
  const names = [
    ...(allowedHosts.length === 0 ? [] : ['CALL_LOGS_HTTP_ALLOWED_HOSTS']),
    ...(allowedOrigins.length === 0 ? [] : ['CALL_LOGS_HTTP_ALLOWED_ORIGINS']),
  ];
  if (names.length === 0) return;
  throw new SettingsError({
    what: 'The server was not started.',
    why: `${names.join(' and ')} would let others in under that name, and no authentication is configured.`,
    next: `Configure ${WAYS_TO_AUTHENTICATE}, or remove ${names.join(' and ')}.`,
  });
}

/** Addresses, and networks such as 10.0.0.0/8. @throws SettingsError for anything else */
function proxyList(entries: readonly string[]): BlockList {
  const proxies = new BlockList();
  for (const entry of entries) {
    const [address = '', bits, ...rest] = entry.split('/');
    const version = isIP(address);
    const length =
      bits === undefined ? (version === 6 ? 128 : 32) : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
    if (version === 0 || rest.length > 0 || length < 0 || length > (version === 6 ? 128 : 32)) {
      throw new SettingsError({
        what: 'CALL_LOGS_HTTP_TRUSTED_PROXIES cannot be used.',
        why: 'It holds something that is neither an address nor a network.',
        next: 'Give addresses such as 127.0.0.1 or networks such as 10.0.0.0/8, separated by commas.',
      });
    }
    proxies.addSubnet(address, length, version === 6 ? 'ipv6' : 'ipv4');
  }
  return proxies;
}

/** Never repeats the address: it may hold a password. */
function checkRedisUrl(url: string | undefined): void {
  if (url === undefined || (URL.canParse(url) && /^rediss?:$/.test(new URL(url).protocol))) return;
  throw new SettingsError({
    what: 'CALL_LOGS_REDIS_URL cannot be used.',
    why: 'It is not a redis:// or rediss:// address.',
    next: 'Give an address such as redis://127.0.0.1:6379, or rediss:// for TLS.',
  });
}

/** Scopes that there is a tool for. */
function offeredScopes({ readOnly }: Settings): readonly string[] {
  return readOnly ? SCOPES.filter((scope) => scope !== 'call_logs:write') : SCOPES;
}

/** Scopes as RFC 6749 writes them: they go into a header, and an issuer may have others beside ours. */
function checkedScopes(scopes: readonly string[]): readonly string[] {
  if (scopes.length > 0 && scopes.every((scope) => /^[\x21\x23-\x5B\x5D-\x7E]+$/.test(scope))) return scopes;
  throw new SettingsError({
    what: 'CALL_LOGS_OAUTH_SCOPES cannot be used.',
    why: 'It holds something that is not a scope.',
    next: 'Give scopes separated by commas, such as call_logs:read,call_logs:write, or remove the setting.',
  });
}

function oauthOptions(settings: Settings): OAuthOptions | undefined {
  const { oauthIssuer, oauthResource, oauthJwksUrl } = settings;
  if (oauthIssuer === undefined && oauthResource === undefined && oauthJwksUrl === undefined)
    return undefined;
  if (oauthIssuer === undefined || oauthResource === undefined) {
    throw new SettingsError({
      what: 'OAuth is configured in part.',
      why: `${oauthIssuer === undefined ? 'CALL_LOGS_OAUTH_ISSUER' : 'CALL_LOGS_OAUTH_RESOURCE'} is missing.`,
      next: 'Set CALL_LOGS_OAUTH_ISSUER to the authorization server and CALL_LOGS_OAUTH_RESOURCE to this server’s public URL, such as https://calls.example.com/mcp.',
    });
  }
  checkedUrl('CALL_LOGS_OAUTH_ISSUER', oauthIssuer);
  return {
    // Compared as it stands with what tokens say.
    issuer: oauthIssuer,
    resource: checkedUrl('CALL_LOGS_OAUTH_RESOURCE', oauthResource),
    tokenTypes: settings.oauthTokenTypes.map((type) => type.toLowerCase()),
    scopes:
      settings.oauthScopes === undefined ? offeredScopes(settings) : checkedScopes(settings.oauthScopes),
    jwksUrl: oauthJwksUrl === undefined ? undefined : checkedUrl('CALL_LOGS_OAUTH_JWKS_URL', oauthJwksUrl),
  };
}

function checkedUrl(name: string, value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url !== undefined && isSafe(url) && url.hash === '' && url.username === '') return url;
  throw new SettingsError({
    what: `${name} cannot be used.`,
    why: 'It is not an https address (http is for this machine itself alone), or it carries credentials or a fragment.',
    next: 'Give a whole address such as https://login.example.com.',
  });
}

function checkedOrigin(value: string): string {
  if (URL.canParse(value) && new URL(value).origin.toLowerCase() === value.toLowerCase()) return value;
  throw new SettingsError({
    what: 'CALL_LOGS_HTTP_ALLOWED_ORIGINS cannot be used.',
    why: 'It holds something that is not an origin.',
    next: 'Give origins such as https://app.example.com: scheme and host, no path, separated by commas.',
  });
}
