import { setTimeout as sleep } from 'node:timers/promises';
import type { UpstreamGate } from '../convoso/client.js';
import type { Limiter } from './limiter.js';

export interface UpstreamGateOptions {
  /** Most requests at once in this process. */
  readonly concurrency: number;
  /** Requests a second, for all replicas together when they share a store. */
  readonly budget: { readonly limiter: Limiter; readonly key: string } | undefined;
}

/** Admits requests to the service first come, first served. */
export function createUpstreamGate({ concurrency, budget }: UpstreamGateOptions): UpstreamGate {
  const places = new Places(concurrency);
  return {
    async enter(signal) {
      await places.take(signal);
      try {
        if (budget !== undefined) {
          for (;;) {
            const wait = await budget.limiter.take(budget.key);
            if (wait === 0) break;
            await sleep(wait, undefined, { signal });
          }
        }
        signal.throwIfAborted();
      } catch (error) {
        places.giveBack();
        throw error;
      }
      return () => places.giveBack();
    },
  };
}

/** A counted number of places, handed on in the order they were asked for. */
class Places {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(count: number) {
    this.#free = count;
  }

  take(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.#free > 0) {
      this.#free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.delete(enter);
        reject(signal.reason);
      };
      const enter = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      this.#waiting.add(enter);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  giveBack(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
