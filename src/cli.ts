import {
  type CommandLine,
  parseCommandLine,
  readSettings,
  type Settings,
  SettingsError,
} from './config/settings.js';
import { Failure } from './util/failure.js';
import { scrub } from './util/secrets.js';

/** A command loads its own part of the program, and only that. */
const COMMANDS: Readonly<
  Record<
    string,
    {
      about: string;
      /** @param reread the same settings, from files as they are now */
      run(settings: Settings, operands: readonly string[], reread: () => Settings): Promise<void>;
    }
  >
> = {
  stdio: {
    about: 'serve one host over stdin and stdout (the default)',
    run: async (settings) => (await import('./commands/stdio.js')).stdio(settings),
  },
  http: {
    about: 'serve many hosts over HTTP, at http://127.0.0.1:3000/mcp unless told otherwise',
    run: async (settings, _operands, reread) => (await import('./commands/http.js')).http(settings, reread),
  },
  token: {
    about: 'token [name] [scope…]: make a token for http, and the line that admits it',
    run: async (_settings, operands) => (await import('./commands/token.js')).token(operands),
  },
  call: {
    about: 'call <tool> [json]: run one tool and print its answer',
    run: async (settings, operands) => (await import('./commands/call.js')).call(settings, operands),
  },
  config: {
    about: 'config check FILE | learn [FILE] | schema: the account file (see README.md)',
    run: async (settings, operands) => (await import('./commands/config.js')).config(settings, operands),
  },
  sync: {
    about: 'bring the archive of past days up to date (--from, --every)',
    run: async (settings) => (await import('./commands/sync.js')).syncCommand(settings),
  },
  archive: {
    about:
      'archive status | verify | purge DAY… | purge --before DAY | adopt | init: look after the archive (see README.md)',
    run: async (settings, operands) => (await import('./commands/archive.js')).archive(settings, operands),
  },
  doctor: {
    about: 'check the token, the dialect, the clock and the zone',
    run: async (settings) => (await import('./commands/doctor.js')).doctor(settings),
  },
  demo: {
    about: 'show a short session on generated calls',
    run: async () => (await import('./commands/demo.js')).demo(),
  },
  sandbox: {
    about: 'serve the stand-in Convoso alone, on loopback',
    run: async (settings) => (await import('./commands/sandbox.js')).sandbox(settings),
  },
};

const OPERANDS_TAKEN: ReadonlySet<string> = new Set(['archive', 'call', 'config', 'token']);

async function main(argv: readonly string[]): Promise<void> {
  const line = parseCommandLine(argv);
  if (line.help) return print((await import('./commands/help.js')).helpText(commandSummaries()));
  if (line.version) return print((await import('./version.js')).VERSION);
  const command = commandOf(line);
  const read = () => readSettings(process.env, line.flags);
  await command.run(read(), line.operands, read);
}

function commandOf({ command, operands }: CommandLine) {
  const found = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (found === undefined || (operands.length > 0 && !OPERANDS_TAKEN.has(command))) {
    throw new SettingsError({
      what: 'The command line cannot be used.',
      why:
        found === undefined
          ? `There is no command “${command.slice(0, 40)}”.`
          : `The command ${command} takes no operands.`,
      next: `Commands are ${Object.keys(COMMANDS).join(', ')}; run with --help to see what they do.`,
    });
  }
  return found;
}

function commandSummaries(): [string, string][] {
  return Object.entries(COMMANDS).map(([name, { about }]) => [name, about]);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** As sysexits.h has it. */
const EXIT_INTERNAL_ERROR = 70;
/** Milliseconds that a stalled reader of the output has to take its last line. */
const LAST_WORDS_MS = 1_000;

let ending = false;

/** Says what went wrong and ends the process, whatever a command has left open. */
async function end(error: unknown): Promise<void> {
  // An output that cannot be written to says so again, when its last line is.
  if (ending) return;
  ending = true;
  const [code, words] =
    error instanceof Failure
      ? [error instanceof SettingsError ? 2 : 1, `${error.what} ${error.why} ${error.next}`]
      : [
          EXIT_INTERNAL_ERROR,
          `unexpected error: ${error instanceof Error ? (error.stack ?? error.message) : error}`,
        ];
  setTimeout(() => process.exit(code), LAST_WORDS_MS);
  await written(process.stdout, '');
  await written(process.stderr, scrub(`convoso-call-logs-mcp: ${words}\n`));
  process.exit(code);
}

/** Resolves when everything up to this text has been handed on, or cannot be. */
function written(stream: NodeJS.WritableStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    stream.write(text, () => resolve());
  });
}

// A reader that has gone (a closed pager, `| head`) is no failure: a command goes on to its own end, and its exit code tells
// how that was. Where nobody reads errors there is nobody to tell.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') void end(error);
});
process.stderr.on('error', () => {});
process.on('uncaughtException', (error) => {
  // A command with a listener of its own closes what it has open first.
  if (process.listenerCount('uncaughtException') === 1) void end(error);
});

main(process.argv.slice(2)).catch(end);
