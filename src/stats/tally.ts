import type { OutcomeGroup } from '../convoso/statuses.js';
import { type CallKind, type Direction, hasEnded } from '../query/call-kinds.js';
import { type CountedGroup, type DistinctCounts, distinctCounts } from '../query/counts.js';
import { QueueTally } from './queue.js';
import { increase, quantilesOf, sizeOf, type Weighted } from './weighted.js';

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

/** Calls by their length in seconds: as many entries as there are different lengths, and every statistic exact. */
type Lengths = Weighted<number>;

const NONE_DISTINCT = distinctCounts(() => 0);

/**
 * What is counted of a group of calls, whatever source counted them: observations with a weight, and how many leads and
 * numbers are distinct. Observations of two tallies add up; distinct counts do not, so each tally is given its own.
 */
export class Tally {
  readonly distinct: DistinctCounts;
  /** The direction of calls whose rows have none; undefined where it is not known. */
  readonly #undirected: Direction | undefined;
  readonly #kinds = new Map<CallKind, number>();
  readonly #lengths: Lengths = new Map();
  /** Of the calls that reached a person. */
  readonly #conversations: Lengths = new Map();
  #lengthless = 0;
  /** Of the calls that were offered to the agents of a queue, where they were counted. */
  readonly queue = new QueueTally();

  constructor(distinct: DistinctCounts = NONE_DISTINCT, undirected?: Direction) {
    this.distinct = distinct;
    this.#undirected = undirected;
  }

  static of(
    group: Pick<CountedGroup, 'distinct' | 'observations' | 'offered'>,
    undirected?: Direction,
  ): Tally {
    const tally = new Tally(group.distinct, undirected);
    for (const [kind, length, count] of group.observations) tally.add(kind, length, count);
    for (const offered of group.offered) tally.queue.add(offered);
    return tally;
  }

  /** Adds `count` calls of one kind and length (seconds, or null where none was given). */
  add(kind: CallKind, length: number | null, count = 1): void {
    increase(this.#kinds, kind, count);
    if (!hasEnded(kind)) return;
    if (length === null) this.#lengthless += count;
    else increase(this.#lengths, length, count);
    if (length !== null && kind.outcome === 'human') increase(this.#conversations, length, count);
  }

  /** Adds the observations of another tally. */
  addAll(other: Tally): void {
    for (const [kind, count] of other.#kinds) increase(this.#kinds, kind, count);
    for (const [length, count] of other.#lengths) increase(this.#lengths, length, count);
    for (const [length, count] of other.#conversations) increase(this.#conversations, length, count);
    this.#lengthless += other.#lengthless;
    this.queue.addAll(other.queue);
  }

  /** Calls that have ended, by kind; their direction is known wherever that of all calls without a type is. */
  *ended(): Generator<readonly [kind: CallKind, count: number]> {
    for (const [kind, count] of this.#kinds) {
      if (!hasEnded(kind)) continue;
      const known = kind.direction !== undefined || this.#undirected === undefined;
      yield [known ? kind : { ...kind, direction: this.#undirected }, count];
    }
  }

  /** How many calls that have ended satisfy a condition. */
  countWhere(condition: (kind: CallKind) => boolean): number {
    let sum = 0;
    for (const [kind, count] of this.ended()) if (condition(kind)) sum += count;
    return sum;
  }

  count(outcome: OutcomeGroup): number {
    let sum = 0;
    for (const [kind, count] of this.#kinds) if (kind.outcome === outcome) sum += count;
    return sum;
  }

  /** Calls that have ended, by status (`codeKey`), most frequent first. */
  byStatus(): [status: string, count: number][] {
    const counts = new Map<string, number>();
    for (const [{ status }, count] of this.ended()) increase(counts, status, count);
    return [...counts].sort(([a, many], [b, few]) => few - many || (a < b ? -1 : 1));
  }

  /** Calls that have ended: all but those in progress. */
  get finished(): number {
    return this.countWhere(() => true);
  }

  /** Calls of 0 seconds. */
  get zeroLength(): number {
    return this.#lengths.get(0) ?? 0;
  }

  /** Finished calls whose length the service did not give. */
  get lengthless(): number {
    return this.#lengthless;
  }

  /** Of all calls, machines included. */
  talkSeconds(): TalkSeconds {
    return statisticsOf(this.#lengths);
  }

  /** Of the calls that reached a person. */
  conversationSeconds(): TalkSeconds {
    return statisticsOf(this.#conversations);
  }
}

function statisticsOf(all: Lengths): TalkSeconds {
  const lengths = new Map([...all].filter(([length]) => length > 0));
  const calls = sizeOf(lengths);
  let sum = 0;
  for (const [length, count] of lengths) sum += length * count;
  const { median = null, p90 = null, max = null } = quantilesOf(lengths) ?? {};
  return { calls, sum, mean: calls === 0 ? null : sum / calls, median, p90, max };
}
