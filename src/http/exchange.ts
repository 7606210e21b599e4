import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import {
  type AuthInfo,
  classifyInboundRequest,
  type JSONRPCMessage,
  type JSONRPCRequest,
  type McpServer,
  type MessageExtraInfo,
  SUPPORTED_PROTOCOL_VERSIONS,
  type Transport,
} from '@modelcontextprotocol/server';
import { sendJson } from './refusal.js';

// Most requests are one message that one message answers. The SDK's handler would open an event stream for it and carry both
// ways through web streams, which costs more than the call of a tool. Whatever is not as plain as that is left to the SDK.

/**
 * The request in a body that can be answered with one JSON message: a single request of a revision before 2026-07-28, from
 * a client that takes JSON and has not asked for progress. Undefined for everything else, what must be refused included.
 */
export function plainRequest(body: unknown, headers: IncomingHttpHeaders): JSONRPCRequest | undefined {
  const { accept = '' } = headers;
  if (!accept.includes('application/json') || !accept.includes('text/event-stream')) return undefined;
  const revision = textOf(headers['mcp-protocol-version']);
  if (revision !== undefined && !SUPPORTED_PROTOCOL_VERSIONS.includes(revision)) return undefined;
  const found = classifyInboundRequest({
    httpMethod: 'POST',
    body,
    ...given('protocolVersionHeader', revision),
    ...given('mcpMethodHeader', textOf(headers['mcp-method'])),
    ...given('mcpNameHeader', textOf(headers['mcp-name'])),
  });
  if (found.kind !== 'legacy' || (found.reason !== 'no-claim' && found.reason !== 'initialize'))
    return undefined;
  // Only a request is classified so.
  const request = body as JSONRPCRequest;
  return request.params?._meta?.progressToken === undefined ? request : undefined;
}

/** Has the server, made for this request alone, answer it. The call is cancelled when the client is gone. */
export async function answerPlainly(
  server: McpServer,
  request: JSONRPCRequest,
  response: ServerResponse,
  gone: AbortSignal,
  authInfo: AuthInfo | undefined,
): Promise<void> {
  const exchange = new Exchange((answer) => sendJson(response, 200, JSON.stringify(answer)));
  await server.connect(exchange);
  gone.addEventListener('abort', () => void server.close());
  exchange.onmessage?.(request, authInfo === undefined ? {} : { authInfo });
}

/** The transport of one request and its answer. */
class Exchange implements Transport {
  onmessage?: (message: JSONRPCMessage, extra?: MessageExtraInfo) => void;
  onclose?: () => void;
  onerror?: (error: Error) => void;
  readonly #answer: (message: JSONRPCMessage) => void;

  constructor(answer: (message: JSONRPCMessage) => void) {
    this.#answer = answer;
  }

  async start(): Promise<void> {}

  async send(message: JSONRPCMessage): Promise<void> {
    if (!('method' in message)) this.#answer(message);
    else if ('id' in message) throw new Error('This client cannot be asked anything.');
    // And nobody asked to be told of anything on the way.
  }

  async close(): Promise<void> {
    this.onclose?.();
  }
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header;
}

function given<Name extends string>(name: Name, value: string | undefined): { [name in Name]?: string } {
  return value === undefined ? {} : ({ [name]: value } as { [name in Name]?: string });
}
