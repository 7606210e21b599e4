import {
  McpServer,
  type ServerContext,
  type StandardSchemaWithJSON,
  type ToolAnnotations,
} from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { Tool, ToolContext } from '../tools/define-tool.js';
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
  const text = instructions(options.context);
  return () => {
    const server = new McpServer(about, { instructions: text });
    for (const { tool, config } of registrations) {
      server.registerTool(tool.name, config, async (args: unknown, ctx: ServerContext) => {
        const result = await tool.run(args, options.context, scopeOf(ctx));
        return {
          content: [{ type: 'text' as const, text: result.text }],
          ...(result.structured === undefined ? {} : { structuredContent: result.structured }),
          ...(result.isError ? { isError: true } : {}),
        };
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
  let converted: Record<string, unknown> | undefined;
  // On first use: what a host asks first, initialize, needs no schema.
  const json = () => {
    converted ??= z.toJSONSchema(schema, { io }) as Record<string, unknown>;
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

function scopeOf(ctx: ServerContext): Parameters<Tool['run']>[2] {
  const token = ctx.mcpReq._meta?.progressToken;
  return {
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
