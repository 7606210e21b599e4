import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  validateOriginHeader,
} from '@modelcontextprotocol/server';
import { HttpRefusal } from './refusal.js';

export interface GuardOptions {
  /** True when the server listens on loopback alone. */
  readonly loopback: boolean;
  readonly allowedHosts: readonly string[];
  /** Whole origins, such as `https://app.example.com`. */
  readonly allowedOrigins: readonly string[];
  /** False when anybody who reaches the server may use it. */
  readonly authenticated: boolean;
}

/**
 * Words in the name of a header that only something in between writes: about the hop, the client's address, or what the
 * request was before it was passed on. Proxies, load balancers, content networks and tunnels each have names of their own,
 * built of these words, so that a list of names would never be whole.
 */
const FORWARDING_WORD =
  /forward|proxy|proxied|^(via|original|originating|connecting|remote|rewrite|tunnel|addr|address|cdn|cf|cert|edge|hops?|https|real|scheme|ssl|tls)$|^(client|origin|peer|real|remote|source|user)?(ip(v[46])?|addr)$/;
/** Vendors that mark what they pass on with headers of their own. */
const FORWARDING_VENDOR =
  /^(x-)?(akamai|amz|amzn|appengine|appgw|arr|azure|cloud|envoy|fastly|fly|google|haproxy|heroku|istio|kong|nf|ngrok|railway|render|sucuri|tailscale|traefik|varnish|vercel)-|^x-(host|http-host-override|varnish|cache)$/;

/** What shows that something passed a request on, in words; undefined when nothing does. */
function forwardingMark({ headers, httpVersion }: IncomingMessage): string | undefined {
  const name = Object.keys(headers).find(
    (name) => FORWARDING_VENDOR.test(name) || name.split(/[-_]/).some((word) => FORWARDING_WORD.test(word)),
  );
  if (name !== undefined) return `Its header ${name.slice(0, 40)} says that a proxy forwarded it`;
  // No host speaks it; proxies do unless they are told otherwise.
  return httpVersion === '1.0' ? 'It speaks HTTP/1.0, as proxies do and hosts do not' : undefined;
}

/**
 * Refuses what a web page or a proxy from elsewhere could send. A page can reach a server on this machine by pointing
 * its own name at 127.0.0.1 (DNS rebinding), which the `Host` check stops, or by sending a cross-origin request, which
 * the `Origin` check stops. Without authentication a forwarded request is refused too: it comes from elsewhere. A proxy that
 * speaks HTTP/1.1 and adds no header to what it passes on cannot be told from a local client.
 */
export function createGuard(options: GuardOptions): (request: IncomingMessage) => void {
  const hosts = new Set([
    ...options.allowedHosts.map(hostName),
    ...(options.loopback ? localhostAllowedHostnames() : []),
  ]);
  const origins = new Set(options.allowedOrigins.map((origin) => origin.toLowerCase()));
  const localOrigins = options.loopback ? localhostAllowedOrigins() : [];
  return (request) => {
    const { origin } = request.headers;
    const host = requestedHost(request);
    // The address that a connection came in at is no foreign name: probes and scrapers use it.
    const own = !options.loopback && host === bracketed(request.socket.localAddress ?? '');
    if (host === undefined || !(own || hosts.has(host))) {
      throw new HttpRefusal(403, {
        what: 'The request was refused.',
        why: 'Its Host header names no host that this server goes by.',
        next: 'Use the server’s own address, or have its operator add the name to CALL_LOGS_HTTP_ALLOWED_HOSTS.',
      });
    }
    if (
      origin !== undefined &&
      !origins.has(origin.toLowerCase()) &&
      !validateOriginHeader(origin || 'null', localOrigins).ok
    ) {
      throw new HttpRefusal(403, {
        what: 'The request was refused.',
        why: 'It comes from a web page of another origin.',
        next: 'If that page may use this server, have its operator add the origin to CALL_LOGS_HTTP_ALLOWED_ORIGINS.',
      });
    }
    const forwarded = options.authenticated ? undefined : forwardingMark(request);
    if (forwarded !== undefined) {
      throw new HttpRefusal(403, {
        what: 'The request was refused.',
        why: `${forwarded}, and this server serves nobody but this machine because it has no authentication.`,
        next: 'Configure tokens (CALL_LOGS_HTTP_TOKENS_FILE) or OAuth (CALL_LOGS_OAUTH_ISSUER) before putting it behind a proxy.',
      });
    }
  };
}

const CORS_EXPOSED = 'WWW-Authenticate, Retry-After, X-Request-Id, Mcp-Protocol-Version';
const CORS_METHODS = 'POST, GET, DELETE, OPTIONS';
const CORS_HEADERS =
  'Authorization, Content-Type, Accept, Last-Event-ID, X-Request-Id, Mcp-Protocol-Version, Mcp-Method, Mcp-Name, Mcp-Session-Id';

/** Lets the page of an allowed origin, which the guard has passed, read the answer. */
export function allowOrigin(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('vary', 'Origin');
  const { origin } = request.headers;
  if (origin === undefined) return;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', CORS_EXPOSED);
}

/** Answers a browser that asks whether its page may send the request it means to send. */
export function answerPreflight(response: ServerResponse): void {
  response.writeHead(204, {
    'access-control-allow-methods': CORS_METHODS,
    'access-control-allow-headers': CORS_HEADERS,
    'access-control-max-age': '600',
  });
  response.end();
}

/** A name or an IPv4 address, or an IPv6 address in brackets, and perhaps a port: what a browser sends, and nothing more. */
const HOST = /^([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?$/i;

/**
 * The name in the one `Host` header, in lower case. It is compared as it stands: a URL parser would find `localhost` in
 * `evil.example@localhost` or `%6cocalhost` too.
 */
function requestedHost({ headersDistinct }: IncomingMessage): string | undefined {
  const [host, ...more] = headersDistinct['host'] ?? [];
  return host === undefined || more.length > 0 ? undefined : HOST.exec(host)?.[1]?.toLowerCase();
}

/**
 * Refuses what this server cannot take as it is meant: an expectation other than “100-continue”, and a body in another
 * transfer coding than chunked, of which a proxy in front may see another end than this server.
 */
export function checkTransfer({ headers }: IncomingMessage, response: ServerResponse): void {
  const { expect } = headers;
  if (expect !== undefined && expect.trim().toLowerCase() !== '100-continue') {
    throw new HttpRefusal(417, {
      what: 'The request was refused.',
      why: 'It expects something that this server does not know.',
      next: 'Send it without an Expect header, or with Expect: 100-continue.',
    });
  }
  const coding = headers['transfer-encoding'];
  if (coding === undefined || coding.trim().toLowerCase() === 'chunked') return;
  response.shouldKeepAlive = false;
  throw new HttpRefusal(501, {
    what: 'The request was refused.',
    why: 'Its body comes in a transfer coding that this server does not know.',
    next: 'Send the body as it is, with a Content-Length or chunked.',
  });
}

/** The name in a host setting, which may carry a port. */
function hostName(value: string): string {
  const url = `http://${value}`;
  return URL.canParse(url) ? new URL(url).hostname : value.toLowerCase();
}

/** A socket's address as it reads in a `Host` header. */
function bracketed(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
  return plain.includes(':') ? `[${plain}]` : plain;
}
