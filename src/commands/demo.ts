import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { VERSION } from '../version.js';
import { type CommandInput, type Io, print } from './command.js';

interface Step {
  readonly question: string;
  readonly tool: string;
  readonly args: Record<string, unknown>;
}

const OPENING: readonly Step[] = [
  {
    question: 'Which calls did nobody answer yesterday, for campaign 111?',
    tool: 'search_call_logs',
    args: {
      campaign_id: '111',
      status: 'NO_ANSWER',
      start_time: 'yesterday',
      limit: 5,
    },
  },
];

const REST: readonly Step[] = [
  { question: 'Open call 789.', tool: 'get_call_log', args: { id: '789' } },
  {
    question: 'Note the review on it.',
    tool: 'update_call_log_fields',
    args: { call_log_id: '789', extra_field_01: 'QA passed' },
  },
  {
    question: 'What happened on 30 February?',
    tool: 'search_call_logs',
    args: { start_time: '2026-02-30' },
  },
];

/** A short session of a real MCP client with this server over stdio, on the sandbox; prints what an assistant reads. */
export async function demo({ settings, io }: CommandInput): Promise<number> {
  const client = new Client({ name: 'demo', version: VERSION });
  // The bundle is flat: this command and the bin lie side by side.
  const cli = fileURLToPath(new URL('./cli.js', import.meta.url));
  const day = settings.today === undefined ? [] : ['--today', settings.today];
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [cli, 'stdio', '--sandbox', ...day] }),
  );
  try {
    const { tools } = await client.listTools();
    print(io, 'The assistant lists the tools:');
    for (const tool of tools) print(io, `  ${tool.name}: ${tool.title}`);
    for (const step of OPENING) {
      const next = await show(io, client, step);
      if (next !== undefined) await show(io, client, { ...step, question: 'And the next page?', args: next });
    }
    for (const step of REST) await show(io, client, step);
  } finally {
    await client.close();
  }
  return print(
    io,
    '\nTo ask about your own calls: set CONVOSO_AUTH_TOKEN and add the server to your host (see README.md).',
  );
}

/** Prints one question with its call and answer; returns the arguments of the next page, when the answer has one. */
async function show(
  io: Io,
  client: Client,
  { question, tool, args }: Step,
): Promise<Record<string, unknown> | undefined> {
  print(io, `\n──── ${question}`);
  print(io, `→ ${tool} ${JSON.stringify(args)}`);
  const result = await client.callTool({ name: tool, arguments: args });
  for (const block of result.content) if (block.type === 'text') print(io, block.text);
  const structured = result.structuredContent as { next?: Record<string, unknown> } | undefined;
  return structured?.next;
}
