import type { CallLog } from '../convoso/call-log.js';
import { type CallKind, hasEnded } from './call-kinds.js';
import type { SqlDialect } from './sql-dialect.js';

/**
 * A call that was offered to the agents of a queue: whether one answered it, how long the caller waited (seconds, null where
 * the row does not say), and how many such calls there are.
 */
export type OfferedCalls = readonly [answered: boolean, wait: number | null, count: number];

/** Of calls with an agent on them, those that no agent answered all the same. */
const UNANSWERED: ReadonlySet<string> = new Set(['abandoned', 'no_answer']);

/**
 * Whether an agent answered a call of a queue (`isOfQueue`); undefined where the call was not offered to agents: those of
 * inbound calls were that have ended, unless they came after hours. `hasAgent`: a user other than the dialer's own is on it.
 */
export function isAnswered(kind: CallKind, hasAgent: boolean): boolean | undefined {
  if (kind.direction !== 'inbound' || !hasEnded(kind) || kind.outcome === 'after_hours') return undefined;
  return kind.outcome === 'human' || (hasAgent && !UNANSWERED.has(kind.outcome));
}

/** Whether a call was in a queue: its row names one, or says how long it waited there. */
export function isOfQueue({ queue_id, queue_seconds }: CallLog): boolean {
  return queue_id !== undefined || queue_seconds !== undefined;
}

/** The same for a stored call. */
export function isOfQueueSql(dialect: SqlDialect): string {
  return `(${dialect.column('queue_id')} IS NOT NULL OR ${dialect.column('queue_seconds')} IS NOT NULL)`;
}

/** Seconds as rows print them, with or without a fraction. */
const SECONDS = '^[0-9]{1,7}([.][0-9]{1,6})?$';
const IS_SECONDS = new RegExp(SECONDS);

/** How long a call waited in its queue, in seconds; null where the row does not say. */
export function waitOf({ queue_seconds: printed = '' }: CallLog): number | null {
  return IS_SECONDS.test(printed) ? toMilliseconds(Number(printed)) : null;
}

/** The same for a stored call, as `waitFrom` reads it. */
export function waitSql(dialect: SqlDialect): string {
  const printed = dialect.column('queue_seconds');
  return `CASE WHEN ${dialect.matches(printed, SECONDS)} THEN ${dialect.number(printed)} END`;
}

/** What `waitSql` came to. */
export function waitFrom(value: unknown): number | null {
  return value === null || value === undefined ? null : toMilliseconds(Number(value));
}

/** To the millisecond: databases differ in the last digits of a fraction. */
function toMilliseconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
