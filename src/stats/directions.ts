import { NONE } from '../query/groupings.js';
import { type OutgoingCall, type OutgoingText, textOf } from '../redact/outgoing.js';

/** How many calls there are of each call_type; INBOUND and OUTBOUND are always among them. */
export type Directions = Readonly<Record<OutgoingText, number>>;

/** Counts by call_type, with those that are asked about first. */
export function directionsFrom(
  counts: Iterable<readonly [callType: OutgoingText | undefined, calls: number]>,
): Directions {
  const directions: Record<string, number> = { INBOUND: 0, OUTBOUND: 0 };
  for (const [callType = NONE, calls] of counts) directions[callType] = (directions[callType] ?? 0) + calls;
  return directions;
}

export function directionsOf(calls: readonly OutgoingCall[]): Directions {
  return directionsFrom(calls.map((call) => [textOf(call, 'call_type'), 1] as const));
}
