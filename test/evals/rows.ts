import type { SandboxCall } from '../../src/sandbox/calls.js';

/** Answers from the generator's rows, without any code of the product. Times are account time. */

type Rows = readonly SandboxCall[];

/** The sandbox's clock stands at 2026-03-03, a Tuesday, 20:00. */
export const YESTERDAY = '2026-03-02';
export const TODAY = '2026-03-03';
/** Monday to Sunday before this week. */
export const LAST_WEEK = ['2026-02-23', '2026-03-01'] as const;

/** Dispositions of calls in which a person was spoken to. */
const HUMAN = new Set(['COMPLETED', 'WRONG_PARTY', 'SALE', 'NI', 'DNC', 'CALLBK']);

/** Calls of whole days, both included. */
export function onDays(calls: Rows, first: string, last = first): Rows {
  return calls.filter(({ call_date }) => call_date.slice(0, 10) >= first && call_date.slice(0, 10) <= last);
}

/** Calls whose fields have these values. */
export function having(calls: Rows, wanted: Partial<SandboxCall>): Rows {
  const fields = Object.entries(wanted);
  return calls.filter((call) => fields.every(([name, value]) => call[name as keyof SandboxCall] === value));
}

export function finished(calls: Rows): Rows {
  return calls.filter(({ status }) => status !== 'INCALL');
}

export function human(calls: Rows): number {
  return calls.filter(({ status }) => HUMAN.has(status)).length;
}

/** In percent, to one decimal. */
export function percent(part: number, whole: number): number {
  return Math.round((part / whole) * 1000) / 10;
}

export function connectRate(calls: Rows): number {
  return percent(human(calls), finished(calls).length);
}

/** Abandoned of those answered, percent. */
export function abandonRate(calls: Rows): number {
  const abandoned = having(calls, { status: 'DROP' }).length;
  return percent(abandoned, abandoned + human(calls));
}

/** Seconds, to one decimal, over the calls longer than 0 s. */
export function meanTalk(calls: Rows): number {
  const lengths = calls.flatMap(({ call_length }) => (call_length ? [call_length] : []));
  return Math.round((lengths.reduce((sum, length) => sum + length, 0) / lengths.length) * 10) / 10;
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

/** The key whose calls have the highest value, and that value. A tie would leave a question with two answers. */
export function highest(groups: ReadonlyMap<string, Rows>, value: (calls: Rows) => number): [string, number] {
  const ranked = [...groups].map(([key, calls]) => [key, value(calls)] as [string, number]);
  const [first, second] = ranked.sort((a, b) => b[1] - a[1]);
  if (first === undefined || first[1] === second?.[1]) throw new Error('There is no one highest.');
  return first;
}

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

/** Wordings of a percentage: as told, or rounded. */
export function percentWords(value: number): string[] {
  return [String(value), `${Math.round(value)}%`, `${Math.round(value)} %`];
}

/** Wordings of seconds: as told, rounded, or in minutes and seconds. */
export function secondsWords(value: number): string[] {
  const whole = Math.round(value);
  const [minutes, seconds] = [Math.floor(whole / 60), whole % 60];
  return [
    String(value),
    String(whole),
    `${minutes}:${String(seconds).padStart(2, '0')}`,
    `${minutes} min`,
    `${minutes}m`,
  ];
}
