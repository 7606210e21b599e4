import type { CallLog } from '../convoso/call-log.js';
import { codeKey } from '../convoso/status-key.js';
import type { OutcomeGroup, StatusBook } from '../convoso/statuses.js';

/** Which way a call went: `outbound` with calls that an agent dialed by hand, `inbound`, or any other call_type (3WAY). */
export const DIRECTIONS = ['outbound', 'inbound', 'other'] as const;
export type Direction = (typeof DIRECTIONS)[number];

const CALL_TYPES: ReadonlyMap<string, Direction> = new Map([
  ['OUTBOUND', 'outbound'],
  ['MANUAL', 'outbound'],
  ['INBOUND', 'inbound'],
]);

/** The direction of a call_type; undefined without one. */
export function directionOf(callType: string | undefined): Direction | undefined {
  return callType === undefined ? undefined : (CALL_TYPES.get(codeKey(callType)) ?? 'other');
}

/** The call types of a direction. */
export function typesOf(direction: Direction): string[] {
  return [...CALL_TYPES].flatMap(([type, one]) => (one === direction ? [type] : []));
}

/** What calls are counted by, apart from their length and their group. */
export interface CallKind {
  readonly outcome: OutcomeGroup;
  /** Whether the status is one of success; such a call reached a person. */
  readonly success: boolean;
  /** Undefined where the row has no call_type. */
  readonly direction: Direction | undefined;
  /** The status as it is compared (`codeKey`); empty without one. */
  readonly status: string;
}

/** What of a call decides on its kind: of the length only whether there is one. */
export type KindFields = Pick<CallLog, 'status' | 'status_name' | 'call_length' | 'call_type'>;

/** Gives calls their kinds. Equal kinds are the same object. */
export function callKinds(book: Pick<StatusBook, 'kindOf'>): (call: KindFields) => CallKind {
  const kinds = new Map<string, CallKind>();
  return (call) => {
    const { group: outcome, success } = book.kindOf(call);
    const direction = directionOf(call.call_type);
    const status = codeKey(call.status ?? '');
    const key = `${outcome} ${success} ${direction} ${status}`;
    let kind = kinds.get(key);
    if (kind === undefined) {
      kind = { outcome, success, direction, status };
      kinds.set(key, kind);
    }
    return kind;
  };
}

/** Whether a call has ended: calls in progress are counted apart. */
export function hasEnded({ outcome }: CallKind): boolean {
  return outcome !== 'in_progress';
}
