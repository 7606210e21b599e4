import { setTimeout as sleep } from 'node:timers/promises';
import { currentCaller } from '../../convoso/caller.js';
import { GateCongested, type UpstreamGate } from '../../convoso/gate.js';
import type { Limiter } from './limiter.js';

export interface UpstreamGateOptions {
  /** Most requests at once in this process. */
  readonly concurrency: number;
  /** Requests a second, for all replicas together when they share a store. */
  readonly budget: { readonly limiter: Limiter; readonly key: () => string } | undefined;
}

/** The gate of a server with many callers. */
export interface FairUpstreamGate extends UpstreamGate {
  /** Milliseconds that a further request of the current caller would wait for a place, by what places took lately. */
  expectedWaitMs(): number;
}

/**
 * Admits requests to the service in fair shares: a place that becomes free goes to the waiting caller who holds the fewest,
 * and among those to the one whose turn was longest ago. What one caller has waiting never delays another's first request by
 * more than the time of one request at the service.
 */
export function createUpstreamGate({ concurrency, budget }: UpstreamGateOptions): FairUpstreamGate {
  const places = new Places(concurrency);
  return {
    async enter(signal, remainingMs) {
      const wait = places.expectedWaitMs(currentCaller());
      if (wait > remainingMs) throw new GateCongested(wait - remainingMs);
      const giveBack = await places.take(currentCaller(), signal);
      try {
        if (budget !== undefined) {
          for (;;) {
            const wait = await budget.limiter.take(budget.key());
            if (wait === 0) break;
            await sleep(wait, undefined, { signal });
          }
        }
        signal.throwIfAborted();
      } catch (error) {
        giveBack();
        throw error;
      }
      return giveBack;
    },
    expectedWaitMs: () => places.expectedWaitMs(currentCaller()),
  };
}

/** What one caller has at the gate. */
interface Share {
  readonly caller: string | undefined;
  held: number;
  readonly waiting: Set<() => void>;
}

/** Weight of the latest time in the moving average. */
const LATEST = 1 / 8;

/** A counted number of places, shared among callers. */
class Places {
  readonly #count: number;
  #free: number;
  /** By caller, whose turn was longest ago first; only callers who hold a place or wait for one. */
  readonly #shares = new Map<string | undefined, Share>();
  /** Moving average of the milliseconds that a place is held. */
  #heldMs = 0;

  constructor(count: number) {
    this.#count = count;
    this.#free = count;
  }

  /** @returns gives the place back */
  async take(caller: string | undefined, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    const share = this.#shares.get(caller) ?? { caller, held: 0, waiting: new Set() };
    this.#shares.set(caller, share);
    await new Promise<void>((resolve, reject) => {
      const leave = () => {
        share.waiting.delete(enter);
        this.#forget(share);
        reject(signal.reason);
      };
      const enter = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      share.waiting.add(enter);
      signal.addEventListener('abort', leave, { once: true });
      this.#handOut();
    });
    const since = performance.now();
    return () => {
      const heldMs = performance.now() - since;
      this.#heldMs = this.#heldMs === 0 ? heldMs : this.#heldMs + (heldMs - this.#heldMs) * LATEST;
      share.held -= 1;
      this.#free += 1;
      this.#forget(share);
      this.#handOut();
    };
  }

  expectedWaitMs(caller: string | undefined): number {
    const share = this.#shares.get(caller);
    if (share === undefined || share.waiting.size === 0) return 0;
    const places = Math.max(1, share.held, this.#count / this.#shares.size);
    return ((share.waiting.size + 1) / places) * this.#heldMs;
  }

  #handOut(): void {
    while (this.#free > 0) {
      const share = this.#next();
      const [enter] = share?.waiting ?? [];
      if (share === undefined || enter === undefined) return;
      share.waiting.delete(enter);
      share.held += 1;
      this.#free -= 1;
      // Its turn is over.
      this.#shares.delete(share.caller);
      this.#shares.set(share.caller, share);
      enter();
    }
  }

  #next(): Share | undefined {
    let next: Share | undefined;
    for (const share of this.#shares.values()) {
      if (share.waiting.size === 0 || !this.#mayTake(share)) continue;
      if (next === undefined || share.held < next.held) next = share;
    }
    return next;
  }

  /** Where callers are told apart, none takes the last places: requests can be slow, and the next caller need not wait. */
  #mayTake({ caller, held }: Share): boolean {
    return caller === undefined || held < 2 * this.#free;
  }

  #forget(share: Share): void {
    if (share.held === 0 && share.waiting.size === 0) this.#shares.delete(share.caller);
  }
}
