import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { isDay, isZone } from '../account-time/stamps.js';
import { MASKS } from '../redact/masks.js';
import { Failure } from '../util/failure.js';
import { LOG_LEVELS } from '../util/log.js';
import { isLoopback } from '../util/loopback.js';
import {
  type AccountFile,
  type AccountFileProblem,
  CONFIRM_WRITES,
  NO_ACCOUNT_FILE,
  parseAccountFile,
} from './account-file.js';

/** Settings or the command line cannot be used; the process ends with exit code 2 before it serves anything. */
export class SettingsError extends Failure {}

/** Where a setting is documented and read from. Help, README and parsing all come from these entries. */
interface SettingSource {
  readonly env?: string;
  readonly flag?: string;
  /** Placeholder of the flag's value in the help; a flag without one takes no value. */
  readonly value?: string;
  readonly secret?: boolean;
  /** True for what tells callers apart: set but empty, it is a mistake and never means “no authentication”. */
  readonly authenticates?: boolean;
  /** Title under which installers (bundle, plugin, host links) ask for it; settings without one they leave alone. */
  readonly title?: string;
  /** What the value is a path of, for installers that offer to choose one. */
  readonly path?: 'file' | 'directory';
}

const source = z.registry<SettingSource>();

const given = (value: unknown) => (typeof value === 'string' ? value.trim() : value);
const trueWord = (value: unknown) =>
  typeof value === 'string' ? (WORDS_FOR_TRUE_AND_FALSE[value.trim().toLowerCase()] ?? value) : value;
const WORDS_FOR_TRUE_AND_FALSE: Readonly<Record<string, boolean>> = {
  '1': true,
  true: true,
  yes: true,
  on: true,
  '0': false,
  false: false,
  no: false,
  off: false,
};

const text = () => z.preprocess(given, z.string());
/** Values separated by commas. */
const list = () =>
  z.preprocess(
    (value) =>
      typeof value === 'string'
        ? value
            .split(',')
            .map((one) => one.trim())
            .filter((one) => one !== '')
        : value,
    z.array(z.string()),
  );
const count = (min: number, max: number) =>
  z.preprocess(
    (value) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value),
    z.int('must be a whole number').min(min).max(max),
  );
const onOff = () => z.preprocess(trueWord, z.boolean('must be true or false'));
const seconds = (min: number, max: number) =>
  z.preprocess(
    (value) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value),
    z.number(`must be a number of seconds`).min(min).max(max),
  );

const maskWords = () =>
  z.preprocess(
    (value) =>
      typeof value === 'string'
        ? value.split(',').flatMap((word) => (word.trim() === '' ? [] : [word.trim().toLowerCase()]))
        : value,
    z.array(z.enum(MASKS, `must be a comma-separated list of ${MASKS.join(', ')}`)),
  );

const wholeNumber = (min: number, max: number) =>
  z.preprocess(
    (value) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value),
    z.int('must be a whole number').min(min).max(max),
  );

/** A stretch of time such as 90s, 15m, 6h or 2d, as milliseconds. It is written as text, and so documented as text. */
const duration = (minMs: number) =>
  z
    .preprocess(
      (value) => (typeof value === 'string' ? (durationOf(value) ?? value) : value),
      z
        .number('must be a number with s, m, h or d, such as 15m')
        .min(minMs, `must be at least ${minMs / 1000} seconds`)
        .max(30 * 86_400_000, 'must be at most 30 days'),
    )
    .meta({ type: 'string' });
const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
function durationOf(text: string): number | undefined {
  const [, count, unit] = /^\s*(\d{1,6})\s*([smhd])\s*$/i.exec(text) ?? [];
  const ms = UNIT_MS[unit?.toLowerCase() ?? ''];
  return count === undefined || ms === undefined ? undefined : Number(count) * ms;
}

/** A day, `YYYY-MM-DD`. */
const day = () =>
  z.preprocess(given, z.string().refine(isDay, { error: 'must be a day such as 2026-03-01' }));
/** A day, or so many days back. */
const start = () =>
  z.preprocess(
    given,
    z.string().refine((text) => /^[1-9]\d{0,3}d$/i.test(text) || isDay(text), {
      error: 'must be days such as 90d, or a day such as 2026-03-01',
    }),
  );

