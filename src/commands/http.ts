import { createHash } from 'node:crypto';
import { createAuthentication } from '../http/authentication.js';
import { readHttpConfiguration } from '../http/configuration.js';
import { InFlight } from '../http/in-flight.js';
import { createLimiter } from '../http/limiter.js';
import { Metrics } from '../http/metrics.js';
import { DEFAULT_REQUEST_RATE } from '../http/request-rate.js';
import { type HttpServer, startHttpServer } from '../http/server.js';
import type { SharedStore } from '../http/shared-store.js';
import { createUpstreamGate } from '../http/upstream-gate.js';
import { createLog, type Log } from '../log.js';
import type { Settings } from '../settings.js';
import type { UsedMarks } from '../tools/confirmations.js';
import type { ToolContext } from '../tools/define-tool.js';
import { createTools } from '../tools/index.js';
import { warnIfUnencrypted } from '../unencrypted.js';
import { VERSION } from '../version.js';
import { type Account, openAccount } from './account.js';
import { startRefresh } from './archive-refresh.js';
import { sweepExports, withCallerExports } from './caller-exports.js';

const DEFAULT_PORT = 3000;

/** Serves many hosts over HTTP until the process is told to stop; a stop lets calls finish, and a second one does not. */
export async function http(settings: Settings): Promise<void> {
  const log = createLog(settings.logLevel);
  const running = await startHttp(settings, log);
  process.stdout.write(`Serving at ${running.url} (${running.authentication})\n`);
  await stopSignal();
  log('info', 'stopping: calls under way are finished first');
  await running.stop();
  process.exit(0);
}

/** The server of the http command, serving. */
export interface RunningHttp {
  /** Where the protocol is served. */
  readonly url: string;
  /** How callers are told apart, in words. */
  readonly authentication: string;
  /** Finishes what is being served, then stops (see `HttpServer.stop`). */
  stop(noticeMs?: number): Promise<void>;
}

/** Starts everything that the settings ask for. @throws SettingsError */
export async function startHttp(settings: Settings, log: Log): Promise<RunningHttp> {
  const { authentication: who, guard } = readHttpConfiguration(settings);
  const authentication = who === undefined ? undefined : await createAuthentication(who, log);
  const store = await openStore(settings, log);
  const shared = () => store?.available;
  const inFlight = new InFlight();
  const metrics = new Metrics({ inFlight: () => inFlight.count, shared });
  let account: Account | undefined;
  let server: HttpServer;
  let context: ToolContext;
  try {
    account = await openAccount(
      settings,
      log,
      {
        gate: createUpstreamGate({
          concurrency: settings.upstreamConcurrency,
          budget: upstreamBudget(settings, store),
        }),
        connections: settings.upstreamConcurrency,
        observe: (attempt) => metrics.upstreamAttempt(attempt),
      },
      usedMarks(settings, store, log),
    );
    context = withCallerExports(account.context, settings);
    server = await startHttpServer({
      host: settings.host,
      port: settings.port ?? DEFAULT_PORT,
      guard,
      mcp: {
        tools: createTools(context, settings.readOnly, context.exports !== undefined),
        context,
        version: VERSION,
        stateless: true,
        onToolCall: (call) => {
          metrics.toolCall(call);
          const { requestId, principal, milliseconds, ...what } = call;
          log('info', 'tool call', {
            request_id: requestId,
            principal,
            ...what,
            ms: Math.round(milliseconds),
          });
        },
      },
      authentication,
      rate: requestRate(settings, who !== undefined, store),
      metrics,
      inFlight,
      shared,
      log,
    });
  } catch (error) {
    await account?.close();
    store?.close();
    throw error;
  }
  const opened = account;
  const stopSweeping = sweepExports(context);
  const refresh = startRefresh(settings, opened, () => inFlight.count > 0, log);
  return {
    url: server.url,
    authentication: authenticationWords(settings),
    async stop(noticeMs) {
      stopSweeping();
      const refreshed = refresh?.stop();
      await server.stop(noticeMs);
      await refreshed;
      await opened.close();
      store?.close();
    },
  };
}

async function openStore({ redisUrl }: Settings, log: Log): Promise<SharedStore | undefined> {
  if (redisUrl === undefined) return undefined;
  warnIfUnencrypted('CALL_LOGS_REDIS_URL', redisUrl, log);
  return (await import('../http/shared-store.js')).openSharedStore(redisUrl, log);
}

/** Where used confirmations are remembered. Without a shared place that is said: each replica would take one once. */
function usedMarks(
  { confirmWrites, readOnly }: Settings,
  store: SharedStore | undefined,
  log: Log,
): UsedMarks | undefined {
  if (confirmWrites === 'never' || readOnly) return undefined;
  if (store === undefined) {
    log(
      'warn',
      'a confirmation is used once by this process alone: replicas need CALL_LOGS_REDIS_URL to agree on it',
    );
  }
  return store?.usedMarks();
}

/** Without authentication there is only this machine's user, who is limited when a setting says so. */
function requestRate({ requestRate }: Settings, authenticated: boolean, store: SharedStore | undefined) {
  const points = requestRate ?? (authenticated ? DEFAULT_REQUEST_RATE : undefined);
  return points === undefined ? undefined : createLimiter({ name: 'requests', points, seconds: 60, store });
}

/** The budget belongs to the account: replicas of one account share it, whatever else uses the same store. */
function upstreamBudget(settings: Settings, store: SharedStore | undefined) {
  if (settings.upstreamRate === undefined) return undefined;
  const account = `${settings.baseUrl}\n${settings.sandbox ? 'sandbox' : settings.authToken}`;
  return {
    limiter: createLimiter({ name: 'upstream', points: settings.upstreamRate, seconds: 1, store }),
    key: createHash('sha256').update(account).digest('hex').slice(0, 16),
  };
}

function authenticationWords({ httpTokens, httpTokensFile, oauthIssuer }: Settings): string {
  const ways = [
    ...(httpTokens === undefined && httpTokensFile === undefined ? [] : ['tokens']),
    ...(oauthIssuer === undefined ? [] : ['OAuth']),
  ];
  return ways.length === 0
    ? 'no authentication: for this machine alone'
    : `authentication: ${ways.join(' and ')}`;
}

/** The first signal starts the orderly stop; a second one ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let signals = 0;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        signals += 1;
        if (signals > 1) process.exit(1);
        resolve();
      });
    }
  });
}
