import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type {
  JSONRPCErrorResponse,
  McpHandlerRequestOptions,
  McpHttpHandler,
} from '@modelcontextprotocol/server';
import { cleanText } from '../util/third-party-text.js';

/** Headers that belong to the connection, which Node and shutting down decide about. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding']);

/**
 * Hands a Node request, its body already parsed, to the protocol and writes the answer. The call is cancelled when the
 * client is gone.
 */
export async function serveProtocol(
  handler: McpHttpHandler,
  request: IncomingMessage,
  response: ServerResponse,
  gone: AbortSignal,
  options: McpHandlerRequestOptions,
): Promise<void> {
  const answer = await handler.fetch(webRequest(request, gone), options);
  for (const [name, value] of answer.headers) {
    if (!HOP_BY_HOP.has(name)) response.setHeader(name, value);
  }
  const streams = answer.headers.get('content-type')?.startsWith('text/event-stream') === true;
  if (answer.body === null || !streams) {
    const text = await answer.text();
    const body = Buffer.from(answer.ok ? text : shortRefusal(text));
    response.writeHead(answer.status, { 'content-length': body.length });
    response.end(body);
    return;
  }
  response.writeHead(answer.status);
  response.flushHeaders();
  // A client that closes its end early has cancelled the call: that is no failure.
  await pipeline(Readable.fromWeb(answer.body), response).catch(() => {});
}

/** Longest refusal that is sent as the SDK made it, and longest message of another one, in UTF-16 units. */
const MAX_REFUSAL = 4_000;
const MAX_MESSAGE = 500;

/** A refusal of the SDK. It repeats what the request named, however long that is: then its message is cut. */
function shortRefusal(body: string): string {
  if (body.length <= MAX_REFUSAL) return body;
  const { id, error } = JSON.parse(body) as JSONRPCErrorResponse;
  const { code, message } = error;
  return JSON.stringify({ jsonrpc: '2.0', id, error: { code, message: cleanText(message, MAX_MESSAGE) } });
}

/** The request without its body and without the caller's token, which nothing behind this point needs. */
function webRequest(request: IncomingMessage, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value === undefined || name === 'authorization') continue;
    headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  // Only the path is real: the protocol reads no host from it.
  return new Request(`http://localhost${request.url ?? '/'}`, {
    method: request.method ?? 'GET',
    headers,
    signal,
  });
}
