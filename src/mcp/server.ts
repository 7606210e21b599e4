import {
  type AuthInfo,
  type CallToolResult,
  type InputRequiredResult,
  type McpServer,
  ProtocolError,
  ProtocolErrorCode,
  type ServerCapabilities,
  type ServerContext,
  type StandardSchemaWithJSON,
  type ToolAnnotations,
} from '@modelcontextprotocol/server';
import * as z from 'zod';
import { advertisedSchema } from '../tools/advertised-schema.js';
import type { CallerScope, Tool, ToolContext, ToolResult } from '../tools/define-tool.js';
import type { ResidentTool } from '../tools/offered.js';
import type { Log } from '../util/log.js';
import { present } from '../util/present.js';
import { answerOf, canAsk, questionResult } from './elicitation.js';
import { instructions } from './instructions.js';
import { promptRegistrar } from './prompts/register.js';
import { NamedServer } from './requested-names.js';
import { resourceRegistrar } from './resources/register.js';

export interface ServerOptions {
  readonly tools: readonly (Tool | ResidentTool)[];
  readonly context: ToolContext;
  readonly version: string;
  /** True where each request stands alone, as over HTTP. */
  readonly stateless?: boolean;
  /** Told of every finished call of a tool, for metrics and logs. */
  readonly onToolCall?: (call: ToolCallRecord) => void;
}

/** One finished call of a tool: nothing of its arguments or its answer. */
export interface ToolCallRecord {
  readonly tool: string;
  readonly outcome: 'ok' | 'error' | 'cancelled';
  readonly milliseconds: number;
  readonly principal: string | undefined;
  /** The request that carried the call, over HTTP. */
  readonly requestId: string | undefined;
}

/** Logs a finished call of a tool. */
export function logToolCall(log: Log, call: ToolCallRecord): void {
  const { requestId, principal, milliseconds, ...what } = call;
  log('info', 'tool call', { request_id: requestId, principal, ...what, ms: Math.round(milliseconds) });
}

/** Who a server is made for: one request over HTTP, or one connection. */
export interface Caller {
  readonly authInfo?: AuthInfo;
  readonly requestId?: string;
  /** The one method the server will be asked, where that is known: it is made for that and no more. */
  readonly method?: string;
  /** Revisions to 2025-11-25, or from 2026-07-28 on. */
  readonly era?: 'legacy' | 'modern';
}

/** Name of the server, of its package and of its bin. */
export const SERVER_NAME = 'convoso-call-logs-mcp';

/**
 * Makes the factory that stdio calls once a connection and HTTP once a request. Whatever does not change between calls,
 * above all the converted schemas, is made here, once.
 */
export function serverFactory(options: ServerOptions): (caller?: Caller) => McpServer {
  const registrations = options.tools.map((tool) => ({
    tool,
    config: {
      title: tool.title,
      description: tool.description,
      annotations: annotationsOf(tool),
      inputSchema: advertised('inputSchema' in tool ? tool.inputSchema : tool.input, 'input'),
      outputSchema: advertised('outputSchema' in tool ? tool.outputSchema : tool.output, 'output'),
    },
  }));
  const about = { name: SERVER_NAME, title: 'Convoso call logs', version: options.version };
  const text = instructionsOfTheMinute(options.context);
  const registerPrompts = promptRegistrar(options.context);
  const registerResources = resourceRegistrar(options.context);
  return (caller) => {
    const offered = registrations.filter(
      ({ tool }) => allows(caller?.authInfo, tool.access) || canStepUp(caller?.authInfo),
    );
    const asksForTools = caller?.method?.startsWith('tools/') ?? false;
    const pages = allows(caller?.authInfo, 'read') && !asksForTools;
    // Only a reload over HTTP changes a list, and only a client that subscribes, as those of 2026-07-28 do, can be told.
    const listChanged = options.stateless === true && caller?.era === 'modern';
    const capabilities: ServerCapabilities = {
      ...(offered.length === 0 ? {} : { tools: { listChanged } }),
      ...(pages ? { prompts: { listChanged }, resources: { listChanged } } : {}),
    };
    const known = present({
      'tools/call': offered.length === 0 ? undefined : new Set(offered.map(({ tool }) => tool.name)),
      'prompts/get': pages ? registerPrompts.names : undefined,
    });
    const server = new NamedServer(known, about, { instructions: text(), capabilities });
    for (const { tool, config } of offered) {
      const allowed = allows(caller?.authInfo, tool.access);
      server.registerTool(tool.name, config, async (args: unknown, ctx: ServerContext) => {
        if (!allowed) throw new ProtocolError(ProtocolErrorCode.InvalidRequest, scopeIsMissing(tool.access));
        const scope = scopeOf(server, ctx, caller?.authInfo, options.stateless === true);
        const started = performance.now();
        const result = await tool.run(args, options.context, scope);
        options.onToolCall?.({
          tool: tool.name,
          outcome: scope.signal.aborted ? 'cancelled' : result.isError ? 'error' : 'ok',
          milliseconds: performance.now() - started,
          principal: scope.principal,
          requestId: caller?.requestId ?? ctx.http?.req?.headers.get('x-request-id') ?? undefined,
        });
        return resultOf(result);
      });
    }
    if (pages) {
      registerPrompts.on(server);
      registerResources(server, caller?.authInfo?.clientId);
    }
    return server;
  };
}

