import type { Window } from '../account-time/stamps.js';
import type { Reading } from '../calls/source.js';
import { codeKey } from '../convoso/status-key.js';
import { DISPUTED_STATUSES, type StatusBook } from '../convoso/statuses.js';
import { callKinds, type Direction } from '../query/call-kinds.js';
import {
  type CountedCalls,
  type CountedGroup,
  type CountQuestion,
  type DistinctCounts,
  distinctCounts,
} from '../query/counts.js';
import {
  type AccountKnowledge,
  compareKeys,
  type Grouping,
  isSequence,
  isTime,
  keyLabel,
  NONE,
  nameLabel,
  timesWithin,
} from '../query/groupings.js';
import type { NameBook } from '../query/names/names.js';
import type { AnswerMasks } from '../redact/masks.js';
import { type OutgoingText, withRemark } from '../redact/outgoing.js';
import type { Completeness } from '../walk/completeness.js';
import { countCalls } from './counting.js';
import { type Directions, directionsFrom } from './directions.js';
import { MEASURE_NAMES, type MeasureName, SERVICE_LEVEL_SECONDS, sortValue } from './measures.js';
import { Tally } from './tally.js';

/** What groups can be sorted by: `key` upwards, everything else downwards, unless it is said otherwise. */
export const SORTS = ['key', ...MEASURE_NAMES] as const;
export type Sort = (typeof SORTS)[number];
export const SORT_ORDERS = ['asc', 'desc'] as const;

export interface SummaryQuestion {
  readonly groupBy: readonly Grouping[];
  /** Default: time in order of time, everything else by calls. */
  readonly sortBy?: Sort | undefined;
  readonly sortOrder?: (typeof SORT_ORDERS)[number] | undefined;
  /** Groups told one by one; the others are summed up. */
  readonly top: number;
  /** Calls that a group must have to be told by itself. */
  readonly minCalls?: number | undefined;
  /** Account time of which every day, week, month or hour is told, also without calls; undefined where no start was given. */
  readonly window?: Window | undefined;
  /** Whether to say how many calls came in and went out. */
  readonly withDirections?: boolean;
  /** Whether to count what came of the calls that were offered to the agents of a queue. */
  readonly withQueue?: boolean;
  /** Seconds within which a call of a queue should be answered. */
  readonly within?: number | undefined;
  /** Whether every group is counted by itself, also those that are not told (`every`). */
  readonly keepsAll?: boolean;
}

/** A group: its values and names as they may leave the server, one per grouping. */
export interface Group {
  /** Tells groups apart, in other readings too; it does not leave the server. */
  readonly id: string;
  readonly keys: readonly OutgoingText[];
  readonly names: readonly (OutgoingText | undefined)[];
  readonly tally: Tally;
}

export interface Summary {
  readonly total: Tally;
  readonly groups: readonly Group[];
  readonly sortedBy: Sort;
  readonly sortOrder: (typeof SORT_ORDERS)[number];
  /** Groups with enough calls to be told by themselves, also those past `top`. */
  readonly groupCount: number;
  /** The groups past `top`, and with `small` all those of too few calls. */
  readonly other: { readonly groups: number; readonly small: boolean; readonly tally: Tally } | undefined;
  /** Every group by its id, also those that are not told one by one, in their order. */
  readonly every: ReadonlyMap<string, { readonly tally: Tally; labeled(): Group }>;
  /** Seconds within which a call of a queue should be answered. */
  readonly within: number;
  /** What is distinct in all groups from each place on, those past `top` among them. */
  readonly tails: readonly DistinctCounts[];
  /** Rows of the dialer's own users, which a ranking of agents leaves out; the total holds them. */
  readonly systemUsers: Tally | undefined;
  /** The direction of calls without a call_type: outbound where no call has one. */
  readonly undirected?: Direction | undefined;
  /** Groupings for which no call had a value. */
  readonly absent: readonly Grouping[];
  /** Finished calls by status and, where rows have one, its name: those whose outcome is unknown. */
  readonly unmapped: ReadonlyMap<OutgoingText, number>;
  /** How many of them an agent, no system user, gave their status. */
  readonly unmappedByAgents: number;
  /** Statuses as answers write them, by what they are compared by (`codeKey`). */
  readonly statusLabels: ReadonlyMap<string, OutgoingText>;
  /** Whether the account says which statuses are a success. */
  readonly definesSuccess: boolean;
  /** Finished calls by status, of statuses that sources disagree on. */
  readonly disputed: ReadonlyMap<OutgoingText, number>;
  /** Finished calls by call_type; undefined when that was not asked. */
  readonly directions?: Directions | undefined;
  /** Dates of the oldest and the newest call counted, in account time. */
  readonly oldest: OutgoingText | undefined;
  readonly newest: OutgoingText | undefined;
  readonly completeness: Completeness;
}

