import type { AuthInfo } from '@modelcontextprotocol/server';
import { allows, requiredScope } from '../mcp/server.js';
import type { Tool } from '../tools/define-tool.js';

/** What the front of the server needs to know of a JSON-RPC message. */
export interface MessageHead {
  readonly method: string | undefined;
  /** Name of the tool that a `tools/call` asks for. */
  readonly tool: string | undefined;
  /** For the log: the method when it is one of the protocol’s. */
  readonly label: string;
}

const LOGGED_METHOD = /^(notifications\/)?[a-zA-Z]{1,32}(\/[a-zA-Z_]{1,32}){0,2}$/;

/** The heads of the one message, or the batch, in a request's body. */
export function messagesOf(body: unknown): MessageHead[] {
  return (Array.isArray(body) ? body : [body]).map(headOf);
}

function headOf(message: unknown): MessageHead {
  const method = field(message, 'method');
  const tool = method === 'tools/call' ? field(field(message, 'params'), 'name') : undefined;
  const known = typeof method === 'string' && LOGGED_METHOD.test(method);
  return {
    method: typeof method === 'string' ? method : undefined,
    tool: typeof tool === 'string' ? tool : undefined,
    label: known ? method : 'other',
  };
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** The scopes that the messages need and the caller lacks a part of; undefined when nothing is lacking. */
export type ScopeRule = (messages: readonly MessageHead[], authInfo: AuthInfo) => string[] | undefined;

/**
 * A call of a tool that the token does not allow is answered with a challenge, which tells a client to ask for a token
 * that does. Callers with OAuth see such a tool in the list; for a static token, which cannot get more, it is not there.
 */
export function createScopeRule(tools: readonly Pick<Tool, 'name' | 'access'>[]): ScopeRule {
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  return (messages, authInfo) => {
    for (const { tool: name } of messages) {
      const tool = name === undefined ? undefined : byName.get(name);
      if (tool === undefined || allows(authInfo, tool.access)) continue;
      return [
        ...new Set([
          ...authInfo.scopes.filter((scope) => scope.startsWith('call_logs:')),
          requiredScope(tool.access),
        ]),
      ];
    }
    return undefined;
  };
}
