import { OUTCOME_GROUPS, type OutcomeGroup } from '../convoso/statuses.js';
import type { Tally } from './tally.js';

/**
 * A rate with what it is made of. Calls whose outcome is not known are in neither number: where they could change the rate,
 * `percent` is null and the rate lies between `percent_min` and `percent_max`.
 */
export interface Rate {
  /** In percent, one decimal; null for a range, and when there is nothing to divide by. */
  readonly percent: number | null;
  readonly percent_min?: number;
  readonly percent_max?: number;
  readonly numerator: number;
  readonly denominator: number;
}

interface RateDefinition {
  readonly definition: string;
  readonly numerator: OutcomeGroup;
  /** Outcomes of the denominator; undefined for all calls that have ended. */
  readonly among?: readonly OutcomeGroup[];
}

/** The rates, each defined here and nowhere else. `calls` is finished calls: those in progress are not among them. */
export const RATES = {
  connect_rate: { definition: 'human ÷ calls', numerator: 'human' },
  machine_rate: { definition: 'machine ÷ calls', numerator: 'machine' },
  no_answer_rate: { definition: 'no_answer ÷ calls', numerator: 'no_answer' },
  abandon_rate: {
    definition: 'abandoned ÷ (human + abandoned)',
    numerator: 'abandoned',
    among: ['human', 'abandoned'],
  },
} as const satisfies Record<string, RateDefinition>;

export type RateName = keyof typeof RATES;
export const RATE_NAMES = Object.keys(RATES) as RateName[];

/** Percent that the abandon rate of the US rules is bound by (16 CFR 310.4(b)(4), 47 CFR 64.1200(a)(7)). */
export const ABANDON_BOUND_PERCENT = 3;

/** What a call of unknown outcome may turn out to be. */
const POSSIBLE = OUTCOME_GROUPS.filter((outcome) => outcome !== 'in_progress' && outcome !== 'unmapped');

export function rateOf(name: RateName, tally: Tally): Rate {
  const known = partsOf(name, tally);
  const facts = { percent: percentOf(known), ...known };
  if (tally.count('unmapped') === 0) return facts;
  // A quotient of sums is smallest and largest where all of the unknown calls count alike.
  const possible = POSSIBLE.flatMap((outcome) => percentOf(partsOf(name, tally, outcome)) ?? []);
  const [min, max] = [Math.min(...possible), Math.max(...possible)];
  return min === max
    ? { ...facts, percent: min }
    : { ...facts, percent: null, percent_min: min, percent_max: max };
}

/** What a rate is made of, where the calls of unknown outcome have this one; without it they count as unknown. */
function partsOf(
  name: RateName,
  tally: Tally,
  unknownAs?: OutcomeGroup,
): Pick<Rate, 'numerator' | 'denominator'> {
  const { numerator, among }: RateDefinition = RATES[name];
  const count = (outcome: OutcomeGroup) =>
    tally.count(outcome) + (outcome === unknownAs ? tally.count('unmapped') : 0);
  return {
    numerator: count(numerator),
    denominator: among?.reduce((sum, outcome) => sum + count(outcome), 0) ?? tally.finished,
  };
}

function percentOf({ numerator, denominator }: Pick<Rate, 'numerator' | 'denominator'>): number | null {
  return denominator === 0 ? null : Math.round((numerator / denominator) * 1000) / 10;
}
