import * as z from 'zod';
import { TEXT_FIELDS } from '../../convoso/call-log.js';
import type { OutgoingCall } from '../../redact/outgoing.js';
import type { Column } from '../../render/call-view.js';
import { open } from '../advertised-schema.js';

const text = z.string().optional();
const textFields = Object.fromEntries(TEXT_FIELDS.map((field) => [field, text])) as {
  [field in (typeof TEXT_FIELDS)[number]]: typeof text;
};

/** The scalar fields of a call in structured content, under their documented names; absent means not given. */
const callFields = {
  id: z.string(),
  call_date: text.describe('Account time'),
  call_length: z.number().optional().describe('Seconds; absent when none was given (call in progress)'),
  ...textFields,
};

/** A call in structured content: what `pick` makes, and nothing else. */
export const callOutput = open(
  z.object({
    ...callFields,
    recording: z
      .array(z.object({ src: text, type: text, recording_id: text, filename: text, public_url: text }))
      .optional(),
    other: z.record(z.string(), z.string()).optional().describe('Fields beyond the documented ones'),
    unread: z.array(z.string()).optional().describe('Fields that could not be read'),
  }),
).brand<'OutgoingCall', 'inout'>();

/** What all calls of an answer have in common. */
export const sharedOutput = open(z.object(callFields).partial()).describe('Values that every call below has');

export type CallOutput = z.input<typeof callOutput>;

/** A call as structured content: all of it, or the columns named. Absent and null values are omitted. */
export function pick(call: OutgoingCall, columns?: readonly Column[]): CallOutput {
  const chosen: Record<string, unknown> = { id: call.id };
  const names: readonly string[] = columns === undefined ? Object.keys(call) : [...columns, 'unread'];
  for (const name of names) {
    const value = call[name as Column | 'other' | 'unread'];
    if (value === undefined || value === null) continue;
    if (columns !== undefined && Array.isArray(value) && value.length === 0) continue;
    chosen[name] = value;
  }
  return chosen as CallOutput;
}
