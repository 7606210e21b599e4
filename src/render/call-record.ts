import { TEXT_FIELDS } from '../convoso/call-log.js';
import type { OutgoingCall } from '../redact/outgoing.js';
import { quoted } from './third-party.js';

/** Everything known of one call, a field a line, under the documented names. Absent fields are not mentioned. */
export function recordLines(call: OutgoingCall): string[] {
  const lines = [`id: ${call.id}`];
  if (call.call_date !== undefined) lines.push(`call_date: ${call.call_date}`);
  lines.push(
    call.call_length === null
      ? `call_length: ${call.unread?.includes('call_length') ? 'not readable' : 'not given (the call may be in progress)'}`
      : `call_length: ${call.call_length} s`,
  );
  for (const field of TEXT_FIELDS) {
    const value = call[field];
    if (value !== undefined) lines.push(`${field}: ${value}`);
  }
  // A name of their own: a field that no document names cannot pass for one that a document does.
  for (const [field, value] of Object.entries(call.other ?? {})) lines.push(`other.${field}: ${value}`);
  if (call.unread !== undefined) lines.push(`unread: ${call.unread.join(', ')}`);
  if (call.recording?.length === 0) lines.push('recording: none');
  for (const [index, recording] of (call.recording ?? []).entries()) {
    const parts = Object.entries(recording).map(([field, value]) => `${field} ${quoted(value)}`);
    lines.push(`recording ${index + 1}: ${parts.length === 0 ? 'exists' : parts.join(', ')}`);
  }
  return lines;
}

/** That no call has an id, one or two sentences; `unverified`: why there may be one all the same, a full sentence. */
export function notFoundWords(id: string, unverified: string | undefined): string {
  return unverified === undefined
    ? `No call log has the id ${id} (all history searched).`
    : `No call log with the id ${id} was found, and it is not certain that there is none. ${unverified}`;
}
