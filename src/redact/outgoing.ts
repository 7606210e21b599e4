import type { CallLog, TextField } from '../convoso/call-log.js';

/**
 * What may leave the server is a type. Only this folder makes these values; whatever prints, returns, completes or
 * exports takes nothing else, so that code which forgets to redact does not compile.
 */

/** No value has this property: it exists for the compiler alone. */
declare const OUTGOING: unique symbol;

interface Outgoing {
  readonly [OUTGOING]: true;
}

/** A call as it may leave the server. */
export type OutgoingCall = CallLog & Outgoing;

/** One text as it may leave the server: a label, a name, an id. */
export type OutgoingText = string & Outgoing;

/** For this folder: the call has been redacted. */
export function outgoingCall(call: CallLog): OutgoingCall {
  return call as OutgoingCall;
}

/** For this folder, and for text that holds nothing of the service's, such as a date or a word of this program. */
export function outgoingText(text: string): OutgoingText {
  return text as OutgoingText;
}

/** A text and a remark to it, `A (Appointment set)`. */
export function withRemark(text: OutgoingText, remark: OutgoingText): OutgoingText {
  return outgoingText(`${text} (${remark})`);
}

/** One text of a call that has been redacted. */
export function textOf(call: OutgoingCall, field: TextField | 'id' | 'call_date'): OutgoingText | undefined {
  return call[field] as OutgoingText | undefined;
}

/** A redacted call with less in it: `change` may drop fields and shorten texts, and must not add any. */
export function reduced(call: OutgoingCall, change: (call: CallLog) => CallLog): OutgoingCall {
  return outgoingCall(change(call));
}
