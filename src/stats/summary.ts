import type { Reading } from '../calls/source.js';
import { codeKey } from '../convoso/status-key.js';
import { DISPUTED_STATUSES, type StatusBook } from '../convoso/statuses.js';
import { callKinds, type Direction } from '../query/call-kinds.js';
import type { CountedCalls, CountedGroup, CountQuestion, DistinctCounts } from '../query/counts.js';
import {
  type AccountKnowledge,
  compareKeys,
  type Grouping,
  isTime,
  keyLabel,
  NONE,
  nameLabel,
} from '../query/groupings.js';
import type { NameBook } from '../query/names/names.js';
import type { AnswerMasks } from '../redact/masks.js';
import { type OutgoingText, withRemark } from '../redact/outgoing.js';
import type { Completeness } from '../walk/completeness.js';
import { countCalls } from './counting.js';
import { type Directions, directionsFrom } from './directions.js';
import { type RateName, rateOf } from './rates.js';
import { Tally } from './tally.js';

/** What groups can be sorted by: `key` upwards, everything else downwards. */
export const SORTS = [
  'key',
  'calls',
  'leads',
  'contact_rate',
  'success_rate',
  'machine_rate',
  'no_answer_rate',
  'abandon_rate',
  'talk_sum',
  'talk_mean',
  'talk_median',
] as const;
export type Sort = (typeof SORTS)[number];

export interface SummaryQuestion {
  readonly groupBy: readonly Grouping[];
  /** Default: time in order of time, everything else by calls. */
  readonly sortBy: Sort | undefined;
  /** Groups told one by one; the others are summed up. */
  readonly top: number;
  /** Whether to say how many calls came in and went out. */
  readonly withDirections?: boolean;
  /** Whether to count what came of the calls that were offered to the agents of a queue. */
  readonly withQueue?: boolean;
}

/** A group: its values and names as they may leave the server, one per grouping. */
export interface Group {
  readonly keys: readonly OutgoingText[];
  readonly names: readonly (OutgoingText | undefined)[];
  readonly tally: Tally;
}

export interface Summary {
  readonly total: Tally;
  readonly groups: readonly Group[];
  readonly sortedBy: Sort;
  /** The groups past `top`. */
  readonly other: { readonly groups: number; readonly tally: Tally } | undefined;
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
  { groupBy, sortBy, top, withDirections = false, withQueue = false }: SummaryQuestion,
  known: AccountKnowledge,
): Promise<Summary> {
  const sortedBy = sortBy ?? (groupBy[0] !== undefined && isTime(groupBy[0]) ? 'key' : 'calls');
  const tallies = new Map<CountedGroup, Tally>();
  let undirected: Direction | undefined;
  const measured = (groups: readonly CountedGroup[]) =>
    groups.map((group): MeasuredGroup => {
      const tally = tallies.get(group) ?? Tally.of(group, undirected);
      tallies.set(group, tally);
      return { group, tally };
    });
  const question: CountQuestion = {
    groupBy,
    systemUsers: known.systemUsers,
    kindOf: callKinds(known.names.statuses),
    withQueue,
    order: (groups, systemGroups) => {
      undirected = isDirected([...groups, ...systemGroups]) ? undefined : 'outbound';
      return measured(groups)
        .sort(order(sortedBy, groupBy))
        .map(({ group }) => group);
    },
  };
  const { masks } = reading;
  // Whose names a label holds is to be seen call by call.
  const count = masks.hides('name') ? undefined : reading.count?.bind(reading);
  const counted = await (count?.(question) ?? countCalls(masks.watched(reading.raw), question));
  const { tails } = counted;
  const sorted = measured(counted.groups);
  const system = measured(counted.systemGroups);
  const all = [...sorted, ...system];
  const label = (field: 'call_type' | 'call_date', value: string | undefined) =>
    value === undefined ? undefined : masks.label(field, value);
  const rest = sorted.slice(top);
  const shown = groupBy.length === 0 ? [] : sorted.slice(0, top);
  const spellings = spellingsOf(counted.statuses, known.names.statuses);
  return {
    total: sum(all, counted.total, undirected),
    groups: shown.map(({ group, tally }) =>
      leaving(spelled(group, groupBy, spellings), tally, groupBy, known.names, masks),
    ),
    sortedBy,
    other: rest.length === 0 ? undefined : { groups: rest.length, tally: sum(rest, tails[top], undirected) },
    tails,
    systemUsers: system.length === 0 ? undefined : sum(system, counted.system, undirected),
    undirected,
    absent:
      all.length === 0 ? [] : groupBy.filter((_, i) => all.every(({ group }) => group.keys[i] === NONE)),
    ...remarkable(counted.statuses, spellings, masks),
    unmappedByAgents: counted.unmappedByAgents,
    directions: withDirections
      ? directionsFrom(counted.callTypes.map(([type, calls]) => [label('call_type', type), calls]))
      : undefined,
    oldest: label('call_date', counted.oldest),
    newest: label('call_date', counted.newest),
    completeness: reading.completeness,
  };
}

