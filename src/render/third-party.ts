import { TEXT_FIELDS } from '../convoso/call-log.js';
import type { ResolvedNames } from '../query/names/name-filters.js';
import type { OutgoingCall } from '../redact/outgoing.js';

export { THIRD_PARTY_NOTE } from '../util/third-party-text.js';

const TYPED_BY_PEOPLE = [
  'first_name',
  'last_name',
  'agent_comment',
  'status_name',
  'user',
  'campaign',
  'queue',
] as const;

/** True when a call carries text that people typed. */
export function hasThirdPartyText(call: OutgoingCall): boolean {
  return (
    TYPED_BY_PEOPLE.some((field) => call[field] !== undefined) ||
    call.other !== undefined ||
    (call.recording?.some(({ filename }) => filename !== undefined) ?? false) ||
    isTyped(call.id) ||
    isTyped(call.call_date ?? '') ||
    TEXT_FIELDS.some((field) => isTyped(call[field] ?? ''))
  );
}

/** True for a value that is more than a number, a date or one word, as ids, codes and stamps are. */
export function isTyped(value: string): boolean {
  return !PLAIN.test(value) && /\p{L}/u.test(value);
}

/** True when names that people gave stand in what filters were taken for; numbers are the caller's own. */
export function hasTypedNames({
  phone_number: _phone,
  number_dialed: _dialed,
  ...named
}: ResolvedNames): boolean {
  return Object.values(named).some((meant) => /\s/.test(meant));
}

/** One word, as ids and codes are. */
const PLAIN = /^[\w.+*()-]*$/;

/** A value in a list of values, in quotes where it could be read as more than one of them. */
export function quoted(value: string): string {
  return /[,;="“”|]|^\s|:\s/.test(value) ? JSON.stringify(value) : value;
}

/** A value that begins a line, in quotes unless it is a number, an id or a code: no words of a stranger's begin one. */
export function opening(value: string): string {
  return PLAIN.test(value) ? value : JSON.stringify(value);
}
