/** How many of how many. */
export interface Proportion {
  readonly numerator: number;
  readonly denominator: number;
}

/**
 * A rate with what it is made of. Calls whose outcome is not known are in neither number: where they could change the rate,
 * `percent` is null and the rate lies between `percent_min` and `percent_max`.
 */
export interface Rate extends Proportion {
  /** In percent, one decimal; null for a range, and when there is nothing to divide by. */
  readonly percent: number | null;
  readonly percent_min?: number;
  readonly percent_max?: number;
}

/** The rate of what is known, and what it may be. */
export function rateFrom(known: Proportion, possible: readonly Proportion[]): Rate {
  const percents = possible.flatMap((parts) => percentOf(parts) ?? []);
  const [min, max] = [Math.min(...percents), Math.max(...percents)];
  if (percents.length === 0) return { percent: null, ...known };
  return min === max
    ? { percent: min, ...known }
    : { percent: null, percent_min: min, percent_max: max, ...known };
}

function percentOf({ numerator, denominator }: Proportion): number | null {
  return denominator === 0 ? null : Math.round((numerator / denominator) * 1000) / 10;
}
