import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { withCode } from '../util/error-code.js';
import { isLoopback } from '../util/loopback.js';
import { type AccountFile, NO_ACCOUNT_FILE, readAccountFile } from './account-file.js';
import { text } from './setting-values.js';
import { type NamedSource, namedSources, type Settings, settingsSchema } from './settings.js';
import { SettingsError } from './settings-error.js';

/** A variable that still reads `${…}` was passed on unset by a host, and counts as missing; so does a blank one. */
function fromEnvironment(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = env[name];
  return value === undefined || value.trim() === '' || /^\$\{.*\}$/.test(value.trim()) ? undefined : value;
}

/**
 * Reads all settings: flags win over the environment, which wins over the account file.
 * @param flags values by setting name
 * @throws SettingsError, naming the setting and never its value
 */
export function readSettings(env: NodeJS.ProcessEnv, flags: Readonly<Record<string, unknown>>): Settings {
  const values: Record<string, unknown> = {};
  const rows = namedSources();
  for (const row of rows) {
    const value = flags[row.name] ?? (row.env === undefined ? undefined : fromEnvironment(env, row.env));
    if (value !== undefined) values[row.name] = value;
  }
  const path = text().optional().safeParse(values['config']).data;
  const account = path === undefined ? NO_ACCOUNT_FILE : readAccountFile(path);
  const parsed = settingsSchema.safeParse({ ...fromAccountFile(account), ...values });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const row = rows.find(({ name }) => name === issue?.path[0]);
    throw wrongSetting(row, issue?.message ?? 'is not valid', row !== undefined && row.name in flags);
  }
  const settings = parsed.data;
  checkBaseUrl(settings.baseUrl);
  checkArchive(settings);
  const emptyAuthentication = rows.flatMap(({ authenticates, env: name = '' }) =>
    authenticates === true && env[name] !== undefined && fromEnvironment(env, name) === undefined
      ? [name]
      : [],
  );
  return {
    ...settings,
    authToken: readToken(settings),
    account,
    emptyAuthentication,
    dataDirectory: dataDirectory(env),
  };
}

/** The settings that an account file gives a default for, by setting name. */
function fromAccountFile({ time_zone, defaults }: AccountFile): Record<string, unknown> {
  const values = {
    timeZone: time_zone,
    confirmWrites: defaults.confirm_writes,
    readOnly: defaults.read_only,
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function wrongSetting(row: NamedSource | undefined, problem: string, byFlag: boolean): SettingsError {
  const flag = `--${row?.flag}`;
  const label = row === undefined ? 'A setting' : byFlag ? flag : (row.env ?? flag);
  return new SettingsError({
    what: `${label} cannot be used.`,
    why: problem.startsWith('must') ? `It ${problem}.` : `${problem.replace(/\.$/, '')}.`,
    next: 'Correct it and start again; --help lists every setting.',
  });
}

function checkArchive({ archiveDir, archiveUrl }: Pick<Settings, 'archiveDir' | 'archiveUrl'>): void {
  if (archiveDir === undefined || archiveUrl === undefined) return;
  throw new SettingsError({
    what: 'The archive cannot be in two places.',
    why: 'CALL_LOGS_ARCHIVE_DIR and CALL_LOGS_ARCHIVE_URL are both set.',
    next: 'Keep one of them: the directory for one machine, ClickHouse for several.',
  });
}

function checkBaseUrl(baseUrl: string): void {
  const problem = baseUrlProblem(baseUrl);
  if (problem === undefined) return;
  throw new SettingsError({
    what: 'CONVOSO_BASE_URL cannot be used.',
    why: problem,
    next: 'Use an https address such as https://api.convoso.com/v1, or remove the setting.',
  });
}

function baseUrlProblem(baseUrl: string): string | undefined {
  if (!URL.canParse(baseUrl)) return 'It is not a URL.';
  const url = new URL(baseUrl);
  if (url.username !== '' || url.password !== '')
    return 'It carries credentials, which belong in CONVOSO_AUTH_TOKEN.';
  if (url.search !== '' || url.hash !== '') return 'It carries a query or a fragment.';
  if (url.protocol === 'https:') return undefined;
  return url.protocol === 'http:' && isLoopback(url.hostname)
    ? undefined
    : 'The token would travel unencrypted: only https is allowed, and http to this machine itself (loopback).';
}

/** The token, or the first line of its file when it is given that way: what follows may be a note. */
function readToken({
  authToken,
  authTokenFile,
}: Pick<Settings, 'authToken' | 'authTokenFile'>): string | undefined {
  if (authTokenFile === undefined) return authToken;
  if (authToken !== undefined) {
    throw new SettingsError({
      what: 'Two tokens are set.',
      why: 'CONVOSO_AUTH_TOKEN and CONVOSO_AUTH_TOKEN_FILE are both given.',
      next: 'Remove one of them.',
    });
  }
  let content: string;
  try {
    content = readFileSync(authTokenFile, 'utf8');
  } catch (error) {
    throw new SettingsError({
      what: 'The token file cannot be read.',
      why: withCode('CONVOSO_AUTH_TOKEN_FILE names a file that cannot be opened', error),
      next: 'Correct the path or the file’s permissions.',
    });
  }
  const line = content.split(/\r\n|\r|\n/)[0]?.trim();
  if (line) return line;
  throw new SettingsError({
    what: 'The token file is empty, or its first line is.',
    why: 'The first line of the file that CONVOSO_AUTH_TOKEN_FILE names holds no token.',
    next: 'Put the token on its first line.',
  });
}

/** Where this user's programs keep data, by the conventions of the platform. */
function dataDirectory(env: NodeJS.ProcessEnv): string {
  const base =
    process.platform === 'win32'
      ? env['LOCALAPPDATA'] || join(homedir(), 'AppData', 'Local')
      : process.platform === 'darwin'
        ? join(homedir(), 'Library', 'Application Support')
        : env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share');
  return join(base, 'convoso-call-logs-mcp');
}

/** @throws SettingsError naming both ways out when there is no token and no sandbox. */
export function requireToken(settings: Settings): string {
  if (settings.authToken !== undefined) return settings.authToken;
  throw new SettingsError({
    what: 'There is no Convoso token.',
    why: 'CONVOSO_AUTH_TOKEN is not set (a placeholder that the host passed on unfilled counts as not set).',
    next: 'Set CONVOSO_AUTH_TOKEN (or CONVOSO_AUTH_TOKEN_FILE), or start with --sandbox to try it on generated calls.',
  });
}