/** Every setting with its type, meaning and default. */
export const settingsSchema = z.object({
  authToken: text()
    .optional()
    .describe('API token of the Convoso account')
    .register(source, { env: 'CONVOSO_AUTH_TOKEN', secret: true, title: 'API token' }),
  authTokenFile: text()
    .optional()
    .describe('File with the token on its first line, instead of CONVOSO_AUTH_TOKEN')
    .register(source, { env: 'CONVOSO_AUTH_TOKEN_FILE', path: 'file' }),
  baseUrl: text()
    .default('https://api.convoso.com/v1')
    .describe('Address of the API; plain http only to loopback')
    .register(source, { env: 'CONVOSO_BASE_URL' }),
  timeZone: text()
    .refine(isZone, 'must be an IANA time zone such as America/Los_Angeles')
    .optional()
    .describe('Time zone of the account (IANA name); call dates carry none')
    .register(source, { env: 'CONVOSO_TIMEZONE', title: 'Account time zone' }),
  phoneCountry: z
    .preprocess(
      (value) => (typeof value === 'string' ? value.trim().toUpperCase() : value),
      z.string().regex(/^[A-Z]{2}$/, 'must be a country of two letters such as US'),
    )
    .default('US')
    .describe('Country of phone numbers that are written without a country code (ISO 3166, two letters)')
    .register(source, { env: 'CALL_LOGS_PHONE_COUNTRY' }),
  config: text()
    .optional()
    .describe('Account file (JSON): zone, status codes, extra fields, names; see config in the commands')
    .register(source, {
      env: 'CALL_LOGS_CONFIG',
      flag: 'config',
      value: 'FILE',
      title: 'Account file',
      path: 'file',
    }),
  confirmWrites: z
    .preprocess(given, z.enum(CONFIRM_WRITES))
    .default('never')
    .describe(
      'ask: every update is put to the person before it is made; ask-host: and only hosts that ask the person themselves may write',
    )
    .register(source, { env: 'CALL_LOGS_CONFIRM_WRITES' }),
  requestTimeout: seconds(1, 600)
    .default(30)
    .describe('Seconds for one attempt at a request to the API')
    .register(source, { env: 'CALL_LOGS_REQUEST_TIMEOUT' }),
  deadline: seconds(1, 3600)
    .default(50)
    .describe('Seconds for a request to the API with all it takes; hosts usually give a tool 60')
    .register(source, { env: 'CALL_LOGS_DEADLINE' }),
  walkSeconds: seconds(1, 3600)
    .default(45)
    .describe('Seconds after which a question about many calls answers with what it has')
    .register(source, { env: 'CALL_LOGS_WALK_SECONDS' }),
  walkRows: wholeNumber(500, 100_000_000)
    .default(500_000)
    .describe('Calls after which a question about many calls answers with what it has')
    .register(source, { env: 'CALL_LOGS_WALK_ROWS' }),
  walkConcurrency: wholeNumber(1, 8)
    .default(4)
    .describe('Requests to the API under way at once for a question about many calls')
    .register(source, { env: 'CALL_LOGS_WALK_CONCURRENCY' }),
  exportDir: text()
    .refine(isAbsolute, 'must be an absolute path')
    .optional()
    .describe(
      'Directory for exports; default: a folder of its own under the user’s data directory, and none over HTTP',
    )
    .register(source, { env: 'CALL_LOGS_EXPORT_DIR', title: 'Export folder', path: 'directory' }),
  exportFiles: count(1, 100_000)
    .default(20)
    .describe('http: most exports kept for one caller at a time')
    .register(source, { env: 'CALL_LOGS_HTTP_EXPORT_FILES' }),
  exportMegabytes: count(1, 1_000_000)
    .default(500)
    .describe('http: most megabytes of exports kept for one caller')
    .register(source, { env: 'CALL_LOGS_HTTP_EXPORT_MEGABYTES' }),
  exportHours: count(1, 8_760)
    .default(24)
    .describe('http: hours after which an export is removed')
    .register(source, { env: 'CALL_LOGS_HTTP_EXPORT_HOURS' }),
  archiveDir: text()
    .refine(isAbsolute, 'must be an absolute path')
    .optional()
    .describe('Directory of the archive of past days (see Archive); without it there is none')
    .register(source, { env: 'CALL_LOGS_ARCHIVE_DIR' }),
  archiveUrl: text()
    .optional()
    .describe('ClickHouse that holds the archive instead: clickhouse://user:password@host:port/database')
    .register(source, { env: 'CALL_LOGS_ARCHIVE_URL', secret: true }),
  archiveFrom: start()
    .default('90d')
    .describe('sync: the first day to archive, or so many days back')
    .register(source, { env: 'CALL_LOGS_ARCHIVE_FROM', flag: 'from', value: '90d|DAY' }),
  archiveRecentDays: count(0, 60)
    .default(3)
    .describe('sync: so many of the last days are read again, because calls change afterwards')
    .register(source, { env: 'CALL_LOGS_ARCHIVE_RECENT_DAYS' }),
  archiveRefreshHours: count(0, 720)
    .default(6)
    .describe('sync: they are read again once their reading is older than this many hours')
    .register(source, { env: 'CALL_LOGS_ARCHIVE_REFRESH_HOURS' }),
  archiveKeepDays: count(1, 10_000)
    .optional()
    .describe('sync: days kept in the archive; older ones are removed (all are kept unless set)')
    .register(source, { env: 'CALL_LOGS_ARCHIVE_KEEP_DAYS' }),
  archiveEvery: duration(10_000)
    .optional()
    .describe('http: keeps the archive up to date in the background, this often, such as 15m')
    .register(source, { env: 'CALL_LOGS_ARCHIVE_EVERY' }),
  archiveMemory: count(64, 1_000_000)
    .default(700)
    .describe('Megabytes of memory that the archive’s engine may take')
    .register(source, { env: 'CALL_LOGS_ARCHIVE_MEMORY' }),
  archiveThreads: count(1, 256)
    .optional()
    .describe('Threads of the archive’s engine (one a processor, at most 4, unless set)')
    .register(source, { env: 'CALL_LOGS_ARCHIVE_THREADS' }),
  syncEvery: duration(10_000)
    .optional()
    .describe('sync: goes on, and does it again this often, such as 15m')
    .register(source, { flag: 'every', value: 'TIME' }),
  purgeBefore: day()
    .optional()
    .describe('archive purge: removes days before this one')
    .register(source, { flag: 'before', value: 'DAY' }),
  readOnly: onOff()
    .default(false)
    .describe('Leave out the tool that writes')
    .register(source, { env: 'CALL_LOGS_READ_ONLY', flag: 'read-only', title: 'Read only' }),
  redact: maskWords()
    .optional()
    .describe(`What no answer may show, separated by commas: ${MASKS.join(', ')}`)
    .register(source, { env: 'CALL_LOGS_REDACT' }),
  auditFile: text()
    .optional()
    .describe(
      'File that records every update before it is sent; an update that cannot be recorded is refused',
    )
    .register(source, { env: 'CALL_LOGS_AUDIT_FILE' }),
  auditValues: onOff()
    .default(false)
    .describe('Record new values in the audit file, not only which fields change')
    .register(source, { env: 'CALL_LOGS_AUDIT_VALUES' }),
  logLevel: z
    .preprocess(given, z.enum(LOG_LEVELS))
    .default('warn')
    .describe('Least level written to stderr')
    .register(source, { env: 'CALL_LOGS_LOG_LEVEL', flag: 'log-level', value: 'LEVEL' }),
  sandbox: onOff()
    .default(false)
    .describe('Answer from generated calls instead of a real account; needs no token')
    .register(source, { flag: 'sandbox' }),
  dialect: z
    .preprocess(given, z.enum(['contract', 'live']))
    .default('contract')
    .describe('Which reply format the sandbox speaks: contract or live')
    .register(source, { flag: 'dialect', value: 'NAME' }),
  port: z
    .preprocess((value) => (typeof value === 'string' ? Number(value) : value), z.int().min(0).max(65_535))
    .optional()
    .describe('Port to listen on (http: 3000 unless set)')
    .register(source, { env: 'CALL_LOGS_HTTP_PORT', flag: 'port', value: 'N' }),
  host: text()
    .default('127.0.0.1')
    .describe('http: address to listen on; any but loopback needs authentication')
    .register(source, { env: 'CALL_LOGS_HTTP_HOST', flag: 'host', value: 'ADDRESS' }),
  allowedHosts: list()
    .default([])
    .describe('http: further host names clients may use, separated by commas')
    .register(source, { env: 'CALL_LOGS_HTTP_ALLOWED_HOSTS' }),
  allowedOrigins: list()
    .default([])
    .describe('http: origins of web pages that may use it, such as https://app.example.com')
    .register(source, { env: 'CALL_LOGS_HTTP_ALLOWED_ORIGINS' }),
  httpTokens: text()
    .optional()
    .describe('http: lines “name sha256:digest scope…” of accepted tokens, separated by ; (see token)')
    .register(source, { env: 'CALL_LOGS_HTTP_TOKENS', authenticates: true }),
  httpTokensFile: text()
    .optional()
    .describe('http: file with such lines')
    .register(source, { env: 'CALL_LOGS_HTTP_TOKENS_FILE', authenticates: true }),
  requestRate: count(1, 1_000_000)
    .optional()
    .describe('http: requests a minute for each principal (600 unless set; without authentication no limit)')
    .register(source, { env: 'CALL_LOGS_HTTP_RATE' }),
  callsUnderWay: count(20, 10_000)
    .default(100)
    .describe('http: calls that each principal may have under way')
    .register(source, { env: 'CALL_LOGS_HTTP_CALLS_UNDER_WAY' }),
  connectionsPerAddress: count(8, 2_048)
    .default(256)
    .describe('http: connections that one address may have, unless it is a trusted proxy')
    .register(source, { env: 'CALL_LOGS_HTTP_CONNECTIONS_PER_ADDRESS' }),
  trustedProxies: list()
    .default([])
    .describe('http: addresses or networks (CIDR) of proxies, separated by commas')
    .register(source, { env: 'CALL_LOGS_HTTP_TRUSTED_PROXIES' }),
  upstreamConcurrency: count(1, 256)
    .default(8)
    .describe('http: most requests to the API at once')
    .register(source, { env: 'CALL_LOGS_HTTP_UPSTREAM_CONCURRENCY' }),
  upstreamRate: count(1, 10_000)
    .optional()
    .describe('http: most requests a second to the API, over all replicas with CALL_LOGS_REDIS_URL')
    .register(source, { env: 'CALL_LOGS_HTTP_UPSTREAM_RATE' }),
  oauthIssuer: text()
    .optional()
    .describe('http: authorization server whose access tokens (JWT) are accepted')
    .register(source, { env: 'CALL_LOGS_OAUTH_ISSUER', authenticates: true }),
  oauthResource: text()
    .optional()
    .describe('http: this server’s public URL, which those tokens must have as audience')
    .register(source, { env: 'CALL_LOGS_OAUTH_RESOURCE', authenticates: true }),
  oauthJwksUrl: text()
    .optional()
    .describe('http: the issuer’s keys, when its metadata does not say where they are')
    .register(source, { env: 'CALL_LOGS_OAUTH_JWKS_URL', authenticates: true }),
  oauthScopes: list()
    .optional()
    .describe(
      'http: scopes that clients are told to ask for, in place of all that the tools need, such as call_logs:read',
    )
    .register(source, { env: 'CALL_LOGS_OAUTH_SCOPES' }),
  oauthTokenTypes: list()
    .default(['at+jwt'])
    .describe(
      'http: accepted types (typ) of access tokens; at+jwt,JWT for issuers that do not follow RFC 9068',
    )
    .register(source, { env: 'CALL_LOGS_OAUTH_TOKEN_TYPES' }),
  redisUrl: text()
    .optional()
    .describe('http: Redis or Valkey that holds the limits shared by all replicas')
    .register(source, { env: 'CALL_LOGS_REDIS_URL', secret: true }),
  json: onOff()
    .default(false)
    .describe('call: print the whole result as JSON')
    .register(source, { flag: 'json' }),
});

