import { CALL_TYPES, type SandboxCall } from './calls.js';
import { isAccountTime } from './clock.js';
import type { Dialect } from './dialect.js';
import { CAMPAIGN_NAMES, LIST_NAMES, QUEUE_NAMES, STATUSES, USER_NAMES } from './floor.js';
import { Refusal, type RefusalReason } from './refusals.js';

/** A request's parameters by name. */
export type Form = ReadonlyMap<string, string>;

const MAX_LIMIT = 500;
const MAX_OFFSET = 40_000;

/** The fields a filter compares with, as they are written in the contract's parameter table. */
const EXACT = ['id', 'lead_id', 'campaign_id', 'queue_id', 'list_id', 'user_id', 'status'] as const;
const NUMBERS = ['phone_number', 'number_dialed'] as const;
const NAMES = ['first_name', 'last_name'] as const;

/** A retrieve request, read and checked. */
export interface RetrieveQuery {
  readonly id: string | undefined;
  readonly limit: number;
  readonly offset: number;
  readonly newestFirst: boolean;
  readonly includeRecordings: boolean;
  /** First and last second searched, account time, both included; undefined is open. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly matches: (call: SandboxCall) => boolean;
}

/** One page of calls, and how many there are in all. */
export interface Page {
  readonly query: RetrieveQuery;
  readonly total: number;
  readonly calls: readonly SandboxCall[];
}

/**
 * Reads the parameters of "Call Log—Retrieve/Search" on a day (`YYYY-MM-DD`, account time). A blank parameter is one not given, and an unknown one is ignored.
 * Throws `Refusal` for everything the error tables name.
 */
export function readRetrieve(form: Form, dialect: Dialect, today: string): RetrieveQuery {
  const limit = wholeNumber(form, 'limit', 'limit') ?? (dialect === 'live' ? MAX_LIMIT : 10);
  if (limit < 1) throw new Refusal('limit');
  if (limit > MAX_LIMIT) throw new Refusal('limitTooHigh');
  const offset = wholeNumber(form, 'offset', 'offset') ?? 0;
  if (offset > MAX_OFFSET) throw new Refusal('offsetTooHigh');
  knownId(form, 'campaign_id', CAMPAIGN_NAMES, 'campaign');
  knownId(form, 'queue_id', QUEUE_NAMES, 'queue');
  knownId(form, 'list_id', LIST_NAMES, 'list');
  knownId(form, 'user_id', USER_NAMES, 'user');
  const { from, to } = readWindow(form, dialect, today);
  const status = given(form, 'status');
  // Live accounts answer a status they have never heard of with no calls; the contract has an error for it.
  if (dialect === 'contract' && status !== undefined && !STATUSES.has(status)) throw new Refusal('status');
  return {
    id: given(form, 'id'),
    limit,
    offset,
    newestFirst: readChoice(form, 'order', ['ASC', 'DESC'], 'order', dialect) !== 'ASC',
    includeRecordings:
      readChoice(form, 'include_recordings', ['0', '1'], 'includeRecordings', dialect) === '1',
    from,
    to,
    matches: readFilters(form, dialect),
  };
}

/** The page a query asks for. `calls` are all calls, oldest first; newest first unless the query says otherwise. */
export function retrieve(calls: readonly SandboxCall[], query: RetrieveQuery): Page {
  const found = calls
    .slice(
      query.from === undefined ? 0 : firstAtOrAfter(calls, query.from),
      query.to === undefined ? calls.length : firstAfter(calls, query.to),
    )
    .filter(query.matches);
  if (query.newestFirst) found.reverse();
  return { query, total: found.length, calls: found.slice(query.offset, query.offset + query.limit) };
}

function readFilters(form: Form, dialect: Dialect): (call: SandboxCall) => boolean {
  const tests: ((call: SandboxCall) => boolean)[] = [];
  for (const name of [...EXACT, ...NUMBERS]) {
    const wanted = given(form, name);
    if (wanted !== undefined) tests.push((call) => call[name] === wanted);
  }
  for (const name of NAMES) {
    // Names were typed by people: any letter case is the same name.
    const wanted = given(form, name)?.toLowerCase();
    if (wanted !== undefined) tests.push((call) => call[name].toLowerCase() === wanted);
  }
  const callType = readChoice(form, 'call_type', CALL_TYPES, 'callType', dialect);
  if (callType !== undefined) tests.push((call) => call.call_type === callType);
  const calledCount = wholeNumber(form, 'called_count', 'calledCount');
  if (calledCount !== undefined) tests.push((call) => call.called_count === calledCount);
  return (call) => tests.every((test) => test(call));
}

function readWindow(
  form: Form,
  dialect: Dialect,
  today: string,
): { from: string | undefined; to: string | undefined } {
  const from = given(form, 'start_time');
  const to = given(form, 'end_time');
  for (const time of [from, to]) {
    if (time !== undefined && !isAccountTime(time)) throw new Refusal('dateFormat');
  }
  if (from !== undefined && to !== undefined && from > to) throw new Refusal('dateRange');
  if (dialect === 'live' && from === undefined && to === undefined) {
    // Some live accounts search today only when a request names no dates, whatever else it names.
    return { from: `${today} 00:00:00`, to: `${today} 23:59:59` };
  }
  return { from, to };
}

function given(form: Form, name: string): string | undefined {
  const value = form.get(name);
  return value === undefined || value.trim() === '' ? undefined : value;
}

function wholeNumber(form: Form, name: string, reason: RefusalReason): number | undefined {
  const value = given(form, name);
  if (value === undefined) return undefined;
  if (!/^\d+$/.test(value)) throw new Refusal(reason);
  return Number(value);
}

function knownId(form: Form, name: string, known: ReadonlyMap<string, string>, reason: RefusalReason): void {
  const id = given(form, name);
  if (id !== undefined && !known.has(id)) throw new Refusal(reason);
}

/** One of a few words, any letter case. The contract names them all, so it refuses others; live lets them through. */
function readChoice(
  form: Form,
  name: string,
  choices: readonly string[],
  reason: RefusalReason,
  dialect: Dialect,
): string | undefined {
  const value = given(form, name)?.toUpperCase();
  if (value !== undefined && dialect === 'contract' && !choices.includes(value)) throw new Refusal(reason);
  return value;
}

/** Where the first call at or after a time is; the number of calls when there is none. */
function firstAtOrAfter(calls: readonly SandboxCall[], time: string): number {
  return firstWhere(calls, (call) => call.call_date >= time);
}

function firstAfter(calls: readonly SandboxCall[], time: string): number {
  return firstWhere(calls, (call) => call.call_date > time);
}

/** Halving: `is` must be false for the calls before some point and true from there on. */
function firstWhere(calls: readonly SandboxCall[], is: (call: SandboxCall) => boolean): number {
  let low = 0;
  let high = calls.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const call = calls[middle];
    if (call && is(call)) high = middle;
    else low = middle + 1;
  }
  return low;
}