/**
 * Counts a population, group by group, without keeping a call; a source that counts by itself is asked to.
 * @throws ConvosoError of the reading; Failure when there are too many groups.
 */
export async function summarize(
  reading: Reading,
  asked: SummaryQuestion,
  known: AccountKnowledge,
): Promise<Summary> {
  const {
    groupBy,
    top,
    minCalls,
    withDirections = false,
    withQueue = false,
    within = SERVICE_LEVEL_SECONDS,
  } = asked;
  const sortedBy = asked.sortBy ?? (groupBy.some(isSequence) ? 'key' : 'calls');
  const sortOrder = asked.sortOrder ?? (sortedBy === 'key' ? 'asc' : 'desc');
  const tallies = new Map<CountedGroup, Tally>();
  let undirected: Direction | undefined;
  const measured = (groups: readonly CountedGroup[]) =>
    groups.map((group): MeasuredGroup => {
      const tally = tallies.get(group) ?? Tally.of(group, undirected);
      tallies.set(group, tally);
      return { group, tally, isSmall: group.small === true || tally.finished < (minCalls ?? 0) };
    });
  const compare = order(sortedBy, sortOrder, groupBy, within);
  const question: CountQuestion = {
    groupBy,
    systemUsers: known.systemUsers,
    // What is too small to be told by itself may otherwise come as one.
    minCalls: asked.keepsAll === true || withQueue ? undefined : minCalls,
    kindOf: callKinds(known.names.statuses),
    withQueue,
    order: (groups, systemGroups) => {
      undirected = isDirected([...groups, ...systemGroups]) ? undefined : 'outbound';
      return measured(groups)
        .sort(compare)
        .map(({ group }) => group);
    },
  };
  const { masks } = reading;
  // Whose names a label holds is to be seen call by call.
  const count = masks.hides('name') ? undefined : reading.count?.bind(reading);
  const counted = await (count?.(question) ?? countCalls(masks.watched(reading.raw), question));
  const empty = minCalls === undefined ? withoutCalls(asked, counted) : [];
  const sorted = measured([...counted.groups, ...empty]).sort(compare);
  const tails = tailsWith(empty, sorted, counted.tails);
  const system = measured(counted.systemGroups);
  const all = [...sorted, ...system];
  const label = (field: 'call_type' | 'call_date', value: string | undefined) =>
    value === undefined ? undefined : masks.label(field, value);
  const groupCount = sorted.filter(({ isSmall }) => !isSmall).length;
  const shown = groupBy.length === 0 ? [] : sorted.slice(0, Math.min(top, groupCount));
  const rest = groupBy.length === 0 ? [] : sorted.slice(shown.length);
  const spellings = spellingsOf(counted.statuses, known.names.statuses);
  const labeled = ({ group, tally }: MeasuredGroup): Group => ({
    id: group.keys.join('\0'),
    ...leaving(spelled(group, groupBy, spellings), tally, groupBy, known.names, masks),
  });
  const named = all.filter(({ group }) => group.small !== true);
  return {
    total: sum(all, counted.total, undirected),
    groups: shown.map(labeled),
    every: new Map(
      asked.keepsAll === true
        ? sorted.map((one) => [one.group.keys.join('\0'), { tally: one.tally, labeled: () => labeled(one) }])
        : [],
    ),
    within,
    sortedBy,
    sortOrder,
    groupCount,
    other:
      rest.length === 0
        ? undefined
        : {
            groups: groupCount - shown.length,
            small: sorted.length > groupCount,
            tally: sum(rest, tails[shown.length], undirected),
          },
    tails,
    systemUsers: system.length === 0 ? undefined : sum(system, counted.system, undirected),
    undirected,
    absent:
      named.length === 0 ? [] : groupBy.filter((_, i) => named.every(({ group }) => group.keys[i] === NONE)),
    ...remarkable(counted.statuses, spellings, masks),
    statusLabels: new Map(
      [...spellings].map(([key, status]) => [key, masks.label('status', status)] as const),
    ),
    definesSuccess: known.names.statuses.definesSuccess,
    unmappedByAgents: counted.unmappedByAgents,
    directions: withDirections
      ? directionsFrom(counted.callTypes.map(([type, calls]) => [label('call_type', type), calls]))
      : undefined,
    oldest: label('call_date', counted.oldest),
    newest: label('call_date', counted.newest),
    completeness: reading.completeness,
  };
}

