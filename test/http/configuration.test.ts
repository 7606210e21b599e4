import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSettings } from '../../src/config/read-settings.js';
import { newToken } from '../../src/http/auth/static-tokens.js';
import { readHttpConfiguration } from '../../src/http/configuration.js';

const line = newToken('qa', ['call_logs:read']).line;
const read = (env: Record<string, string>, flags = {}) => readHttpConfiguration(readSettings(env, flags));

describe('binding', () => {
  it.each(['0.0.0.0', '::', '192.0.2.7', 'calls.example.com', '128.0.0.1'])(
    'refuses %s without authentication and names the ways to configure it',
    (host) => {
      expect(() => read({}, { host })).toThrow(
        expect.objectContaining({
          name: 'SettingsError',
          next: expect.stringMatching(/CALL_LOGS_HTTP_TOKENS_FILE.*CALL_LOGS_OAUTH_ISSUER.*127\.0\.0\.1/),
        }),
      );
    },
  );

  it.each(['127.0.0.1', '127.8.9.1', 'localhost', '::1'])('allows %s without authentication', (host) => {
    expect(read({}, { host })).toMatchObject({ authentication: undefined, guard: { loopback: true } });
  });

  it('allows any address with tokens or OAuth', () => {
    const oauth = {
      CALL_LOGS_OAUTH_ISSUER: 'https://login.example.com',
      CALL_LOGS_OAUTH_RESOURCE: 'https://calls.example.com/mcp',
    };
    expect(read({ CALL_LOGS_HTTP_TOKENS: line }, { host: '0.0.0.0' }).guard).toMatchObject({
      loopback: false,
      authenticated: true,
    });
    expect(read(oauth, { host: '::' }).guard.allowedHosts).toEqual(['calls.example.com']);
  });
});

describe('a configuration that expects other people', () => {
  it.each([
    [{ CALL_LOGS_HTTP_ALLOWED_HOSTS: 'calls.example.com' }, 'CALL_LOGS_HTTP_ALLOWED_HOSTS'],
    [{ CALL_LOGS_HTTP_ALLOWED_ORIGINS: 'https://app.example.com' }, 'CALL_LOGS_HTTP_ALLOWED_ORIGINS'],
  ])('does not start without authentication: %j', (env, name) => {
    expect(() => read(env)).toThrow(
      expect.objectContaining({
        name: 'SettingsError',
        why: expect.stringContaining(name),
        next: expect.stringContaining('CALL_LOGS_HTTP_TOKENS_FILE'),
      }),
    );
    expect(read({ ...env, CALL_LOGS_HTTP_TOKENS: line }).authentication).toBeDefined();
  });

  const AUTHENTICATION = [
    'CALL_LOGS_HTTP_TOKENS',
    'CALL_LOGS_HTTP_TOKENS_FILE',
    'CALL_LOGS_OAUTH_ISSUER',
    'CALL_LOGS_OAUTH_RESOURCE',
    'CALL_LOGS_OAUTH_JWKS_URL',
  ];
  const EMPTY = ['', '  ', '\n', `$\{TOKENS}`, `$\{env:TOKENS}`, ` $\{user_config.tokens} `];
  it.each(AUTHENTICATION.flatMap((name) => EMPTY.map((value) => [name, value])))(
    'does not start with %s=%j, whatever else is set',
    (name, value) => {
      for (const others of [{}, { CALL_LOGS_HTTP_TOKENS: line }]) {
        expect(() => read({ ...others, [name]: value })).toThrow(
          expect.objectContaining({ name: 'SettingsError', why: expect.stringContaining(name) }),
        );
      }
    },
  );

  it('does not start with what another kind of template left behind', () => {
    for (const value of ['$TOKENS', '{{TOKENS}}', '$(TOKENS)', '%TOKENS%', '<token>', '#', ';']) {
      expect(() => read({ CALL_LOGS_HTTP_TOKENS: value }), value).toThrow('CALL_LOGS_HTTP_TOKENS');
      expect(() => read({ CALL_LOGS_HTTP_TOKENS_FILE: value }), value).toThrow('CALL_LOGS_HTTP_TOKENS_FILE');
      expect(() => read({ CALL_LOGS_OAUTH_ISSUER: value }), value).toThrow(/OAuth|OAUTH/);
    }
  });
});

