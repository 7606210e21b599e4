import { describe, expect, it } from 'vitest';
import { type Commands, parseCommandLine, usage } from '../../src/config/command-line.js';
import { readSettings } from '../../src/config/read-settings.js';
import { SettingsError } from '../../src/config/settings-error.js';

const COMMANDS = {
  stdio: { about: '', flags: ['sandbox', 'dialect'] },
  call: { about: '', operands: '<tool> [json]', flags: ['sandbox', 'json'] },
  sandbox: { about: '', flags: ['port', 'dialect'] },
  'archive status': { about: '', flags: ['sandbox'] },
  'archive purge': { about: '', operands: '[DAY…]', flags: ['before'] },
} satisfies Commands;

const parse = (...argv: string[]) => parseCommandLine(argv, COMMANDS);

function refusal(...argv: string[]): string {
  try {
    parse(...argv);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a command line', () => {
  it('without a command is stdio', () => {
    expect(parse()).toStrictEqual({ command: 'stdio', operands: [], flags: {} });
  });

  it('has flags before and after the command, which may be two words', () => {
    expect(parse('--sandbox', 'call', 'get_call_log', '{"id":"789"}', '--json')).toStrictEqual({
      command: 'call',
      operands: ['get_call_log', '{"id":"789"}'],
      flags: { sandbox: true, json: true },
    });
    expect(parse('archive', '--before', '2026-03-01', 'purge')).toStrictEqual({
      command: 'archive purge',
      operands: [],
      flags: { purgeBefore: '2026-03-01' },
    });
  });

  it('that asks for help or the version asks for nothing else', () => {
    expect([parse('-h'), parse('nothing', '--help', '--port', '1'), parse('-v')]).toStrictEqual([
      'help',
      'help',
      'version',
    ]);
  });

  it.each([
    [['--sandbx'], /Unknown option '--sandbx'/],
    [['sandbox', '--port'], /--port/],
    [['--sandbox=yes'], /--sandbox/],
    [['serve'], /There is no command “serve”\. Commands are stdio, call, sandbox, archive;/],
    [['constructor'], /There is no command “constructor”\./],
    [['archive'], /archive does not say what to do\. Use: archive status or archive purge \[DAY…\]\./],
    [['archive', 'burn'], /archive does not know “burn”\. Use: archive status or/],
  ])('that cannot be read is refused with the way out: %j', (argv, words) => {
    expect(refusal(...argv)).toMatch(words);
    expect(refusal(...argv)).toMatch(/^The command line cannot be used\. /);
  });

  it.each([
    [
      ['stdio', '--before', '2026-03-01'],
      'stdio does not take --before: it belongs to archive purge. Remove it, or run archive purge.',
    ],
    [['--port', '1'], 'stdio does not take --port: it belongs to sandbox.'],
    [
      ['archive', 'status', '--before', '2026-03-01'],
      'archive status does not take --before: it belongs to archive purge.',
    ],
    [['sandbox', '--sandbox'], 'sandbox does not take --sandbox: it belongs to stdio, call, archive status.'],
  ])('with a flag of another command is refused, and told whose it is: %j', (argv, words) => {
    expect(refusal(...argv)).toContain(words);
  });

  it.each([
    [['stdio', 'now'], 'The command stdio takes no operands.'],
    [['archive', 'status', 'now'], 'The command archive status takes no operands.'],
    [['call'], 'The command call has too few operands. Use: call <tool> [json].'],
    [['call', 'a', '{}', '{}'], 'The command call has too many operands. Use: call <tool> [json].'],
  ])('with an operand too few or too many is refused: %j', (argv, words) => {
    expect(refusal(...argv)).toContain(words);
  });

  it('has as many operands as are given where they may be repeated', () => {
    expect(parse('archive', 'purge', '2026-03-01', '2026-03-02')).toMatchObject({
      operands: ['2026-03-01', '2026-03-02'],
    });
    expect(usage('archive purge', COMMANDS)).toBe('archive purge [DAY…]');
  });

  it('hands the value of a flag to its setting, which names the flag when it cannot be used', () => {
    const settings = (value: string) => {
      const line = parse('sandbox', '--port', value);
      if (typeof line === 'string') throw new Error(line);
      return readSettings({}, line.flags);
    };
    expect(settings('8099').port).toBe(8099);
    for (const wrong of ['70000', 'http', ''])
      expect(() => settings(wrong)).toThrow(/^--port cannot be used/);
  });
});