/** More groups without calls than this are not told. */
const MOST_EMPTY = 400;

/**
 * Groups along time that have no calls: every day, week or month of the window, every hour between the first and the last
 * that has calls, and every day of the week that lies in the window; with another grouping, for each of its values.
 */
function withoutCalls({ groupBy, window }: SummaryQuestion, counted: CountedCalls): CountedGroup[] {
  const place = groupBy.findIndex(isTime);
  const grouping = groupBy[place];
  const { groups, oldest, newest } = counted;
  if (grouping === undefined || groupBy.filter(isTime).length > 1 || oldest === undefined) return [];
  const between = window ?? { start: oldest, end: newest ?? oldest };
  const times = timesWithin(grouping, between, MOST_EMPTY) ?? [];
  const seen = groups.map(({ keys }) => times.indexOf(keys[place] ?? '')).filter((at) => at >= 0);
  const wanted = grouping === 'hour' ? times.slice(Math.min(...seen), Math.max(...seen) + 1) : times;
  const others = new Map(groups.map((group) => [group.keys[1 - place] ?? '', group]));
  if (wanted.length * others.size > MOST_EMPTY) return [];
  const known = new Set(groups.map(({ keys }) => keys.join('\0')));
  return [...others.values()].flatMap(({ keys, names }) =>
    wanted.flatMap((time): CountedGroup[] => {
      const own = keys.with(place, time);
      if (known.has(own.join('\0'))) return [];
      return [
        {
          keys: own,
          names: names.with(place, undefined),
          system: false,
          distinct: distinctCounts(() => 0),
          observations: [],
          offered: [],
        },
      ];
    }),
  );
}

/** What is distinct from each place on, where groups that hold nothing stand among the others. */
function tailsWith(
  empty: readonly CountedGroup[],
  sorted: readonly MeasuredGroup[],
  tails: readonly DistinctCounts[],
): readonly DistinctCounts[] {
  if (empty.length === 0) return tails;
  const holdsNothing = new Set(empty);
  let place = 0;
  return sorted.map(({ group }) => {
    const tail = tails[place] ?? distinctCounts(() => 0);
    if (!holdsNothing.has(group)) place += 1;
    return tail;
  });
}

/** The summary with its first groups only; those after them are summed up with the others. */
export function withGroups(summary: Summary, shown: number): Summary {
  const rest = summary.groups.slice(shown);
  if (rest.length === 0) return summary;
  const more = summary.other === undefined ? [] : [summary.other];
  const tally = sum([...rest, ...more], summary.tails[shown], summary.undirected);
  const other = {
    groups: rest.length + (summary.other?.groups ?? 0),
    small: summary.other?.small ?? false,
    tally,
  };
  return { ...summary, groups: summary.groups.slice(0, shown), other };
}

interface MeasuredGroup {
  readonly group: CountedGroup;
  readonly tally: Tally;
  /** Whether it has too few calls to be told by itself. */
  readonly isSmall: boolean;
}

