import { ServiceClock } from '../../src/account-time/service-clock.js';
import { CallLogs } from '../../src/calls/call-logs.js';
import type { CallLogSource } from '../../src/calls/source.js';
import type { AuditTrail } from '../../src/calls/update-log.js';
import { type AccountFile, NO_ACCOUNT_FILE } from '../../src/config/account-file.js';
import { ConvosoClient, type ConvosoClientOptions } from '../../src/convoso/client.js';
import { accountOf } from '../../src/query/account.js';
import { Masks, type MaskWord } from '../../src/redact/masks.js';
import type { Confirmations } from '../../src/tools/confirmations.js';
import type { CallerScope, ExportTarget, ToolContext, ToolResult } from '../../src/tools/define-tool.js';
import { createTools } from '../../src/tools/index.js';
import { DEFAULT_WALK_BUDGET, type WalkBudget } from '../../src/walk/population.js';

/** The tools against one upstream, without any protocol in between. */
export interface Bench {
  readonly context: ToolContext;
  run(tool: string, args?: unknown, scope?: Partial<CallerScope>): Promise<ToolResult>;
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
  readonly redact?: readonly MaskWord[];
  readonly audit?: AuditTrail;
  /** Time-outs, retries and the like of the client. */
  readonly client?: Partial<ConvosoClientOptions>;
  readonly account?: Partial<AccountFile>;
  readonly confirmations?: Confirmations;
  /** What questions about many calls may cost, where it differs from the default. */
  readonly budget?: Partial<WalkBudget>;
  readonly exports?: ExportTarget;
  /** Milliseconds that an answer may take. */
  readonly callMs?: number;
  /** Where questions about many calls are answered from, when not by `calls` alone. */
  readonly source?: (calls: CallLogs) => CallLogSource;
}

/** Opens the tools on an upstream. The clock stands at noon of 4 March 2026 UTC unless told otherwise. */
export function openBench(options: BenchOptions): Bench {
  const { url, token = 'sandbox-token', zone, now = new Date('2026-03-04T12:00:00Z') } = options;
  const masks = new Masks(options.redact);
  const client = new ConvosoClient({
    baseUrl: url,
    token,
    retry: { retries: 3, backoffMs: 5 },
    sanitizeServiceText: (text) => masks.text(text),
    ...options.client,
    timeZone: zone,
  });
  const unexpected: unknown[] = [];
  const account = accountOf({
    file: { ...NO_ACCOUNT_FILE, ...options.account },
    clock: new ServiceClock(zone, () => now),
    masks,
  });
  const calls = new CallLogs(client, account, {
    budget: { ...DEFAULT_WALK_BUDGET, ...options.budget },
    audit: options.audit,
  });
  const context: ToolContext = {
    calls,
    source: options.source?.(calls) ?? calls,
    account,
    confirmations: options.confirmations,
    sandbox: options.sandbox ?? false,
    exports: options.exports,
    onUnexpected: (error) => unexpected.push(error),
    callMs: options.callMs,
  };
  const tools = createTools(context, false);
  const run: Bench['run'] = (name, args, scope = {}) => {
    const tool = tools.find((one) => one.name === name);
    if (tool === undefined) throw new Error(`no tool ${name}`);
    return tool.run(args, context, {
      signal: new AbortController().signal,
      progress() {},
      canAsk: false,
      ...scope,
    });
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
