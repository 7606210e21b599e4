import { createHash } from 'node:crypto';
import { hasArchive, type Settings } from '../config/settings.js';
import type { UpstreamAttempt } from '../convoso/client.js';
import { type AuthenticationOptions, createAuthentication } from '../http/auth/authentication.js';
import { readHttpConfiguration } from '../http/configuration.js';
import { InFlight } from '../http/in-flight.js';
import { Admission } from '../http/limits/admission.js';
import { createLimiter } from '../http/limits/limiter.js';
import { DEFAULT_REQUEST_RATE } from '../http/limits/request-rate.js';
import type { SharedStore } from '../http/limits/shared-store.js';
import { createUpstreamGate } from '../http/limits/upstream-gate.js';
import { Metrics } from '../http/metrics.js';
import { createReachability } from '../http/reachability.js';
import { type HttpServer, startHttpServer } from '../http/server.js';
import type { ServingOptions } from '../http/serving.js';
import { logToolCall, type ToolCallRecord } from '../mcp/server.js';
import { OwnMarks, type UsedMarks } from '../tools/confirmations.js';
import type { ExportTarget } from '../tools/define-tool.js';
import { createTools } from '../tools/index.js';
import { Failure } from '../util/failure.js';
import type { Log } from '../util/log.js';
import { warnIfUnencrypted } from '../util/unencrypted.js';
import { VERSION } from '../version.js';
import { startRefresh } from '../wiring/archive-refresh.js';
import { sweepExports, withCallerExports } from '../wiring/caller-exports.js';
import { type OpenAccount, openAccount } from '../wiring/open-account.js';
import { aborted, type CommandInput, openLog, print } from './command.js';

const DEFAULT_PORT = 3000;

/**
 * Serves many hosts over HTTP until it is told to stop; a stop lets calls finish, and a second one does not.
 * SIGHUP reads the files that settings name again: tokens, the account file, the Convoso token.
 */
export async function http({ settings, io, reread }: CommandInput): Promise<number> {
  const log = openLog(settings, io);
  const { signal } = io;
  const starting = startHttp(settings, log);
  // From the first moment on: a SIGHUP that nobody takes stops a server that is starting.
  io.process?.onReload(() => void starting.then((running) => running.reload(reread)).catch(() => {}));
  const running = await starting;
  print(io, `Serving at ${running.url} (${running.authentication})`);
  await aborted(signal);
  log('info', 'stopping: calls under way are finished first');
  await running.stop();
  return 0;
}

/** The server of the http command, serving. */
export interface RunningHttp {
  /** Where the protocol is served. */
  readonly url: string;
  /** How callers are told apart, in words. */
  readonly authentication: string;
  /**
   * Serves new requests with other settings: who may call, and the account. Where it listens and its bounds stay. Requests
   * under way finish with what they began with. Settings that cannot be used are logged, and those in use are kept.
   */
  reload(reread: () => Settings): Promise<void>;
  /** Finishes what is being served, then stops (see `HttpServer.stop`). */
  stop(noticeMs?: number): Promise<void>;
}

/** What a reload replaces: an account with what serves it. */
interface Generation {
  readonly settings: Settings;
  readonly account: OpenAccount;
  readonly serving: ServingOptions;
}

