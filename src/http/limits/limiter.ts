import {
  type IRateLimiterRedisOptions,
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
  RLWrapperTimeouts,
} from 'rate-limiter-flexible';
import { type SharedStore, STORE_TIMEOUT_MS } from './shared-store.js';

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
  const limiter = new ReportingLimiter(store, {
    storeClient: store.client,
    useRedisPackage: true,
    rejectIfRedisNotReady: true,
    keyPrefix: `convoso-call-logs:${name}`,
    points,
    duration: seconds,
  });
  return new RLWrapperTimeouts({ limiter, timeoutMs: STORE_TIMEOUT_MS, insuranceLimiter: own });
}

/** Tells the store of the errors that Redis answers with, which the limit of this process otherwise hides. */
class ReportingLimiter extends RateLimiterRedis {
  readonly #store: SharedStore;

  constructor(store: SharedStore, options: IRateLimiterRedisOptions) {
    super(options);
    this.#store = store;
  }

  override async consume(
    key: string | number,
    points?: number,
    options?: Record<string, unknown>,
  ): Promise<RateLimiterRes> {
    const what = this.getKey(key);
    try {
      const taken = await super.consume(key, points, options);
      this.#store.succeeded(what);
      return taken;
    } catch (error) {
      if (error instanceof RateLimiterRes) this.#store.succeeded(what);
      else this.#store.failed(what, error, () => this.#tryAgain(key));
      throw error;
    }
  }

  /** The same command for no points. That there are none left is an answer too. */
  async #tryAgain(key: string | number): Promise<void> {
    try {
      await super.consume(key, 0);
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
    }
  }
}
