import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSettings, requireToken } from '../../src/config/read-settings.js';
import { settingRows } from '../../src/config/settings.js';
import { SettingsError } from '../../src/config/settings-error.js';
import { settingList } from '../../src/index.js';

const TOKEN = 'canary-token-0a1b2c';

function problem(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    expect(error.message).not.toContain(TOKEN);
    return error.message;
  }
  throw new Error('nothing was refused');
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'call-logs-settings-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('readSettings', () => {
  it('needs nothing and has its defaults', () => {
    const settings = readSettings({}, {});
    expect(settings).toMatchObject({
      baseUrl: 'https://api.convoso.com/v1',
      requestTimeout: 30,
      deadline: 50,
      readOnly: false,
      logLevel: 'warn',
      sandbox: false,
      dialect: 'contract',
    });
    expect(settings.authToken).toBeUndefined();
    expect(settings.timeZone).toBeUndefined();
  });

  it('reads the environment', () => {
    expect(
      readSettings(
        {
          CONVOSO_AUTH_TOKEN: ` ${TOKEN}\n`,
          CONVOSO_BASE_URL: 'http://127.0.0.1:8080/v1',
          CONVOSO_TIMEZONE: 'America/Los_Angeles',
          CALL_LOGS_REQUEST_TIMEOUT: '5',
          CALL_LOGS_DEADLINE: '7.5',
          CALL_LOGS_READ_ONLY: 'Yes',
          CALL_LOGS_LOG_LEVEL: 'debug',
        },
        {},
      ),
    ).toMatchObject({
      authToken: TOKEN,
      baseUrl: 'http://127.0.0.1:8080/v1',
      timeZone: 'America/Los_Angeles',
      requestTimeout: 5,
      deadline: 7.5,
      readOnly: true,
      logLevel: 'debug',
    });
  });

  it('lets flags win over the environment', () => {
    const env = { CALL_LOGS_LOG_LEVEL: 'debug', CALL_LOGS_READ_ONLY: 'false' };
    expect(readSettings(env, { logLevel: 'error', readOnly: true })).toMatchObject({
      logLevel: 'error',
      readOnly: true,
    });
  });

  it.each(['', '   ', `$${'{CONVOSO_AUTH_TOKEN}'}`, ` $${'{input:token}'} `])(
    'takes %j for a token that is not set',
    (value) => {
      expect(readSettings({ CONVOSO_AUTH_TOKEN: value }, {}).authToken).toBeUndefined();
    },
  );

  it.each([
    ['CONVOSO_TIMEZONE', 'Pacific Time', /CONVOSO_TIMEZONE cannot be used\. It must be an IANA time zone/],
    ['CALL_LOGS_REQUEST_TIMEOUT', 'soon', /CALL_LOGS_REQUEST_TIMEOUT cannot be used/],
    ['CALL_LOGS_REQUEST_TIMEOUT', '0', /CALL_LOGS_REQUEST_TIMEOUT cannot be used/],
    ['CALL_LOGS_READ_ONLY', 'maybe', /CALL_LOGS_READ_ONLY cannot be used\. It must be true or false/],
    ['CALL_LOGS_LOG_LEVEL', 'loud', /CALL_LOGS_LOG_LEVEL cannot be used/],
    ['CONVOSO_BASE_URL', 'api.convoso.com', /CONVOSO_BASE_URL cannot be used\. It is not a URL/],
    ['CONVOSO_BASE_URL', 'ftp://127.0.0.1/', /only https is allowed/],
    ['CONVOSO_BASE_URL', 'http://api.convoso.com/v1', /unencrypted/],
    ['CONVOSO_BASE_URL', 'http://127.0.0.1.example.com/v1', /unencrypted/],
    ['CONVOSO_BASE_URL', `https://user:${TOKEN}@api.convoso.com/v1`, /carries credentials/],
    ['CONVOSO_BASE_URL', `https://api.convoso.com/v1?auth_token=${TOKEN}`, /carries a query/],
  ])('refuses %s=%s, naming the setting', (name, value, message) => {
    expect(problem(() => readSettings({ [name]: value }, {}))).toMatch(message);
  });

  it.each([
    'http://localhost:1',
    'http://127.8.9.1:1/v1',
    'http://[::1]:1/v1',
    'https://proxy.example.com/convoso',
  ])('accepts %s as an address', (baseUrl) => {
    expect(readSettings({ CONVOSO_BASE_URL: baseUrl }, {}).baseUrl).toBe(baseUrl);
  });
});

