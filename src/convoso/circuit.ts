import { ConvosoError, type Endpoint, pausedError } from './errors.js';

/** When the circuit opens and for how long. */
export interface CircuitRules {
  /** Requests that fail in a row, each with all its attempts, until the service is left alone. */
  readonly failures: number;
  /** Milliseconds that it is left alone before one request tries again. */
  readonly restMs: number;
}

/** Ended on this side of the wire, which says nothing of the service. */
function isOwnDoing({ kind, status }: ConvosoError): boolean {
  return kind === 'cancelled' || kind === 'deadline' || (kind === 'busy' && status === undefined);
}

const OUTAGE: ReadonlySet<string> = new Set(['unreachable', 'interrupted', 'timeout']);

/**
 * Leaves a service alone that does not work. After a run of failed requests, further ones are answered at once, without
 * being sent, until a rest is over; then one request tries, and its result decides for all. Only an outage counts: no
 * connection, a broken one, no answer in time, HTTP 5xx. Any other answer, a refusal too, shows that the service is there.
 */
export class Circuit {
  readonly #rules: CircuitRules;
  #failures = 0;
  #last: ConvosoError | undefined;
  #opensAt: number | undefined;
  #trying = false;

  constructor(rules: CircuitRules) {
    this.#rules = rules;
  }

  /** @throws ConvosoError of kind `paused` without running the work while the circuit is open */
  async run<T>(endpoint: Endpoint, work: () => Promise<T>): Promise<T> {
    const tries = this.#enter(endpoint);
    try {
      const result = await work();
      this.#close();
      return result;
    } catch (error) {
      this.#learn(error);
      throw error;
    } finally {
      if (tries) this.#trying = false;
    }
  }

  /** True when this request is the one that tries whether the service works again. */
  #enter(endpoint: Endpoint): boolean {
    if (this.#opensAt === undefined) return false;
    const rest = this.#opensAt - performance.now();
    if (rest > 0 || this.#trying) {
      throw pausedError(endpoint, this.#failures, this.#last, this.#trying ? undefined : rest);
    }
    this.#trying = true;
    return true;
  }

  #learn(error: unknown): void {
    if (!(error instanceof ConvosoError) || isOwnDoing(error)) return;
    if (!OUTAGE.has(error.kind) && (error.status ?? 0) < 500) {
      this.#close();
      return;
    }
    this.#failures += 1;
    this.#last = error;
    // A request that was under way when the circuit opened does not lengthen the rest.
    const resting = this.#opensAt !== undefined && this.#opensAt > performance.now();
    if (this.#failures >= this.#rules.failures && !resting) {
      this.#opensAt = performance.now() + this.#rules.restMs;
    }
  }

  #close(): void {
    this.#failures = 0;
    this.#last = undefined;
    this.#opensAt = undefined;
  }
}
