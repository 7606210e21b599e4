import type { CallLog } from './call-log.js';
import { ordinalOf } from './time.js';

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

const TEXT_FILTERS = ['id', 'lead_id', 'campaign_id', 'queue_id', 'list_id', 'user_id'] as const;

/**
 * True unless the row shows that it does not satisfy a filter that was sent. A field the row lacks cannot be checked and
 * counts as satisfied: the service ignores parameters it does not know, so what comes back is verified, not trusted.
 */
export function satisfies(call: CallLog, filters: CallLogFilters): boolean {
  for (const name of TEXT_FILTERS) {
    if (differs(call[name], filters[name])) return false;
  }
  return (
    !differs(call.status?.toUpperCase(), filters.status?.toUpperCase()) &&
    !differs(call.call_type, filters.call_type?.toUpperCase()) &&
    !differs(
      call.called_count,
      filters.called_count === undefined ? undefined : String(filters.called_count),
    ) &&
    !differs(digits(call.phone_number), digits(filters.phone_number)) &&
    !differs(digits(call.number_dialed), digits(filters.number_dialed)) &&
    contains(call.first_name, filters.first_name) &&
    contains(call.last_name, filters.last_name) &&
    inWindow(call.call_date, filters)
  );
}

function differs(actual: string | undefined, wanted: string | undefined): boolean {
  return actual !== undefined && wanted !== undefined && actual !== wanted;
}

/** A service may match names by their beginning; a row whose name holds the filter is taken to satisfy it. */
function contains(actual: string | undefined, wanted: string | undefined): boolean {
  return (
    actual === undefined || wanted === undefined || actual.toLowerCase().includes(wanted.trim().toLowerCase())
  );
}

/** Digits of a phone number without the North American country code, so that +1 (212) 555-0123 equals 2125550123. */
function digits(phone: string | undefined): string | undefined {
  return phone?.replace(/\D/g, '').replace(/^1(?=\d{10}$)/, '');
}

function inWindow(callDate: string | undefined, filters: CallLogFilters): boolean {
  const at = callDate === undefined ? undefined : ordinalOf(callDate);
  if (at === undefined) return true;
  const start = filters.start_time === undefined ? undefined : ordinalOf(filters.start_time);
  const end = filters.end_time === undefined ? undefined : ordinalOf(filters.end_time);
  return (start === undefined || at >= start) && (end === undefined || at <= end);
}