/** The instructions tell the account's time to the minute: they are made once a minute, not once a request. */
function instructionsOfTheMinute(context: ToolContext): () => string {
  let made = { minute: Number.NaN, text: '' };
  return () => {
    const minute = Math.floor(context.account.clock.now().getTime() / 60_000);
    if (minute !== made.minute) made = { minute, text: instructions(context) };
    return made.text;
  };
}

/** The scope that a caller who is known by a token needs for what reads, or for what writes. */
export function requiredScope(access: Tool['access']): string {
  return `call_logs:${access}`;
}

/** Callers without a token, on stdio or on a server that asks for none, may do everything. */
export function allows(authInfo: AuthInfo | undefined, access: Tool['access']): boolean {
  return authInfo === undefined || authInfo.scopes.includes(requiredScope(access));
}

/**
 * Whether a caller can get a token with more scopes: an authorization server, whose tokens name this resource, gives one to
 * who asks. Such a caller sees every tool, and is told what to ask for when it calls one (see `createScopeRule`).
 */
function canStepUp(authInfo: AuthInfo | undefined): boolean {
  return authInfo?.resource !== undefined;
}

function scopeIsMissing(access: Tool['access']): string {
  return `The token does not allow this tool: it lacks the scope ${requiredScope(access)}.`;
}

/**
 * All four hints, from whether a tool reads or writes at the service, and whether it leaves files behind. An update repeated
 * changes nothing more; an export repeated makes another file, or finds the name taken.
 */
function annotationsOf(tool: Pick<Tool, 'title' | 'access' | 'createsFiles'>): ToolAnnotations {
  const writes = tool.access === 'write';
  return {
    title: tool.title,
    readOnlyHint: !writes && tool.createsFiles === undefined,
    destructiveHint: writes,
    idempotentHint: tool.createsFiles === undefined,
    openWorldHint: true,
  };
}

/**
 * A schema as the SDK takes it: the JSON Schema is converted once, and validation is left to the tool, whose own words
 * name the argument and the way out.
 */
function advertised(
  schema: z.ZodObject | Record<string, unknown>,
  io: 'input' | 'output',
): StandardSchemaWithJSON<unknown, unknown> {
  let converted: Record<string, unknown> | undefined;
  // On first use: what a host asks first, initialize, needs no schema.
  const json = () => {
    converted ??= schema instanceof z.ZodObject ? advertisedSchema(schema, io) : schema;
    return converted;
  };
  return {
    '~standard': {
      version: 1,
      vendor: 'convoso-call-logs-mcp',
      validate: (value: unknown) => ({ value }),
      jsonSchema: { input: json, output: json },
    },
  };
}

function resultOf({
  text,
  structured,
  links = [],
  isError,
  question,
}: ToolResult): CallToolResult | InputRequiredResult {
  if (question !== undefined) return questionResult(question);
  return {
    content: [{ type: 'text', text }, ...links.map((link) => ({ type: 'resource_link' as const, ...link }))],
    ...present({ structuredContent: structured, isError: isError || undefined }),
  };
}

function scopeOf(
  server: McpServer,
  ctx: ServerContext,
  authInfo: AuthInfo | undefined,
  stateless: boolean,
): CallerScope {
  const token = ctx.mcpReq._meta?.progressToken;
  return {
    canAsk: canAsk(server, ctx),
    // What the host could do was said when it connected, and without a session nobody remembers that.
    ...(stateless && ctx.mcpReq.envelope === undefined ? { askProblem: 'stateless' } : {}),
    answer: answerOf(ctx),
    signal: ctx.mcpReq.signal,
    writeOnly: !allows(authInfo, 'read'),
    ...present({ principal: authInfo?.clientId }),
    progress(done, total, message) {
      if (token === undefined || ctx.mcpReq.signal.aborted) return;
      const params = present({ progressToken: token, progress: done, message, total });
      // A client that has gone does not want to know: progress that cannot be delivered is dropped.
      ctx.mcpReq.notify({ method: 'notifications/progress', params }).catch(() => {});
    },
  };
}
