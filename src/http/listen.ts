import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { AddressInfo, BlockList, Socket } from 'node:net';
import { SettingsError } from '../config/settings-error.js';
import { errorCode, withCode } from '../util/error-code.js';
import type { Log } from '../util/log.js';
import { Connections } from './connections.js';
import { errorBody, LINGER_MS, RPC } from './refusal.js';

/** Milliseconds a client may take for its header, and for the whole request; looked at every second. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const CHECK_INTERVAL_MS = 1_000;
/** Longer than the minute for which load balancers usually keep an idle connection. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const MAX_CONNECTIONS = 2_048;
/** Milliseconds of silence after which the operating system asks whether the other side is still there. */
const PROBE_AFTER_MS = 30_000;
/** Milliseconds between two log lines about refused connections. */
const REFUSALS_LOGGED_EVERY_MS = 60_000;

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  /** Most connections from one address that is not a trusted proxy. */
  readonly connectionsPerAddress: number;
  readonly trustedProxies: BlockList;
  readonly log: Log;
}

/**
 * An HTTP server bounded against slow and many clients, listening.
 * @throws SettingsError when the address or port cannot be had
 */
export async function listen(
  app: (request: IncomingMessage, response: ServerResponse) => void,
  { host, port, connectionsPerAddress, trustedProxies, log }: ListenOptions,
): Promise<{ server: Server; url: string }> {
  const server = createServer({
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: CHECK_INTERVAL_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    // A client that vanished without a word is noticed, even while nothing is sent to it.
    keepAlive: true,
    keepAliveInitialDelay: PROBE_AFTER_MS,
    // The guard refuses a request without a Host header, in JSON.
    requireHostHeader: false,
  });
  let loggedAt = Number.NEGATIVE_INFINITY;
  const connections = new Connections(
    { total: MAX_CONNECTIONS, perAddress: connectionsPerAddress, trustedProxies },
    app,
    (address) => {
      if (performance.now() - loggedAt < REFUSALS_LOGGED_EVERY_MS) return;
      loggedAt = performance.now();
      log('warn', 'connection refused: all that are allowed are being served', { address });
    },
  );
  server.on('connection', (socket) => connections.add(socket));
  const handle = (request: IncomingMessage, response: ServerResponse) =>
    connections.handle(request, response);
  server.on('request', handle);
  // Asked before the body is sent: the app sends “100 Continue” when it is about to read.
  server.on('checkContinue', handle);
  // Any other expectation, which Node would refuse by itself, past the guard and the log.
  server.on('checkExpectation', handle);
  server.on('clientError', answerClientError);
  server.once('close', () => connections.close());
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: Error) => reject(cannotListen(host, port, error)));
    server.listen({ host, port }, resolve);
  });
  const { address, family, port: actual } = server.address() as AddressInfo;
  return { server, url: `http://${family === 'IPv6' ? `[${address}]` : address}:${actual}` };
}

const CLIENT_ERRORS: Readonly<Record<string, readonly [status: number, message: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not arrive in time. Send it again.'],
  HPE_HEADER_OVERFLOW: [431, 'The header of the request is too large. Send less.'],
};

/**
 * What is not an HTTP request, or not a complete one in time, is answered in JSON too, and then the connection is cut: one
 * that its client never closes would keep its place otherwise.
 */
function answerClientError(error: Error, socket: Socket): void {
  // More of the same after the answer: the cut is on its way.
  if (socket.writableEnded && !socket.destroyed) return;
  if (errorCode(error) === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, message] = CLIENT_ERRORS[errorCode(error)] ?? [400, 'This is not an HTTP request.'];
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
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

function cannotListen(host: string, port: number, error: unknown): SettingsError {
  return new SettingsError(
    {
      what: 'The server cannot start.',
      why:
        errorCode(error) === 'EADDRINUSE'
          ? `Port ${port} on ${host} is in use.`
          : withCode(`Port ${port} on ${host} cannot be opened`, error),
      next: 'Choose another with --port and --host, or --port 0 for any free port.',
    },
    { cause: error },
  );
}
