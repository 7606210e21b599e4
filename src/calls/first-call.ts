import { ordinalOf } from '../account-time/stamps.js';
import type { CallLog } from '../convoso/call-log.js';
import type { RequestOptions } from '../convoso/client.js';
import type { ResolvedWindow } from '../query/window.js';
import { type OutgoingCall, type OutgoingText, textOf } from '../redact/outgoing.js';

/** A window may begin this much before its oldest call without its beginning being looked into, in seconds. */
const DAY = 86_400;
/** Most milliseconds that an answer which has its numbers already waits for this. */
const MOST_MS = 5_000;

/** The date of the oldest of some calls, among those whose dates can be compared. */
export function oldestOf(calls: readonly CallLog[]): string | undefined {
  let oldest: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const { call_date } of calls) {
    const at = call_date === undefined ? undefined : ordinalOf(call_date);
    if (at === undefined || at >= least) continue;
    least = at;
    oldest = call_date;
  }
  return oldest;
}

/** When the account's history begins: asked for where an answer depends on it, and then known for as long as the process lives. */
export class FirstCall {
  readonly #oldestTwo: (scope: RequestOptions) => Promise<readonly OutgoingCall[]>;
  #date: Promise<OutgoingText> | undefined;

  /** `oldestTwo` reads the two oldest calls of all, oldest first. */
  constructor(oldestTwo: (scope: RequestOptions) => Promise<readonly OutgoingCall[]>) {
    this.#oldestTwo = oldestTwo;
  }

  /**
   * The date of the account's first call where it lies inside a window, more than a day after its start; `oldest` is the oldest
   * call found in it, if any. Undefined where it does not, or where that cannot be known now: it is no reason to fail.
   */
  async inside(
    window: ResolvedWindow,
    oldest: string | undefined,
    scope: RequestOptions,
  ): Promise<OutgoingText | undefined> {
    const start = ordinalOf(window.start) ?? 0;
    const least = ordinalOf(oldest ?? window.end) ?? 0;
    if (!window.startGiven || least - start <= DAY) return undefined;
    const date = await this.#known(scope).catch(() => undefined);
    const at = date === undefined ? undefined : ordinalOf(date);
    return at === undefined || at - start <= DAY || at > least ? undefined : date;
  }

  #known({ signal, deadline = Number.POSITIVE_INFINITY }: RequestOptions): Promise<OutgoingText> {
    if (this.#date !== undefined) return this.#date;
    const date = this.#ask({ signal, deadline: Math.min(deadline, performance.now() + MOST_MS) });
    this.#date = date;
    date.catch(() => {
      this.#date = undefined;
    });
    return date;
  }

  /** @throws Error when no call of all is certainly the first */
  async #ask(scope: RequestOptions): Promise<OutgoingText> {
    const calls = await this.#oldestTwo(scope);
    const [first, second] = calls.map(({ call_date = '' }) => ordinalOf(call_date));
    const date = calls[0] === undefined ? undefined : textOf(calls[0], 'call_date');
    // A service that ignores order sends the newest first.
    if (date === undefined || first === undefined || (second ?? first) < first)
      throw new Error('the first call of the account is not known');
    return date;
  }
}
