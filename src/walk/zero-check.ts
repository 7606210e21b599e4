import { allHistory, ordinalOf, stampOf } from '../account-time/stamps.js';
import { type CallLogFilters, MAX_LIMIT, type RetrieveQuery } from '../convoso/query.js';
import type { CallLogPage } from '../convoso/wire.js';
import { canonicalPhone, isPhoneAlone, printedPhone, samePhone } from '../phone/phone.js';
import { belongs, PHONE_FILTERS, type PhoneFilter } from '../query/filters.js';
import { formsLike, likelyForms, printedForms } from '../query/other-forms.js';
import { distinct, isInside, isWhole, unlessRefused } from './hidden-calls.js';
import type { Clock, ReadingWindow } from './reading-window.js';

export interface ZeroQuestion {
  /** As they were sent, without the window. */
  readonly filters: Omit<CallLogFilters, 'start_time' | 'end_time'>;
  readonly window: ReadingWindow;
  readonly clock: Clock;
  readonly pageSize: number;
  /** Forms that rows are known to print values in. */
  readonly spellings: readonly CallLogFilters[];
  /** @throws ConvosoError */
  retrieve(query: RetrieveQuery): Promise<CallLogPage>;
}

/** What a reply without calls is worth. */
export type ZeroCheck =
  /** There are no such calls, as far as the service can tell; `remarks`: what else there is to know, in full sentences. */
  | { readonly kind: 'confirmed'; readonly remarks: readonly string[] }
  /** Calls are found when a value is sent as the service's own rows spell it. */
  | { readonly kind: 'respelled'; readonly filters: CallLogFilters }
  /** The reply cannot be right, or could not be checked; a full sentence. */
  | { readonly kind: 'doubtful'; readonly reason: string };

const DAY = 86_400;
const CONFIRMED: ZeroCheck = { kind: 'confirmed', remarks: [] };

/**
 * Asks for what must be there if a reply without calls is right: the same window without the filters, whose rows then do not
 * satisfy them; for a window without filters, the days around it. Rows that do satisfy them show how the service spells
 * the values. Where those rows are not all of the window's calls, the values are asked for in other forms as well.
 * @throws ConvosoError
 */
export async function checkZero(question: ZeroQuestion): Promise<ZeroCheck> {
  const { filters, window, clock, pageSize } = question;
  const names = Object.entries(filters).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const { start, end } = window.wide;
  const margin = names.length === 0 ? DAY : 0;
  const around = { start_time: stampOf(Math.max(0, start - margin)), end_time: stampOf(end + margin) };
  const query = { ...around, limit: pageSize, offset: 0, order: 'desc', include_recordings: 0 } as const;
  const page = await question.retrieve(query);
  if (page.received === 0) return await anyCallAtAll(question, clock);
  const unknown = names.filter((name) => !page.carried.has(name));
  if (unknown.length > 0) {
    return {
      kind: 'doubtful',
      reason: `The calls of the window do not carry ${unknown.join(', ')}, so it cannot be shown that the service applies that filter: the 0 is what it says.`,
    };
  }
  const found = page.calls.filter((call) => isInside(call, window) && belongs(call, filters, page.carried));
  const [sample] = found;
  const whole = isWhole(page, pageSize);
  const shown = sample === undefined ? {} : printedForms(sample, filters);
  const likely =
    whole && sample === undefined
      ? []
      : distinct([...question.spellings, ...formsLike(page.calls, filters), ...likelyForms(filters)]);
  for (const forms of [Object.keys(shown).length === 0 ? [] : [shown], likely]) {
    const pages = await Promise.all(
      forms.map((form) => unlessRefused(question.retrieve({ ...query, ...filters, ...form, limit: 1 }))),
    );
    const place = pages.findIndex((one) => one?.calls.some((call) => belongs(call, filters, one.carried)));
    const known = forms[place];
    if (known !== undefined) return { kind: 'respelled', filters: known };
  }
  if (sample === undefined) {
    const cut = await leftOut(question, page);
    if (cut !== undefined) return { kind: 'doubtful', reason: cut };
    if (names.length === 0) return CONFIRMED;
    const elsewhere = await inOtherField(question, page, query);
    const remarks = elsewhere ?? (whole ? undefined : triedWords(filters, likely));
    return { kind: 'confirmed', remarks: remarks === undefined ? [] : [remarks] };
  }
  return {
    kind: 'doubtful',
    reason: `The service returned no call for this question, and ${found.length === 1 ? 'a call' : `${found.length} calls`} that belong to it when asked more widely: its answer of 0 is not right.`,
  };
}

