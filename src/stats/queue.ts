import type { OfferedCalls } from '../query/queue-calls.js';
import { type Proportion, type Rate, rateFrom } from './rate.js';
import { increase, quantilesOf, sizeOf, type Weighted } from './weighted.js';

/** What came of the calls that were offered to agents. */
export interface QueueFigures {
  /** Inbound calls of a queue that have ended, but those that came after hours. */
  readonly offered: number;
  /** Of them, calls that an agent answered; the others are abandoned. */
  readonly answered: number;
  readonly abandoned: number;
  /** Seconds that callers waited, those who gave up included: of the calls whose rows say so. */
  readonly wait: {
    readonly calls: number;
    readonly median: number | null;
    /** The shortest wait that at least nine in ten of the calls do not exceed (nearest rank). */
    readonly p90: number | null;
  };
}

/** Counts the calls that were offered to agents; two of these add up. */
export class QueueTally {
  /** By wait in seconds; null where the row does not say. */
  readonly #answered: Weighted<number | null> = new Map();
  readonly #abandoned: Weighted<number | null> = new Map();

  add([answered, wait, count]: OfferedCalls): void {
    increase(answered ? this.#answered : this.#abandoned, wait, count);
  }

  addAll(other: QueueTally): void {
    for (const [wait, count] of other.#answered) this.add([true, wait, count]);
    for (const [wait, count] of other.#abandoned) this.add([false, wait, count]);
  }

  get figures(): QueueFigures {
    const [answered, abandoned] = [sizeOf(this.#answered), sizeOf(this.#abandoned)];
    const waits: Weighted<number> = new Map();
    for (const [wait, count] of [...this.#answered, ...this.#abandoned]) {
      if (wait !== null) increase(waits, wait, count);
    }
    const { median = null, p90 = null } = quantilesOf(waits) ?? {};
    return {
      offered: answered + abandoned,
      answered,
      abandoned,
      wait: { calls: sizeOf(waits), median, p90 },
    };
  }

  /** Share of the offered calls that an agent answered. */
  get answerRate(): Rate {
    const parts = this.answeredOf();
    return rateFrom(parts[0], parts);
  }

  /**
   * Share of the offered calls that an agent answered within some seconds, a range where answered calls do not say how long
   * they waited.
   */
  serviceLevel(seconds: number): Rate {
    const parts = this.answeredWithin(seconds);
    return rateFrom(parts[0], parts);
  }

  /** What `answerRate` is made of. */
  answeredOf(): readonly [Proportion] {
    const numerator = sizeOf(this.#answered);
    return [{ numerator, denominator: numerator + sizeOf(this.#abandoned) }];
  }

  /** What `serviceLevel` is made of: where no call without a wait counts, and where all of them do. */
  answeredWithin(seconds: number): readonly [Proportion, ...Proportion[]] {
    const [{ denominator }] = this.answeredOf();
    let within = 0;
    for (const [wait, count] of this.#answered) if (wait !== null && wait <= seconds) within += count;
    const unknown = this.#answered.get(null) ?? 0;
    const least = { numerator: within, denominator };
    return unknown === 0 ? [least] : [least, { numerator: within + unknown, denominator }];
  }
}
