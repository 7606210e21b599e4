import { stoppedError } from '../convoso/errors.js';
import { isTimeout } from '../util/time-limit.js';

interface Current<T> {
  readonly since: number;
  readonly result: Promise<T>;
  readonly abort: AbortController;
  /** Those who wait for it and have not given up. */
  waiting: number;
}

/**
 * What is read from the service, shared by all who ask while it is fresh. A reading that failed is made again by the next
 * who asks; one that all have given up waiting for is stopped.
 */
export class SharedReading<T> {
  readonly #read: (signal: AbortSignal) => Promise<T>;
  readonly #freshMs: number;
  #current: Current<T> | undefined;

  /** @param freshMs milliseconds, from the beginning of a reading, for which it is shared */
  constructor(read: (signal: AbortSignal) => Promise<T>, freshMs: number) {
    this.#read = read;
    this.#freshMs = freshMs;
  }

  /** @throws what the reading throws; ConvosoError when the signal aborts first */
  async get(signal?: AbortSignal): Promise<T> {
    if (signal?.aborted) throw stoppedError('retrieve', isTimeout(signal.reason));
    const known = this.#current;
    const fresh = known !== undefined && performance.now() - known.since < this.#freshMs;
    const current = fresh ? known : this.#start();
    current.waiting += 1;
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        reject(stoppedError('retrieve', isTimeout(signal?.reason)));
        current.waiting -= 1;
        if (current.waiting > 0) return;
        this.#forget(current);
        current.abort.abort(signal?.reason);
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      current.result.then(resolve, reject).finally(() => signal?.removeEventListener('abort', giveUp));
    });
  }

  #start(): Current<T> {
    const abort = new AbortController();
    const result = this.#read(abort.signal);
    const current = { since: performance.now(), result, abort, waiting: 0 };
    this.#current = current;
    result.catch(() => this.#forget(current));
    return current;
  }

  /** A later reading is not this one's to forget. */
  #forget(current: Current<T>): void {
    if (this.#current === current) this.#current = undefined;
  }
}
