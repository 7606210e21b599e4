import type { CallLog } from '../convoso/call-log.js';
import type { CallLogFilters } from '../convoso/query.js';
import { canonicalPhone, isPhoneAlone, phoneSpellings, printedPhone } from '../phone/phone.js';
import { ID_FILTERS, NAME_FILTERS, PHONE_FILTERS } from './filters.js';
import { withoutZeros } from './forms.js';

/**
 * Values that rows may print in several forms: numbers in other spellings, ids with other zeros before them, statuses and
 * names in other letter cases, names composed or not. They count as one value everywhere; a service may compare texts.
 */
const FORMS: ReadonlyArray<readonly [keyof CallLogFilters, (value: string) => readonly string[]]> = [
  ...PHONE_FILTERS.map((name) => [name, formsOfNumber] as const),
  ...ID_FILTERS.map((name) => [name, (id: string) => [withoutZeros(id)]] as const),
  ['status', cases],
  ['call_type', cases],
  ...NAME_FILTERS.map(
    (name) =>
      [name, (text: string) => [text.normalize('NFC'), text.normalize('NFD'), ...cases(text)]] as const,
  ),
];

/** Whether rows may print what is asked for in more than one form. */
export function hasForms(filters: CallLogFilters): boolean {
  return FORMS.some(([name]) => {
    const value = filters[name];
    return value !== undefined && (isOneOf(ID_FILTERS, name) ? /^\d+$/.test(String(value)) : true);
  });
}

/**
 * The filters in other forms than they were sent in, one value changed in each, the likeliest first: all spellings of
 * numbers, and at most `most` forms of any other value.
 */
export function likelyForms(filters: CallLogFilters, most = Number.POSITIVE_INFINITY): CallLogFilters[] {
  return FORMS.flatMap(([name, formsOf]) => {
    const sent = filters[name];
    if (sent === undefined) return [];
    const others = [...new Set(formsOf(String(sent)))].filter((form) => form !== sent);
    return others
      .slice(0, isOneOf(PHONE_FILTERS, name) ? others.length : most)
      .map((form) => ({ [name]: form }));
  });
}

/**
 * The filters in the forms that calls print other values in: numbers as they print numbers, and ids with as many zeros before
 * them, because an account may write all of them with as many digits.
 */
export function formsLike(calls: readonly CallLog[], filters: CallLogFilters): CallLogFilters[] {
  const numbers = PHONE_FILTERS.flatMap((name) => {
    const number = canonicalPhone(filters[name] ?? '');
    if (number === undefined) return [];
    const { spelling, others } = printedPhone(
      number,
      calls.flatMap((call) => call[name] ?? []),
    );
    return [spelling, ...others].filter((form) => form !== filters[name]).map((form) => ({ [name]: form }));
  });
  return [...numbers, ...paddedIds(calls, filters)];
}

function paddedIds(calls: readonly CallLog[], filters: CallLogFilters): CallLogFilters[] {
  return ID_FILTERS.flatMap((name) => {
    const sent = filters[name];
    if (sent === undefined || !/^\d+$/.test(sent)) return [];
    const padded = calls.flatMap((call) => {
      const printed = call[name] ?? '';
      return /^0\d+$/.test(printed) ? [withoutZeros(sent).padStart(printed.length, '0')] : [];
    });
    return [...new Set(padded)].filter((form) => form !== sent).map((form) => ({ [name]: form }));
  });
}

/** The filters that a call satisfies in another form than the one that was sent, as the call prints them. */
export function printedForms(call: CallLog, filters: CallLogFilters): CallLogFilters {
  const printed: Record<string, string> = {};
  for (const [name, wanted] of Object.entries(filters)) {
    const actual = call[name as keyof CallLogFilters & keyof CallLog];
    if (typeof actual !== 'string' || actual === String(wanted)) continue;
    if (!isOneOf(PHONE_FILTERS, name) || isPhoneAlone(actual)) printed[name] = actual;
  }
  return printed;
}

/** Forms that are named in a sentence. */
const MOST_NAMED = 5;

/** `print the same status as Sale or sale`, for each filter. */
export function printedWords(forms: readonly CallLogFilters[]): string[] {
  const byName = new Map<string, Set<string>>();
  for (const [name, form] of forms.flatMap((one) => Object.entries(one))) {
    byName.set(name, (byName.get(name) ?? new Set()).add(String(form)));
  }
  return [...byName].map(([name, all]) => {
    const named = [...all].slice(0, MOST_NAMED);
    const more = all.size > named.length ? ` or in ${all.size - named.length} other forms` : '';
    return `print the same ${isOneOf(PHONE_FILTERS, name) ? 'number' : name} as ${named.join(' or ')}${more}`;
  });
}

function formsOfNumber(sent: string): string[] {
  const number = canonicalPhone(sent);
  return number === undefined ? [] : phoneSpellings(number);
}

/** In capitals, in small letters, and as words are written. */
function cases(text: string): string[] {
  const small = text.toLowerCase();
  return [text.toUpperCase(), small, small.replace(/(?<!\p{L})\p{L}/gu, (letter) => letter.toUpperCase())];
}

function isOneOf<Name extends string>(names: readonly Name[], name: string): name is Name {
  return (names as readonly string[]).includes(name);
}
