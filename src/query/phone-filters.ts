import type { CallLog } from '../convoso/call-log.js';
import { canonicalPhone, phoneDigits, printedPhone } from '../phone/phone.js';
import { InvalidArguments } from '../util/failure.js';
import { PHONE_FILTERS, type PhoneFilter } from './filters.js';

type PhoneFilters = { readonly [name in PhoneFilter]?: string | undefined };

/** What numbers in the filters were sent as, by filter, as answers say it: `415-555-0100 = +14155550100, sent as 4155550100`. */
export type SentPhones = Readonly<Partial<Record<PhoneFilter, string>>>;

/** Whether a question is about a phone number: its answer then says how many of the calls came in and went out. */
export function asksForNumber(filters: PhoneFilters): boolean {
  return PHONE_FILTERS.some((name) => filters[name] !== undefined);
}

/**
 * Puts numbers as people write them into the spelling that the account's rows print, because the service compares texts.
 * `recentRows` is asked for rows as they came only when a number is given.
 * @throws InvalidArguments for a text that holds no number; whatever `recentRows` throws
 */
export async function resolvePhones<Filters extends PhoneFilters>(
  filters: Filters,
  recentRows: () => Promise<readonly Pick<CallLog, PhoneFilter>[]>,
): Promise<{
  readonly filters: Filters;
  readonly sent: SentPhones;
  readonly spellings: readonly Partial<Record<PhoneFilter, string>>[];
}> {
  const spelled: { [name in PhoneFilter]?: string } = {};
  const sent: { [name in PhoneFilter]?: string } = {};
  const spellings: Partial<Record<PhoneFilter, string>>[] = [];
  for (const name of PHONE_FILTERS) {
    const given = filters[name];
    if (given === undefined) continue;
    const e164 = canonicalPhone(given);
    if (e164 === undefined) {
      const digits = given.includes('*') ? undefined : phoneDigits(given);
      if (digits === undefined) throw noNumber(name, given);
      spelled[name] = digits;
      if (digits !== given) sent[name] = `${given}, sent as ${digits}`;
      continue;
    }
    const rows = await recentRows();
    const { spelling, otherForm, others } = printedPhone(
      e164,
      rows.flatMap((row) => row[name] ?? []),
    );
    spelled[name] = spelling;
    spellings.push(...others.map((other) => ({ [name]: other })));
    if (spelling === given && otherForm === undefined) continue;
    const also = otherForm === undefined ? '' : ` (recent rows print some numbers as ${otherForm})`;
    sent[name] = `${given === e164 ? '' : `${given} = `}${e164}, sent as ${spelling}${also}`;
  }
  return { filters: { ...filters, ...spelled }, sent, spellings };
}

function noNumber(name: PhoneFilter, given: string): InvalidArguments {
  const isMasked = given.includes('*');
  return new InvalidArguments({
    what: `${name} cannot be used.`,
    why: isMasked
      ? `“${given.slice(0, 40)}” is a masked number: it stands for one that this server does not let out.`
      : `“${given.slice(0, 40)}” is not a phone number.`,
    next: isMasked
      ? 'Give the whole number, or find the calls by lead_id.'
      : 'Give its digits, with or without the country code, such as 415-555-0100 or +14155550100.',
  });
}
