import type { CallLog } from './call-log.js';
import { isPlainlyWithin, ordinalOf } from './time.js';

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
const sameLetters: Check = (actual, wanted) => actual.toUpperCase() === wanted.toUpperCase();
const samePhone: Check = (actual, wanted) => phoneDigits(actual) === phoneDigits(wanted);
/** A service may match names by their beginning: a row whose name holds the filter is taken to satisfy it. */
const holds: Check = (actual, wanted) => actual.toLowerCase().includes(wanted.trim().toLowerCase());

const CHECKS: ReadonlyArray<readonly [Exclude<FilterName, 'start_time' | 'end_time'>, Check]> = [
  ['id', same],
  ['lead_id', same],
  ['campaign_id', same],
  ['queue_id', same],
  ['list_id', same],
  ['user_id', same],
  ['status', sameLetters],
  ['phone_number', samePhone],
  ['number_dialed', samePhone],
  ['first_name', holds],
  ['last_name', holds],
  ['call_type', sameLetters],
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

/** Digits without the North American country code, so that +1 (212) 555-0123 equals 2125550123. */
function phoneDigits(phone: string): string {
  return phone.replace(/\D/g, '').replace(/^1(?=\d{10}$)/, '');
}

function boundary(stamp: string | undefined): number | undefined {
  return stamp === undefined ? undefined : ordinalOf(stamp);
}
