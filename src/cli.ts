import { Failure } from './failure.js';
import { scrub } from './secrets.js';
import {
  type CommandLine,
  parseCommandLine,
  readSettings,
  type Settings,
  SettingsError,
} from './settings.js';

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

// A reader that has gone (a closed pager, `| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

main(process.argv.slice(2)).catch((error: unknown) => {
  if (error instanceof Failure) {
    process.stderr.write(scrub(`convoso-call-logs-mcp: ${error.what} ${error.why} ${error.next}\n`));
    process.exitCode = error instanceof SettingsError ? 2 : 1;
  } else {
    process.stderr.write(
      scrub(`convoso-call-logs-mcp: unexpected error: ${error instanceof Error ? error.stack : error}\n`),
    );
    process.exitCode = 70;
  }
});
