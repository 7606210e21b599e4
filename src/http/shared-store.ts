import { createClient } from '@redis/client';
import type { Log } from '../log.js';
import { keepSecret } from '../secrets.js';

const RECONNECT_MAX_MS = 1_000;

/** The Redis or Valkey that replicas share their limits through. It may go away: limits then hold per process. */
export interface SharedStore {
  /** The connected client, as the limiter takes it. */
  readonly client: object;
  /** False while limits are not shared. */
  readonly available: boolean;
  close(): void;
}

/**
 * Connects in the background and reconnects for ever; a server starts and answers without it. Says once that the store
 * went away, and once that it is back.
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
  let told: 'available' | 'unavailable' | undefined;
  client.on('ready', () => {
    if (told === 'unavailable') log('warn', 'shared limits are back: Redis answers again');
    told = 'available';
  });
  client.on('error', (error: NodeJS.ErrnoException) => {
    if (told === 'unavailable') return;
    told = 'unavailable';
    log('warn', 'Redis cannot be reached: limits hold for this process alone until it is back', {
      reason: error.code ?? error.name,
    });
  });
  client.connect().catch(() => {});
  return {
    client,
    get available() {
      return client.isReady;
    },
    close: () => {
      client.removeAllListeners('error').on('error', () => {});
      client.destroy();
    },
  };
}
