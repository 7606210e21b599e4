import { type Commands, takenBy, usage } from '../config/command-line.js';
import { settingRows } from '../config/settings.js';

/** The text of `--help`: commands, flags and settings, from the same entries that parse them. */
export function helpText(commands: Commands): string {
  const rows = settingRows();
  const flags = rows.flatMap(({ flag, value, description }) =>
    flag === undefined
      ? []
      : [
          [
            `--${flag}${value === undefined ? '' : ` ${value}`}`,
            `${description} (${takenBy(flag, commands).join(', ')})`,
          ] as const,
        ],
  );
  const settings = rows.flatMap(({ env, description, fallback }) =>
    env === undefined
      ? []
      : [[env, fallback === undefined ? description : `${description} (default ${fallback})`] as const],
  );
  return [
    'convoso-call-logs-mcp: answers questions about a Convoso account’s call history over the Model Context Protocol',
    '',
    'Usage: convoso-call-logs-mcp [command] [flags]',
    '',
    'Commands:',
    ...columns(Object.entries(commands).map(([name, { about }]) => [usage(name, commands), about])),
    '',
    'Flags:',
    ...columns([...flags, ['--help, -h', 'show this'], ['--version, -v', 'show the version']]),
    '',
    'Environment:',
    ...columns(settings),
  ].join('\n');
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`);
}
