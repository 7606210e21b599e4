import * as z from 'zod';
import { TEXT_FIELDS } from '../../convoso/call-log.js';
import type { AccountClock, ResolvedWindow } from '../../query/filters.js';
import type { OutgoingCall } from '../../redact/outgoing.js';
import type { Column } from '../../render/call-view.js';
import { repeatedWords } from '../../render/window.js';

const text = z.string().optional();
const textFields = Object.fromEntries(TEXT_FIELDS.map((field) => [field, text])) as {
  [field in (typeof TEXT_FIELDS)[number]]: typeof text;
};

/** The scalar fields of a call in structured content, under their documented names; absent means not given. */
export const callFields = {
  id: z.string(),
  call_date: text.describe('Account time'),
  call_length: z.number().optional().describe('Seconds; absent when none was given (call in progress)'),
  ...textFields,
};

/** A call in structured content: what `pick` makes, and nothing else. */
export const callOutput = z
  .object({
    ...callFields,
    recording: z
      .array(z.object({ src: text, type: text, recording_id: text, filename: text, public_url: text }))
      .optional(),
    other: z.record(z.string(), z.string()).optional().describe('Fields beyond the documented ones'),
    unread: z.array(z.string()).optional().describe('Fields that could not be read'),
  })
  .brand<'OutgoingCall', 'inout'>();

export type CallOutput = z.input<typeof callOutput>;

/** A call as structured content: all of it, or the columns named. Absent and null values are left away. */
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

/** What names and numbers given as filters were taken for, by filter, and among which names. */
export const takenOutput = {
  taken: z
    .record(z.string(), z.string())
    .optional()
    .describe('What names and numbers in the filters were taken for'),
  taken_from: z.string().optional().describe('Whose names were looked at'),
};

/** How many of the calls came in and went out. */
export const directionsOutput = z
  .record(z.string(), z.int())
  .optional()
  .describe('Calls by call_type, when a phone number was asked for');

/** The window that was searched. */
export const windowOutput = z.object({
  start: z.string().describe('Account time, inclusive'),
  end: z.string().describe('Account time, inclusive'),
  start_given: z.boolean().describe('false: all history, no start was given'),
  end_given: z.boolean(),
  ends_now: z.enum(['exactly', 'at the latest']).optional().describe('At the latest: zone unknown'),
  asked_end: text.describe('The end given, where it lies in the future'),
  time_zone: z.string().optional().describe('IANA zone of account time; absent when not known'),
  history_begins: text.describe('The account’s first call, where it lies inside the window'),
  clock_set_back: z.string().optional().describe('Present when an hour of the window occurs twice'),
});

/** A window as structured content; `begins` is the date of the account's first call, where it lies inside. */
export function windowResult(
  window: ResolvedWindow,
  clock: AccountClock,
  begins?: string | undefined,
): z.input<typeof windowOutput> {
  const repeated = repeatedWords(window, clock);
  return {
    start: window.start,
    end: window.end,
    start_given: window.startGiven,
    end_given: window.endGiven,
    ...(window.endsNow === undefined ? {} : { ends_now: window.endsNow }),
    ...(window.askedEnd === undefined ? {} : { asked_end: window.askedEnd }),
    ...(clock.zone === undefined ? {} : { time_zone: clock.zone }),
    ...(begins === undefined ? {} : { history_begins: begins }),
    ...(repeated === undefined ? {} : { clock_set_back: repeated }),
  };
}