/** Small groups come last, and before them those that have nothing to be sorted by. */
function order(
  sort: Sort,
  sortOrder: Summary['sortOrder'],
  groupBy: readonly Grouping[],
  within: number,
): (a: MeasuredGroup, b: MeasuredGroup) => number {
  const sign = sortOrder === 'asc' ? 1 : -1;
  const byKey = (a: MeasuredGroup, b: MeasuredGroup) => {
    for (const [i, grouping] of groupBy.entries()) {
      const difference = compareKeys(grouping, a.group.keys[i] ?? '', b.group.keys[i] ?? '');
      if (difference !== 0) return difference;
    }
    return 0;
  };
  const values = new Map<CountedGroup, number | undefined>();
  const measure = ({ group, tally }: MeasuredGroup, name: MeasureName) => {
    if (!values.has(group)) values.set(group, sortValue(name, tally, within));
    return values.get(group);
  };
  return (a, b) => {
    if (a.isSmall !== b.isSmall) return Number(a.isSmall) - Number(b.isSmall);
    if (sort === 'key') return sign * byKey(a, b);
    const [one, other] = [measure(a, sort), measure(b, sort)];
    if (one === undefined || other === undefined)
      return Number(one === undefined) - Number(other === undefined) || byKey(a, b);
    return sign * (one - other) || byKey(a, b);
  };
}

type Labeled = Pick<CountedGroup, 'keys' | 'names'>;

function leaving(
  { keys, names }: Labeled,
  tally: Tally,
  groupBy: readonly Grouping[],
  book: NameBook,
  masks: AnswerMasks,
): Omit<Group, 'id'> {
  return {
    keys: keys.map((key, i) => keyLabel(groupBy[i] ?? 'status', key, masks)),
    names: names.map((name, i) => nameLabel(groupBy[i] ?? 'status', keys[i] ?? '', name, book, masks)),
    tally,
  };
}

/** How a status is written in answers, by what it is grouped by. */
type Spellings = ReadonlyMap<string, string>;

/** The spelling most calls have; of equals the one that is defined, else the smallest. */
function spellingsOf(statuses: CountedCalls['statuses'], book: StatusBook): Spellings {
  const counts = new Map<string, number>();
  for (const [code, , count] of statuses)
    if (code !== undefined) counts.set(code, (counts.get(code) ?? 0) + count);
  const best = [...counts].sort(
    ([a, many], [b, few]) => few - many || Number(book.has(b)) - Number(book.has(a)) || (a < b ? -1 : 1),
  );
  const spellings = new Map<string, string>();
  for (const [code] of best) if (!spellings.has(codeKey(code))) spellings.set(codeKey(code), code);
  return spellings;
}

/** The group under its status as rows mostly spell it. */
function spelled({ keys, names }: Labeled, groupBy: readonly Grouping[], spellings: Spellings): Labeled {
  return {
    keys: keys.map((key, i) => (groupBy[i] === 'status' ? (spellings.get(key) ?? key) : key)),
    names,
  };
}

/** Finished calls of statuses that need a word, under codes and names as they may leave the server, most frequent first. */
function remarkable(
  statuses: CountedCalls['statuses'],
  spellings: Spellings,
  masks: AnswerMasks,
): Pick<Summary, 'unmapped' | 'disputed'> {
  const unmapped = new Map<OutgoingText, number>();
  const disputed = new Map<OutgoingText, number>();
  const add = (counts: Map<OutgoingText, number>, label: OutgoingText, count: number) =>
    counts.set(label, (counts.get(label) ?? 0) + count);
  for (const [code, outcome, count, name] of statuses) {
    const status = code === undefined ? '(no status)' : (spellings.get(codeKey(code)) ?? code);
    const label = masks.label('status', status);
    if (outcome === 'unmapped')
      add(unmapped, name === undefined ? label : withRemark(label, masks.label('status_name', name)), count);
    else if (outcome === 'abandoned' && DISPUTED_STATUSES.has(codeKey(status))) add(disputed, label, count);
  }
  const sorted = (counts: ReadonlyMap<OutgoingText, number>) =>
    new Map([...counts].sort(([a, many], [b, few]) => few - many || compareKeys('status', a, b)));
  return { unmapped: sorted(unmapped), disputed: sorted(disputed) };
}

/** Whether any call says which way it went. */
function isDirected(groups: readonly CountedGroup[]): boolean {
  return groups.some(({ observations }) => {
    for (const [{ direction }] of observations) if (direction !== undefined) return true;
    return false;
  });
}

/** The calls of groups together. */
export function sum(
  groups: Iterable<{ readonly tally: Tally }>,
  distinct: DistinctCounts | undefined,
  undirected: Direction | undefined,
): Tally {
  const total = new Tally(distinct, undirected);
  for (const { tally } of groups) total.addAll(tally);
  return total;
}
