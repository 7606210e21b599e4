import type { CallLog } from '../convoso/call-log.js';
import type { Completeness } from '../convoso/completeness.js';
import { DISPUTED_STATUSES } from '../convoso/statuses.js';
import { Failure } from '../failure.js';
import {
  type AccountKnowledge,
  compareKeys,
  type Grouping,
  isTime,
  keyLabel,
  keyOf,
  NONE,
  nameLabel,
  nameOf,
} from './grouping.js';
import type { AnswerMasks } from './masks.js';
import { type RateName, rateOf } from './rates.js';
import type { Reading } from './source.js';
import { Tally } from './tally.js';

/** What groups can be sorted by: `key` upwards, everything else downwards. */
export const SORTS = [
  'key',
  'calls',
  'leads',
  'connect_rate',
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
}

/** A group: its values and names as they may leave the server, one per grouping. */
export interface Group {
  readonly keys: readonly string[];
  readonly names: readonly (string | undefined)[];
  readonly tally: Tally;
}

export interface Summary {
  readonly total: Tally;
  readonly groups: readonly Group[];
  readonly sortedBy: Sort;
  /** The groups past `top`. */
  readonly other: { readonly groups: number; readonly tally: Tally } | undefined;
  /** Rows of the dialler's own users, which a ranking of agents leaves out; the total holds them. */
  readonly systemUsers: Tally | undefined;
  /** Groupings for which no call had a value. */
  readonly absent: readonly Grouping[];
  /** Finished calls by status, of statuses without an outcome group. */
  readonly unmapped: ReadonlyMap<string, number>;
  /** Finished calls by status, of statuses that sources disagree on. */
  readonly disputed: ReadonlyMap<string, number>;
  /** Dates of the oldest and the newest call counted, in account time. */
  readonly oldest: string | undefined;
  readonly newest: string | undefined;
  readonly completeness: Completeness;
}

/** More groups than this are a list, not a summary, and would not stay in memory. */
export const MAX_GROUPS = 50_000;

/**
 * Counts a population, group by group, without keeping a call.
 * @throws ConvosoError of the reading; Failure when there are too many groups.
 */
export async function summarize(
  reading: Reading,
  question: SummaryQuestion,
  known: AccountKnowledge,
): Promise<Summary> {
  const gathering = new Gathering(question.groupBy, known);
  for await (const batch of reading) for (const call of batch) gathering.add(call);
  return gathering.summary(question, reading);
}

/** The summary with its first groups only; those after them are summed up with the others. */
export function withGroups(summary: Summary, shown: number): Summary {
  const rest = summary.groups.slice(shown);
  if (rest.length === 0) return summary;
  const tally = sum([...rest, ...(summary.other === undefined ? [] : [summary.other])]);
  const other = { groups: rest.length + (summary.other?.groups ?? 0), tally };
  return { ...summary, groups: summary.groups.slice(0, shown), other };
}

interface RawGroup {
  readonly keys: readonly string[];
  readonly names: (string | undefined)[];
  readonly tally: Tally;
}

/** What begins as a date and is no longer than one: anything else has no place in an order of time. */
const DATED = /^\d{4}-\d\d-\d\d[ TZ:\d.+-]{0,20}$/;

class Gathering {
  readonly #groupBy: readonly Grouping[];
  readonly #known: AccountKnowledge;
  readonly #systemUsers: ReadonlySet<string>;
  readonly #groups = new Map<string, RawGroup>();
  readonly #system = new Map<string, RawGroup>();
  readonly #unmapped = new Map<string, number>();
  readonly #disputed = new Map<string, number>();
  #oldest: string | undefined;
  #newest: string | undefined;

  constructor(groupBy: readonly Grouping[], known: AccountKnowledge) {
    this.#groupBy = groupBy;
    this.#known = known;
    this.#systemUsers = new Set(known.systemUsers);
  }

