import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { McpHandlerRequestOptions, McpHttpHandler } from '@modelcontextprotocol/server';

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
    const body = Buffer.from(await answer.arrayBuffer());
    response.writeHead(answer.status, { 'content-length': body.length });
    response.end(body);
    return;
  }
  response.writeHead(answer.status);
  response.flushHeaders();
  // A client that closes its end early has cancelled the call: that is no failure.
  await pipeline(Readable.fromWeb(answer.body), response).catch(() => {});
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