/** Starts everything that the settings ask for. @throws SettingsError */
export async function startHttp(settings: Settings, log: Log): Promise<RunningHttp> {
  const { authentication: who, guard, trustedProxies } = readHttpConfiguration(settings);
  const store = await openStore(settings, log);
  const shared = () => store?.available;
  const inFlight = new InFlight();
  const metrics = new Metrics({ inFlight: () => inFlight.count, shared });
  // A confirmation that was asked for before a reload still holds after it, once.
  const used = usedMarks(settings, store, log);
  const gate = createUpstreamGate({
    concurrency: settings.upstreamConcurrency,
    budget: upstreamBudget(settings, store, () => current.settings),
  });
  /** @param exports those of the generation before: files that are being written count for both */
  async function open(
    settings: Settings,
    who: AuthenticationOptions | undefined,
    exports?: ExportTarget,
  ): Promise<Generation> {
    const authentication = who === undefined ? undefined : await createAuthentication(who, log);
    const seams = {
      gate,
      connections: settings.upstreamConcurrency,
      observe: (attempt: UpstreamAttempt) => metrics.upstreamAttempt(attempt),
    };
    const account = await openAccount(settings, log, seams, used);
    const context =
      exports === undefined ? withCallerExports(account.context, settings) : { ...account.context, exports };
    const mcp = {
      tools: createTools(context, settings.readOnly, context.exports !== undefined),
      context,
      version: VERSION,
      stateless: true,
      onToolCall: (call: ToolCallRecord) => {
        metrics.toolCall(call);
        logToolCall(log, call);
      },
    };
    return { settings, account: { ...account, context }, serving: { authentication, mcp } };
  }
  let current: Generation;
  let server: HttpServer;
  try {
    current = await open(settings, who);
    const { account, serving } = current;
    server = await startHttpServer({
      host: settings.host,
      port: settings.port ?? DEFAULT_PORT,
      connectionsPerAddress: settings.connectionsPerAddress,
      trustedProxies,
      guard,
      serving,
      rate: requestRate(settings, who !== undefined, store),
      admission: new Admission({
        underWay: settings.callsUnderWay,
        expectedWaitMs: () => gate.expectedWaitMs(),
        deadlineMs: settings.deadline * 1000,
      }),
      metrics,
      inFlight,
      health: {
        shared,
        // The sandbox is part of this process.
        reachable: settings.sandbox ? async () => true : createReachability(settings.baseUrl),
        archive: hasArchive(settings),
      },
      log,
    }).catch(async (error: unknown) => {
      await account.close();
      throw error;
    });
  } catch (error) {
    store?.close();
    throw error;
  }
  const refreshOf = ({ settings, account }: Generation) =>
    startRefresh(settings, account, () => inFlight.count > 0, log);
  let refresh = refreshOf(current);
  const stopSweeping = sweepExports(current.account.context);
  const retiring = new Set<Promise<void>>();

  async function replace(reread: () => Settings): Promise<void> {
    const next = reread();
    const { account } = current;
    current = await open(next, readHttpConfiguration(next).authentication, account.context.exports);
    const left = server.replace(current.serving).then(() => account.close());
    retiring.add(left);
    left.catch(account.context.onUnexpected).finally(() => retiring.delete(left));
    // One writer at a time: the next refresh begins when this one has let go of the archive.
    await refresh?.stop();
    refresh = stopping ? undefined : refreshOf(current);
    log('info', 'reloaded: tokens, account file and Convoso token are as in their files');
  }

  let stopping = false;
  let reloading = Promise.resolve();
  return {
    url: server.url,
    authentication: authenticationWords(settings),
    reload(reread) {
      reloading = reloading
        .then(() => (stopping ? undefined : replace(reread)))
        .catch((error: unknown) => {
          const words = error instanceof Failure ? error.message : String(error);
          log('error', 'not reloaded: what was in use is kept', { error: words });
        });
      return reloading;
    },
    async stop(noticeMs) {
      stopping = true;
      await reloading;
      stopSweeping();
      const refreshed = refresh?.stop();
      await server.stop(noticeMs);
      await refreshed;
      await Promise.allSettled(retiring);
      await current.account.close();
      store?.close();
    },
  };
}

async function openStore({ redisUrl }: Settings, log: Log): Promise<SharedStore | undefined> {
  if (redisUrl === undefined) return undefined;
  warnIfUnencrypted('CALL_LOGS_REDIS_URL', redisUrl, log);
  return (await import('../http/limits/shared-store.js')).openSharedStore(redisUrl, log);
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
  return store?.usedMarks() ?? new OwnMarks();
}

/** Without authentication there is only this machine's user, who is limited when a setting says so. */
function requestRate({ requestRate }: Settings, authenticated: boolean, store: SharedStore | undefined) {
  const points = requestRate ?? (authenticated ? DEFAULT_REQUEST_RATE : undefined);
  return points === undefined ? undefined : createLimiter({ name: 'requests', points, seconds: 60, store });
}

/** The budget belongs to the account: replicas of one account share it, whatever else uses the same store. */
function upstreamBudget(settings: Settings, store: SharedStore | undefined, current: () => Settings) {
  if (settings.upstreamRate === undefined) return undefined;
  return {
    limiter: createLimiter({ name: 'upstream', points: settings.upstreamRate, seconds: 1, store }),
    key: () => accountKey(current()),
  };
}

function accountKey({ baseUrl, sandbox, authToken }: Settings): string {
  const account = `${baseUrl}\n${sandbox ? 'sandbox' : authToken}`;
  return createHash('sha256').update(account).digest('hex').slice(0, 16);
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
