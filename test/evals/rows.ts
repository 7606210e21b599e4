import type { SandboxCall } from '../../src/sandbox/calls.js';

/** Answers from the generator's rows, without any code of the product. Times are account time. */

export type Rows = readonly SandboxCall[];

/** The sandbox's clock stands at 2026-03-03, a Tuesday, 20:00. */
export const YESTERDAY = '2026-03-02';
export const TODAY = '2026-03-03';
/** Monday to Sunday before this week. */
export const LAST_WEEK = ['2026-02-23', '2026-03-01'] as const;
export const WEEK_BEFORE = ['2026-02-16', '2026-02-22'] as const;
export const LAST_MONTH = ['2026-02-01', '2026-02-28'] as const;

/** Dispositions of calls in which a person was spoken to. */
const REACHED = new Set(['COMPLETED', 'WRONG_PARTY', 'SALE', 'NI', 'DNC', 'CALLBK']);
const MACHINES = new Set(['ANSWERING_MACHINE', 'A']);
const DIALER = '666666';

/** Calls of whole days, both included. */
export function onDays(calls: Rows, first: string, last = first): Rows {
  return calls.filter(({ call_date }) => call_date.slice(0, 10) >= first && call_date.slice(0, 10) <= last);
}

/** Calls whose fields have these values. */
export function having(calls: Rows, wanted: Partial<SandboxCall>): Rows {
  const fields = Object.entries(wanted);
  return calls.filter((call) => fields.every(([name, value]) => call[name as keyof SandboxCall] === value));
}

export const ended = (calls: Rows): Rows => calls.filter(({ status }) => status !== 'INCALL');
/** Calls that went out, those dialed by hand included. */
export const outbound = (calls: Rows): Rows =>
  calls.filter(({ call_type }) => call_type === 'OUTBOUND' || call_type === 'MANUAL');
export const inbound = (calls: Rows): Rows => having(calls, { call_type: 'INBOUND' });
export const reached = (calls: Rows): Rows => calls.filter(({ status }) => REACHED.has(status));
export const machines = (calls: Rows): Rows => calls.filter(({ status }) => MACHINES.has(status));
export const byAgents = (calls: Rows): Rows => calls.filter(({ user_id }) => user_id !== DIALER);
export const between = (calls: Rows, from: string, to: string): Rows =>
  calls.filter(({ call_date }) => call_date.slice(11) >= from && call_date.slice(11) < to);
export const atLeast = (calls: Rows, seconds: number): Rows =>
  calls.filter(({ call_length }) => call_length !== null && call_length >= seconds);
export const atMost = (calls: Rows, seconds: number): Rows =>
  calls.filter(({ call_length }) => call_length !== null && call_length <= seconds);
export const commented = (calls: Rows, words: string): Rows =>
  calls.filter(({ agent_comment }) => agent_comment?.toLowerCase().includes(words.toLowerCase()));
export const recorded = (calls: Rows): Rows => calls.filter(({ recording }) => recording.length > 0);
export const different = (calls: Rows, field: 'lead_id' | 'phone_number'): number =>
  new Set(calls.map((call) => call[field])).size;
/** 0 for Sunday. */
export const weekday = ({ call_date }: SandboxCall): number =>
  new Date(`${call_date.slice(0, 10)}T00:00:00Z`).getUTCDay();

/** In percent, to one decimal. */
export function percent(part: number, whole: number): number {
  return Math.round((part / whole) * 1000) / 10;
}

/** Of the outbound calls, those that reached a person, percent. */
export function contactRate(calls: Rows): number {
  const out = ended(outbound(calls));
  return percent(reached(out).length, out.length);
}

/** Sales, of the calls that reached a person, percent. */
export function successRate(calls: Rows): number {
  return percent(having(calls, { status: 'SALE' }).length, reached(calls).length);
}

/** Abandoned, of the outbound calls that were answered, percent. */
export function abandonRate(calls: Rows): number {
  const out = outbound(calls);
  const abandoned = having(out, { status: 'DROP' }).length;
  return percent(abandoned, abandoned + reached(out).length);
}

/** Seconds of conversations. */
export const talk = (calls: Rows): number =>
  reached(calls).reduce((sum, { call_length }) => sum + (call_length ?? 0), 0);

/** Seconds of all calls, on machines too. */
export const lineTime = (calls: Rows): number =>
  calls.reduce((sum, { call_length }) => sum + (call_length ?? 0), 0);

/** Calls that waited in a queue, or were let in at once. */
export const offered = (calls: Rows): Rows =>
  calls.filter(({ queue_id, status }) => queue_id !== null && status !== 'AHXFER' && status !== 'QUEUE');
export const answered = (calls: Rows): Rows => byAgents(offered(calls));

/** The value below which this share lies, by rank. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** Calls by a key, in no order. */
export function by(calls: Rows, key: (call: SandboxCall) => string): ReadonlyMap<string, Rows> {
  const groups = new Map<string, SandboxCall[]>();
  for (const call of calls) {
    const group = groups.get(key(call));
    if (group === undefined) groups.set(key(call), [call]);
    else group.push(call);
  }
  return groups;
}

export const byDay = (calls: Rows) => by(calls, ({ call_date }) => call_date.slice(0, 10));
export const byUser = (calls: Rows) => by(byAgents(calls), ({ user_id }) => user_id);
export const byCampaign = (calls: Rows) => by(calls, ({ campaign_id }) => campaign_id);

/** The key whose calls have the highest value, and that value. A tie would leave a question with two answers. */
export function highest(groups: ReadonlyMap<string, Rows>, value: (calls: Rows) => number): [string, number] {
  const ranked = [...groups].map(([key, calls]) => [key, value(calls)] as [string, number]);
  const [first, second] = ranked.sort((a, b) => b[1] - a[1]);
  if (first === undefined || first[1] === second?.[1]) throw new Error('There is no one highest.');
  return first;
}

export function lowest(groups: ReadonlyMap<string, Rows>, value: (calls: Rows) => number): [string, number] {
  const [key, negative] = highest(groups, (calls) => -value(calls));
  return [key, -negative];
}

export const size = (calls: Rows): number => calls.length;

/** The one call with this id. */
export function callOf(calls: Rows, id: string): SandboxCall {
  const call = calls.find((one) => one.id === id);
  if (call === undefined) throw new Error(`The sandbox has no call ${id}.`);
  return call;
}

/** The longest of these calls. */
export function longest(calls: Rows): SandboxCall {
  const [call, next] = calls.toSorted((a, b) => (b.call_length ?? 0) - (a.call_length ?? 0));
  if (call === undefined || call.call_length === next?.call_length)
    throw new Error('There is no one longest.');
  return call;
}

/** Seconds as h:mm:ss. */
export function clockWords(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
