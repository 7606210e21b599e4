import { parseArgs } from 'node:util';
import { namedSources } from './settings.js';
import { SettingsError } from './settings-error.js';

/** What a command takes. Parsing, refusals and the help all come from it. */
export interface CommandSyntax {
  /** What it does, for the help. */
  readonly about: string;
  /** Its operands as the help writes them: `FILE` is required, `[FILE]` is not, and `DAY…` may be repeated. */
  readonly operands?: string;
  /** The flags it takes, without dashes, beside --help and --version. */
  readonly flags: readonly string[];
}

/** Every command by its name, which may be two words, such as `archive purge`. */
export type Commands = Readonly<Record<string, CommandSyntax>>;

export interface CommandLine<Name extends string = string> {
  readonly command: Name;
  readonly operands: readonly string[];
  /** Values of flags by setting name. */
  readonly flags: Readonly<Record<string, unknown>>;
}

/** What a command line asks for: a command, or what --help and --version print, whatever else it holds. */
export type Request<Name extends string = string> = CommandLine<Name> | 'help' | 'version';

/**
 * Reads a command line; without a command it is `stdio`.
 * @throws SettingsError for a command, a flag or an operand that there is no place for, and for one that is missing
 */
export function parseCommandLine<C extends Commands>(
  argv: readonly string[],
  commands: C,
): Request<keyof C & string> {
  const { values, positionals } = parse(argv);
  if (values['help'] === true) return 'help';
  if (values['version'] === true) return 'version';
  const command = commandOf(positionals, commands);
  const operands = positionals.slice(command.split(' ').length);
  checkFlags(command, Object.keys(values), commands);
  checkOperands(command, operands.length, commands);
  const rows = namedSources().filter(({ flag = '' }) => values[flag] !== undefined);
  return {
    command,
    operands,
    flags: Object.fromEntries(rows.map(({ name, flag = '' }) => [name, values[flag]])),
  };
}

function parse(argv: readonly string[]): { values: Record<string, unknown>; positionals: string[] } {
  const flags = namedSources().flatMap(({ flag, value }) =>
    flag === undefined ? [] : [[flag, { type: value === undefined ? 'boolean' : 'string' }] as const],
  );
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        ...Object.fromEntries(flags),
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
    });
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('. ')[0] ?? '') : '';
    throw unusable(`${why.replace(/\.$/, '')}.`, 'Run with --help to see the commands and flags.');
  }
}

function commandOf<C extends Commands>(positionals: readonly string[], commands: C): keyof C & string {
  const [first = 'stdio', second] = positionals;
  const found = [`${first} ${second}`, first].find((name) => Object.hasOwn(commands, name));
  if (found !== undefined) return found;
  const firsts = new Set(Object.keys(commands).map(firstWord));
  if (!firsts.has(first)) {
    throw unusable(
      `There is no command “${shortened(first)}”.`,
      `Commands are ${[...firsts].join(', ')}; run with --help to see what they do.`,
    );
  }
  throw unusable(
    second === undefined
      ? `The command ${first} does not say what to do.`
      : `The command ${first} does not know “${shortened(second)}”.`,
    usesOf(first, commands),
  );
}

/** A flag that another command takes would be ignored: whoever wrote it expects something else to happen. */
function checkFlags(command: string, given: readonly string[], commands: Commands): void {
  const taken = commands[command]?.flags ?? [];
  const wrong = given.find((flag) => !taken.includes(flag));
  if (wrong === undefined) return;
  const owners = takenBy(wrong, commands);
  throw unusable(
    `${command} does not take --${wrong}: it belongs to ${owners.join(', ')}.`,
    `Remove it, or run ${owners.length === 1 ? owners[0] : 'one of these commands'}.`,
  );
}

/** The commands that take a flag; many of them by their first words alone. */
export function takenBy(flag: string, commands: Commands): readonly string[] {
  const names = Object.keys(commands).filter((name) => commands[name]?.flags.includes(flag));
  return names.length <= 3 ? names : [...new Set(names.map(firstWord))];
}

function firstWord(name: string): string {
  return name.replace(/ .*/, '');
}

function checkOperands(command: string, count: number, commands: Commands): void {
  const places = commands[command]?.operands?.split(' ') ?? [];
  const least = places.filter((place) => !place.startsWith('[')).length;
  const most = places.some((place) => place.includes('…')) ? Number.POSITIVE_INFINITY : places.length;
  if (count >= least && count <= most) return;
  throw unusable(
    most === 0
      ? `The command ${command} takes no operands.`
      : `The command ${command} has ${count < least ? 'too few' : 'too many'} operands.`,
    usesOf(firstWord(command), commands),
  );
}

/** A command as it is written, with its operands. */
export function usage(name: string, commands: Commands): string {
  const operands = commands[name]?.operands;
  return operands === undefined ? name : `${name} ${operands}`;
}

/** How the commands of this first word are written. */
function usesOf(first: string, commands: Commands): string {
  const uses = Object.keys(commands).filter((name) => firstWord(name) === first);
  const list = new Intl.ListFormat('en', { type: 'disjunction' });
  return `Use: ${list.format(uses.map((name) => usage(name, commands)))}.`;
}

/** What was typed may be a secret in the wrong place: it is repeated in part. */
function shortened(word: string): string {
  return word.slice(0, 40);
}

function unusable(why: string, next: string): SettingsError {
  return new SettingsError({ what: 'The command line cannot be used.', why, next });
}
