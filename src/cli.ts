import { type Command, EXIT_INTERNAL_ERROR, type Io, print } from './commands/command.js';
import { type CommandSyntax, parseCommandLine } from './config/command-line.js';
import { readSettings } from './config/read-settings.js';
import { SettingsError } from './config/settings-error.js';
import { Failure } from './util/failure.js';
import { scrub } from './util/secrets.js';

const ACCOUNT = ['config', 'log-level', 'sandbox', 'dialect', 'today'];

/** A command loads its own part of the program, and only that. */
const COMMANDS = {
  stdio: {
    about: 'serve one host over stdin and stdout (the default)',
    flags: [...ACCOUNT, 'read-only'],
    load: async () => (await import('./commands/stdio.js')).stdio,
  },
  http: {
    about: 'serve many hosts over HTTP, at http://127.0.0.1:3000/mcp by default',
    flags: [...ACCOUNT, 'read-only', 'port', 'host'],
    load: async () => (await import('./commands/http.js')).http,
  },
  token: {
    about: 'make a token for http, and the line that admits it',
    operands: '[name] [scope…]',
    flags: [],
    load: async () => (await import('./commands/token.js')).token,
  },
  call: {
    about: 'run one tool and print its answer (without a tool: which there are); json may be - for stdin',
    operands: '[tool] [json]',
    flags: [...ACCOUNT, 'read-only', 'json'],
    load: async () => (await import('./commands/call.js')).call,
  },
  'config check': {
    about: 'check an account file',
    operands: 'FILE',
    flags: [],
    load: async () => (await import('./commands/config.js')).check,
  },
  'config learn': {
    about: 'write a first account file from recent calls',
    operands: '[FILE]',
    flags: ACCOUNT,
    load: async () => (await import('./commands/config.js')).learn,
  },
  'config schema': {
    about: 'print the JSON Schema of the account file',
    flags: [],
    load: async () => (await import('./commands/config.js')).schema,
  },
  sync: {
    about: 'bring the archive of past days up to date',
    flags: [...ACCOUNT, 'from', 'every'],
    load: async () => (await import('./commands/sync.js')).syncCommand,
  },
  'archive status': {
    about: 'what the archive holds, and which days it lacks',
    flags: [...ACCOUNT, 'from'],
    load: async () => (await import('./commands/archive.js')).status,
  },
  'archive verify': {
    about: 'read every archived day and say which are damaged',
    flags: ACCOUNT,
    load: async () => (await import('./commands/archive.js')).verify,
  },
  'archive purge': {
    about: 'remove these days from the archive, or with --before all earlier ones',
    operands: '[DAY…]',
    flags: [...ACCOUNT, 'before'],
    load: async () => (await import('./commands/archive.js')).purge,
  },
  'archive init': {
    about: 'create the tables of an archive in ClickHouse, or bring them to this version',
    flags: ACCOUNT,
    load: async () => (await import('./commands/archive.js')).init,
  },
  doctor: {
    about: 'check the token, the dialect, the clock and the zone',
    flags: ACCOUNT,
    load: async () => (await import('./commands/doctor.js')).doctor,
  },
  demo: {
    about: 'show a short session on generated calls',
    flags: ['today'],
    load: async () => (await import('./commands/demo.js')).demo,
  },
  sandbox: {
    about: 'serve the stand-in Convoso alone, on loopback',
    flags: ['port', 'dialect', 'today'],
    load: async () => (await import('./commands/sandbox.js')).sandbox,
  },
} satisfies Record<string, CommandSyntax & { load(): Promise<Command> }>;

/**
 * Runs one command to its end. Whatever goes wrong is said on stderr, without secrets.
 * @param argv the command line after the name of the program
 * @returns the exit code: 0, 1 for a failure, 2 for settings or a command line that cannot be used, 70 for an unexpected error
 */
export async function run(argv: readonly string[], env: NodeJS.ProcessEnv, io: Io): Promise<number> {
  try {
    const line = parseCommandLine(argv, COMMANDS);
    if (line === 'help') return print(io, (await import('./commands/help.js')).helpText(COMMANDS));
    if (line === 'version') return print(io, (await import('./version.js')).VERSION);
    const reread = () => readSettings(env, line.flags);
    const settings = reread();
    const command = await COMMANDS[line.command].load();
    return await command({ settings, operands: line.operands, io, reread });
  } catch (error) {
    io.stderr.write(errorLine(error));
    return error instanceof SettingsError ? 2 : error instanceof Failure ? 1 : EXIT_INTERNAL_ERROR;
  }
}

/** The last line of a run that failed: the words of a failure, or where an unexpected error came from. */
export function errorLine(error: unknown): string {
  const words =
    error instanceof Failure
      ? error.message
      : `unexpected error: ${error instanceof Error ? (error.stack ?? error.message) : error}`;
  return scrub(`convoso-call-logs-mcp: ${words}\n`);
}