  add(call: CallLog): void {
    const { tally } = this.#groupOf(call);
    const outcome = this.#known.names.statuses.groupOf(call);
    tally.add(outcome, call.call_length);
    if (call.call_date !== undefined && DATED.test(call.call_date)) {
      if (this.#oldest === undefined || call.call_date < this.#oldest) this.#oldest = call.call_date;
      if (this.#newest === undefined || call.call_date > this.#newest) this.#newest = call.call_date;
    }
    if (outcome === 'in_progress') return;
    if (call.lead_id !== undefined) tally.leads.add(call.lead_id);
    if (call.phone_number !== undefined) tally.numbers.add(call.phone_number);
    const status = call.status ?? '(no status)';
    if (outcome === 'unmapped') increase(this.#unmapped, status);
    if (DISPUTED_STATUSES.has(status.toUpperCase())) increase(this.#disputed, status);
  }

  summary({ groupBy, sortBy, top }: SummaryQuestion, reading: Reading): Summary {
    const sortedBy = sortBy ?? (groupBy[0] !== undefined && isTime(groupBy[0]) ? 'key' : 'calls');
    const sorted = [...this.#groups.values()].sort(this.#order(sortedBy));
    const rest = sorted.slice(top);
    const shown = groupBy.length === 0 ? [] : sorted.slice(0, top);
    const all = [...this.#groups.values(), ...this.#system.values()];
    return {
      total: sum(all),
      groups: shown.map((group) => this.#leaving(group, reading.masks)),
      sortedBy,
      other: rest.length === 0 ? undefined : { groups: rest.length, tally: sum(rest) },
      systemUsers: this.#system.size === 0 ? undefined : sum([...this.#system.values()]),
      absent: all.length === 0 ? [] : groupBy.filter((_, i) => all.every(({ keys }) => keys[i] === NONE)),
      unmapped: labelled(this.#unmapped, reading.masks),
      disputed: labelled(this.#disputed, reading.masks),
      oldest: this.#oldest,
      newest: this.#newest,
      completeness: reading.completeness,
    };
  }

  #groupOf(call: CallLog): RawGroup {
    const keys = this.#groupBy.map((grouping) => keyOf(grouping, call, this.#known.names.statuses));
    const dialler = this.#groupBy.includes('user') && this.#systemUsers.has(call.user_id ?? '');
    const groups = dialler ? this.#system : this.#groups;
    const id = keys.join('\0');
    let group = groups.get(id);
    if (group === undefined) {
      if (groups.size >= MAX_GROUPS) throw tooManyGroups(this.#groupBy);
      group = { keys, names: keys.map(() => undefined), tally: new Tally() };
      groups.set(id, group);
    }
    for (const [i, grouping] of this.#groupBy.entries()) group.names[i] ??= nameOf(grouping, call);
    return group;
  }

  #order(sort: Sort): (a: RawGroup, b: RawGroup) => number {
    const byKey = (a: RawGroup, b: RawGroup) => {
      for (const [i, grouping] of this.#groupBy.entries()) {
        const order = compareKeys(grouping, a.keys[i] ?? '', b.keys[i] ?? '');
        if (order !== 0) return order;
      }
      return 0;
    };
    if (sort === 'key') return byKey;
    const values = new Map([...this.#groups.values()].map((group) => [group, sortValue(sort, group.tally)]));
    return (a, b) => (values.get(b) ?? -1) - (values.get(a) ?? -1) || byKey(a, b);
  }

  #leaving({ keys, names, tally }: RawGroup, masks: AnswerMasks): Group {
    return {
      keys: keys.map((key, i) => keyLabel(this.#groupBy[i] ?? 'status', key, masks)),
      names: names.map((name, i) =>
        nameLabel(this.#groupBy[i] ?? 'status', keys[i] ?? '', name, this.#known.names, masks),
      ),
      tally,
    };
  }
}

/** Counts by status, under codes as they may leave the server. */
function labelled(counts: ReadonlyMap<string, number>, masks: AnswerMasks): Map<string, number> {
  return new Map([...counts].map(([status, count]) => [masks.label('status', status), count]));
}

/** What a group is sorted by; -1 when it has no such value, so that it comes last. */
function sortValue(sort: Exclude<Sort, 'key'>, tally: Tally): number {
  if (sort === 'calls') return tally.finished;
  if (sort === 'leads') return tally.leads.size;
  const talk = tally.talkSeconds();
  if (sort === 'talk_sum') return talk.sum;
  if (sort === 'talk_mean') return talk.mean ?? -1;
  if (sort === 'talk_median') return talk.median ?? -1;
  return rateOf(sort satisfies RateName, tally).percent ?? -1;
}

function sum(groups: readonly { readonly tally: Tally }[]): Tally {
  const total = new Tally();
  for (const { tally } of groups) total.addAll(tally);
  return total;
}

function increase(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Too many groups to be counted one by one. */
export function tooManyGroups(groupBy: readonly Grouping[]): Failure {
  return new Failure({
    what: 'The calls were not summarized.',
    why: `group_by ${groupBy.join(', ')} makes more than ${MAX_GROUPS} groups.`,
    next: 'Narrow the window or the filters, group by something with fewer values, or export the calls.',
  });
}
