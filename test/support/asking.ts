import { SANDBOX_TIME_ZONE } from '../../src/sandbox/server.js';
import type { Tool } from '../../src/tools/define-tool.js';
import { type BenchOptions, openBench } from './tools.js';

/** A tool's result, its structured content loosely typed: tests know the documented names, not the code. */
export interface Answered {
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: read by the names the tests state
  readonly structured: any;
  readonly isError: boolean;
}

export interface Asking {
  readonly unexpected: readonly unknown[];
  /** Progress reported so far. */
  readonly progress: { done: number; total: number | undefined }[];
  ask(tool: Tool, args?: Record<string, unknown>): Promise<Answered>;
  close(): Promise<void>;
}

/** Tools over a live upstream, at the moment the sandbox believes it is, with their progress remembered. */
export function asking(
  upstream: { readonly url: string; readonly token: string },
  { signal, ...options }: Pick<BenchOptions, 'budget' | 'exports'> & { readonly signal?: AbortSignal } = {},
): Asking {
  const progress: Asking['progress'] = [];
  const { unexpected, run, close } = openBench({
    url: upstream.url,
    token: upstream.token,
    zone: SANDBOX_TIME_ZONE,
    now: new Date('2026-03-04T04:00:00Z'),
    ...options,
  });
  const scope = {
    progress: (done: number, total: number | undefined) => void progress.push({ done, total }),
    ...(signal === undefined ? {} : { signal }),
  };
  return {
    unexpected,
    progress,
    ask: async (tool, args) => ({ structured: undefined, ...(await run(tool.name, args, scope)) }),
    close,
  };
}
