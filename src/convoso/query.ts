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
