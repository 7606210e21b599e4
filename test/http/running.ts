import {
  type Agent,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { startHttp } from '../../src/commands/http.js';
import { readSettings } from '../../src/config/read-settings.js';
import { newToken } from '../../src/http/auth/static-tokens.js';
import { createLog } from '../../src/util/log.js';

/** A server of the http command in this process, on a free port. */
export interface Running {
  /** Where the protocol is served. */
  readonly url: string;
  /** Origin of all routes. */
  readonly origin: string;
  /** Every line logged, parsed. */
  readonly log: Record<string, unknown>[];
  /** As on SIGHUP, with the same settings. */
  reload(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the server on the sandbox, or on the upstream that `env` names. */
export async function startServer(
  env: Record<string, string> = {},
  flags: Record<string, unknown> = {},
): Promise<Running> {
  const log: Record<string, unknown>[] = [];
  const source =
    env['CONVOSO_BASE_URL'] === undefined
      ? { sandbox: true, today: '2026-03-03' }
      : { sandbox: false, authToken: 'upstream-secret' };
  const settings = readSettings(env, { port: 0, logLevel: 'debug', ...source, ...flags });
  const running = await startHttp(
    settings,
    createLog(settings.logLevel, (line) => log.push(JSON.parse(line) as Record<string, unknown>)),
  );
  return {
    url: running.url,
    origin: new URL(running.url).origin,
    log,
    reload: () => running.reload(() => settings),
    stop: () => running.stop(0),
  };
}

/** Tokens for a reader, a writer of everything, and one that may only write; with the setting that admits them. */
export function makeTokens() {
  const reader = newToken('reader', ['call_logs:read']);
  const editor = newToken('editor', ['call_logs:read', 'call_logs:write']);
  const writer = newToken('writer', ['call_logs:write']);
  return {
    reader: reader.token,
    editor: editor.token,
    writer: writer.token,
    env: { CALL_LOGS_HTTP_TOKENS: [reader, editor, writer].map(({ line }) => line).join(';') },
  };
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface SendOptions {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
  /** Keeps connections for further requests. */
  readonly agent?: Agent | false;
}

/** One HTTP request with exactly these headers, on a connection of its own. */
export function send(
  url: string,
  { method = 'GET', headers = {}, body, agent = false }: SendOptions = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, headers, agent }, (response) => {
      const { statusCode: status = 0, headers } = response;
      text(response).then((body) => resolve({ status, headers, body }), reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** Writes these bytes on a connection of its own and reads until the server closes it. */
export function sendRaw(origin: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname, () => socket.write(bytes));
  return text(socket);
}

const PROTOCOL_HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
};

/** Posts one message, or a batch, as a 2025-era client does. */
export function post(
  url: string,
  message: unknown,
  headers: OutgoingHttpHeaders = {},
  agent?: Agent,
): Promise<Reply> {
  const body = typeof message === 'string' ? message : JSON.stringify(message);
  return send(url, {
    method: 'POST',
    headers: { ...PROTOCOL_HEADERS, ...headers, 'content-length': Buffer.byteLength(body) },
    body,
    ...(agent === undefined ? {} : { agent }),
  });
}

/** Posts as `post` does, and leaves the answer unread. */
export function unread(
  url: string,
  message: unknown,
  headers: OutgoingHttpHeaders = {},
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', headers: { ...PROTOCOL_HEADERS, ...headers } };
    const request = httpRequest(url, options, resolve);
    request.on('error', reject);
    request.end(JSON.stringify(message));
  });
}

export const MODERN_META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '0' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** Subscribes to changes of the list of tools, as a client of 2026-07-28 does; `cut` ends it. */
export async function subscribe(url: string, token: string, id = 1) {
  const cut = new AbortController();
  const params = { notifications: { toolsListChanged: true }, _meta: MODERN_META };
  const reply = await fetch(url, {
    method: 'POST',
    signal: cut.signal,
    headers: {
      ...PROTOCOL_HEADERS,
      ...bearer(token),
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'subscriptions/listen',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id, method: 'subscriptions/listen', params }),
  });
  return { reply, cut };
}

export function bearer(token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` };
}

export function toolCall(name: string, args: Record<string, unknown> = {}, id = 1) {
  return { jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } };
}

export const LIST_TOOLS = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} };

/** The JSON-RPC message of an answer, whether it came as JSON or as an event. */
export function messageOf(reply: Reply): {
  result?: Record<string, unknown>;
  error?: { code: number; message: string };
} {
  const data = /^data: (.*)$/m.exec(reply.body)?.[1] ?? reply.body;
  return JSON.parse(data);
}

/** Text of a tool's answer. */
export function textOf(reply: Reply): string {
  const { result } = messageOf(reply);
  return (result as { content: { text: string }[] } | undefined)?.content[0]?.text ?? '';
}
