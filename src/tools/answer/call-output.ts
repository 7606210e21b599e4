import * as z from 'zod';
import { TEXT_FIELDS } from '../../convoso/call-log.js';
import type { OutgoingCall } from '../../redact/outgoing.js';
import type { CallView } from '../../render/call-view.js';
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

/** A call as structured content. Absent and null values are omitted. */
export function pick(call: OutgoingCall): CallOutput {
  return Object.fromEntries(
    Object.entries(call).filter(([, value]) => value !== undefined && value !== null),
  ) as unknown as CallOutput;
}

const cell = z.union([z.string(), z.number(), z.array(z.unknown()), z.null()]);

/** Calls as a table, which takes half of what objects do: some hosts show the model nothing else. */
export const callTable = z
  .object({
    columns: z.array(z.string()),
    rows: z.array(open(z.array(cell))),
    blanks: open(z.record(z.string(), z.object({ same_as: text, value: text })))
      .optional()
      .describe('What null stands for in a column: the value of another one (same_as), or a value'),
  })
  .describe(
    'One row a call, its values in the order of columns; null: not given, unless blanks has the column',
  )
  .brand<'OutgoingCall', 'inout'>();

export type CallTable = z.input<typeof callTable>;

/** The columns of a view, and what of a row could not be read where there is such a row. */
export function tabulated({ calls, columns, blanks }: CallView): CallTable {
  const names = [
    'id',
    ...columns.filter((column) => column !== 'id'),
    ...(calls.some(({ unread }) => unread !== undefined) ? (['unread'] as const) : []),
  ] as const;
  const cellOf = (call: OutgoingCall, name: (typeof names)[number]) => {
    const given = call[name] ?? null;
    const value = Array.isArray(given) && given.length === 0 ? null : given;
    const blank = name === 'unread' ? undefined : blanks[name];
    if (blank === undefined) return value;
    return value === ('sameAs' in blank ? call[blank.sameAs] : blank.value) ? null : value;
  };
  const printed = Object.entries(blanks).map(([column, blank]) => [
    column,
    'sameAs' in blank ? { same_as: blank.sameAs } : { value: blank.value },
  ]);
  return {
    columns: [...names],
    rows: calls.map((call) => names.map((name) => cellOf(call, name))),
    ...(printed.length === 0 ? {} : { blanks: Object.fromEntries(printed) }),
  } as unknown as CallTable;
}
