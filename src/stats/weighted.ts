/** How often each value occurs. */
export type Weighted<Value> = Map<Value, number>;

export function increase<Value>(counts: Weighted<Value>, value: Value, by: number): void {
  counts.set(value, (counts.get(value) ?? 0) + by);
}

/** How many values there are in all. */
export function sizeOf(counts: ReadonlyMap<unknown, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}

export interface Quantiles {
  /** The middle one, or the mean of the middle two. */
  readonly median: number;
  /** The least value that at least nine in ten do not exceed (nearest rank). */
  readonly p90: number;
  readonly max: number;
}

/** Exact quantiles; undefined of nothing. */
export function quantilesOf(counts: ReadonlyMap<number, number>): Quantiles | undefined {
  const size = sizeOf(counts);
  if (size === 0) return undefined;
  const sorted = [...counts].sort(([a], [b]) => a - b);
  const ranked = (place: number): number => {
    let passed = 0;
    for (const [value, count] of sorted) {
      passed += count;
      if (passed >= place) return value;
    }
    return 0;
  };
  return {
    median: (ranked(Math.floor((size + 1) / 2)) + ranked(Math.floor(size / 2) + 1)) / 2,
    p90: ranked(Math.ceil((size * 9) / 10)),
    max: ranked(size),
  };
}
