import { allHistory, ordinalOf, stampOf } from '../account-time/stamps.js';
import type { CallLog } from '../convoso/call-log.js';
import type { CallLogFilters, RetrieveQuery } from '../convoso/query.js';
import type { CallLogPage } from '../convoso/wire.js';
import { canonicalPhone, isPhoneAlone, phoneSpellings } from '../phone/phone.js';
import { mismatches } from '../query/filters.js';
import type { Clock, ReadingWindow } from './reading-window.js';

export interface ZeroQuestion {
  /** As they were sent, without the window. */
  readonly filters: Omit<CallLogFilters, 'start_time' | 'end_time'>;
  readonly window: ReadingWindow;
  readonly clock: Clock;
  readonly pageSize: number;
  /** @throws ConvosoError */
  retrieve(query: RetrieveQuery): Promise<CallLogPage>;
}

/** What a reply without calls is worth. */
export type ZeroCheck =
  /** There are no such calls, as far as the service can tell. */
  | { readonly kind: 'confirmed' }
  /** Calls are found when a value is sent as the service's own rows spell it. */
  | { readonly kind: 'respelled'; readonly filters: CallLogFilters }
  /** The reply cannot be right, or could not be checked; a full sentence. */
  | { readonly kind: 'doubtful'; readonly reason: string };

const DAY = 86_400;
const PHONES = ['phone_number', 'number_dialed'] as const;

/**
 * Asks for what must be there if a reply without calls is right: the same window without the filters, whose rows then do not
 * satisfy them; for a window without filters, the days around it. Rows that do satisfy them show how the service spells
 * the values.
 * @throws ConvosoError
 */
export async function checkZero(question: ZeroQuestion): Promise<ZeroCheck> {
  const { filters, window, clock, pageSize } = question;
  const names = Object.entries(filters).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const query = { limit: pageSize, offset: 0, order: 'desc', include_recordings: 0 } as const;
  const { start, end } = window.wide;
  const margin = names.length === 0 ? DAY : 0;
  const around = { start_time: stampOf(Math.max(0, start - margin)), end_time: stampOf(end + margin) };
  const page = await question.retrieve({ ...query, ...around });
  if (page.received === 0) return await anyCallAtAll(question, clock);
  const unknown = names.filter((name) => !page.carried.has(name));
  if (unknown.length > 0) {
    return {
      kind: 'doubtful',
      reason: `The calls of the window do not carry ${unknown.join(', ')}, so it cannot be shown that the service applies that filter: the 0 is what it says.`,
    };
  }
  const found = page.calls.filter(
    (call) => isInside(call, window) && mismatches(call, filters, page.carried).length === 0,
  );
  const [sample] = found;
  const spellings = [
    ...(sample === undefined ? [] : [spelling(sample, filters)]),
    ...spellingsOfNumbers(filters),
  ];
  for (const spelled of spellings) {
    if (Object.keys(spelled).length === 0) continue;
    const again = await question.retrieve({ ...query, ...filters, ...spelled, ...around, limit: 1 });
    if (again.received > 0) return { kind: 'respelled', filters: spelled };
  }
  if (sample === undefined) return { kind: 'confirmed' };
  return {
    kind: 'doubtful',
    reason: `The service returned no call for this question, and ${found.length === 1 ? 'a call' : `${found.length} calls`} that belong to it when asked more widely: its answer of 0 is not right.`,
  };
}

/** Nothing in the window, whatever the filters: is there a call anywhere? Then the service is at work, and the window empty. */
async function anyCallAtAll({ retrieve, window }: ZeroQuestion, clock: Clock): Promise<ZeroCheck> {
  const { start, end } = allHistory(clock.now());
  const page = await retrieve({
    start_time: start,
    end_time: end,
    limit: 1,
    offset: 0,
    order: 'desc',
    include_recordings: 0,
  });
  const [call] = page.calls;
  if (call !== undefined && isInside(call, window)) {
    return {
      kind: 'doubtful',
      reason: `The service returned no call for this window, and one that lies in it for all history: its answer of 0 is not right.`,
    };
  }
  return { kind: 'confirmed' };
}

function isInside({ call_date }: CallLog, { asked }: ReadingWindow): boolean {
  const at = call_date === undefined ? undefined : ordinalOf(call_date);
  return at !== undefined && at >= asked.start && at <= asked.end;
}

/** Other spellings of the numbers asked for: the rows that were looked at need not show how the account prints them. */
export function spellingsOfNumbers(filters: CallLogFilters): CallLogFilters[] {
  return PHONES.flatMap((name) => {
    const sent = filters[name];
    const number = sent === undefined ? undefined : canonicalPhone(sent);
    if (number === undefined) return [];
    return phoneSpellings(number)
      .filter((spelled) => spelled !== sent)
      .map((spelled) => ({ [name]: spelled }));
  });
}

/** The filters that a call satisfies in another spelling than the one that was sent, as the call spells them. */
function spelling(call: CallLog, filters: CallLogFilters): CallLogFilters {
  const spelled: Record<string, string> = {};
  for (const [name, wanted] of Object.entries(filters)) {
    const actual = call[name as keyof CallLogFilters & keyof CallLog];
    if (typeof actual !== 'string' || actual === String(wanted)) continue;
    if (!PHONES.some((phone) => phone === name) || isPhoneAlone(actual)) spelled[name] = actual;
  }
  return spelled;
}
