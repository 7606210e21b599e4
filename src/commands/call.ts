import { text as readAll } from 'node:stream/consumers';
import { SettingsError } from '../config/settings-error.js';
import type { Tool } from '../tools/define-tool.js';
import { createTools } from '../tools/index.js';
import { openAccount, withLocalExports } from '../wiring/open-account.js';
import { type CommandInput, openLog, print } from './command.js';

/** Runs one tool and prints its text, or with `--json` the whole result. Exit code 1 when the answer is an error. */
export async function call({ settings, operands, io }: CommandInput): Promise<number> {
  const [name, json = '{}'] = operands;
  const args = parseArguments(json === '-' ? await readAll(io.stdin) : json);
  const account = await openAccount(settings, openLog(settings, io));
  try {
    const tools = createTools(account.context, settings.readOnly);
    const tool = tools.find((one) => one.name === name);
    if (tool === undefined) throw noSuchTool(name, tools);
    const result = await tool.run(args, withLocalExports(account.context, settings), {
      signal: io.signal,
      progress: (_done, _total, message) => {
        if (io.stderr.isTTY) io.stderr.write(`${message}\n`);
      },
      // A command line is often a script: nobody may be there to be asked.
      canAsk: false,
      askProblem: 'script',
    });
    print(io, settings.json ? JSON.stringify(result, null, 2) : result.text);
    return result.isError ? 1 : 0;
  } finally {
    await account.close();
  }
}

function noSuchTool(name: string | undefined, tools: readonly Tool[]): SettingsError {
  return new SettingsError({
    what: 'call cannot be run.',
    why: `There is no tool ${name === undefined ? 'given' : `“${name.slice(0, 40)}”`}.`,
    next: `Use: call <tool> [json], with one of ${tools.map((tool) => tool.name).join(', ')}; json may be - for stdin.`,
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
