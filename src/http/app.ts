import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AuthInfo, OAuthError, OAuthErrorCode } from '@modelcontextprotocol/server';
import { runForCaller } from '../convoso/caller.js';
import type { Log } from '../util/log.js';
import { present } from '../util/present.js';
import { normalizeAccept } from './accept.js';
import { ClientGone, checkBodyHeaders, readJson } from './body.js';
import { serveProtocol } from './bridge.js';
import { answerBatch, answerPlainly, batchedRequests, plainRequest } from './exchange.js';
import { allowOrigin, answerPreflight, checkTransfer } from './guards.js';
import { type HealthSources, readiness, readinessStatus } from './health.js';
import type { InFlight } from './in-flight.js';
import { type Admission, isSubscription } from './limits/admission.js';
import type { Limiter } from './limits/limiter.js';
import { countRequest } from './limits/request-rate.js';
import { messagesOf } from './messages.js';
import type { Metrics } from './metrics.js';
import { errorBody, HttpRefusal, RPC, sendJson, sendRefusal } from './refusal.js';
import { type Route, routeOf } from './routes.js';
import type { Serving } from './serving.js';

export interface AppOptions {
  readonly guard: (request: IncomingMessage) => void;
  /** What a request that begins now is served with. */
  readonly serving: () => Serving;
  /** Absent when requests are not counted. */
  readonly rate: Limiter | undefined;
  readonly admission: Admission;
  readonly health: HealthSources;
  /** True when every connection is to end with its answer, so that clients turn to another replica. */
  readonly lastAnswers: () => boolean;
  readonly metrics: Metrics;
  readonly inFlight: InFlight;
  readonly log: Log;
}

/** Name of the one caller of a server without authentication. */
const LOCAL = 'local';
const REQUEST_ID = /^[\w.-]{1,64}$/;

/** Answers every request; whatever goes wrong is answered with JSON. */
export function createApp(options: AppOptions): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const exchange = begin(request, response, options);
    answer(request, response, options, exchange).catch((error: unknown) =>
      fail(response, options, error, exchange),
    );
  };
}

/** One request and what becomes known of it on the way. */
interface Exchange {
  readonly id: string;
  readonly route: Route;
  readonly serving: Serving;
  /** Aborts when the client goes away before its answer is whole. */
  readonly gone: AbortSignal;
  principal?: string;
  methods?: readonly string[];
  /** Gives back, when it is over, what it was admitted to. */
  leave?: () => void;
  /** Says that it ends when the server stops or reloads, not before: it holds up neither. */
  subscription(): void;
}

function begin(request: IncomingMessage, response: ServerResponse, options: AppOptions): Exchange {
  const started = performance.now();
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
  // Handlers of the protocol read it from the request.
  request.headers['x-request-id'] = id;
  response.setHeader('x-request-id', id);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('cache-control', 'no-store');
  if (options.lastAnswers()) response.shouldKeepAlive = false;
  const serving = options.serving();
  const leaveServer = options.inFlight.enter(response);
  const leaveServing = serving.inFlight.enter(response);
  const leave = () => {
    leaveServer();
    leaveServing();
  };
  const route = routeOf(request.url, serving.authentication?.metadata?.paths ?? []);
  const gone = new AbortController();
  const exchange: Exchange = { id, route, serving, gone: gone.signal, subscription: leave };
  response.once('close', () => {
    leave();
    exchange.leave?.();
    if (!response.writableFinished) gone.abort();
    const status = response.writableFinished ? response.statusCode : 499;
    const milliseconds = performance.now() - started;
    options.metrics.request({ route, method: request.method ?? '', status, milliseconds });
    options.log(route === 'mcp' ? 'info' : 'debug', 'request', {
      request_id: id,
      route,
      method: request.method,
      status,
      ms: Math.round(milliseconds),
      principal: exchange.principal,
      rpc: exchange.methods,
    });
  });
  return exchange;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: AppOptions,
  exchange: Exchange,
): Promise<void> {
  options.guard(request);
  allowOrigin(request, response);
  checkTransfer(request, response);
  if (exchange.route === 'mcp') return answerProtocol(request, response, options, exchange);
  if (request.method === 'OPTIONS') return answerPreflight(response);
  if (exchange.route === 'other') throw notFound();
  if (request.method !== 'GET' && request.method !== 'HEAD') throw notAllowed('GET, HEAD');
  switch (exchange.route) {
    case 'healthz':
      return sendJson(response, 200, JSON.stringify({ status: 'alive' }));
    case 'readyz': {
      const ready = await readiness(options.health);
      return sendJson(response, readinessStatus(ready), JSON.stringify(ready));
    }
    case 'metrics': {
      const { body, contentType } = await options.metrics.text();
      response.writeHead(200, { 'content-type': contentType, 'content-length': body.length });
      response.end(body);
      return;
    }
    case 'oauth_metadata':
      return sendJson(response, 200, JSON.stringify(exchange.serving.authentication?.metadata?.document));
  }
}

