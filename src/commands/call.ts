import { text as readAll } from 'node:stream/consumers';
import { type Settings, SettingsError } from '../config/settings.js';
import type { Tool } from '../tools/define-tool.js';
import { createTools } from '../tools/index.js';
import { createLog } from '../util/log.js';
import { openAccount, withLocalExports } from '../wiring/open-account.js';

/** Runs one tool and prints its text, or with `--json` the whole result. Exit code 1 when the answer is an error. */
export async function call(settings: Settings, operands: readonly string[]): Promise<void> {
  const [name, json, ...rest] = operands;
  const args = parseArguments(json === '-' ? await readAll(process.stdin) : (json ?? '{}'));
  const account = await openAccount(settings, createLog(settings.logLevel));
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  try {
    const tools = createTools(account.context, settings.readOnly);
    const tool = tools.find((one) => one.name === name);
    if (tool === undefined || rest.length > 0) throw wrongOperands(name, tools);
    const result = await tool.run(args, withLocalExports(account.context), {
      signal: stop.signal,
      progress: (_done, _total, message) => {
        if (process.stderr.isTTY) process.stderr.write(`${message}\n`);
      },
      // A command line is often a script: nobody may be there to be asked.
      canAsk: false,
      askProblem: 'script',
    });
    process.stdout.write(`${settings.json ? JSON.stringify(result, null, 2) : result.text}\n`);
    if (result.isError) process.exitCode = 1;
  } finally {
    await account.close();
  }
}

function wrongOperands(name: string | undefined, tools: readonly Tool[]): SettingsError {
  const names = tools.map((tool) => tool.name);
  return new SettingsError({
    what: 'call cannot be run.',
    why:
      name === undefined || !names.includes(name)
        ? `There is no tool ${name === undefined ? 'given' : `“${name.slice(0, 40)}”`}.`
        : 'There are too many operands.',
    next: `Use: call <tool> [json], with one of ${names.join(', ')}; json may be - for stdin.`,
  });
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
