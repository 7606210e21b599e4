import { ordinalOf } from '../account-time/stamps.js';
import type { CallLog } from '../convoso/call-log.js';
import type { OutcomeGroup } from '../convoso/statuses.js';
import { type CallKind, hasEnded } from '../query/call-kinds.js';
import {
  type CountedCalls,
  type CountedGroup,
  type CountQuestion,
  DATED,
  type DistinctCounts,
  MAX_GROUPS,
  tooManyGroups,
} from '../query/counts.js';
import { GroupNames } from '../query/group-names.js';
import { isNamed, keyReader, nameOf } from '../query/groupings.js';
import { isAnswered, isOfQueue, waitOf } from '../query/queue-calls.js';
import { UNDATED } from '../query/sql-dialect.js';
import { DistinctPeople } from './distinct.js';

/**
 * Counts calls as they come, without keeping one: what a source does that cannot count by itself.
 * @throws what the calls throw; Failure when there are too many groups
 */
export async function countCalls(
  calls: AsyncIterable<readonly CallLog[]>,
  question: CountQuestion,
): Promise<CountedCalls> {
  const counting = new Counting(question);
  for await (const batch of calls) for (const call of batch) counting.add(call);
  return counting.counted();
}

/** How often things that come in pairs occurred, the second under the first. */
class PairCounts<First, Second> {
  readonly #counts = new Map<First, Map<Second, number>>();

  add(first: First, second: Second): void {
    let seconds = this.#counts.get(first);
    if (seconds === undefined) {
      seconds = new Map();
      this.#counts.set(first, seconds);
    }
    seconds.set(second, (seconds.get(second) ?? 0) + 1);
  }

  *[Symbol.iterator](): Generator<readonly [First, Second, number]> {
    for (const [first, seconds] of this.#counts) {
      for (const [second, count] of seconds) yield [first, second, count];
    }
  }
}

class StreamedGroup implements CountedGroup {
  readonly keys: readonly string[];
  readonly named: GroupNames;
  readonly system: boolean;
  readonly observations = new PairCounts<CallKind, number | null>();
  readonly offered = new PairCounts<boolean, number | null>();
  readonly people = new DistinctPeople();

  constructor(keys: readonly string[], system: boolean) {
    this.keys = keys;
    this.named = new GroupNames(keys.length);
    this.system = system;
  }

  get names(): CountedGroup['names'] {
    return this.named.values;
  }

  get distinct(): DistinctCounts {
    return this.people.counts;
  }
}

const IS_DATED = new RegExp(DATED);

class Counting {
  readonly #question: CountQuestion;
  readonly #keys: readonly ReturnType<typeof keyReader>[];
  readonly #systemUsers: ReadonlySet<string>;
  readonly #systemApart: boolean;
  readonly #isNamed: boolean;
  readonly #groups = new Map<string, StreamedGroup>();
  readonly #system = new Map<string, StreamedGroup>();
  readonly #statuses = new PairCounts<string | undefined, OutcomeGroup>();
  /** Of unknown outcome, with the names that rows have for them. */
  readonly #unmapped = new PairCounts<string | undefined, string | undefined>();
  readonly #callTypes = new Map<string | undefined, number>();
  #unmappedByAgents = 0;
  #oldest: string | undefined;
  #newest: string | undefined;

  constructor(question: CountQuestion) {
    this.#question = question;
    this.#keys = question.groupBy.map(keyReader);
    this.#systemUsers = new Set(question.systemUsers);
    this.#systemApart = question.groupBy.includes('user');
    this.#isNamed = question.groupBy.some(isNamed);
  }

  add(call: CallLog): void {
    const kind = this.#question.kindOf(call);
    const { outcome } = kind;
    const group = this.#groupOf(call, kind);
    group.observations.add(kind, call.call_length);
    if (call.call_date !== undefined && IS_DATED.test(call.call_date)) {
      if (this.#oldest === undefined || call.call_date < this.#oldest) this.#oldest = call.call_date;
      if (this.#newest === undefined || call.call_date > this.#newest) this.#newest = call.call_date;
    }
    if (outcome === 'unmapped') this.#unmapped.add(call.status, call.status_name);
    else this.#statuses.add(call.status, outcome);
    if (!hasEnded(kind)) return;
    group.people.add(call, kind);
    const hasAgent = call.user_id !== undefined && !this.#systemUsers.has(call.user_id);
    if (this.#question.withQueue && isOfQueue(call)) {
      const answered = isAnswered(kind, hasAgent);
      if (answered !== undefined) group.offered.add(answered, waitOf(call));
    }
    // Whose status an agent gave was not ended by the dialer alone.
    if (outcome === 'unmapped' && call.status !== undefined && hasAgent) this.#unmappedByAgents += 1;
    this.#callTypes.set(call.call_type, (this.#callTypes.get(call.call_type) ?? 0) + 1);
  }

  counted(): CountedCalls {
    const all = [...this.#groups.values()];
    const systemGroups = [...this.#system.values()];
    const system = distinctOf(systemGroups);
    const total = distinctOf(all);
    total.addAll(system);
    // The groups that are put in order are those handed out here.
    const groups = this.#question.order(all, systemGroups) as readonly StreamedGroup[];
    return {
      groups,
      tails: tailsOf(groups),
      systemGroups,
      system: system.counts,
      total: total.counts,
      statuses: [
        ...this.#statuses,
        ...[...this.#unmapped].map(([status, name, count]) => [status, 'unmapped', count, name] as const),
      ],
      unmappedByAgents: this.#unmappedByAgents,
      callTypes: [...this.#callTypes],
      oldest: this.#oldest,
      newest: this.#newest,
    };
  }

  #groupOf(call: CallLog, kind: CallKind): StreamedGroup {
    const { groupBy } = this.#question;
    const keys = this.#keys.map((keyOf) => keyOf(call, kind));
    const system = this.#systemApart && this.#systemUsers.has(call.user_id ?? '');
    const groups = system ? this.#system : this.#groups;
    const id = keys.join('\0');
    let group = groups.get(id);
    if (group === undefined) {
      if (this.#groups.size + this.#system.size >= MAX_GROUPS) throw tooManyGroups(groupBy);
      group = new StreamedGroup(keys, system);
      groups.set(id, group);
    }
    if (this.#isNamed) {
      const second = (call.call_date === undefined ? undefined : ordinalOf(call.call_date)) ?? UNDATED;
      for (const [i, grouping] of groupBy.entries()) group.named.add(i, nameOf(grouping, call), second);
    }
    return group;
  }
}

function distinctOf(groups: Iterable<StreamedGroup>): DistinctPeople {
  const all = new DistinctPeople();
  for (const { people } of groups) all.addAll(people);
  return all;
}

function tailsOf(order: readonly StreamedGroup[]): CountedCalls['tails'] {
  const rest = new DistinctPeople();
  return order
    .toReversed()
    .map(({ people }) => {
      rest.addAll(people);
      return rest.counts;
    })
    .reverse();
}
