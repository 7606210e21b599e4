import type { CallLog } from '../convoso/call-log.js';
import type { OutcomeGroup } from '../convoso/statuses.js';
import type { Grouping } from './groupings.js';

/** How calls are to be counted. */
export interface CountQuestion {
  readonly groupBy: readonly Grouping[];
  /** Users of the dialler itself; where `groupBy` holds `user` their calls make up groups of their own (`system`). */
  readonly systemUsers: readonly string[];
  readonly outcomeOf: (call: Pick<CallLog, 'status' | 'status_name' | 'call_length'>) => OutcomeGroup;
}

/** Different leads and phone numbers among calls that have ended. */
export interface DistinctCounts {
  readonly leads: number;
  readonly numbers: number;
}

/** Calls of one group, reduced. */
export interface CountedGroup extends DistinctCounts {
  /** Values, one per grouping, as `keyOf` gives them. */
  readonly keys: readonly string[];
  /** What rows call these values (`nameOf`), raw: the last that is not missing, in order of time. */
  readonly names: readonly (string | undefined)[];
  /** Calls of the dialler's own users. */
  readonly system: boolean;
  /** How many calls had this outcome and this length (seconds, or null). */
  readonly observations: Iterable<readonly [outcome: OutcomeGroup, length: number | null, count: number]>;
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
  readonly groups: readonly CountedGroup[];
  readonly total: DistinctCounts;
  /** Of the calls in groups with `system`. */
  readonly system: DistinctCounts;
  /** Calls by status as rows spell it, those in progress too. Entries of one status and outcome may be several. */
  readonly statuses: readonly StatusCount[];
  /** Calls with a status of unknown outcome that a user other than `systemUsers` has. */
  readonly unmappedByAgents: number;
  /** Calls that have ended, by call_type. Asked at most once. */
  callTypes(): Promise<readonly (readonly [callType: string | undefined, count: number])[]>;
  /** Dates of the oldest and the newest call. */
  readonly oldest: string | undefined;
  readonly newest: string | undefined;
  /**
   * For groups in this order (those without `system`), what is distinct in all groups from each place on:
   * `result[k]` is about groups k, k+1 … to the end. Asked at most once; a lead in two groups counts once.
   */
  tails(order: readonly CountedGroup[]): Promise<readonly DistinctCounts[]>;
}
