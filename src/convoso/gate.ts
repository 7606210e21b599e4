/** Admission to the service: everything that bounds how many requests, or how many a second, leave this server. */
export interface UpstreamGate {
  /**
   * Waits for a place; the function returned gives it back. Rejects when the signal aborts first.
   * @param remainingMs milliseconds that the request still has, its own time at the service included
   * @throws GateCongested at once when the wait would take longer than that
   */
  enter(signal: AbortSignal, remainingMs: number): Promise<() => void>;
}

/** Too many requests of the caller are waiting: another one could not be sent in time. */
export class GateCongested extends Error {
  /** Milliseconds after which another attempt has a chance. */
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super('Too many requests of this caller are waiting.');
    this.retryAfterMs = retryAfterMs;
  }
}