describe('token lines', () => {
  it('come from the environment and from a file with comments', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'tokens-')), 'tokens');
    const other = newToken('desk', ['call_logs:read', 'call_logs:write']).line;
    writeFileSync(file, `# the desk\n\n${other} # since May\n`);
    const found = read({ CALL_LOGS_HTTP_TOKENS: line, CALL_LOGS_HTTP_TOKENS_FILE: file }).authentication
      ?.tokens;
    expect(found?.map(({ name, scopes }) => [name, scopes])).toEqual([
      ['qa', ['call_logs:read']],
      ['desk', ['call_logs:read', 'call_logs:write']],
    ]);
  });

  it.each([
    ['qa call_logs:read', 'no digest'],
    ['qa sha256:abc call_logs:read', 'no digest'],
    [line.replace('call_logs:read', ''), 'scopes'],
    [line.replace('call_logs:read', 'call_logs:admin'), 'scopes'],
    [`${line};${line}`, 'repeats a name'],
    ['# nothing', 'no token'],
    [line.replace('qa', 'q/a'), 'name'],
  ])('refuses %j without repeating it', (lines, problem) => {
    let message = '';
    try {
      read({ CALL_LOGS_HTTP_TOKENS: lines });
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain(problem);
    expect(message).toContain('CALL_LOGS_HTTP_TOKENS');
    expect(message).not.toMatch(/[0-9a-f]{64}/);
  });

  it('refuses a file that is not there, naming the setting and not the path', () => {
    expect(() => read({ CALL_LOGS_HTTP_TOKENS_FILE: '/nowhere/at-all' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('/nowhere') }),
    );
  });
});

describe('trusted proxies', () => {
  it.each([
    'proxy.example.com',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.0/255.0.0.0',
    '10.0.0',
    '127.0.0.1:3000',
    '[::1]',
    '2001:db8::/129',
    '127.0.0.1,*',
  ])('that are neither addresses nor networks are refused: %s', (proxies) => {
    expect(() => read({ CALL_LOGS_HTTP_TRUSTED_PROXIES: proxies })).toThrow(
      expect.objectContaining({
        name: 'SettingsError',
        what: 'CALL_LOGS_HTTP_TRUSTED_PROXIES cannot be used.',
        next: expect.stringContaining('10.0.0.0/8'),
      }),
    );
  });

  it('are the addresses and networks of the setting, and no others', () => {
    const { trustedProxies } = read({
      CALL_LOGS_HTTP_TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8, 2001:db8::/32, ::1',
    });
    for (const address of ['127.0.0.1', '10.255.0.1']) expect(trustedProxies.check(address)).toBe(true);
    for (const address of ['::1', '2001:db8:ffff::1']) {
      expect(trustedProxies.check(address, 'ipv6')).toBe(true);
    }
    for (const address of ['127.0.0.2', '11.0.0.1']) expect(trustedProxies.check(address)).toBe(false);
    for (const address of ['::2', '2001:db9::1']) expect(trustedProxies.check(address, 'ipv6')).toBe(false);
    expect(read({}).trustedProxies.check('127.0.0.1')).toBe(false);
  });
});

describe('OAuth and origins', () => {
  it.each([
    [{ CALL_LOGS_OAUTH_ISSUER: 'https://login.example.com' }, 'CALL_LOGS_OAUTH_RESOURCE is missing'],
    [{ CALL_LOGS_OAUTH_RESOURCE: 'https://calls.example.com/mcp' }, 'CALL_LOGS_OAUTH_ISSUER is missing'],
    [
      {
        CALL_LOGS_OAUTH_ISSUER: 'http://login.example.com',
        CALL_LOGS_OAUTH_RESOURCE: 'https://calls.example.com/mcp',
      },
      'CALL_LOGS_OAUTH_ISSUER cannot be used',
    ],
    [{ CALL_LOGS_REDIS_URL: 'http://127.0.0.1:6379' }, 'CALL_LOGS_REDIS_URL cannot be used'],
    [{ CALL_LOGS_REDIS_URL: '127.0.0.1:6379' }, 'CALL_LOGS_REDIS_URL cannot be used'],
    [{ CALL_LOGS_HTTP_ALLOWED_ORIGINS: 'app.example.com' }, 'CALL_LOGS_HTTP_ALLOWED_ORIGINS cannot be used'],
    [{ CALL_LOGS_HTTP_ALLOWED_ORIGINS: 'https://app.example.com/path' }, 'not an origin'],
  ])('refuses %j', (env, message) => {
    expect(() => read(env)).toThrow(message);
  });
});
