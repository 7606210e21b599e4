import type { Tally } from './tally.js';

/** A rate with what it is made of. */
export interface Rate {
  /** In percent, one decimal; null when there is nothing to divide by. */
  readonly percent: number | null;
  readonly numerator: number;
  readonly denominator: number;
}

interface RateDefinition {
  readonly definition: string;
  readonly numerator: (tally: Tally) => number;
  readonly denominator: (tally: Tally) => number;
}

const finished = (tally: Tally) => tally.finished;

/** The rates, each defined here and nowhere else. `calls` is finished calls: those in progress are not among them. */
export const RATES = {
  connect_rate: {
    definition: 'human ÷ calls',
    numerator: (tally) => tally.count('human'),
    denominator: finished,
  },
  machine_rate: {
    definition: 'machine ÷ calls',
    numerator: (tally) => tally.count('machine'),
    denominator: finished,
  },
  no_answer_rate: {
    definition: 'no_answer ÷ calls',
    numerator: (tally) => tally.count('no_answer'),
    denominator: finished,
  },
  abandon_rate: {
    definition: 'abandoned ÷ (human + abandoned)',
    numerator: (tally) => tally.count('abandoned'),
    denominator: (tally) => tally.count('human') + tally.count('abandoned'),
  },
} as const satisfies Record<string, RateDefinition>;

export type RateName = keyof typeof RATES;
export const RATE_NAMES = Object.keys(RATES) as RateName[];

/** Percent that the abandon rate of the US rules is bound by (16 CFR 310.4(b)(4), 47 CFR 64.1200(a)(7)). */
export const ABANDON_BOUND_PERCENT = 3;

export function rateOf(name: RateName, tally: Tally): Rate {
  const numerator = RATES[name].numerator(tally);
  const denominator = RATES[name].denominator(tally);
  return {
    percent: denominator === 0 ? null : Math.round((numerator / denominator) * 1000) / 10,
    numerator,
    denominator,
  };
}
