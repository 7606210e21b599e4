import type { BlockList } from 'node:net';
import type { McpHttpHandler } from '@modelcontextprotocol/server';
import type { Log } from '../util/log.js';
import { createApp } from './app.js';
import { createGuard, type GuardOptions } from './guards.js';
import type { HealthSources } from './health.js';
import type { InFlight } from './in-flight.js';
import type { Admission } from './limits/admission.js';
import type { Limiter } from './limits/limiter.js';
import { listen } from './listen.js';
import type { Metrics } from './metrics.js';
import { MCP_PATH } from './routes.js';
import { createServing, type Serving, type ServingOptions } from './serving.js';
import { drain } from './shutdown.js';

export interface HttpServerOptions {
  readonly host: string;
  readonly port: number;
  readonly connectionsPerAddress: number;
  readonly trustedProxies: BlockList;
  readonly guard: GuardOptions;
  readonly serving: ServingOptions;
  readonly rate: Limiter | undefined;
  readonly admission: Admission;
  readonly metrics: Metrics;
  readonly inFlight: InFlight;
  readonly health: Omit<HealthSources, 'draining'>;
  readonly log: Log;
}

export interface HttpServer {
  /** Where the protocol is served. */
  readonly url: string;
  /**
   * Serves requests from now on with this; those under way end with what they began with.
   * @returns resolves when nothing uses what was replaced any more
   */
  replace(serving: ServingOptions): Promise<void>;
  /**
   * Finishes what is being served, then stops; calling it again waits for the same end.
   * @param noticeMs how long it still takes connections after it has said that it is not ready (default 1,000)
   */
  stop(noticeMs?: number): Promise<void>;
}

const NOTICE_MS = 1_000;

/** Tells subscribers that lists have changed. */
function tellOfLists({ notify }: McpHttpHandler): void {
  notify.toolsChanged();
  notify.promptsChanged();
  notify.resourcesChanged();
}

/** Serves the protocol, health and metrics over HTTP. @throws SettingsError when it cannot listen */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { log, metrics, inFlight } = options;
  let draining: Promise<void> | undefined;
  let lastAnswers = false;
  let serving = createServing(options.serving, log);
  /** What is in use: the one that new requests get, and those before it that still have some. */
  const inUse = new Set<Serving>([serving]);
  const app = createApp({
    guard: createGuard(options.guard),
    serving: () => serving,
    rate: options.rate,
    admission: options.admission,
    lastAnswers: () => lastAnswers,
    health: { ...options.health, draining: () => draining !== undefined },
    metrics,
    inFlight,
    log,
  });
  const { server, url } = await listen(app, options);
  return {
    url: `${url}${MCP_PATH}`,
    async replace(next) {
      const replaced = serving;
      serving = createServing(next, log);
      // What a token may do, and with it what its caller is offered, may be another.
      for (const { handler } of inUse) tellOfLists(handler);
      inUse.add(serving);
      await replaced.inFlight.idle();
      // Subscriptions do not count as under way: they end here, and a token that was removed has none afterwards.
      await replaced.handler.close();
      inUse.delete(replaced);
    },
    stop(noticeMs = NOTICE_MS) {
      draining ??= drain({
        server,
        inFlight,
        noticeMs,
        endConnections() {
          lastAnswers = true;
          inFlight.endConnections();
        },
        endCalls: async () => {
          await Promise.all([...inUse].map(({ handler }) => handler.close()));
        },
      });
      return draining;
    },
  };
}
