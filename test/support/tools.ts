import { CallLogs } from '../../src/call-logs/call-logs.js';
import { ConvosoClient } from '../../src/convoso/client.js';
import { StatusBook } from '../../src/convoso/statuses.js';
import type { ToolContext, ToolResult } from '../../src/tools/define-tool.js';
import { tools } from '../../src/tools/index.js';

/** The tools against one upstream, without any protocol in between. */
export interface Bench {
  readonly context: ToolContext;
  run(tool: string, args?: unknown): Promise<ToolResult>;
  /** The structured content of an answer that must not be an error. */
  ask(tool: string, args?: unknown): Promise<{ text: string; structured: Record<string, unknown> }>;
  /** The text of an answer that must be an error. */
  refused(tool: string, args?: unknown): Promise<string>;
  readonly unexpected: unknown[];
  close(): Promise<void>;
}

export interface BenchOptions {
  readonly url: string;
  readonly token?: string;
  readonly zone?: string;
  readonly now?: Date;
  readonly sandbox?: boolean;
}

/** Opens the tools on an upstream. The clock stands at noon of 4 March 2026 UTC unless told otherwise. */
export function openBench(options: BenchOptions): Bench {
  const { url, token = 'sandbox-token', zone, now = new Date('2026-03-04T12:00:00Z') } = options;
  const client = new ConvosoClient({
    baseUrl: url,
    token,
    ...(zone === undefined ? {} : { timeZone: zone }),
  });
  const unexpected: unknown[] = [];
  const context: ToolContext = {
    calls: new CallLogs(client, { zone, now: () => now }),
    statuses: new StatusBook(),
    sandbox: options.sandbox ?? false,
    onUnexpected: (error) => unexpected.push(error),
  };
  const run: Bench['run'] = (name, args) => {
    const tool = tools.find((one) => one.name === name);
    if (tool === undefined) throw new Error(`no tool ${name}`);
    return tool.run(args, context, { signal: new AbortController().signal, progress() {} });
  };
  return {
    context,
    run,
    async ask(name, args) {
      const { text, structured, isError } = await run(name, args);
      if (isError || structured === undefined) throw new Error(`${name} failed: ${text}`);
      return { text, structured };
    },
    async refused(name, args) {
      const result = await run(name, args);
      if (!result.isError || result.structured !== undefined) throw new Error(`${name} did not fail`);
      return result.text;
    },
    unexpected,
    close: () => client.close(),
  };
}
