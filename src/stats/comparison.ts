import type { Proportion } from './rate.js';

/** How far a rate is from another one, in percentage points with one decimal. */
export interface RateDifference {
  /** Null where either rate is a range: the difference is then one, too. */
  readonly points: number | null;
  readonly points_min?: number;
  readonly points_max?: number;
  /** 95 % interval of the difference; absent for a range, and where both rates count the same calls. */
  readonly interval?: { readonly low: number; readonly high: number };
  /** Whether the interval holds 0. Absent where that depends on what calls of unknown outcome are. */
  readonly could_be_chance?: boolean;
}

/** How far a count or a mean is from another one. */
export interface AmountDifference {
  readonly difference: number;
  /** The one divided by the other, two decimals; null when that is 0. */
  readonly ratio: number | null;
}

/** The quantile of the standard normal distribution for 95 %, both sides. */
const Z = 1.959963984540054;

/**
 * Compares two rates. Each is given as all that it may be: one proportion or, where the outcome of calls is unknown, what it
 * is where all of them have the same outcome. `share` says whether the two count some of the same calls: no interval is
 * known for the difference of such rates.
 * @returns undefined when either has nothing to divide by
 */
export function compareRates(
  one: readonly Proportion[],
  other: readonly Proportion[],
  share = false,
): RateDifference | undefined {
  const pairs = one.filter(isDefined).flatMap((a) => other.filter(isDefined).map((b) => [a, b] as const));
  if (pairs.length === 0) return undefined;
  const points = pairs.map(([a, b]) => tenth(shareOf(a) - shareOf(b)));
  const [min, max] = [Math.min(...points), Math.max(...points)];
  const intervals = pairs.map(([a, b]) => differenceInterval(a, b));
  const [first] = intervals;
  const isRange = new Set(one.map(shareOf)).size > 1 || new Set(other.map(shareOf)).size > 1;
  // What holds at the ends of both ranges holds between them: an interval moves with each call that is added.
  const chances = new Set(intervals.map(({ low, high }) => low <= 0 && high >= 0));
  const above = intervals.every(({ low }) => low > 0);
  const isCertain = chances.has(true) ? chances.size === 1 : above || intervals.every(({ high }) => high < 0);
  return {
    ...(isRange ? { points: null, points_min: min, points_max: max } : { points: min }),
    ...(isRange || share || first === undefined ? {} : { interval: first }),
    ...(share || !isCertain ? {} : { could_be_chance: chances.has(true) }),
  };
}

/** Compares two counts, sums or means. */
export function compareAmounts(one: number, other: number): AmountDifference {
  return {
    difference: rounded(one - other, 10),
    ratio: other === 0 ? null : rounded(one / other, 100),
  };
}

/**
 * 95 % interval of the difference of two independent proportions, in percentage points, one decimal: Newcombe's hybrid of
 * two Wilson score intervals without continuity correction, method 10 of R. G. Newcombe, "Interval estimation for the
 * difference between independent proportions", Statistics in Medicine 17 (1998), 873–890. Unlike the textbook's, it holds
 * for few calls and for rates near 0 and 100 %.
 */
export function differenceInterval(one: Proportion, other: Proportion): { low: number; high: number } {
  const [a, b] = [shareOf(one), shareOf(other)];
  const [first, second] = [wilsonInterval(one), wilsonInterval(other)];
  return {
    low: tenth(a - b - Math.hypot(a - first.low, second.high - b)),
    high: tenth(a - b + Math.hypot(first.high - a, b - second.low)),
  };
}

/** Wilson's score interval of a proportion, 95 %, between 0 and 1. */
export function wilsonInterval({ numerator, denominator }: Proportion): { low: number; high: number } {
  const share = numerator / denominator;
  const middle = 2 * numerator + Z * Z;
  const half = Z * Math.sqrt(Z * Z + 4 * numerator * (1 - share));
  const scale = 2 * (denominator + Z * Z);
  return { low: (middle - half) / scale, high: (middle + half) / scale };
}

function isDefined({ denominator }: Proportion): boolean {
  return denominator > 0;
}

function shareOf({ numerator, denominator }: Proportion): number {
  return numerator / denominator;
}

/** A share in percentage points, one decimal. */
function tenth(share: number): number {
  return rounded(share * 100, 10);
}

/** Alike for a difference and its opposite. */
function rounded(value: number, parts: number): number {
  const near = Math.round(Math.abs(value) * parts) / parts;
  return near === 0 ? 0 : Math.sign(value) * near;
}
