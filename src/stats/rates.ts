import { OUTCOME_GROUPS, type OutcomeGroup } from '../convoso/statuses.js';
import type { CallKind } from '../query/call-kinds.js';
import { type Proportion, type Rate, rateFrom } from './rate.js';
import type { Tally } from './tally.js';

export type { Rate } from './rate.js';

interface RateDefinition {
  readonly definition: string;
  /** Which calls that have ended it is of. */
  readonly among: (kind: CallKind) => boolean;
  /** Which of those count. */
  readonly counts: (kind: CallKind) => boolean;
}

/** True of calls that the call center made. */
export const isOutbound = ({ direction }: CallKind): boolean => direction === 'outbound';

/**
 * The rates, each defined here and nowhere else. Calls in progress are in none. A call without a call_type is outbound where
 * no call of the answer has one; otherwise its way is not known, and it is in no rate of outbound calls.
 */
export const RATES = {
  contact_rate: {
    definition: 'outbound calls that reached a person ÷ outbound calls',
    among: isOutbound,
    counts: ({ outcome }) => outcome === 'human',
  },
  success_rate: {
    definition: 'successes ÷ calls that reached a person',
    among: ({ outcome }) => outcome === 'human',
    counts: ({ success }) => success,
  },
  machine_rate: {
    definition: 'outbound calls that reached a machine ÷ outbound calls',
    among: isOutbound,
    counts: ({ outcome }) => outcome === 'machine',
  },
  no_answer_rate: {
    definition: 'outbound calls without an answer ÷ outbound calls',
    among: isOutbound,
    counts: ({ outcome }) => outcome === 'no_answer',
  },
  abandon_rate: {
    definition: 'abandoned ÷ (reached a person + abandoned), of outbound calls',
    among: (kind) => isOutbound(kind) && (kind.outcome === 'human' || kind.outcome === 'abandoned'),
    counts: ({ outcome }) => outcome === 'abandoned',
  },
} as const satisfies Record<string, RateDefinition>;

export type RateName = keyof typeof RATES;
export const RATE_NAMES = Object.keys(RATES) as RateName[];

/** Percent that the abandon rate of the US rules is bound by (16 CFR 310.4(b)(4), 47 CFR 64.1200(a)(7)). */
export const ABANDON_BOUND_PERCENT = 3;

/** What a call of unknown outcome may turn out to be. */
const POSSIBLE = OUTCOME_GROUPS.filter((outcome) => outcome !== 'in_progress' && outcome !== 'unmapped');

export function rateOf(name: RateName, tally: Tally): Rate {
  return rateFrom(partsOf(name, tally), possibleParts(name, tally));
}

/** All that a rate may be made of: where the outcome of calls is unknown, what it is where all of them have the same. */
export function possibleParts(name: RateName, tally: Tally): Proportion[] {
  // A quotient of sums is smallest and largest where all of the unknown calls count alike.
  return tally.count('unmapped') === 0
    ? [partsOf(name, tally)]
    : POSSIBLE.map((outcome) => partsOf(name, tally, outcome));
}

/**
 * What a rate is made of, where the calls of unknown outcome have this one; without it they count as unknown. They are no
 * successes: only what says so is one.
 */
function partsOf(name: RateName, tally: Tally, unknownAs?: OutcomeGroup): Proportion {
  const { among, counts }: RateDefinition = RATES[name];
  const parts = { numerator: 0, denominator: 0 };
  for (const [kind, count] of tally.ended()) {
    const taken =
      unknownAs !== undefined && kind.outcome === 'unmapped' ? { ...kind, outcome: unknownAs } : kind;
    if (!among(taken)) continue;
    parts.denominator += count;
    if (counts(taken)) parts.numerator += count;
  }
  return parts;
}
