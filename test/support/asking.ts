import { CallLogs } from '../../src/call-logs/call-logs.js';
import { ConvosoClient } from '../../src/convoso/client.js';
import { StatusBook } from '../../src/convoso/statuses.js';
import { DEFAULT_WALK_BUDGET, type WalkBudget } from '../../src/convoso/walk.js';
import { SANDBOX_TIME_ZONE } from '../../src/sandbox/server.js';
import type { ExportTarget, Tool, ToolContext } from '../../src/tools/define-tool.js';

/** A tool's result, its structured content loosely typed: tests know the documented names, not the code. */
export interface Answered {
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: read by the names the tests state
  readonly structured: any;
  readonly isError: boolean;
}

/** Something that answers as the Call Logs API does. */
export interface Upstream {
  readonly url: string;
  readonly token: string;
}

export interface Asking {
  readonly context: ToolContext;
  readonly unexpected: unknown[];
  /** Progress reported so far. */
  readonly progress: { done: number; total: number | undefined }[];
  ask(tool: Tool, args?: Record<string, unknown>): Promise<Answered>;
  close(): Promise<void>;
}

/** Tools over a live upstream, at the moment the sandbox believes it is. */
export function asking(
  upstream: Upstream,
  options: { budget?: Partial<WalkBudget>; exports?: ExportTarget; signal?: AbortSignal } = {},
): Asking {
  const client = new ConvosoClient({ baseUrl: upstream.url, token: upstream.token });
  const clock = { zone: SANDBOX_TIME_ZONE, now: () => new Date('2026-03-04T04:00:00Z') };
  const unexpected: unknown[] = [];
  const progress: { done: number; total: number | undefined }[] = [];
  const context: ToolContext = {
    calls: new CallLogs(client, clock, { ...DEFAULT_WALK_BUDGET, ...options.budget }),
    statuses: new StatusBook(),
    sandbox: false,
    exports: options.exports,
    onUnexpected: (error) => unexpected.push(error),
  };
  return {
    context,
    unexpected,
    progress,
    ask: (tool, args = {}) =>
      tool.run(args, context, {
        signal: options.signal ?? new AbortController().signal,
        progress: (done, total) => progress.push({ done, total }),
      }) as Promise<Answered>,
    close: () => client.close(),
  };
}
