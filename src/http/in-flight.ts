import type { ServerResponse } from 'node:http';

/** What is being served, so that a stop can wait for it. */
export class InFlight {
  readonly #responses = new Set<ServerResponse>();
  readonly #waiting: Array<() => void> = [];

  get count(): number {
    return this.#responses.size;
  }

  /** @returns what to call when the request is over; calling it again changes nothing */
  enter(response: ServerResponse): () => void {
    this.#responses.add(response);
    return () => {
      this.#responses.delete(response);
      if (this.count === 0) for (const told of this.#waiting.splice(0)) told();
    };
  }

  /** Has every connection end with the answer it is waiting for. */
  endConnections(): void {
    for (const response of this.#responses) response.shouldKeepAlive = false;
  }

  /** Resolves when nothing is being served. */
  idle(): Promise<void> {
    return this.count === 0 ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }
}
