import type { TextField } from '../convoso/call-log.js';
import type { OutcomeGroup } from '../convoso/statuses.js';
import { Failure } from '../util/failure.js';
import type { CallKind, KindFields } from './call-kinds.js';
import { type Form, PHONE, TEXT } from './forms.js';
import type { Grouping } from './groupings.js';
import type { OfferedCalls } from './queue-calls.js';
import type { Selection } from './row-checks.js';

interface Distinct {
  readonly field: TextField;
  readonly form: Form;
  /** Of which calls; undefined for all that have ended. */
  readonly among?: (kind: CallKind) => boolean;
}

/** What is counted once however often it occurs among calls that have ended: the values of a field, in a form. */
export const DISTINCT = {
  leads: { field: 'lead_id', form: TEXT },
  leads_reached: { field: 'lead_id', form: TEXT, among: ({ outcome }) => outcome === 'human' },
  numbers: { field: 'phone_number', form: PHONE },
  // Outbound as attempts are: also without a call_type.
  numbers_called: {
    field: 'phone_number',
    form: PHONE,
    among: ({ direction = 'outbound' }) => direction === 'outbound',
  },
} as const satisfies Record<string, Distinct>;

export type DistinctName = keyof typeof DISTINCT;
export const DISTINCT_NAMES = Object.keys(DISTINCT) as DistinctName[];

/** Whether the values of calls of a kind count. */
export function isAmong(name: DistinctName, kind: CallKind): boolean {
  const { among }: Distinct = DISTINCT[name];
  return among?.(kind) ?? true;
}

/** How many different values there are of each. */
export type DistinctCounts = { readonly [name in DistinctName]: number };

/** These counts, as `count` gives each. */
export function distinctCounts(count: (name: DistinctName, place: number) => number): DistinctCounts {
  const counts = DISTINCT_NAMES.map((name, place) => [name, count(name, place)]);
  return Object.fromEntries(counts) as Record<DistinctName, number>;
}

/** How calls are to be counted. */
export interface CountQuestion {
  readonly groupBy: readonly Grouping[];
  /** Users of the dialer itself; where `groupBy` holds `user` their calls make up groups of their own (`system`). */
  readonly systemUsers: readonly string[];
  /** Calls of a group that has fewer, those in progress with them, may come together with others as `small`. */
  readonly minCalls?: number | undefined;
  /** Equal kinds are the same object (`callKinds`). */
  readonly kindOf: (call: KindFields) => CallKind;
  /** Whether to count what came of the calls that were offered to the agents of a queue. */
  readonly withQueue: boolean;
  /** Puts groups in the order in which they are shown; those with `system` are given beside them. */
  readonly order: (
    groups: readonly CountedGroup[],
    system: readonly CountedGroup[],
  ) => readonly CountedGroup[];
}

/** Calls of one group, reduced. */
export interface CountedGroup {
  /** Values, one per grouping, as `keyOf` gives them. */
  readonly keys: readonly string[];
  /** What rows call these values (`nameOf`), raw: the last that is not missing, in order of time. */
  readonly names: readonly (string | undefined)[];
  /** Calls of the dialer's own users. */
  readonly system: boolean;
  /** True where this stands for all groups of fewer calls than asked for: it has no values. */
  readonly small?: boolean;
  /** What is distinct among those that have ended. */
  readonly distinct: DistinctCounts;
  /** How many calls were of this kind and this length (seconds, or null), in any number of parts. */
  readonly observations: Iterable<readonly [kind: CallKind, length: number | null, count: number]>;
  /** Calls offered to the agents of a queue, in any number of parts; none unless the question asks for them. */
  readonly offered: Iterable<OfferedCalls>;
}

/** How many calls have a status as rows spell it, an outcome and, where that is unknown, this name of the status. */
export type StatusCount = readonly [
  status: string | undefined,
  outcome: OutcomeGroup,
  count: number,
  name?: string | undefined,
];

/** A population, reduced to counts. */
export interface CountedCalls {
  /** In the order of the question. */
  readonly groups: readonly CountedGroup[];
  /** For each of them, what is distinct in it and all groups after it: a lead in two groups counts once. */
  readonly tails: readonly DistinctCounts[];
  /** Groups with `system`, and what is distinct in all of them. */
  readonly systemGroups: readonly CountedGroup[];
  readonly system: DistinctCounts;
  /** What is distinct in all groups. */
  readonly total: DistinctCounts;
  /** Calls by status as rows spell it, those in progress too. Entries of one status and outcome may be several. */
  readonly statuses: readonly StatusCount[];
  /** Calls with a status of unknown outcome that a user other than `systemUsers` has. */
  readonly unmappedByAgents: number;
  /** Calls that have ended, by call_type. */
  readonly callTypes: readonly (readonly [callType: string | undefined, count: number])[];
  /** Dates of the oldest and the newest call. */
  readonly oldest: string | undefined;
  readonly newest: string | undefined;
  /** Where calls had to satisfy checks as well: how many of those read do. Everything else is about those. */
  readonly selection?: Selection;
}

/** What begins as a date and is no longer than one: anything else has no place in an order of time. */
export const DATED = '^[0-9]{4}-[0-9]{2}-[0-9]{2}[ TZ:0-9.+-]{0,20}$';

/** More groups than this are a list, not a summary, and would not stay in memory. */
export const MAX_GROUPS = 50_000;

export function tooManyGroups(groupBy: readonly Grouping[]): Failure {
  return new Failure({
    what: 'The calls were not summarized.',
    why: `group_by ${groupBy.join(', ')} makes more than ${MAX_GROUPS} groups.`,
    next: 'Narrow the window or the filters, group by something with fewer values, or export the calls. With min_calls an archive leaves small groups out by itself.',
  });
}