/** The summary with its first groups only; those after them are summed up with the others. */
export function withGroups(summary: Summary, shown: number): Summary {
  const rest = summary.groups.slice(shown);
  if (rest.length === 0) return summary;
  const more = summary.other === undefined ? [] : [summary.other];
  const tally = sum([...rest, ...more], summary.tails[shown], summary.undirected);
  const other = { groups: rest.length + (summary.other?.groups ?? 0), tally };
  return { ...summary, groups: summary.groups.slice(0, shown), other };
}

interface MeasuredGroup {
  readonly group: CountedGroup;
  readonly tally: Tally;
}

function order(sort: Sort, groupBy: readonly Grouping[]): (a: MeasuredGroup, b: MeasuredGroup) => number {
  const byKey = (a: MeasuredGroup, b: MeasuredGroup) => {
    for (const [i, grouping] of groupBy.entries()) {
      const difference = compareKeys(grouping, a.group.keys[i] ?? '', b.group.keys[i] ?? '');
      if (difference !== 0) return difference;
    }
    return 0;
  };
  if (sort === 'key') return byKey;
  const values = new Map<MeasuredGroup, number>();
  const measure = (measured: MeasuredGroup) => {
    const value = values.get(measured) ?? sortValue(sort, measured.tally);
    values.set(measured, value);
    return value;
  };
  return (a, b) => measure(b) - measure(a) || byKey(a, b);
}

type Labeled = Pick<CountedGroup, 'keys' | 'names'>;

function leaving(
  { keys, names }: Labeled,
  tally: Tally,
  groupBy: readonly Grouping[],
  book: NameBook,
  masks: AnswerMasks,
): Group {
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

/** What a group is sorted by: a rate that is a range by its lower end. -1 without such a value, so that it comes last. */
function sortValue(sort: Exclude<Sort, 'key'>, tally: Tally): number {
  if (sort === 'calls') return tally.finished;
  if (sort === 'leads') return tally.distinct.leads;
  const talk = tally.talkSeconds();
  if (sort === 'talk_sum') return talk.sum;
  if (sort === 'talk_mean') return talk.mean ?? -1;
  if (sort === 'talk_median') return talk.median ?? -1;
  const { percent, percent_min } = rateOf(sort satisfies RateName, tally);
  return percent ?? percent_min ?? -1;
}

/** Whether any call says which way it went. */
function isDirected(groups: readonly CountedGroup[]): boolean {
  return groups.some(({ observations }) => {
    for (const [{ direction }] of observations) if (direction !== undefined) return true;
    return false;
  });
}

function sum(
  groups: readonly { readonly tally: Tally }[],
  distinct: DistinctCounts | undefined,
  undirected: Direction | undefined,
): Tally {
  const total = new Tally(distinct, undirected);
  for (const { tally } of groups) total.addAll(tally);
  return total;
}
