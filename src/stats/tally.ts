import type { OutcomeGroup } from '../convoso/statuses.js';
import type { CountedGroup, DistinctCounts } from '../query/counts.js';

/** Talk seconds of calls longer than 0 seconds, exact. */
export interface TalkSeconds {
  /** Calls the statistics are over. */
  readonly calls: number;
  readonly sum: number;
  readonly mean: number | null;
  /** The middle one, or the mean of the middle two. */
  readonly median: number | null;
  /** The shortest length that at least nine in ten of the calls do not exceed (nearest rank). */
  readonly p90: number | null;
  readonly max: number | null;
}

/**
 * What is counted of a group of calls, whatever source counted them: observations with a weight, and how many leads and
 * numbers are distinct. Observations of two tallies add up; distinct counts do not, so each tally is given its own.
 */
export class Tally implements DistinctCounts {
  readonly leads: number;
  readonly numbers: number;
  readonly outcomes = new Map<OutcomeGroup, number>();
  /** Calls by their length in seconds: as many entries as there are different lengths, and every statistic exact. */
  readonly #lengths = new Map<number, number>();
  #total = 0;
  #lengthless = 0;

  constructor({ leads, numbers }: DistinctCounts = { leads: 0, numbers: 0 }) {
    this.leads = leads;
    this.numbers = numbers;
  }

  static of(group: CountedGroup): Tally {
    const tally = new Tally(group.distinct);
    for (const [outcome, length, count] of group.observations) tally.add(outcome, length, count);
    return tally;
  }

  /** Adds `count` calls of one outcome and length (seconds, or null where none was given). */
  add(outcome: OutcomeGroup, length: number | null, count = 1): void {
    this.outcomes.set(outcome, this.count(outcome) + count);
    this.#total += count;
    if (outcome === 'in_progress') return;
    if (length === null) this.#lengthless += count;
    else this.#lengths.set(length, (this.#lengths.get(length) ?? 0) + count);
  }

  /** Adds the observations of another tally. */
  addAll(other: Tally): void {
    for (const [outcome, count] of other.outcomes) this.outcomes.set(outcome, this.count(outcome) + count);
    for (const [length, count] of other.#lengths) {
      this.#lengths.set(length, (this.#lengths.get(length) ?? 0) + count);
    }
    this.#total += other.#total;
    this.#lengthless += other.#lengthless;
  }

  count(outcome: OutcomeGroup): number {
    return this.outcomes.get(outcome) ?? 0;
  }

  /** Calls that have ended: all but those in progress. */
  get finished(): number {
    return this.#total - this.count('in_progress');
  }

  /** Calls of 0 seconds. */
  get zeroLength(): number {
    return this.#lengths.get(0) ?? 0;
  }

  /** Finished calls whose length the service did not give. */
  get lengthless(): number {
    return this.#lengthless;
  }

  talkSeconds(): TalkSeconds {
    const lengths = [...this.#lengths].filter(([length]) => length > 0).sort(([a], [b]) => a - b);
    const calls = lengths.reduce((sum, [, count]) => sum + count, 0);
    const sum = lengths.reduce((total, [length, count]) => total + length * count, 0);
    if (calls === 0) return { calls, sum, mean: null, median: null, p90: null, max: null };
    const rank = (place: number): number => {
      let passed = 0;
      for (const [length, count] of lengths) {
        passed += count;
        if (passed >= place) return length;
      }
      return 0;
    };
    return {
      calls,
      sum,
      mean: sum / calls,
      median: (rank(Math.floor((calls + 1) / 2)) + rank(Math.floor(calls / 2) + 1)) / 2,
      p90: rank(Math.ceil((calls * 9) / 10)),
      max: lengths.at(-1)?.[0] ?? null,
    };
  }
}
