import { isAbsolute } from 'node:path';
import * as z from 'zod';
import { isZone } from '../account-time/stamps.js';
import { MASKS } from '../redact/masks.js';
import { LOG_LEVELS } from '../util/log.js';
import { type AccountFile, CONFIRM_WRITES } from './account-file.js';
import {
  country,
  day,
  daysBack,
  duration,
  list,
  oneOf,
  onOff,
  seconds,
  text,
  wholeNumber,
  words,
} from './setting-values.js';

/** Where a setting is documented and read from. Help, documents and parsing all come from these entries. */
interface SettingSource {
  readonly env?: string;
  /** Its flag; which commands take it, their own declarations say (see command-line.ts). */
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

const account = {
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
  phoneCountry: country()
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
};

const updates = {
  readOnly: onOff()
    .default(false)
    .describe('Leave out the tool that writes')
    .register(source, { env: 'CALL_LOGS_READ_ONLY', flag: 'read-only', title: 'Read only' }),
  confirmWrites: oneOf(CONFIRM_WRITES)
    .default('never')
    .describe(
      'ask: every update is put to the person before it is made; ask-host: and only hosts that ask the person themselves may write',
    )
    .register(source, { env: 'CALL_LOGS_CONFIRM_WRITES' }),
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
};

const redaction = {
  redact: words(MASKS)
    .optional()
    .describe(`What no answer may show, separated by commas: ${MASKS.join(', ')}`)
    .register(source, { env: 'CALL_LOGS_REDACT' }),
};

const limits = {
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
    .describe('Seconds after which a multi-call query returns a partial answer')
    .register(source, { env: 'CALL_LOGS_WALK_SECONDS' }),
  walkRows: wholeNumber(500, 100_000_000)
    .default(500_000)
    .describe('Calls after which a multi-call query returns a partial answer')
    .register(source, { env: 'CALL_LOGS_WALK_ROWS' }),
  walkConcurrency: wholeNumber(1, 8)
    .default(4)
    .describe('Concurrent requests to the API for a multi-call query')
    .register(source, { env: 'CALL_LOGS_WALK_CONCURRENCY' }),
};

const exports = {
  exportDir: text()
    .refine(isAbsolute, 'must be an absolute path')
    .optional()
    .describe(
      'Directory for exports; default: a folder of its own under the user’s data directory, and none over HTTP',
    )
    .register(source, { env: 'CALL_LOGS_EXPORT_DIR', title: 'Export folder', path: 'directory' }),
  exportFiles: wholeNumber(1, 100_000)
    .default(20)
    .describe('http: most exports kept for one caller at a time')
    .register(source, { env: 'CALL_LOGS_HTTP_EXPORT_FILES' }),
  exportMegabytes: wholeNumber(1, 1_000_000)
    .default(500)
    .describe('http: most megabytes of exports kept for one caller')
    .register(source, { env: 'CALL_LOGS_HTTP_EXPORT_MEGABYTES' }),
  exportHours: wholeNumber(1, 8_760)
    .default(24)
    .describe('http: hours after which an export is removed')
    .register(source, { env: 'CALL_LOGS_HTTP_EXPORT_HOURS' }),
};

const httpCallers = {
  httpTokens: text()
    .optional()
    .describe('http: lines “name sha256:digest scope…” of accepted tokens, separated by ; (see token)')
    .register(source, { env: 'CALL_LOGS_HTTP_TOKENS', authenticates: true }),
  httpTokensFile: text()
    .optional()
    .describe('http: file with such lines')
    .register(source, { env: 'CALL_LOGS_HTTP_TOKENS_FILE', authenticates: true }),
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
};

const httpAddress = {
  port: wholeNumber(0, 65_535)
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
  trustedProxies: list()
    .default([])
    .describe('http: addresses or networks (CIDR) of proxies, separated by commas')
    .register(source, { env: 'CALL_LOGS_HTTP_TRUSTED_PROXIES' }),
};

const httpLimits = {
  requestRate: wholeNumber(1, 1_000_000)
    .optional()
    .describe('http: requests a minute for each principal (600 unless set; without authentication no limit)')
    .register(source, { env: 'CALL_LOGS_HTTP_RATE' }),
  callsUnderWay: wholeNumber(20, 10_000)
    .default(100)
    .describe('http: calls that each principal may have under way')
    .register(source, { env: 'CALL_LOGS_HTTP_CALLS_UNDER_WAY' }),
  connectionsPerAddress: wholeNumber(8, 2_048)
    .default(256)
    .describe('http: connections that one address may have, unless it is a trusted proxy')
    .register(source, { env: 'CALL_LOGS_HTTP_CONNECTIONS_PER_ADDRESS' }),
  upstreamConcurrency: wholeNumber(1, 256)
    .default(8)
    .describe('http: most requests to the API at once')
    .register(source, { env: 'CALL_LOGS_HTTP_UPSTREAM_CONCURRENCY' }),
  upstreamRate: wholeNumber(1, 10_000)
    .optional()
    .describe('http: most requests a second to the API, over all replicas with CALL_LOGS_REDIS_URL')
    .register(source, { env: 'CALL_LOGS_HTTP_UPSTREAM_RATE' }),
  redisUrl: text()
    .optional()
    .describe('http: Redis or Valkey that holds the limits shared by all replicas')
    .register(source, { env: 'CALL_LOGS_REDIS_URL', secret: true }),
};

const archive = {
  archiveDir: text()
    .refine(isAbsolute, 'must be an absolute path')
    .optional()
    .describe('Directory of the archive of past days, one for each account; without it there is none')
    .register(source, { env: 'CALL_LOGS_ARCHIVE_DIR' }),
  archiveUrl: text()
    .optional()
    .describe('ClickHouse that holds the archive instead: clickhouse://user:password@host:port/database')
    .register(source, { env: 'CALL_LOGS_ARCHIVE_URL', secret: true }),
  archiveCluster: text()
    .refine(
      (name) => /^[\w.-]{1,64}$/.test(name),
      'must be the name of a cluster in ClickHouse’s configuration',
    )
    .optional()
    .describe('archive init: the cluster of ClickHouse on which the tables are created, replicated')
    .register(source, { env: 'CALL_LOGS_ARCHIVE_CLUSTER' }),
  accountName: text()
    .refine(
      (name) => /^[\w.-]{1,64}$/.test(name),
      'must be up to 64 letters, digits, dots, hyphens and underscores',
    )
    .default('default')
    .describe('Name of the account in ClickHouse, where accounts that share a database are kept apart by it')
    .register(source, { env: 'CALL_LOGS_ACCOUNT' }),
  archiveFrom: daysBack()
    .default('90d')
    .describe('sync: the first day to archive, or a number of days back')
    .register(source, { env: 'CALL_LOGS_ARCHIVE_FROM', flag: 'from', value: '90d|DAY' }),
  archiveRecentDays: wholeNumber(0, 60)
    .default(3)
    .describe('sync: number of recent days to re-read, because calls change afterwards')
    .register(source, { env: 'CALL_LOGS_ARCHIVE_RECENT_DAYS' }),
  archiveRefreshHours: wholeNumber(0, 720)
    .default(6)
    .describe('sync: hours after which those recent days are re-read')
    .register(source, { env: 'CALL_LOGS_ARCHIVE_REFRESH_HOURS' }),
  archiveKeepDays: wholeNumber(1, 10_000)
    .optional()
    .describe('sync: days kept in the archive; older ones are removed (all are kept unless set)')
    .register(source, { env: 'CALL_LOGS_ARCHIVE_KEEP_DAYS' }),
  archiveEvery: duration(10_000)
    .optional()
    .describe('http: update the archive in the background at this interval, for example 15m')
    .register(source, { env: 'CALL_LOGS_ARCHIVE_EVERY' }),
  archiveMemory: wholeNumber(64, 1_000_000)
    .default(700)
    .describe('Megabytes of memory that the archive’s engine may take')
    .register(source, { env: 'CALL_LOGS_ARCHIVE_MEMORY' }),
  archiveThreads: wholeNumber(1, 256)
    .optional()
    .describe('Threads of the archive’s engine (one a processor, at most 4, unless set)')
    .register(source, { env: 'CALL_LOGS_ARCHIVE_THREADS' }),
  syncEvery: duration(10_000)
    .optional()
    .describe('Repeat at this interval, for example 15m')
    .register(source, { flag: 'every', value: 'TIME' }),
  purgeBefore: day()
    .optional()
    .describe('Remove the days before this one')
    .register(source, { flag: 'before', value: 'DAY' }),
};

const program = {
  logLevel: oneOf(LOG_LEVELS)
    .default('warn')
    .describe('Minimum log level; the log goes to stderr')
    .register(source, { env: 'CALL_LOGS_LOG_LEVEL', flag: 'log-level', value: 'LEVEL' }),
  sandbox: onOff()
    .default(false)
    .describe('Answer from generated calls instead of a real account; needs no token')
    .register(source, { flag: 'sandbox' }),
  dialect: oneOf(['contract', 'live'])
    .default('contract')
    .describe('Which reply format the sandbox speaks: contract or live')
    .register(source, { flag: 'dialect', value: 'NAME' }),
  today: day()
    .optional()
    .describe('The day on which the sandbox stands still, at 20:00; without it calls come in as time passes')
    .register(source, { flag: 'today', value: 'DAY' }),
  json: onOff().default(false).describe('Print the whole result as JSON').register(source, { flag: 'json' }),
};

/** Every setting, by subject, in the order of the documents. */
const SUBJECTS = {
  'The Convoso account': account,
  Updates: updates,
  Redaction: redaction,
  'Time and size limits': limits,
  Exports: exports,
  'HTTP: authentication': httpCallers,
  'HTTP: address and proxies': httpAddress,
  'HTTP: limits': httpLimits,
  Archive: archive,
  'Log, sandbox and output': program,
} as const;

/** Every setting with its type, meaning and default. */
export const settingsSchema = z.object({
  ...account,
  ...updates,
  ...redaction,
  ...limits,
  ...exports,
  ...httpCallers,
  ...httpAddress,
  ...httpLimits,
  ...archive,
  ...program,
});

export interface Settings extends z.output<typeof settingsSchema> {
  /** The account file's content; nothing is known of the account without one. */
  readonly account: AccountFile;
  /** Variables for authentication that are set without holding anything: blank, or a placeholder nobody filled in. */
  readonly emptyAuthentication: readonly string[];
  /** Where this user's programs keep data. Relative where the environment is: see `exportDirectory`. */
  readonly dataDirectory: string;
}

/** Where a setting is read from, and under which subject it is documented. */
export interface NamedSource extends SettingSource {
  readonly name: string;
  readonly subject: string;
}

/** One row of the documentation of settings. */
export interface SettingRow extends NamedSource {
  readonly description: string;
  readonly fallback: string | undefined;
}

/** Where every setting is read from, in the order of the documents. */
export function namedSources(): NamedSource[] {
  return Object.entries(SUBJECTS).flatMap(([subject, shape]) =>
    Object.entries(shape).map(([name, schema]) => ({ name, subject, ...source.get(schema) })),
  );
}

/** Every setting with where it is read from, what it means and its default, for the help and the documents. */
export function settingRows(): SettingRow[] {
  const defaults: Record<string, unknown> = settingsSchema.parse({});
  const schemas: Readonly<Record<string, z.ZodType>> = settingsSchema.shape;
  return namedSources().map((row) => {
    const value = defaults[row.name];
    return {
      ...row,
      description: schemas[row.name]?.description ?? '',
      fallback: value === undefined || value === false ? undefined : String(value) || undefined,
    };
  });
}

/** Whether past days are archived anywhere. */
export function hasArchive({ archiveDir, archiveUrl }: Settings): boolean {
  return archiveDir !== undefined || archiveUrl !== undefined;
}
