import { type Grouping, NONE } from '../query/groupings.js';
import {
  type ComparedMeasure,
  compareMeasure,
  MEASURES,
  type Measure,
  type MeasureName,
} from './measures.js';
import type { Rate } from './rate.js';
import { type Group, type Summary, sum } from './summary.js';
import type { Tally } from './tally.js';

/** Calls from which a group's rates are worth a rank, where no other number is asked for. */
export const RANKED_FROM = 20;

/** One measure of one group among the others of its kind. */
export interface FocusMeasure {
  readonly name: MeasureName;
  readonly value: number | Rate | null;
  /** The others: a rate or a length of talk of all their calls together, a count on average. */
  readonly others: number | Rate | null;
  readonly difference?: ComparedMeasure['difference'];
  /** Place from the highest on, and among how many; absent where the group, or its value, is not ranked. */
  readonly rank?: { readonly place: number; readonly of: number; readonly minCalls: number };
}

/** One value of a grouping among all others of the same kind. */
export interface Focus {
  readonly grouping: Grouping;
  readonly group: Group;
  /** How many others there are. */
  readonly others: number;
  readonly measures: readonly FocusMeasure[];
}

/**
 * Compares one value of the first grouping with all others: their calls are the same base, without those of the dialer's own
 * users and without calls that have no such value. Undefined when no call has it.
 */
export function focusOn(
  summary: Summary,
  grouping: Grouping,
  key: string,
  names: readonly MeasureName[],
  minCalls: number | undefined,
): Focus | undefined {
  const kinds = byFirstKey(summary);
  const own = kinds.get(key);
  if (own === undefined) return undefined;
  kinds.delete(key);
  const others = [...kinds.values()];
  const together = sum(others, undefined, summary.undirected);
  const measures = names.map((name): FocusMeasure => {
    const measure: Measure = MEASURES[name];
    const { unit } = measure;
    const floor = minCalls ?? (unit === 'percent' ? RANKED_FROM : 1);
    const rank = rankOf(name, own.tally, others, { floor, within: summary.within });
    if (unit === 'count' || name === 'talk_sum' || unit === 'ratio') {
      const values = others.map(({ tally }) => measure.of(tally, summary.within)).filter(isNumber);
      const average = values.length === 0 ? null : round(values.reduce((a, b) => a + b, 0) / values.length);
      return { name, value: measure.of(own.tally, summary.within), others: average, ...rank };
    }
    const { now, before, difference } = compareMeasure(name, [own.tally, together], {
      within: summary.within,
    });
    return { name, value: now, others: before, ...(difference === undefined ? {} : { difference }), ...rank };
  });
  return { grouping, group: own.labeled(), others: others.length, measures };
}

type Kind = { readonly tally: Tally; labeled(): Group };

/** Groups by their value of the first grouping; those of one value together. */
function byFirstKey({ every, undirected }: Summary): Map<string, Kind> {
  const kinds = new Map<string, Kind[]>();
  for (const [id, group] of every) {
    const [key = ''] = id.split('\0');
    if (key === NONE || group.tally.finished === 0) continue;
    kinds.set(key, [...(kinds.get(key) ?? []), group]);
  }
  return new Map(
    [...kinds].flatMap(([key, groups]) => {
      const [first] = groups;
      if (first === undefined) return [];
      const tally = groups.length === 1 ? first.tally : sum(groups, undefined, undirected);
      return [[key, { tally, labeled: first.labeled }] as const];
    }),
  );
}

function rankOf(
  name: MeasureName,
  own: Tally,
  others: readonly Kind[],
  { floor, within }: { readonly floor: number; readonly within: number },
): Pick<FocusMeasure, 'rank'> {
  const measure: Measure = MEASURES[name];
  const measureOf = (tally: Tally): number | undefined => {
    if (tally.finished < floor) return undefined;
    const value = measure.of(tally, within);
    return (typeof value === 'object' ? value?.percent : value) ?? undefined;
  };
  const mine = measureOf(own);
  if (mine === undefined) return {};
  const values = others.map(({ tally }) => measureOf(tally)).filter(isNumber);
  const place = 1 + values.filter((value) => value > mine).length;
  return { rank: { place, of: values.length + 1, minCalls: floor } };
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
