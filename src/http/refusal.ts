import type { ServerResponse } from 'node:http';
import { Failure } from '../util/failure.js';

/** JSON-RPC error numbers that an answer without a served call carries. */
export const RPC = { parse: -32_700, invalidRequest: -32_600, internal: -32_603, refused: -32_000 } as const;

/** A request that is answered with an error before, or instead of, reaching the protocol. */
export class HttpRefusal extends Failure {
  readonly status: number;
  readonly code: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    parts: { what: string; why: string; next: string },
    options: { code?: number; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(parts);
    this.status = status;
    this.code = options.code ?? RPC.refused;
    this.headers = options.headers ?? {};
  }
}

/** A refusal as the JSON-RPC error that clients of the protocol expect, on every route. */
export function errorBody(code: number, message: string): string {
  return JSON.stringify({ jsonrpc: '2.0', error: { code, message }, id: null });
}

/** Sends a JSON text as the whole answer, with its length in bytes. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    ...headers,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** Answers with a refusal. */
export function sendRefusal(response: ServerResponse, refusal: HttpRefusal): void {
  sendJson(response, refusal.status, errorBody(refusal.code, refusal.message), refusal.headers);
  dropRest(response);
}

/** Milliseconds for which a client that was refused may read the answer before its connection is cut. */
export const LINGER_MS = 2_000;

/**
 * After an answer that came before the whole request: what the client is still sending is read and dropped for a moment, so
 * that it is there to read the answer; then the connection is cut.
 */
export function dropRest({ req: request }: ServerResponse): void {
  if (request.complete) return;
  request.resume();
  const cut = setTimeout(() => request.socket.destroy(), LINGER_MS).unref();
  request.once('end', () => clearTimeout(cut));
}
