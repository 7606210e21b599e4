import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BlockList, Socket } from 'node:net';
import { isIPv6 } from 'node:net';

export interface ConnectionRules {
  /** Most connections at once. */
  readonly total: number;
  /** Most of them from one address, or from one IPv6 network of 64 bits, which is what one host usually gets. */
  readonly perAddress: number;
  /** Addresses that speak for many clients: only `total` bounds their connections. */
  readonly trustedProxies: BlockList;
}

/**
 * A connection ends with its answer to this request; clients and proxies open another. Node's `maxRequestsPerSocket` only
 * asks the client to close, and goes on with 503 until it does.
 */
const MAX_REQUESTS = 1_000;
/** Requests that may wait on one connection behind the one being served; a connection that sends more is cut. */
const MAX_PIPELINED = 64;
/** Milliseconds for which a client may leave everything unread that was written to it. */
const UNREAD_MS = 30_000;
const CHECK_INTERVAL_MS = 1_000;

interface Connection {
  readonly socket: Socket;
  /** What its address is counted under; undefined for a trusted proxy. */
  readonly origin: string | undefined;
  /** Requests begun. */
  begun: number;
  /** The request being served. */
  serving: IncomingMessage | undefined;
  readonly waiting: [IncomingMessage, ServerResponse][];
  /** Bytes that the operating system has taken, and when (milliseconds) it last took some or had none to take. */
  sent: number;
  sentAt: number;
}

/**
 * The connections of one server. Node bounds neither how many one address opens, nor how many requests it serves at once
 * for one connection, nor how long answers stay unread; `server.maxConnections` would turn newcomers away and keep the idle.
 * Here a newcomer takes the place of the connection that has waited longest without a complete request.
 */
export class Connections {
  readonly #rules: ConnectionRules;
  readonly #serve: (request: IncomingMessage, response: ServerResponse) => void;
  readonly #onRefused: (address: string) => void;
  /** Least recently used first. */
  readonly #open = new Map<Socket, Connection>();
  readonly #byOrigin = new Map<string, Set<Connection>>();
  readonly #check = setInterval(() => this.#cutUnread(), CHECK_INTERVAL_MS).unref();

  /**
   * @param serve answers one request; called for one at a time on each connection
   * @param onRefused told when a connection gets no place because all of them are being served
   */
  constructor(
    rules: ConnectionRules,
    serve: (request: IncomingMessage, response: ServerResponse) => void,
    onRefused: (address: string) => void,
  ) {
    this.#rules = rules;
    this.#serve = serve;
    this.#onRefused = onRefused;
  }

  /** Gives a new connection a place, or ends it. */
  add(socket: Socket): void {
    const address = plainAddress(socket.remoteAddress ?? '');
    const origin = isTrusted(address, this.#rules.trustedProxies) ? undefined : networkOf(address);
    const siblings = origin === undefined ? undefined : this.#byOrigin.get(origin);
    const room =
      (siblings === undefined || siblings.size < this.#rules.perAddress || evictFrom(siblings)) &&
      (this.#open.size < this.#rules.total || evictFrom(this.#open.values()));
    if (!room) {
      socket.destroy();
      this.#onRefused(address);
      return;
    }
    const connection: Connection = {
      socket,
      origin,
      begun: 0,
      serving: undefined,
      waiting: [],
      sent: 0,
      sentAt: performance.now(),
    };
    this.#open.set(socket, connection);
    if (origin !== undefined) this.#byOrigin.set(origin, (siblings ?? new Set()).add(connection));
    socket.once('close', () => this.#remove(connection));
  }

  /** Serves a request after those that came before it on its connection have been answered and sent. */
  handle(request: IncomingMessage, response: ServerResponse): void {
    const connection = this.#open.get(request.socket);
    if (connection === undefined || connection.socket.destroyed) return;
    if (connection.serving === undefined) this.#begin(connection, request, response);
    else if (connection.waiting.length < MAX_PIPELINED) connection.waiting.push([request, response]);
    else connection.socket.destroy();
  }

  /** Ends the checks; the connections themselves are the server's to close. */
  close(): void {
    clearInterval(this.#check);
  }

  #begin(connection: Connection, request: IncomingMessage, response: ServerResponse): void {
    connection.serving = request;
    connection.begun += 1;
    if (connection.begun >= MAX_REQUESTS) response.shouldKeepAlive = false;
    response.once('close', () => {
      connection.serving = undefined;
      if (connection.socket.destroyed) return;
      this.#touch(connection);
      const next = connection.waiting.shift();
      if (next !== undefined) this.#begin(connection, ...next);
    });
    this.#serve(request, response);
  }

  /** Moves a connection behind all others in both orders. */
  #touch(connection: Connection): void {
    this.#open.delete(connection.socket);
    this.#open.set(connection.socket, connection);
    const siblings = connection.origin === undefined ? undefined : this.#byOrigin.get(connection.origin);
    siblings?.delete(connection);
    siblings?.add(connection);
  }

  #remove(connection: Connection): void {
    const { socket, origin } = connection;
    this.#open.delete(socket);
    connection.waiting.length = 0;
    if (origin === undefined) return;
    const siblings = this.#byOrigin.get(origin);
    siblings?.delete(connection);
    if (siblings?.size === 0) this.#byOrigin.delete(origin);
  }

  #cutUnread(): void {
    const now = performance.now();
    for (const connection of this.#open.values()) {
      const { socket } = connection;
      const sent =
        socket.writableLength === 0 ? connection.sent : socket.bytesWritten - socket.writableLength;
      if (socket.writableLength === 0 || sent !== connection.sent) {
        connection.sent = sent;
        connection.sentAt = now;
      } else if (now - connection.sentAt > UNREAD_MS) socket.destroy();
    }
  }
}

/** Ends the connection that has waited longest without a complete request; false when all are being served. */
function evictFrom(connections: Iterable<Connection>): boolean {
  let proxied: Connection | undefined;
  for (const connection of connections) {
    const { socket, serving, origin } = connection;
    if (socket.destroyed || serving?.complete) continue;
    if (origin !== undefined) {
      socket.destroy();
      return true;
    }
    proxied ??= connection;
  }
  proxied?.socket.destroy();
  return proxied !== undefined;
}

/** An IPv4 address that came in over an IPv6 socket, as IPv4. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, '');
}

function isTrusted(address: string, proxies: BlockList): boolean {
  return address !== '' && proxies.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array<string>(tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length)).fill(
    '0',
  );
  return [...before, ...zeros, ...after].slice(0, 4).join(':');
}
