import { createMcpHandler } from '@modelcontextprotocol/server';
import type { Log } from '../log.js';
import { type ServerOptions, serverFactory } from '../mcp/server.js';
import { createApp } from './app.js';
import type { Authentication } from './authentication.js';
import { createGuard, type GuardOptions } from './guards.js';
import type { InFlight } from './in-flight.js';
import type { Limiter } from './limiter.js';
import { listen } from './listen.js';
import { createScopeRule } from './messages.js';
import type { Metrics } from './metrics.js';
import { MCP_PATH } from './routes.js';
import { drain } from './shutdown.js';

export interface HttpServerOptions {
  readonly host: string;
  readonly port: number;
  readonly guard: GuardOptions;
  readonly mcp: ServerOptions;
  readonly authentication: Authentication | undefined;
  readonly rate: Limiter | undefined;
  readonly metrics: Metrics;
  readonly inFlight: InFlight;
  /** Whether limits are shared; undefined when they are not meant to be. */
  readonly shared: () => boolean | undefined;
  readonly log: Log;
}

export interface HttpServer {
  /** Where the protocol is served. */
  readonly url: string;
  /**
   * Finishes what is being served, then stops; calling it again waits for the same end.
   * @param noticeMs how long it still takes connections after it has said that it is not ready (default 1,000)
   */
  stop(noticeMs?: number): Promise<void>;
}

const NOTICE_MS = 1_000;

/** Serves the protocol, health and metrics over HTTP. @throws SettingsError when it cannot listen */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { log, metrics, inFlight } = options;
  let draining: Promise<void> | undefined;
  let lastAnswers = false;
  const newServer = serverFactory(options.mcp);
  const handler = createMcpHandler(newServer, {
    onerror: (error) => log('debug', 'protocol error', { error: error.message }),
  });
  const app = createApp({
    guard: createGuard(options.guard),
    authentication: options.authentication,
    rate: options.rate,
    scopeRule: createScopeRule(options.mcp.tools),
    handler,
    newServer,
    lastAnswers: () => lastAnswers,
    health: { draining: () => draining !== undefined, shared: options.shared },
    metrics,
    inFlight,
    log,
  });
  const { server, url } = await listen(app, options.host, options.port);
  return {
    url: `${url}${MCP_PATH}`,
    stop(noticeMs = NOTICE_MS) {
      draining ??= drain({
        server,
        inFlight,
        noticeMs,
        endConnections() {
          lastAnswers = true;
          inFlight.endConnections();
        },
        endCalls: () => handler.close(),
      });
      return draining;
    },
  };
}