export interface Settings extends z.output<typeof settingsSchema> {
  /** The account file's content; nothing is known of the account without one. */
  readonly account: AccountFile;
  /** Variables for authentication that are set without holding anything: blank, or a placeholder nobody filled in. */
  readonly emptyAuthentication: readonly string[];
}

/** Where a setting is read from. */
interface NamedSource extends SettingSource {
  readonly name: string;
}

/** One row of the documentation of settings. */
export interface SettingRow extends NamedSource {
  readonly description: string;
  readonly fallback: string | undefined;
}

function namedSources(): NamedSource[] {
  return Object.entries(settingsSchema.shape).map(([name, schema]) => ({ name, ...source.get(schema) }));
}

/** Every setting with where it is read from, what it means and its default, for the help and the README. */
export function settingRows(): SettingRow[] {
  const defaults: Record<string, unknown> = settingsSchema.parse({});
  return Object.entries(settingsSchema.shape).map(([name, schema]) => ({
    name,
    description: schema.description ?? '',
    fallback:
      defaults[name] === undefined || defaults[name] === false
        ? undefined
        : String(defaults[name]) || undefined,
    ...source.get(schema),
  }));
}

export interface CommandLine {
  readonly command: string;
  readonly operands: readonly string[];
  readonly help: boolean;
  readonly version: boolean;
  /** Values of flags by setting name. */
  readonly flags: Readonly<Record<string, unknown>>;
}

