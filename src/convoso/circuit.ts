import { currentCaller } from './caller.js';
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
/** Callers whose failures are remembered; beyond that, those who failed longest ago are forgotten. */
const MAX_CALLERS = 1_000;

/**
 * Leaves a service alone that does not work. After a run of failed requests, further ones are answered at once, without
 * being sent, until a rest is over; then one request tries, and its result decides. Only an outage counts: no connection, a
 * broken one, no answer in time, HTTP 5xx. Any other answer, a refusal too, shows that the service is there.
 *
 * Each caller has a circuit of their own, because a question can fail by itself: a lead that the service cannot read, a
 * window that takes it too long. The circuit for all opens when requests of several callers fail with no success between
 * them, or when there is no connection, which is nobody's question's fault.
 */
export class Circuit {
  readonly #rules: CircuitRules;
  readonly #all: Breaker;
  /** By caller, only of those whose latest request failed. */
  readonly #callers = new Map<string | undefined, Breaker>();

  constructor(rules: CircuitRules) {
    this.#rules = rules;
    this.#all = new Breaker(rules, 2);
  }

  /** @throws ConvosoError of kind `paused` without running the work while a circuit that concerns it is open */
  async run<T>(endpoint: Endpoint, work: () => Promise<T>): Promise<T> {
    const caller = currentCaller();
    const breakers = [this.#all, this.#callers.get(caller)].filter((one) => one !== undefined);
    for (const breaker of breakers) breaker.check(endpoint);
    const leave = breakers.map((breaker) => breaker.enter());
    try {
      const result = await work();
      this.#succeeded(caller);
      return result;
    } catch (error) {
      if (error instanceof ConvosoError && !isOwnDoing(error)) {
        if (OUTAGE.has(error.kind) || (error.status ?? 0) >= 500) this.#failed(caller, error);
        else this.#succeeded(caller);
      }
      throw error;
    } finally {
      for (const left of leave) left();
    }
  }

  #succeeded(caller: string | undefined): void {
    this.#all.close();
    // Requests under way may still hold it.
    this.#callers.get(caller)?.close();
    this.#callers.delete(caller);
  }

  #failed(caller: string | undefined, error: ConvosoError): void {
    this.#all.failed(error, caller);
    const own = this.#callers.get(caller) ?? new Breaker(this.#rules, 1);
    own.failed(error, caller);
    this.#callers.delete(caller);
    this.#callers.set(caller, own);
    if (this.#callers.size <= MAX_CALLERS) return;
    const [oldest] = this.#callers.keys();
    this.#callers.delete(oldest);
  }
}

/** One circuit: a run of failures, the rest after it, and the trial that ends the rest. */
class Breaker {
  readonly #rules: CircuitRules;
  /** How many different callers must have failed, where there is a connection. */
  readonly #callersNeeded: number;
  #failures = 0;
  readonly #failedCallers = new Set<string | undefined>();
  #last: ConvosoError | undefined;
  #opensAt: number | undefined;
  #trying = false;

  constructor(rules: CircuitRules, callersNeeded: number) {
    this.#rules = rules;
    this.#callersNeeded = callersNeeded;
  }

  /** @throws ConvosoError of kind `paused` while it is open */
  check(endpoint: Endpoint): void {
    if (this.#opensAt === undefined) return;
    const rest = this.#opensAt - performance.now();
    if (rest > 0 || this.#trying) {
      throw pausedError(endpoint, this.#failures, this.#last, this.#trying ? undefined : rest);
    }
  }

  /** Takes a request in; the first one after a rest is the trial, until the function returned is called. */
  enter(): () => void {
    if (this.#opensAt === undefined) return () => {};
    this.#trying = true;
    return () => {
      this.#trying = false;
    };
  }

  failed(error: ConvosoError, caller: string | undefined): void {
    this.#failures += 1;
    this.#last = error;
    // A request that was under way when the circuit opened does not lengthen the rest.
    if (this.#opensAt !== undefined && this.#opensAt > performance.now()) return;
    this.#failedCallers.add(caller);
    const evident = error.kind === 'unreachable' || this.#failedCallers.size >= this.#callersNeeded;
    if (this.#failures < this.#rules.failures || !evident) return;
    this.#opensAt = performance.now() + this.#rules.restMs;
    // After the rest, one caller's failing question alone does not close the service to all again.
    this.#failedCallers.clear();
  }

  close(): void {
    this.#failures = 0;
    this.#failedCallers.clear();
    this.#last = undefined;
    this.#opensAt = undefined;
  }
}
