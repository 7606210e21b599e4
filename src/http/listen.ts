import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { SettingsError } from '../settings.js';
import { errorBody, RPC } from './refusal.js';

/** Milliseconds a client may take for its header, and for the whole request; looked at every second. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const CHECK_INTERVAL_MS = 1_000;
/** Longer than the minute for which load balancers usually keep an idle connection. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const MAX_CONNECTIONS = 2_048;

/**
 * An HTTP server bounded against slow and many clients, listening.
 * @throws SettingsError when the address or port cannot be had
 */
export async function listen(
  app: (request: IncomingMessage, response: ServerResponse) => void,
  host: string,
  port: number,
): Promise<{ server: Server; url: string }> {
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_INTERVAL_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      // The guard refuses a request without a Host header, in JSON.
      requireHostHeader: false,
    },
    app,
  );
  server.maxConnections = MAX_CONNECTIONS;
  // Asked before the body is sent: the app sends “100 Continue” when it is about to read.
  server.on('checkContinue', app);
  server.on('clientError', answerClientError);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(host, port, error)));
    server.listen({ host, port }, resolve);
  });
  const { address, family, port: actual } = server.address() as AddressInfo;
  return { server, url: `http://${family === 'IPv6' ? `[${address}]` : address}:${actual}` };
}

const CLIENT_ERRORS: Readonly<Record<string, readonly [status: number, message: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not arrive in time. Send it again.'],
  HPE_HEADER_OVERFLOW: [431, 'The header of the request is too large. Send less.'],
};

/** What is no HTTP request, or not a whole one in time, is answered in JSON too. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, message] = CLIENT_ERRORS[error.code ?? ''] ?? [400, 'This is not an HTTP request.'];
  const body = errorBody(RPC.refused, message);
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'Connection: close',
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
}

function cannotListen(host: string, port: number, error: NodeJS.ErrnoException): SettingsError {
  return new SettingsError(
    {
      what: 'The server cannot start.',
      why:
        error.code === 'EADDRINUSE'
          ? `Port ${port} on ${host} is in use.`
          : `Port ${port} on ${host} cannot be opened (${error.code}).`,
      next: 'Choose another with --port and --host, or --port 0 for any free port.',
    },
    { cause: error },
  );
}
