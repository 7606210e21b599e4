/** Some of all. */
export interface Proportion {
  readonly contacts: number;
  readonly dials: number;
}

/** The two-sided p-value of two proportions being the same: the z-test with the pooled proportion. 1 where nothing can be told. */
export function twoProportions(one: Proportion, other: Proportion): number {
  const pooled = (one.contacts + other.contacts) / (one.dials + other.dials);
  const variance = pooled * (1 - pooled) * (1 / one.dials + 1 / other.dials);
  if (!(variance > 0)) return 1;
  const z = Math.abs(one.contacts / one.dials - other.contacts / other.dials) / Math.sqrt(variance);
  return complementaryError(z / Math.SQRT2);
}

/** erfc for arguments of 0 and more, to seven digits (Abramowitz and Stegun 7.1.26). */
function complementaryError(x: number): number {
  const t = 1 / (1 + 0.327_591_1 * x);
  const sum =
    t *
    (0.254_829_592 + t * (-0.284_496_736 + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))));
  return sum * Math.exp(-x * x);
}
