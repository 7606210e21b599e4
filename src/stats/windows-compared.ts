import { type Group, type Summary, sum } from './summary.js';
import { Tally } from './tally.js';

/** Groups without a call in the window asked for that are told beside the others. */
const MOST_FORMER = 12;

/** A summary beside that of the same question about another window. */
export interface PairedSummary {
  /** With the groups that have calls in the other window only, at the end, and without calls. */
  readonly summary: Summary;
  /** What calls of a group, of the others or of all are compared with. */
  of(tally: Tally): Tally;
  /** Groups of the other window only that are not among those of `summary`. */
  readonly moreFormer: number;
}

/** Puts each group beside the group of the same values in the other window (`before`, which keeps all of its groups). */
export function paired(summary: Summary, before: Summary, minCalls = 1): PairedSummary {
  const former = [...before.every].filter(
    ([id, { tally }]) => !summary.every.has(id) && tally.finished >= minCalls,
  );
  former.sort(([a, x], [b, y]) => y.tally.finished - x.tally.finished || (a < b ? -1 : 1));
  const added = former
    .slice(0, MOST_FORMER)
    .map(([, group]): Group => ({ ...group.labeled(), tally: new Tally(undefined, summary.undirected) }));
  const groups = summary.groups.length === 0 && summary.every.size > 0 ? [] : [...summary.groups, ...added];
  const nothing = new Tally(undefined, before.undirected);
  const pairs = new Map(groups.map(({ id, tally }) => [tally, before.every.get(id)?.tally ?? nothing]));
  pairs.set(summary.total, before.total);
  if (summary.other !== undefined) {
    const told = new Set(groups.map(({ id }) => id));
    const rest = [...before.every].flatMap(([id, group]) =>
      told.has(id) || !summary.every.has(id) ? [] : [group],
    );
    pairs.set(summary.other.tally, sum(rest, undefined, before.undirected));
  }
  return {
    summary: { ...summary, groups },
    of: (tally) => pairs.get(tally) ?? nothing,
    moreFormer: former.length - added.length,
  };
}