/** Who it is comes first, then how often, then the body: a stranger's body is never read. */
async function answerProtocol(
  request: IncomingMessage,
  response: ServerResponse,
  options: AppOptions,
  exchange: Exchange,
): Promise<void> {
  if (request.method === 'OPTIONS') return answerPreflight(response);
  const { authentication, handler } = exchange.serving;
  let authInfo: AuthInfo | undefined;
  try {
    authInfo = await authentication?.authenticate(request);
  } catch (error) {
    if (authentication === undefined || !(error instanceof OAuthError)) throw error;
    return authentication.sendChallenge(response, error);
  }
  const principal = authInfo?.clientId ?? LOCAL;
  exchange.principal = principal;
  if (options.rate !== undefined) await countRequest(options.rate, principal);
  normalizeAccept(request);
  if (request.method !== 'POST') {
    if (request.method !== 'GET' && request.method !== 'DELETE') throw notAllowed('POST');
    return serveProtocol(handler, request, response, exchange.gone, {});
  }
  // Without authentication there is one caller only, who has the whole service.
  if (authInfo === undefined) return answerMessages(request, response, options, exchange, principal);
  await runForCaller(principal, () =>
    answerMessages(request, response, options, exchange, principal, authInfo),
  );
}

async function answerMessages(
  request: IncomingMessage,
  response: ServerResponse,
  { rate, admission }: AppOptions,
  exchange: Exchange,
  principal: string,
  authInfo?: AuthInfo,
): Promise<void> {
  const { authentication, scopeRule, handler, newServer } = exchange.serving;
  checkBodyHeaders(request);
  const parsedBody = await readJson(request, response);
  const messages = messagesOf(parsedBody);
  exchange.methods = messages.map((message) => message.label);
  if (rate !== undefined && messages.length > 1) await countRequest(rate, principal, messages.length - 1);
  // Its end has been told already: what it took would never be given back.
  if (response.destroyed) throw new ClientGone();
  exchange.leave = admission.enter(principal, messages);
  if (isSubscription(messages)) exchange.subscription();
  const scopes = authInfo === undefined ? undefined : scopeRule(messages, authInfo);
  if (scopes !== undefined && authentication !== undefined) {
    const error = new OAuthError(OAuthErrorCode.InsufficientScope, 'The token does not allow this tool');
    return authentication.sendChallenge(response, error, scopes);
  }
  const caller = present({ authInfo });
  const serverFor = (method: string) => newServer({ ...caller, requestId: exchange.id, method });
  const plain = plainRequest(parsedBody, request.headers);
  if (plain !== undefined) {
    return answerPlainly(serverFor(plain.method), plain, response, exchange.gone, authInfo);
  }
  const batch = batchedRequests(parsedBody, request.headers);
  if (batch !== undefined) return answerBatch(serverFor, batch, response, exchange.gone, authInfo);
  await serveProtocol(handler, request, response, exchange.gone, { parsedBody, ...caller });
}

function fail(response: ServerResponse, { log }: AppOptions, error: unknown, { id }: Exchange): void {
  if (error instanceof ClientGone || response.destroyed) return;
  if (!(error instanceof HttpRefusal)) {
    log('error', 'unexpected error', {
      request_id: id,
      error: error instanceof Error ? error.stack : String(error),
    });
  }
  if (response.headersSent) {
    // Half an answer is on its way: cutting it short is the only way left to say that it is not whole.
    response.destroy();
  } else if (error instanceof HttpRefusal) {
    sendRefusal(response, error);
  } else {
    sendJson(
      response,
      500,
      errorBody(RPC.internal, 'The request failed inside this server. It has been logged.'),
    );
  }
}

function notFound(): HttpRefusal {
  return new HttpRefusal(404, {
    what: 'There is nothing here.',
    why: 'The server has no such path.',
    next: 'The protocol is served at /mcp.',
  });
}

function notAllowed(allow: string): HttpRefusal {
  return new HttpRefusal(
    405,
    {
      what: 'The request was refused.',
      why: 'This path does not take that method.',
      next: `Use ${allow}.`,
    },
    { headers: { allow } },
  );
}
