import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
  RLWrapperTimeouts,
} from 'rate-limiter-flexible';
import type { SharedStore } from './shared-store.js';

/** How long one request may wait for the shared store before the limit of this process takes its place. */
const STORE_TIMEOUT_MS = 500;

export interface LimiterOptions {
  /** Part of the keys in the shared store. */
  readonly name: string;
  readonly points: number;
  readonly seconds: number;
  readonly store: SharedStore | undefined;
}

/** So many points in so many seconds for each key. */
export interface Limiter {
  /** @returns milliseconds to wait before trying again; 0 when the points were taken */
  take(key: string, points?: number): Promise<number>;
}

/** Counts in the shared store while it answers, and in this process otherwise. */
export function createLimiter({ name, points, seconds, store }: LimiterOptions): Limiter {
  const own = new RateLimiterMemory({ points, duration: seconds });
  const limiter = store === undefined ? own : shared(name, points, seconds, store, own);
  return {
    async take(key, taken = 1) {
      try {
        await limiter.consume(key, taken);
        return 0;
      } catch (refused) {
        if (refused instanceof RateLimiterRes) return Math.max(1, refused.msBeforeNext);
        throw refused;
      }
    },
  };
}

function shared(
  name: string,
  points: number,
  seconds: number,
  store: SharedStore,
  own: RateLimiterMemory,
): RateLimiterAbstract {
  const limiter = new RateLimiterRedis({
    storeClient: store.client,
    useRedisPackage: true,
    rejectIfRedisNotReady: true,
    keyPrefix: `convoso-call-logs:${name}`,
    points,
    duration: seconds,
  });
  return new RLWrapperTimeouts({ limiter, timeoutMs: STORE_TIMEOUT_MS, insuranceLimiter: own });
}
