import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request as it arrived on the wire. */
export interface WireRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly form: Readonly<Record<string, string>>;
  readonly socket: Socket;
}

/** Answers one request: with a JSON value, or by hand on the response. */
export type Answer = (request: WireRequest, response: ServerResponse) => object | undefined;

/** A live upstream whose answers a test chooses. */
export interface Upstream {
  /** Base URL for a client. */
  readonly url: string;
  readonly requests: WireRequest[];
  answer: Answer;
  close(): Promise<void>;
}

/** Starts an HTTP server on loopback that answers as told and remembers what it was sent. */
export async function startUpstream(answer: Answer = () => page([]), port = 0): Promise<Upstream> {
  const requests: WireRequest[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request).catch(() => '');
    const wire: WireRequest = {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      body,
      form: Object.fromEntries(new URLSearchParams(body)),
      socket: request.socket,
    };
    requests.push(wire);
    const value = upstream.answer(wire, response);
    if (value !== undefined) sendJson(response, JSON.stringify(value));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const upstream: Upstream = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    answer,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return upstream;
}

/** Sends a body as JSON with HTTP 200. */
export function sendJson(response: ServerResponse, body: string): undefined {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(body);
}

/** Answers with a login page, as a proxy does. */
export const html: Answer = (_request, response) => {
  response
    .writeHead(200, { 'Content-Type': 'text/html' })
    .end('<!doctype html><title>Sign in</title><p>internal-host-17</p>');
  return undefined;
};

/** Begins a reply and hangs up. */
export const cut: Answer = (_request, response) => {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': 1000 });
  response.write('{"offset":0,', () => response.destroy());
  return undefined;
};

/** Never answers. */
export const silence: Answer = () => undefined;

/** A page as the contract prints it. */
export function page(rows: readonly unknown[], total = rows.length): object {
  return { offset: 0, limit: 10, total_found: total, results: rows };
}

/** The same page as the live service prints it. */
export function livePage(rows: readonly unknown[], total = rows.length): object {
  return {
    success: true,
    data: { offset: 0, limit: 10, total_found: String(total), entries: rows.length, results: rows },
  };
}

/** A row with the fields a test does not care about filled in. */
export function row(fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    id: '1001',
    lead_id: '501',
    list_id: '333',
    campaign_id: '111',
    user_id: '22222',
    phone_number: '2125550123',
    status: 'COMPLETED',
    call_length: 61,
    call_date: '2026-03-03 14:30:00',
    number_dialed: '2125550123',
    call_type: 'outbound',
    recording: [],
    ...fields,
  };
}

/** `count` rows a minute apart, newest first, ids counting down from 1000 + count. */
export function rows(count: number, fields: Readonly<Record<string, unknown>> = {}): object[] {
  return Array.from({ length: count }, (_, index) => {
    const minute = count - 1 - index;
    const time = new Date(Date.UTC(2026, 2, 1, 8, minute)).toISOString().slice(0, 19).replace('T', ' ');
    return row({ id: String(1000 + count - index), call_date: time, ...fields });
  });
}