describe('the token', () => {
  it('may come from a file', () => {
    const path = file('token', `${TOKEN}\n`);
    expect(readSettings({ CONVOSO_AUTH_TOKEN_FILE: path }, {}).authToken).toBe(TOKEN);
  });

  it('in a file is its first line, whatever follows and however lines end', () => {
    for (const [name, content] of Object.entries({
      rotated: `${TOKEN}\n# rotated in May\n`,
      windows: `\uFEFF${TOKEN}\r\nold: another-token\r\n`,
      spaced: `  ${TOKEN} \n\n`,
    })) {
      expect(readSettings({ CONVOSO_AUTH_TOKEN_FILE: file(name, content) }, {}).authToken, name).toBe(TOKEN);
    }
    expect(
      problem(() => readSettings({ CONVOSO_AUTH_TOKEN_FILE: file('late', `\n${TOKEN}\n`) }, {})),
    ).toMatch(/first line/);
  });

  it('in a file that is missing, empty or one of two is refused', () => {
    expect(problem(() => readSettings({ CONVOSO_AUTH_TOKEN_FILE: join(folder, 'none') }, {}))).toMatch(
      /ENOENT/,
    );
    expect(problem(() => readSettings({ CONVOSO_AUTH_TOKEN_FILE: file('empty', ' \n') }, {}))).toMatch(
      /is empty/,
    );
    const env = { CONVOSO_AUTH_TOKEN: TOKEN, CONVOSO_AUTH_TOKEN_FILE: file('second', TOKEN) };
    expect(problem(() => readSettings(env, {}))).toMatch(/Two tokens are set/);
  });

  it('is required, with both ways out', () => {
    const message = problem(() => requireToken(readSettings({}, {})));
    expect(message).toMatch(/CONVOSO_AUTH_TOKEN/);
    expect(message).toMatch(/--sandbox/);
    expect(requireToken(readSettings({ CONVOSO_AUTH_TOKEN: TOKEN }, {}))).toBe(TOKEN);
  });
});

describe('settingRows', () => {
  it('documents every setting, each under names of its own', () => {
    const rows = settingRows();
    for (const { name, subject, description, env, flag } of rows) {
      expect(`${name}: ${description}`).toMatch(/: \S.{10,}/);
      expect(subject).toMatch(/^[A-Z]/);
      expect(env ?? flag).toBeDefined();
    }
    for (const names of [rows.flatMap(({ env }) => env ?? []), rows.flatMap(({ flag }) => flag ?? [])]) {
      expect(new Set(names).size).toBe(names.length);
    }
    expect(rows.find(({ name }) => name === 'baseUrl')?.fallback).toBe('https://api.convoso.com/v1');
    expect(new Set(rows.filter(({ secret }) => secret).map(({ env }) => env))).toStrictEqual(
      new Set(['CONVOSO_AUTH_TOKEN', 'CALL_LOGS_ARCHIVE_URL', 'CALL_LOGS_REDIS_URL']),
    );
  });
});

describe('the account file', () => {
  const settings = (content: object, env: Record<string, string> = {}, flags: Record<string, unknown> = {}) =>
    readSettings({ CALL_LOGS_CONFIG: file('account.json', JSON.stringify(content)), ...env }, flags);

  it('gives what flags and the environment leave open', () => {
    const content = { time_zone: 'America/Denver', defaults: { confirm_writes: 'ask', read_only: true } };
    expect(settings(content)).toMatchObject({
      timeZone: 'America/Denver',
      confirmWrites: 'ask',
      readOnly: true,
      account: { time_zone: 'America/Denver' },
    });
    expect(
      settings(content, {
        CONVOSO_TIMEZONE: 'America/Los_Angeles',
        CALL_LOGS_CONFIRM_WRITES: 'never',
        CALL_LOGS_READ_ONLY: 'false',
      }),
    ).toMatchObject({ timeZone: 'America/Los_Angeles', confirmWrites: 'never', readOnly: false });
  });

  it('is the flag’s before the environment’s, and none where the variable was passed on unset', () => {
    const flagged = file('flagged.json', '{"time_zone":"America/Phoenix"}');
    expect(settings({ time_zone: 'America/Denver' }, {}, { config: flagged }).timeZone).toBe(
      'America/Phoenix',
    );
    expect(readSettings({ CALL_LOGS_CONFIG: `$${'{CALL_LOGS_CONFIG}'}` }, {}).account.users).toEqual({});
  });

  it('that is wrong or missing is refused with its path', () => {
    expect(problem(() => settings({ users: { '1': 2 } }))).toMatch(/account\.json cannot be used.*users\.1/);
    expect(problem(() => readSettings({ CALL_LOGS_CONFIG: '/nowhere/a.json' }, {}))).toMatch(
      /\/nowhere\/a\.json cannot be read.*ENOENT/,
    );
  });
});

describe('the documented type of a setting', () => {
  const documented = settingList().filter(({ env }) => env !== undefined);
  const problem = (env: string, value: string) => {
    try {
      readSettings({ [env]: value }, {});
      return '';
    } catch (error) {
      return String(error);
    }
  };

  it.each(
    documented.filter(({ type }) => type === 'number').map(({ env = '', default: value }) => [env, value]),
  )('of %s is a number because it takes numbers', (env, value) => {
    const taken = [value, 1, 10, 100, 1_000].filter((one) => one !== undefined).map(String);
    expect(taken.filter((one) => problem(env, one) === '')).not.toEqual([]);
    expect(problem(env, '15m')).toContain(`${env} cannot be used.`);
  });

  it.each(documented.filter(({ type }) => type === 'boolean').map(({ env = '' }) => env))(
    'of %s is true or false because it takes both',
    (env) => {
      expect([problem(env, 'true'), problem(env, 'false')]).toEqual(['', '']);
      expect(problem(env, '15')).toContain(`${env} cannot be used.`);
    },
  );

  it('of a duration is text, which has its unit in it', () => {
    expect(documented.find(({ env }) => env === 'CALL_LOGS_ARCHIVE_EVERY')?.type).toBe('string');
    expect([problem('CALL_LOGS_ARCHIVE_EVERY', '15m'), problem('CALL_LOGS_ARCHIVE_EVERY', '900')]).toEqual([
      '',
      expect.stringContaining('CALL_LOGS_ARCHIVE_EVERY cannot be used.'),
    ]);
  });
});
