/** Repeatable chance: the same seed gives the same floor in every process. */

/** A source of numbers in [0, 1). */
export type Random = () => number;

/** A choice with a weight; weights need not add up to anything. */
export type Weighted<T> = readonly (readonly [choice: T, weight: number])[];

/** mulberry32: 32-bit integer steps only, so every engine and platform draws the same numbers. */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A whole number from `low` to `high`, both included. */
export function between(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}

/** As `between`, leaning to the low end the way lengths of calls do. */
export function betweenMostlyLow(random: Random, low: number, high: number): number {
  const u = random();
  return low + Math.floor(u * u * (high - low + 1));
}

/** One of a list that is not empty. */
export function oneOf<T>(random: Random, list: readonly T[]): T {
  const chosen = list[Math.floor(random() * list.length)];
  if (chosen === undefined) throw new RangeError('oneOf needs a list with something in it');
  return chosen;
}

/** A draw from a weighted list. Made once and used for every call: adding the weights up each time showed in the start-up. */
export function drawFrom<T>(table: Weighted<T>): (random: Random) => T {
  const choices = table.map(([choice]) => choice);
  const bounds: number[] = [];
  let total = 0;
  for (const [, weight] of table) {
    total += weight;
    bounds.push(total);
  }
  return (random) => {
    const at = random() * total;
    for (let i = 0; i < bounds.length; i += 1) {
      if (at < (bounds[i] ?? 0)) return choices[i] as T;
    }
    throw new RangeError('drawFrom needs a positive weight');
  };
}

/** A number that depends on the text only (FNV-1a, 32 bits): chance that does not depend on what was drawn before. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
