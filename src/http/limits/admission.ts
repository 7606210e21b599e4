import type { MessageHead } from '../messages.js';
import { HttpRefusal } from '../refusal.js';
import { Quota } from './quota.js';

/** Subscriptions that one principal may have open; a client needs one. */
const MAX_SUBSCRIPTIONS = 16;

export interface AdmissionOptions {
  /** Messages that one principal may have under way. */
  readonly underWay: number;
  /** Milliseconds that a further request of the current caller would wait for the service. */
  readonly expectedWaitMs: () => number;
  /** Milliseconds that a request to the service may take, the wait included. */
  readonly deadlineMs: number;
}

/** Bounds what one principal has under way, so that nobody's work takes the memory and the time of all. */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #underWay: Quota;
  readonly #subscriptions = new Quota(MAX_SUBSCRIPTIONS);

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#underWay = new Quota(options.underWay);
  }

  /**
   * Takes the messages of one HTTP request in.
   * @returns to be called when its answer has ended
   * @throws HttpRefusal (429, with `Retry-After`) when there are too many, or when they could not be answered in time
   */
  enter(principal: string, messages: readonly MessageHead[]): () => void {
    if (isSubscription(messages)) {
      const leave = this.#subscriptions.take(principal);
      if (leave !== undefined) return leave;
      throw tooMany(`It would be more than ${MAX_SUBSCRIPTIONS} open subscriptions of one caller.`, 60);
    }
    const { underWay, deadlineMs } = this.#options;
    const wait = this.#options.expectedWaitMs();
    if (wait > deadlineMs && messages.some(({ method }) => method === 'tools/call')) {
      throw tooMany(
        'So many requests of this caller wait for the service that the call could not be answered in time.',
        (wait - deadlineMs) / 1000,
      );
    }
    const leave = this.#underWay.take(principal, messages.length);
    if (leave !== undefined) return leave;
    throw tooMany(`This caller has ${underWay} calls under way, the most that one may have.`, wait / 1000);
  }
}

/** A request that stays open. In a batch, which only older revisions have, there is no such method, and it is a call like any. */
export function isSubscription(messages: readonly MessageHead[]): boolean {
  return messages.length === 1 && messages[0]?.method === 'subscriptions/listen';
}

function tooMany(why: string, wait: number): HttpRefusal {
  const seconds = Math.max(1, Math.ceil(wait));
  return new HttpRefusal(
    429,
    {
      what: 'The request was not served.',
      why,
      next: `Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
    },
    { headers: { 'retry-after': String(seconds) } },
  );
}
