import { once } from 'node:events';
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
import { present } from '../util/present.js';
import { sendJson } from './refusal.js';

// Most requests are one message that one message answers. The SDK's handler would open an event stream for it and carry both
// ways through web streams: a call then takes 1.35 times as long (docs/benchmarks.md). Whatever is not as plain as that is
// left to the SDK.

/**
 * The request in a body that can be answered with one JSON message: a single request of a revision before 2026-07-28, from
 * a client that takes JSON and has not asked for progress. Undefined for everything else, what must be refused included.
 */
export function plainRequest(body: unknown, headers: IncomingHttpHeaders): JSONRPCRequest | undefined {
  const reason = legacyReason(body, headers);
  if (reason !== 'no-claim' && reason !== 'initialize') return undefined;
  // Only a request is classified so.
  const request = body as JSONRPCRequest;
  return request.params?._meta?.progressToken === undefined ? request : undefined;
}

/**
 * The requests of a batch, which revision 2025-03-26 has, where each message in it may stand there. What needs no answer is
 * left out: nothing that this server asked can be answered, and notifications have nothing here to belong to. Nobody is told
 * of progress. Undefined for what is no such batch, what must be refused included.
 */
export function batchedRequests(
  body: unknown,
  headers: IncomingHttpHeaders,
): readonly JSONRPCRequest[] | undefined {
  if (!Array.isArray(body)) return undefined;
  const requests: JSONRPCRequest[] = [];
  for (const message of body as unknown[]) {
    const reason = legacyReason(message, headers);
    if (reason === 'no-claim') requests.push(message as JSONRPCRequest);
    else if (reason !== 'notification' && reason !== 'response') return undefined;
  }
  return requests.length === 0 ? undefined : requests;
}

/** What makes a message one of a revision before 2026-07-28 for a client that takes JSON; undefined where it is none. */
function legacyReason(message: unknown, headers: IncomingHttpHeaders) {
  const { accept = '' } = headers;
  if (!accept.includes('application/json') || !accept.includes('text/event-stream')) return undefined;
  const revision = textOf(headers['mcp-protocol-version']);
  if (revision !== undefined && !SUPPORTED_PROTOCOL_VERSIONS.includes(revision)) return undefined;
  const found = classifyInboundRequest({
    httpMethod: 'POST',
    body: message,
    ...present({
      protocolVersionHeader: revision,
      mcpMethodHeader: textOf(headers['mcp-method']),
      mcpNameHeader: textOf(headers['mcp-name']),
    }),
  });
  return found.kind === 'legacy' ? found.reason : undefined;
}

/** Has the server, made for this request alone, answer it. The call is cancelled when the client is gone. */
export async function answerPlainly(
  server: McpServer,
  request: JSONRPCRequest,
  response: ServerResponse,
  gone: AbortSignal,
  authInfo: AuthInfo | undefined,
): Promise<void> {
  const answer = await answered(server, request, gone, authInfo);
  if (answer !== undefined) sendJson(response, 200, JSON.stringify(answer));
}

/** Requests of one batch that are served at once. */
const BATCH_AT_ONCE = 4;

/**
 * Answers a batch with a JSON array, each answer sent when it is there. While the client leaves answers unread, no further
 * request of the batch is begun: a large batch holds no more in memory than a few answers.
 * @param newServer makes the server of one request
 */
export async function answerBatch(
  newServer: (method: string) => McpServer,
  requests: readonly JSONRPCRequest[],
  response: ServerResponse,
  gone: AbortSignal,
  authInfo: AuthInfo | undefined,
): Promise<void> {
  const left = requests.values();
  const serve = async () => {
    for (const request of left) {
      const answer = await answered(newServer(request.method), request, gone, authInfo);
      if (answer === undefined) return;
      const opening = response.headersSent ? ',' : '[';
      if (!response.headersSent) response.writeHead(200, { 'content-type': 'application/json' });
      // A client that goes away instead of reading has cancelled the rest.
      if (!response.write(opening + JSON.stringify(answer)))
        await once(response, 'drain', { signal: gone }).catch(() => {});
    }
  };
  await Promise.all(Array.from({ length: BATCH_AT_ONCE }, serve));
  if (!gone.aborted) response.end(']');
}

/** The answer of a server, made for this request alone; undefined when the client is gone before it. */
function answered(
  server: McpServer,
  request: JSONRPCRequest,
  gone: AbortSignal,
  authInfo: AuthInfo | undefined,
): Promise<JSONRPCMessage | undefined> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      void server.close();
      resolve(undefined);
    };
    const exchange = new Exchange((answer) => {
      gone.removeEventListener('abort', leave);
      resolve(answer);
    });
    server.connect(exchange).then(() => {
      if (gone.aborted) return leave();
      gone.addEventListener('abort', leave, { once: true });
      exchange.onmessage?.(request, present({ authInfo }));
    }, reject);
  });
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