/** Splits a command line. @throws SettingsError for an unknown flag or a flag without its value. */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const rows = namedSources().filter((row) => row.flag !== undefined);
  const options = Object.fromEntries(
    rows.map((row) => [
      row.flag,
      { type: row.value === undefined ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  try {
    const parsed = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        ...options,
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
    });
    const values: Readonly<Record<string, unknown>> = parsed.values;
    const flags = Object.fromEntries(
      rows.flatMap((row) => {
        const value = values[row.flag ?? ''];
        return value === undefined ? [] : [[row.name, value]];
      }),
    );
    const [command = 'stdio', ...operands] = parsed.positionals;
    return { command, operands, help: values['help'] === true, version: values['version'] === true, flags };
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('. ')[0] ?? '') : '';
    throw new SettingsError({
      what: 'The command line cannot be used.',
      why: `${why.replace(/\.$/, '')}.`,
      next: 'Run with --help to see the commands and flags.',
    });
  }
}

/** A variable that still reads `${…}` was passed on unset by a host, and counts as missing; so does a blank one. */
function fromEnvironment(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = env[name];
  return value === undefined || value.trim() === '' || /^\$\{.*\}$/.test(value.trim()) ? undefined : value;
}

/** Reads all settings: flags win over the environment, which wins over the account file. @throws SettingsError, naming the setting and never its value. */
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
  return { ...settings, ...readToken(settings), account, emptyAuthentication };
}

