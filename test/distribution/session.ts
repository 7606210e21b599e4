import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { expect } from 'vitest';
import { cleanEnv } from '../support/bin.js';

/** How an installed file says that the server is to be started. */
export interface StartCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a server as a host would and asks it for five calls of the sandbox, which must be answered. */
export async function expectAnswer({ command, args, env }: StartCommand, cwd: string): Promise<void> {
  const client = new Client({ name: 'distribution-test', version: '0.0.0' });
  const transport = new StdioClientTransport({ command, args: [...args], env: cleanEnv(env), cwd });
  await client.connect(transport);
  try {
    const result = await client.callTool({ name: 'search_call_logs', arguments: { limit: 5 } });
    expect(result.isError).toBeUndefined();
    expect(result.structuredContent).toMatchObject({ returned: 5, sandbox: true });
  } finally {
    await client.close();
  }
}

/** A start command as a host prepares it: each `${name}` replaced by the value it stands for. */
export function filledIn(start: StartCommand, values: Readonly<Record<string, string>>): StartCommand {
  const fill = (text: string) =>
    text.replace(/\$\{([^}]+)\}/g, (placeholder, name: string) => values[name] ?? placeholder);
  return {
    command: fill(start.command),
    args: start.args.map(fill),
    env: Object.fromEntries(Object.entries(start.env ?? {}).map(([name, value]) => [name, fill(value)])),
  };
}
