import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SandboxCall } from './calls.js';
import { runningClock, SANDBOX_TODAY, standingAt } from './clock.js';
import type { Dialect } from './dialect.js';
import { CallHistory } from './history.js';
import { Refusal, renderRefusal } from './refusals.js';
import { renderPage, renderUpdated } from './replies.js';
import { type Form, readRetrieve, retrieve } from './retrieve.js';
import { ExtraFieldStore, update } from './update.js';

export type { SandboxCall, SandboxCallType, SandboxRecording } from './calls.js';
export { SANDBOX_NOW, SANDBOX_TIME_ZONE, SANDBOX_TODAY } from './clock.js';
export type { Dialect } from './dialect.js';

/** The token the sandbox accepts unless told otherwise. It opens nothing but generated calls. */
export const SANDBOX_TOKEN = 'sandbox-token';

const MAX_BODY_BYTES = 1024 * 1024;
const REMEMBERED_REQUESTS = 1_000;

export interface SandboxOptions {
  /** `contract` (default) answers as the contract says, `live` as the service has been seen to. */
  dialect?: Dialect;
  /** 0, the default, takes any free port. */
  port?: number;
  /** Address to listen on; 127.0.0.1 by default. */
  host?: string;
  token?: string;
  /**
   * The day it is: `YYYY-MM-DD` stands still at 20:00:00 of that day, account time, `real` runs with the machine's clock, and
   * calls come in as it does. The day of the contract's examples unless told otherwise.
   */
  today?: string;
}

/** A request that reached the sandbox. The token is left out. */
export interface SandboxRequest {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  readonly form: Readonly<Record<string, string>>;
}

export interface Sandbox {
  /** The base URL for a client: `http://127.0.0.1:PORT/v1`. */
  readonly url: string;
  readonly token: string;
  readonly dialect: Dialect;
  /** The second it is, account time: `YYYY-MM-DD HH:MM:SS`. */
  readonly now: string;
  /** Every call so far, oldest first: the generator's own rows, to work answers out from without asking the server. */
  readonly calls: readonly SandboxCall[];
  /** The last 1,000 requests, oldest first. */
  readonly requests: readonly SandboxRequest[];
  /** The extra-field values of a call that are not empty; the API itself never returns them. */
  extraFields(id: string): Record<string, string>;
  /** Stops at once: open connections are cut. Calling it again is harmless. */
  close(): Promise<void>;
}

/** Generated once a process for each `today`. */
const histories = new Map<string, CallHistory>();

function historyOf(today: string, now: string): CallHistory {
  const history = histories.get(today) ?? new CallHistory(now);
  histories.set(today, history);
  return history;
}

/**
 * Starts a stand-in for the Call Logs API ("Endpoints" in the contract) on loopback, with calls that are generated when first
 * asked for. Sandboxes share those calls, and each keeps its own updates. Rejects with node's error when it cannot listen, e.g. `EADDRINUSE`.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { dialect = 'contract', port = 0, host = '127.0.0.1', token = SANDBOX_TOKEN } = options;
  const { today = SANDBOX_TODAY } = options;
  const clock = today === 'real' ? runningClock() : standingAt(today);
  const history = historyOf(today, clock());
  const calls = () => history.until(clock());
  const extraFields = new ExtraFieldStore();
  const requests: SandboxRequest[] = [];

  const routes = new Map<string, (form: Form) => object>([
    [
      '/v1/log/retrieve',
      (form) => {
        const query = readRetrieve(form, dialect, clock().slice(0, 10));
        return renderPage(dialect, retrieve(calls(), query));
      },
    ],
    ['/v1/log/update', (form) => renderUpdated(dialect, update(calls(), extraFields, form, dialect))],
  ]);

  async function answer(request: IncomingMessage): Promise<object> {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const body = await readBody(request);
    const form: Form = new Map(isForm(request) ? new URLSearchParams(body) : []);
    const { auth_token, ...shown } = Object.fromEntries(form);
    requests.push({ method: request.method ?? '', path, form: shown });
    if (requests.length > REMEMBERED_REQUESTS) requests.shift();
    const route = routes.get(path);
    if (!route) throw new Refusal('unknownPath', 404);
    if (request.method !== 'POST') throw new Refusal('method', 405);
    if (!isForm(request)) throw new Refusal('mediaType', 415);
    if (auth_token !== token) throw new Refusal('token');
    return route(form);
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      send(response, 200, await answer(request));
    } catch (error) {
      // A client that hung up half way through its request hears nothing.
      if (request.errored) return;
      const refusal = error instanceof Refusal ? error : new Refusal('internal', 500);
      if (refusal.httpStatus === 405) response.setHeader('Allow', 'POST');
      send(response, refusal.httpStatus, renderRefusal(dialect, refusal.reason));
    }
  }

  const server = createServer((request, response) => void serve(request, response));
  await listen(server, port, host);
  return {
    url: baseUrl(server),
    token,
    dialect,
    get now() {
      return clock();
    },
    get calls() {
      return calls();
    },
    requests,
    extraFields: (id) => extraFields.of(id),
    close: () => close(server),
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // The only error close reports is that the server is already closed.
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function baseUrl(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}/v1`;
}

/** The whole body as text. One that is too long is read to its end and dropped, so that the client is there to hear so. */
async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (size > MAX_BODY_BYTES) throw new Refusal('tooLarge', 413);
  return Buffer.concat(chunks).toString('utf8');
}

function isForm(request: IncomingMessage): boolean {
  const type = request.headers['content-type'] ?? '';
  return type.split(';', 1)[0]?.trim().toLowerCase() === 'application/x-www-form-urlencoded';
}

function send(response: ServerResponse, status: number, value: object): void {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': body.length });
  response.end(body);
}