/**
 * Whether the service returns whole windows, where this one is longer than a day: it has no older calls than those it shows
 * first of the whole window. Some return no more than so many days, whatever is asked for.
 * @returns a full sentence; undefined where nothing is left out
 */
async function leftOut({ window, retrieve }: ZeroQuestion, newest: CallLogPage): Promise<string | undefined> {
  const { start, end } = window.wide;
  if (end - start <= DAY) return undefined;
  const one = { limit: 1, offset: 0, include_recordings: 0 } as const;
  const dates = newest.calls.flatMap(({ call_date }) => ordinalOf(call_date ?? '') ?? []);
  // A page with all calls of the window shows the oldest one; otherwise it is asked for.
  const shown = isWhole(newest, MAX_LIMIT)
    ? dates
    : (
        await retrieve({ ...one, start_time: stampOf(start), end_time: stampOf(end), order: 'asc' })
      ).calls.flatMap(({ call_date }) => ordinalOf(call_date ?? '') ?? []);
  const oldest = Math.min(...shown);
  if (!Number.isFinite(oldest) || oldest - 120 - start < DAY) return undefined;
  const before = { start_time: stampOf(start), end_time: stampOf(oldest - 120) };
  const page = await retrieve({ ...one, ...before, order: 'desc' });
  if (page.received === 0) return undefined;
  return `The service does not return whole windows: it has calls from before ${stampOf(oldest)}, and shows none of them when it is asked for the whole window. Ask for shorter windows.`;
}

/** That a number which no call has in one field stands in the other one; undefined where it does not. */
async function inOtherField(
  { filters, window, retrieve }: ZeroQuestion,
  page: CallLogPage,
  query: RetrieveQuery,
): Promise<string | undefined> {
  const fields = phoneFields(filters);
  if (fields === undefined) return undefined;
  const { asked, other } = fields;
  const { [asked]: sent = '', ...rest } = filters;
  const printed = page.calls.flatMap((call) => call[other] ?? []);
  const number = canonicalPhone(sent);
  const shown = printed.find((text) => samePhone(text, sent) && isPhoneAlone(text));
  const spelling = shown ?? (number === undefined ? sent : printedPhone(number, printed).spelling);
  const exactly = { start_time: stampOf(window.asked.start), end_time: stampOf(window.asked.end) };
  const control = await unlessRefused(
    retrieve({ ...query, ...exactly, ...rest, [other]: spelling, limit: 1 }),
  );
  if (control === undefined) return undefined;
  const wanted = { ...rest, [other]: sent };
  const isFound = control.calls.some(
    (call) => call[other] !== undefined && isInside(call, window) && belongs(call, wanted, control.carried),
  );
  if (!isFound) return undefined;
  return foundAs(fields, control.total_found);
}

/** The field that a question looks for a number in, and the other one; undefined where it is about no number, or about both. */
export function phoneFields(
  filters: CallLogFilters,
): { readonly asked: PhoneFilter; readonly other: PhoneFilter } | undefined {
  const [asked, ...more] = PHONE_FILTERS.filter((name) => filters[name] !== undefined);
  if (asked === undefined || more.length > 0) return undefined;
  return { asked, other: asked === 'phone_number' ? 'number_dialed' : 'phone_number' };
}

/** That the number stands in the other field, of so many calls; null where the service did not say of how many. */
export function foundAs(
  { asked, other }: NonNullable<ReturnType<typeof phoneFields>>,
  calls: number | null,
): string {
  const count = calls === null || calls < 1 ? 'at least 1 call' : calls === 1 ? '1 call' : `${calls} calls`;
  return `The number is found as ${other}: ${count}. To count or see them, ask with ${other} in place of ${asked}.`;
}

/** In which forms a number was looked for, where calls that were not looked at might print it in another one. */
function triedWords(filters: CallLogFilters, forms: readonly CallLogFilters[]): string | undefined {
  const tried = PHONE_FILTERS.flatMap((name) => {
    const sent = filters[name];
    if (sent === undefined) return [];
    const others = forms.flatMap((form) => form[name] ?? []);
    const also =
      others.length === 0
        ? ''
        : ` and in ${others.length} other spellings, such as ${others.slice(0, 2).join(' and ')}`;
    return [`${name} as ${sent}${also}`];
  });
  if (tried.length === 0) return undefined;
  return `Tried: ${tried.join('; ')}. Calls that print the number in any other way would not be found.`;
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
  return CONFIRMED;
}
