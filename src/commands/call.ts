import { text as readAll } from 'node:stream/consumers';
import { createLog } from '../log.js';
import { type Settings, SettingsError } from '../settings.js';
import { tools } from '../tools/index.js';
import { openAccount, withLocalExports } from './account.js';

/** Runs one tool and prints its text, or with `--json` the whole result. Exit code 1 when the answer is an error. */
export async function call(settings: Settings, operands: readonly string[]): Promise<void> {
  const [name, json, ...rest] = operands;
  const offered = tools.filter((tool) => tool.access === 'read' || !settings.readOnly);
  const tool = offered.find((one) => one.name === name);
  if (tool === undefined || rest.length > 0) {
    throw new SettingsError({
      what: 'call cannot be run.',
      why:
        tool === undefined
          ? `There is no tool ${name === undefined ? 'given' : `“${name}”`}.`
          : 'There are too many operands.',
      next: `Use: call <tool> [json], with one of ${offered.map((one) => one.name).join(', ')}; json may be - for stdin.`,
    });
  }
  const args = parseArguments(json === '-' ? await readAll(process.stdin) : (json ?? '{}'));
  const account = await openAccount(settings, createLog(settings.logLevel));
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  try {
    const result = await tool.run(args, withLocalExports(account.context), {
      signal: stop.signal,
      progress: (_done, _total, message) => {
        if (process.stderr.isTTY) process.stderr.write(`${message}\n`);
      },
    });
    process.stdout.write(`${settings.json ? JSON.stringify(result, null, 2) : result.text}\n`);
    if (result.isError) process.exitCode = 1;
  } finally {
    await account.close();
  }
}

function parseArguments(json: string): unknown {
  try {
    return JSON.parse(json.trim() === '' ? '{}' : json);
  } catch {
    throw new SettingsError({
      what: 'call cannot be run.',
      why: 'The arguments are not valid JSON.',
      next: 'Give one JSON object, for example \'{"status":"COMPLETED","limit":5}\'.',
    });
  }
}
