import { isPlainlyWithin, ordinalOf } from '../account-time/stamps.js';
import { samePhone } from '../phone/phone.js';
import type { CallLog } from './call-log.js';
import { codeKey } from './status-key.js';

/** The filters of a search, under the names the contract documents ("Call Log—Retrieve/Search API", parameters). */
export interface CallLogFilters {
  readonly id?: string;
  readonly lead_id?: string;
  readonly campaign_id?: string;
  readonly queue_id?: string;
  readonly list_id?: string;
  readonly user_id?: string;
  readonly status?: string;
  readonly phone_number?: string;
  readonly number_dialed?: string;
  readonly first_name?: string;
  readonly last_name?: string;
  /** Account time, inclusive. */
  readonly start_time?: string;
  /** Account time, inclusive. */
  readonly end_time?: string;
  readonly call_type?: string;
  readonly called_count?: number;
}

/** One page of a search. `limit` 1–500, `offset` 0–40000; always sent, because the service's own default varies. */
export interface RetrieveQuery extends CallLogFilters {
  readonly limit: number;
  readonly offset: number;
  readonly order: 'asc' | 'desc';
  readonly include_recordings: 0 | 1;
}

/** Largest `limit` and `offset` that the contract allows. */
export const MAX_LIMIT = 500;
export const MAX_OFFSET = 40_000;

/** The form fields of a query; what is not given is not sent. The token is added by the client. */
export function queryForm(query: RetrieveQuery): URLSearchParams {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') form.set(name, String(value));
  }
  return form;
}

type FilterName = keyof CallLogFilters;
type Check = (actual: string, wanted: string) => boolean;

const same: Check = (actual, wanted) => actual === wanted;
/** Services that keep ids as numbers find 111 for 0111 and print it without the zeros. */
const sameId: Check = (actual, wanted) => actual === wanted || withoutZeros(actual) === withoutZeros(wanted);
const sameCode: Check = (actual, wanted) => codeKey(actual) === codeKey(wanted);
/**
 * A service may match names by their beginning, and without regard to case or accents: a row that it returns is taken to
 * satisfy the filter when its name holds it so.
 */
const holds: Check = (actual, wanted) => withoutAccents(actual).includes(withoutAccents(wanted.trim()));
/** The same letters with the same accents, composed (é as one code point) or not. */
const sameName: Check = (actual, wanted) => nameKey(actual) === nameKey(wanted);

/** Filters that take an id. */
export const ID_FILTERS = ['id', 'lead_id', 'campaign_id', 'queue_id', 'list_id', 'user_id'] as const;
export type IdFilter = (typeof ID_FILTERS)[number];

/** Filters that take a name of a lead. */
export const NAME_FILTERS = ['first_name', 'last_name'] as const;

/** By filter: what a row must show that the service returned for it, and what a row must show to belong whatever it does. */
const CHECKS: ReadonlyArray<
  readonly [Exclude<FilterName, 'start_time' | 'end_time'>, accepts: Check, certain?: Check]
> = [
  ...ID_FILTERS.map((name) => [name, sameId] as const),
  ['status', sameCode],
  ['phone_number', samePhone],
  ['number_dialed', samePhone],
  ...NAME_FILTERS.map((name) => [name, holds, sameName] as const),
  ['call_type', sameCode],
  ['called_count', same],
];

const NO_FIELDS: ReadonlySet<string> = new Set();

/**
 * The filters that a row shows it does not satisfy. The service ignores parameters it does not know, so what comes back is
 * verified, not trusted. `carried` names the fields that rows of the same reply have: a row that has one of them blank does
 * not satisfy a filter on it, while a field that no row has cannot be checked and counts as satisfied.
 */
export function mismatches(
  call: CallLog,
  filters: CallLogFilters,
  carried: ReadonlySet<string> = NO_FIELDS,
): FilterName[] {
  const failed: FilterName[] = [];
  for (const [name, check] of CHECKS) {
    const wanted = filters[name];
    if (wanted === undefined) continue;
    const actual = call[name];
    if (actual === undefined ? carried.has(name) : !check(actual, String(wanted))) failed.push(name);
  }
  const { call_date: date } = call;
  if (date === undefined || isPlainlyWithin(date, filters.start_time, filters.end_time)) return failed;
  const at = ordinalOf(date);
  if (at !== undefined) {
    if (at < (boundary(filters.start_time) ?? at)) failed.push('start_time');
    if (at > (boundary(filters.end_time) ?? at)) failed.push('end_time');
  }
  return failed;
}

/**
 * Whether a row belongs to a question whichever way the service compares, the window aside: where names are concerned, not
 * by a part of the name or without its accents. `carried` as in `mismatches`.
 */
export function belongs(call: CallLog, filters: CallLogFilters, carried: ReadonlySet<string>): boolean {
  return CHECKS.every(([name, accepts, certain = accepts]) => {
    const wanted = filters[name];
    const actual = call[name];
    if (wanted === undefined) return true;
    return actual === undefined ? !carried.has(name) : certain(actual, String(wanted));
  });
}

function withoutAccents(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase();
}

function nameKey(name: string): string {
  return name.trim().toLowerCase().normalize('NFC');
}

/** An id of digits without zeros before it; any other text as it is. */
export function withoutZeros(id: string): string {
  return /^\d+$/.test(id) ? id.replace(/^0+(?=\d)/, '') : id;
}

/**
 * Ids that a call satisfies the filters by although it prints them with other zeros before them, by filter: `0111` where
 * the row has 111.
 */
export function otherSpellings(
  call: CallLog,
  filters: CallLogFilters,
): [filter: IdFilter, printed: string][] {
  return ID_FILTERS.flatMap((name): [IdFilter, string][] => {
    const [wanted, actual] = [filters[name], call[name]];
    if (wanted === undefined || actual === undefined || actual === wanted || !sameId(actual, wanted))
      return [];
    return [[name, actual]];
  });
}

/** The ids of filters that rows may print with other zeros before them. */
export function idsWithZeros(filters: CallLogFilters): [filter: IdFilter, wanted: string][] {
  return ID_FILTERS.flatMap((name): [IdFilter, string][] => {
    const wanted = filters[name];
    return wanted !== undefined && /^\d+$/.test(wanted) ? [[name, wanted]] : [];
  });
}

function boundary(stamp: string | undefined): number | undefined {
  return stamp === undefined ? undefined : ordinalOf(stamp);
}

/** Filters of a query that rows cannot be checked by, because none of them carries the field. */
export function uncheckable(filters: CallLogFilters, carried: ReadonlySet<string>): string[] {
  return CHECKS.flatMap(([name]) => (filters[name] === undefined || carried.has(name) ? [] : [name]));
}
