import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { isZone } from './convoso/time.js';
import { Failure } from './failure.js';

/** Settings or the command line cannot be used; the process ends with exit code 2 before it serves anything. */
export class SettingsError extends Failure {}

/** Where a setting is documented and read from. Help, README and parsing all come from these entries. */
interface SettingSource {
  readonly env?: string;
  readonly flag?: string;
  /** Placeholder of the flag's value in the help; a flag without one takes no value. */
  readonly value?: string;
  readonly secret?: boolean;
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
const onOff = () => z.preprocess(trueWord, z.boolean('must be true or false'));
const seconds = (min: number, max: number) =>
  z.preprocess(
    (value) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value),
    z.number(`must be a number of seconds`).min(min).max(max),
  );

export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Every setting with its type, meaning and default. */
export const settingsSchema = z.object({
  authToken: text()
    .optional()
    .describe('API token of the Convoso account')
    .register(source, { env: 'CONVOSO_AUTH_TOKEN', secret: true, title: 'API token' }),
  authTokenFile: text()
    .optional()
    .describe('File that holds the token, instead of CONVOSO_AUTH_TOKEN')
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
  requestTimeout: seconds(1, 600)
    .default(30)
    .describe('Seconds for one attempt at a request to the API')
    .register(source, { env: 'CALL_LOGS_REQUEST_TIMEOUT' }),
  deadline: seconds(1, 3600)
    .default(50)
    .describe('Seconds for a request to the API with all it takes; hosts usually give a tool 60')
    .register(source, { env: 'CALL_LOGS_DEADLINE' }),
  readOnly: onOff()
    .default(false)
    .describe('Leave out the tool that writes')
    .register(source, { env: 'CALL_LOGS_READ_ONLY', flag: 'read-only', title: 'Read only' }),
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
    .describe('Port to listen on')
    .register(source, { flag: 'port', value: 'N' }),
  json: onOff()
    .default(false)
    .describe('call: print the whole result as JSON')
    .register(source, { flag: 'json' }),
});

export type Settings = z.output<typeof settingsSchema>;

/** One row of the documentation of settings. */
export interface SettingRow extends SettingSource {
  readonly name: string;
  readonly description: string;
  readonly fallback: string | undefined;
}

/** Every setting with where it is read from, what it means and its default, for the help and the README. */
export function settingRows(): SettingRow[] {
  const defaults: Record<string, unknown> = settingsSchema.parse({});
  return Object.entries(settingsSchema.shape).map(([name, schema]) => ({
    name,
    description: schema.description ?? '',
    fallback: defaults[name] === undefined || defaults[name] === false ? undefined : String(defaults[name]),
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
  const rows = settingRows().filter((row) => row.flag !== undefined);
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

/** Reads all settings: flags win over the environment. @throws SettingsError, naming the setting and never its value. */
export function readSettings(env: NodeJS.ProcessEnv, flags: Readonly<Record<string, unknown>>): Settings {
  const values: Record<string, unknown> = {};
  const rows = settingRows();
  for (const row of rows) {
    const value = flags[row.name] ?? (row.env === undefined ? undefined : fromEnvironment(env, row.env));
    if (value !== undefined) values[row.name] = value;
  }
  const parsed = settingsSchema.safeParse(values);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const row = rows.find(({ name }) => name === issue?.path[0]);
    throw wrongSetting(row, issue?.message ?? 'is not valid');
  }
  const settings = parsed.data;
  checkBaseUrl(settings.baseUrl);
  return { ...settings, ...readToken(settings) };
}

function wrongSetting(row: SettingRow | undefined, problem: string): SettingsError {
  const label = row === undefined ? 'A setting' : (row.env ?? `--${row.flag}`);
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
  const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  return url.protocol === 'http:' && loopback
    ? undefined
    : 'The token would travel unencrypted: only https is allowed, and http to this machine itself (loopback).';
}

/** The token from its file, when it is given that way. */
function readToken({ authToken, authTokenFile }: Settings): { authToken?: string } {
  if (authTokenFile === undefined) return {};
  if (authToken !== undefined) {
    throw new SettingsError({
      what: 'Two tokens are set.',
      why: 'CONVOSO_AUTH_TOKEN and CONVOSO_AUTH_TOKEN_FILE are both given.',
      next: 'Remove one of them.',
    });
  }
  let content: string;
  try {
    content = readFileSync(authTokenFile, 'utf8').trim();
  } catch (error) {
    throw new SettingsError({
      what: 'The token file cannot be read.',
      why: `CONVOSO_AUTH_TOKEN_FILE names a file that cannot be opened (${(error as NodeJS.ErrnoException).code ?? 'error'}).`,
      next: 'Correct the path or the file’s permissions.',
    });
  }
  if (content === '') {
    throw new SettingsError({
      what: 'The token file is empty.',
      why: 'CONVOSO_AUTH_TOKEN_FILE names a file without a token.',
      next: 'Put the token on its first line.',
    });
  }
  return { authToken: content };
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
