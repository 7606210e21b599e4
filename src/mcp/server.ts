import {
  acceptedContent,
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  McpServer,
  type ServerContext,
  type StandardSchemaWithJSON,
  type ToolAnnotations,
} from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { PersonsAnswer, Tool, ToolContext, ToolResult } from '../tools/define-tool.js';
import { instructions } from './instructions.js';

export interface ServerOptions {
  readonly tools: readonly Tool[];
  readonly context: ToolContext;
  readonly version: string;
}

/** Name of the server, of its package and of its bin. */
export const SERVER_NAME = 'convoso-call-logs-mcp';

/**
 * Makes the factory that stdio calls once a connection and HTTP once a request. Whatever does not change between calls,
 * above all the converted schemas, is made here, once.
 */
export function serverFactory(options: ServerOptions): () => McpServer {
  const registrations = options.tools.map((tool) => ({
    tool,
    config: {
      title: tool.title,
      description: tool.description,
      annotations: annotationsOf(tool),
      inputSchema: advertised(tool.input, 'input'),
      outputSchema: advertised(tool.output, 'output'),
    },
  }));
  const about = { name: SERVER_NAME, title: 'Convoso call logs', version: options.version };
  return () => {
    // Made for each connection: they tell the account's time.
    const server = new McpServer(about, { instructions: instructions(options.context) });
    for (const { tool, config } of registrations) {
      server.registerTool(tool.name, config, async (args: unknown, ctx: ServerContext) => {
        return resultOf(await tool.run(args, options.context, scopeOf(server, ctx)));
      });
    }
    return server;
  };
}

/** All four hints, from the one fact whether a tool reads or writes. An update repeated changes nothing more. */
function annotationsOf(tool: Tool): ToolAnnotations {
  const writes = tool.access === 'write';
  return {
    title: tool.title,
    readOnlyHint: !writes,
    destructiveHint: writes,
    idempotentHint: true,
    openWorldHint: true,
  };
}

/**
 * A schema as the SDK takes it: the JSON Schema is converted once, and validation is left to the tool, whose own words
 * name the argument and the way out.
 */
function advertised(schema: z.ZodObject, io: 'input' | 'output'): StandardSchemaWithJSON<unknown, unknown> {
  const json = z.toJSONSchema(schema, { io }) as Record<string, unknown>;
  return {
    '~standard': {
      version: 1,
      vendor: 'convoso-call-logs-mcp',
      validate: (value: unknown) => ({ value }),
      jsonSchema: { input: () => json, output: () => json },
    },
  };
}

function resultOf({ text, structured, isError, question }: ToolResult): CallToolResult | InputRequiredResult {
  if (question !== undefined) {
    return inputRequired({
      inputRequests: {
        [CONFIRM]: inputRequired.elicit({ message: question.ask, requestedSchema: confirmSchema }),
      },
      requestState: question.state,
    });
  }
  return {
    content: [{ type: 'text', text }],
    ...(structured === undefined ? {} : { structuredContent: structured }),
    ...(isError ? { isError: true } : {}),
  };
}

/** Key and form of the one question that tools ask. */
const CONFIRM = 'confirm';
const confirmSchema = z.object({ confirm: z.boolean().meta({ title: 'Yes, make this change' }) });

/** What the person said to the question of an earlier round; undefined on the first. */
function answerOf(ctx: ServerContext): PersonsAnswer | undefined {
  const { inputResponses, requestState } = ctx.mcpReq;
  const view = inputResponse(inputResponses, CONFIRM);
  if (view.kind !== 'elicit') return undefined;
  const agreed = acceptedContent(inputResponses, CONFIRM, confirmSchema)?.confirm === true;
  const state: unknown = requestState();
  return {
    said: agreed ? 'yes' : view.action === 'decline' ? 'no' : 'nothing',
    state: typeof state === 'string' ? state : undefined,
  };
}

/** Whether the host on the other side puts forms to the person: declared a request (2026-07-28) or a connection (before). */
function canAsk(server: McpServer, ctx: ServerContext): boolean {
  const envelope: { readonly [CLIENT_CAPABILITIES_META_KEY]?: ClientCapabilities } =
    ctx.mcpReq.envelope ?? {};
  const declared = envelope[CLIENT_CAPABILITIES_META_KEY] ?? server.server.getClientCapabilities();
  const elicitation = declared?.elicitation;
  // A bare declaration means forms: modes came later.
  return elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined);
}

function scopeOf(server: McpServer, ctx: ServerContext): Parameters<Tool['run']>[2] {
  const token = ctx.mcpReq._meta?.progressToken;
  return {
    canAsk: canAsk(server, ctx),
    answer: answerOf(ctx),
    signal: ctx.mcpReq.signal,
    progress(done, total, message) {
      if (token === undefined || ctx.mcpReq.signal.aborted) return;
      const params = {
        progressToken: token,
        progress: done,
        message,
        ...(total === undefined ? {} : { total }),
      };
      // A client that has gone does not want to know: progress that cannot be delivered is dropped.
      ctx.mcpReq.notify({ method: 'notifications/progress', params }).catch(() => {});
    },
  };
}