function checkArchive({ archiveDir, archiveUrl }: Pick<Settings, 'archiveDir' | 'archiveUrl'>): void {
  if (archiveDir === undefined || archiveUrl === undefined) return;
  throw new SettingsError({
    what: 'The archive cannot be in two places.',
    why: 'CALL_LOGS_ARCHIVE_DIR and CALL_LOGS_ARCHIVE_URL are both set.',
    next: 'Keep one of them: the directory for one machine, ClickHouse for several.',
  });
}

/** Whether past days are archived anywhere. */
export function hasArchive({ archiveDir, archiveUrl }: Settings): boolean {
  return archiveDir !== undefined || archiveUrl !== undefined;
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

/** Reads an account file. @throws SettingsError naming each place that is wrong and why. */
export function readAccountFile(path: string): AccountFile {
  let json: string;
  try {
    json = readFileSync(path, 'utf8');
  } catch (error) {
    throw new SettingsError({
      what: `The account file ${path} cannot be read.`,
      why: `It cannot be opened (${(error as NodeJS.ErrnoException).code ?? 'error'}).`,
      next: 'Correct the path (--config or CALL_LOGS_CONFIG) or the file’s permissions.',
    });
  }
  const read = parseAccountFile(json);
  if ('account' in read) return read.account;
  throw new SettingsError({
    what: `The account file ${path} cannot be used.`,
    why: `${read.problems.map(problemWords).join('; ')}.`,
    next: 'Correct it and start again; account.schema.json describes the file, and “config check FILE” checks it.',
  });
}

function problemWords({ path, why }: AccountFileProblem): string {
  return path === '' ? why : `${path}: ${why}`;
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

/** The token from the first line of its file, when it is given that way: what follows may be a note. */
function readToken({ authToken, authTokenFile }: Pick<Settings, 'authToken' | 'authTokenFile'>): {
  authToken?: string;
} {
  if (authTokenFile === undefined) return {};
  if (authToken !== undefined) {
    throw new SettingsError({
      what: 'Two tokens are set.',
      why: 'CONVOSO_AUTH_TOKEN and CONVOSO_AUTH_TOKEN_FILE are both given.',
      next: 'Remove one of them.',
    });
  }
  let line: string | undefined;
  try {
    line = readFileSync(authTokenFile, 'utf8')
      .split(/\r\n|\r|\n/)[0]
      ?.trim();
  } catch (error) {
    throw new SettingsError({
      what: 'The token file cannot be read.',
      why: `CONVOSO_AUTH_TOKEN_FILE names a file that cannot be opened (${(error as NodeJS.ErrnoException).code ?? 'error'}).`,
      next: 'Correct the path or the file’s permissions.',
    });
  }
  if (line === undefined || line === '') {
    throw new SettingsError({
      what: 'The token file is empty, or its first line is.',
      why: 'The first line of the file that CONVOSO_AUTH_TOKEN_FILE names holds no token.',
      next: 'Put the token on its first line.',
    });
  }
  return { authToken: line };
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
