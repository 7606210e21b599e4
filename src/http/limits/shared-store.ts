import { createClient, ErrorReply } from '@redis/client';
import type { UsedMarks } from '../../tools/confirmations.js';
import { errorCode } from '../../util/error-code.js';
import type { Log } from '../../util/log.js';
import { keepSecret } from '../../util/secrets.js';

const RECONNECT_MAX_MS = 1_000;
/** How long one command may take before it is done without. */
export const STORE_TIMEOUT_MS = 500;
/** While commands fail, what failed is tried again this often. */
const RETRY_MS = 1_000;
/** Most failures that are remembered one by one. */
const MAX_FAILURES = 1_000;

const MARKS = 'convoso-call-logs:confirmations';

/**
 * The Redis or Valkey that replicas share their limits and used confirmations through. It may go away, or answer with
 * errors: limits then hold per process, and confirmations are refused.
 */
export interface SharedStore {
  /** The connected client, as the limiter takes it. */
  readonly client: object;
  /** False while it does not answer, or answers with errors. */
  readonly available: boolean;
  /**
   * Told of a command that failed, which counts when Redis answered it with an error; `what` stands for its key, and `retry` finds out whether it would still
   * be. The store is not available until a retry, or the same command, succeeds.
   */
  failed(what: string, error: unknown, retry: () => Promise<unknown>): void;
  /** Told of a command that succeeded. */
  succeeded(what: string): void;
  /** Confirmations that were used at any of the replicas. */
  usedMarks(): UsedMarks;
  close(): void;
}

/**
 * Connects in the background and reconnects for ever; a server starts and answers without it. Says once that the store
 * went away or began to answer with errors, and once that it is back.
 */
export function openSharedStore(url: string, log: Log): SharedStore {
  const { password } = new URL(url);
  keepSecret(decodeURIComponent(password));
  const client = createClient({
    url,
    // Every version of Redis and Valkey speaks it.
    RESP: 2,
    // A command that cannot be sent fails at once, and the limit of this process takes its place.
    disableOfflineQueue: true,
    // A peer that silently vanished is noticed within a few seconds.
    pingInterval: 1_000,
    socket: {
      connectTimeout: 2_000,
      socketTimeout: 5_000,
      reconnectStrategy: (retries) => Math.min(RECONNECT_MAX_MS, 50 * 2 ** Math.min(retries, 10)),
    },
  });
  /** What fails at the moment, with what finds out whether it still does. */
  const failing = new Map<string, () => Promise<unknown>>();
  let told = false;
  const tell = (message: string, reason: string) => {
    if (!told) log('warn', message, { reason });
    told = true;
  };
  const tellIfBack = () => {
    if (!told || !client.isReady || failing.size > 0) return;
    told = false;
    log('warn', 'shared limits are back: Redis answers again');
  };
  const succeeded = (what: string) => {
    if (failing.delete(what)) tellIfBack();
  };
  const failed: SharedStore['failed'] = (what, error, retry) => {
    // What fails for want of a connection is told by the connection.
    if (!(error instanceof ErrorReply)) return;
    if (failing.size < MAX_FAILURES) failing.set(what, retry);
    tell('Redis answers with errors: limits hold for this process alone until it does not', errorWord(error));
  };
  const timer = setInterval(async () => {
    for (const [what, retry] of [...failing].slice(0, 10)) {
      if (!client.isReady) return;
      // Still failing is no news.
      await retry().then(
        () => succeeded(what),
        () => {},
      );
    }
  }, RETRY_MS).unref();
  client.on('ready', tellIfBack);
  client.on('error', (error: Error) => {
    tell(
      'Redis cannot be reached: limits hold for this process alone until it is back',
      errorCode(error) || error.name,
    );
  });
  client.connect().catch(() => {});
  return {
    client,
    get available() {
      return client.isReady && failing.size === 0;
    },
    failed,
    succeeded,
    usedMarks() {
      // From here on Redis remembers. When it comes back without this key, it has lost the marks that it had.
      const remember = () => client.set(`${MARKS}:since`, String(Date.now()), { condition: 'NX' });
      const begin = () => void remember().catch(() => {});
      if (client.isReady) begin();
      client.on('ready', begin);
      return {
        async take(mark, minted, end) {
          const key = `${MARKS}:${mark}`;
          const seconds = Math.ceil((end - Date.now()) / 1000) + 1;
          const expiration = { type: 'EX' as const, value: Math.max(1, seconds) };
          try {
            const set = await inTime(client.set(key, '1', { condition: 'NX', expiration }));
            if (set === null) return 'used';
            const since = await inTime(client.get(`${MARKS}:since`));
            if (since !== null && Number(since) <= minted) return 'first';
            if (since === null) await inTime(remember());
            return 'forgotten';
          } catch (error) {
            failed(MARKS, error, remember);
            return 'unknown';
          }
        },
      };
    },
    close: () => {
      clearInterval(timer);
      client.removeAllListeners('error').on('error', () => {});
      client.destroy();
    },
  };
}

/** @throws Error when it takes longer than a command may */
async function inTime<T>(command: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('Redis did not answer in time')), STORE_TIMEOUT_MS);
  });
  try {
    return await Promise.race([command, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The kind of an error of Redis, such as WRONGTYPE or OOM: its message can carry more. */
function errorWord({ message }: ErrorReply): string {
  return /\b(?!ERR\b)[A-Z]{3,}\b/.exec(message)?.[0] ?? 'ERR';
}
