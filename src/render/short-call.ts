import type { CallLog, Recording } from '../convoso/call-log.js';
import { type OutgoingCall, reduced } from '../redact/outgoing.js';
import { recordLines } from './call-record.js';

/** Characters that one call may take in an answer: its status and names are said again below it, in JSON with escapes. */
const ROOM = 14_000;
/** Longest value tried, in turn, and how many undocumented fields and recordings are kept with it. */
const STEPS = [
  { length: 1_000, entries: 50 },
  { length: 300, entries: 30 },
  { length: 100, entries: 20 },
] as const;

/** A call whose record fits an answer, and what was cut for that; undefined when nothing was. */
export interface ShortCall {
  readonly call: OutgoingCall;
  readonly cut: string | undefined;
}

/** Cuts a call that would make an answer too long: only one with values as no person types them. */
export function shortCall(call: OutgoingCall): ShortCall {
  let short: ShortCall = { call, cut: undefined };
  for (const { length, entries } of STEPS) {
    if (fits(short.call)) break;
    const cut = `This record is cut: values to ${length} characters, undocumented fields and recordings to ${entries}. The rest: search_call_logs {"id":"${call.id}","response_format":"detailed"}`;
    short = { call: reduced(call, (whole) => shortenedTo(whole, length, entries)), cut };
  }
  return short;
}

/** The calls of an answer that is down to its last one, which may be too long by itself. */
export function shortened(calls: readonly OutgoingCall[]): {
  calls: readonly OutgoingCall[];
  cut: string | undefined;
} {
  const [only] = calls;
  if (only === undefined || calls.length > 1) return { calls, cut: undefined };
  const { call, cut } = shortCall(only);
  return { calls: [call], cut };
}

function fits(call: OutgoingCall): boolean {
  return Math.max(recordLines(call).join('\n').length, JSON.stringify(call).length) <= ROOM;
}

function shortenedTo(call: CallLog, length: number, entries: number): CallLog {
  const cut = <T>(value: T): T | string =>
    typeof value === 'string' && value.length > length ? `${value.slice(0, length - 1)}…` : value;
  const texts = (value: object) =>
    Object.fromEntries(
      Object.entries(value)
        .slice(0, entries)
        .map(([name, one]) => [name, cut(one)]),
    );
  const short: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(call)) short[field] = cut(value);
  if (call.other !== undefined) short['other'] = texts(call.other);
  if (call.recording !== undefined) {
    short['recording'] = call.recording.slice(0, entries).map((one: Recording) => texts(one));
  }
  return short as unknown as CallLog;
}
