import type { CallLogFilters, RetrieveQuery } from '../convoso/query.js';
import type { CallLogPage } from '../convoso/wire.js';
import type { Clock } from './reading-window.js';

/** What a walk needs of the client. */
export interface PageSource {
  /** @throws ConvosoError */
  retrieve(query: RetrieveQuery, options: { signal: AbortSignal }): Promise<CallLogPage>;
}

/** Which calls: the filters, with both ends of the window. */
export interface Population {
  readonly filters: CallLogFilters & { readonly start_time: string; readonly end_time: string };
  readonly includeRecordings: boolean;
  /** Filters in other forms that rows print; calls found under them only are told. */
  readonly spellings?: readonly CallLogFilters[];
}

/** What one walk may cost. */
export interface WalkBudget {
  /** Seconds after which it stops, requests under way included. */
  readonly seconds: number;
  /** Calls after which it stops. */
  readonly rows: number;
  /** Requests under way at once. */
  readonly concurrency: number;
}

/** What other walks for the same question took of the budget before. */
export interface Spent {
  readonly seconds: number;
  readonly rows: number;
}

/** Well within the 60 seconds that hosts usually give a tool. */
export const DEFAULT_WALK_BUDGET: WalkBudget = { seconds: 45, rows: 500_000, concurrency: 4 };

/** Bounds of the service, smaller in tests. */
export interface WalkLimits {
  readonly pageSize: number;
  readonly maxOffset: number;
}

export interface WalkScope {
  readonly signal: AbortSignal;
  readonly spent?: Spent;
  /** When it must have ended at the latest, on the clock of `performance.now()` (milliseconds): the deadline of a tool call. */
  readonly until?: number;
  /** The account's clock (default: zone unknown). */
  readonly clock?: Clock;
  /** Calls handed on so far, and how many match in all where the service says so. */
  readonly onProgress?: (done: number, total: number | undefined) => void;
}

/** Why a walk ended, where its calls were used up. */
export function rowsUsedUp(rows: number): string {
  return `The budget of ${rows} calls (CALL_LOGS_WALK_ROWS) is used up.`;
}

/** Why a reading ended, where the tool call that it is for has no more time. */
export const CALL_TIME_USED_UP = 'The time that a tool call may take is used up.';

/** Why a walk ended, where its seconds were used up. */
export function secondsUsedUp(seconds: number): string {
  return `The budget of ${seconds} seconds (CALL_LOGS_WALK_SECONDS) is used up.`;
}
