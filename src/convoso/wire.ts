import { type CallLog, type Recording, TEXT_FIELDS, type TextField } from './call-log.js';
import type { Refusal } from './errors.js';
import { cleanText } from './third-party-text.js';
import { toAccountTime } from './time.js';

/** Which envelope the reply came in: the contract's root level, or the live service's `data` member. */
export type Dialect = 'contract' | 'live';

/** A row that could not be read as a call log: its place in the page and the id, where it had one. */
export interface MalformedRow {
  readonly index: number;
  readonly id: string | undefined;
  readonly problem: string;
}

/** One page of results (contract: "Call Log—Retrieve/Search API", response fields). */
export interface CallLogPage {
  readonly dialect: Dialect;
  /** Total matching calls; null when the service did not say. */
  readonly total_found: number | null;
  readonly calls: readonly CallLog[];
  readonly malformed: readonly MalformedRow[];
  /** Rows received, malformed ones included: what an offset advances by. */
  readonly received: number;
  /** Names of the fields that at least one row has, be it as null: a filter on any other cannot be checked on this page. */
  readonly carried: ReadonlySet<string>;
}

/** The reply to an update: the call it names, or null when the service only said that it succeeded. */
export interface UpdateReply {
  readonly call: CallLog | null;
}

/** The reply parsed as JSON is not one of the API's shapes. The message says how, and carries nothing of the reply. */
export class UnexpectedShape extends Error {}

type JsonObject = Record<string, unknown>;

/** Reads the refusal out of a reply, or undefined when it is not one (contract: "General Error Responses"). */
export function readRefusal(reply: unknown): Refusal | undefined {
  if (!isObject(reply)) return undefined;
  const failed = reply['success'] === false || reply['success'] === 'false';
  const unmarked =
    reply['success'] === undefined && Boolean(reply['error']) && reply['results'] === undefined;
  if (!failed && !unmarked) return undefined;
  const text = [reply['text'], reply['error'], reply['message']].find((value) => typeof value === 'string');
  const code = wholeNumber(reply['code']) ?? wholeNumber(reply['error_code']) ?? wholeNumber(reply['error']);
  return { code: code ?? undefined, text: text as string | undefined };
}

/**
 * Reads one page from either envelope. Call dates that carry an offset are turned into account time when the zone is known.
 * @throws UnexpectedShape when it is neither.
 */
export function readPage(reply: unknown, zone?: string): CallLogPage {
  const root = expectObject(reply);
  const dialect = root['data'] === undefined || root['data'] === null ? 'contract' : 'live';
  const body = dialect === 'live' ? liveBody(root['data']) : root;
  const succeeded = isTrue(root['success']);
  const results = body['results'];
  if (results !== undefined && results !== null && !Array.isArray(results)) {
    throw new UnexpectedShape('its list of results is not a list');
  }
  const hasTotal = body['total_found'] !== undefined && body['total_found'] !== null;
  if (!Array.isArray(results) && !succeeded && !hasTotal) {
    throw new UnexpectedShape('it has neither a list of results nor a sign of success');
  }
  const rows: unknown[] = Array.isArray(results) ? results : [];
  const calls: CallLog[] = [];
  const malformed: MalformedRow[] = [];
  const carried = new Set<string>();
  for (const [index, row] of rows.entries()) {
    if (isObject(row)) for (const field of Object.keys(row)) carried.add(field);
    const read = readRow(row, zone);
    if (typeof read.problem === 'string') malformed.push({ index, id: read.id, problem: read.problem });
    else calls.push(read.call);
  }
  const total = hasTotal ? wholeNumber(body['total_found']) : rows.length === 0 ? 0 : null;
  if (hasTotal && total === null) throw new UnexpectedShape('its total_found is not a number');
  return { dialect, total_found: total, calls, malformed, received: rows.length, carried };
}

/**
 * Reads the reply to an update: the whole record (contract) or a bare success (live).
 * @throws UnexpectedShape when it is neither.
 */
export function readUpdateReply(reply: unknown, zone?: string): UpdateReply {
  const root = expectObject(reply);
  if (!isTrue(root['success'])) throw new UnexpectedShape('it does not say that the update succeeded');
  const record = isObject(root['data']) ? root['data'] : root;
  const { success: _success, ...fields } = record;
  const read = readRow(fields, zone);
  return { call: read.problem === undefined ? read.call : null };
}

/** PHP prints an empty object as an empty array; anything else that is not an object is no page. */
function liveBody(data: unknown): JsonObject {
  if (isObject(data)) return data;
  if (Array.isArray(data) && data.length === 0) return { results: [] };
  throw new UnexpectedShape('its data is not an object');
}

type ReadRow =
  | { readonly call: CallLog; readonly problem?: undefined }
  | { readonly problem: string; readonly id: string | undefined };

const TEXT_FIELD_SET: ReadonlySet<string> = new Set(TEXT_FIELDS);
/** Longer than any id, and than a filter can be. */
const MAX_ID_LENGTH = 100;
/** More unknown fields than this on one row are not a call log any more. */
const MAX_OTHER_FIELDS = 100;

function readRow(row: unknown, zone: string | undefined): ReadRow {
  if (!isObject(row)) return { problem: 'it is not an object', id: undefined };
  const id = scalarText(row['id']);
  if (id === undefined || id === null) return { problem: 'it has no id', id: undefined };
  if (id.length > MAX_ID_LENGTH || /\s/.test(id)) return { problem: 'its id is no id', id: undefined };
  const call: { -readonly [field in keyof CallLog]: CallLog[field] } = { id, call_length: null };
  for (const field of Object.keys(row)) {
    const value = row[field];
    if (field === 'id' || value === null || value === '') continue;
    if (field === 'call_length') {
      const seconds = readSeconds(value);
      if (seconds === undefined) return { problem: 'its call_length is not a number of seconds', id };
      call.call_length = seconds;
    } else if (field === 'recording') {
      const recordings = readRecordings(value);
      if (recordings === undefined) return { problem: 'its recording is not a list', id };
      if (recordings !== null) call.recording = recordings;
    } else if (field === 'call_date' || TEXT_FIELD_SET.has(field)) {
      const text = scalarText(value);
      if (text === undefined) return { problem: `its ${field} is not a text`, id };
      if (text !== null) call[field as TextField | 'call_date'] = normalize(field, text, zone);
    } else {
      addOther(call, field, value);
    }
  }
  return { call };
}

function normalize(field: string, text: string, zone: string | undefined): string {
  if (field === 'call_type') return text.toUpperCase();
  return field === 'call_date' ? toAccountTime(text, zone) : text;
}

/** What could make a field's name look like a field with its value, or like another cell. */
const NOT_IN_A_NAME = /[^\p{L}\p{M}\p{N} _.-]/gu;

function addOther(call: { other?: Readonly<Record<string, string>> }, field: string, value: unknown): void {
  const text = scalarText(value);
  const name = cleanText(field, 64).replace(NOT_IN_A_NAME, '_');
  if (text === undefined || text === null || name === '' || name === '__proto__') return;
  const other = (call.other ?? {}) as Record<string, string>;
  if (Object.keys(other).length >= MAX_OTHER_FIELDS) return;
  other[name] = text;
  call.other = other;
}

/** Cleaned text of a scalar; null when it stands for nothing; undefined when it is an object or a list. */
function scalarText(value: unknown): string | null | undefined {
  if (typeof value === 'string') {
    const text = cleanText(value);
    return text === '' || text === 'null' || text === 'NULL' ? null : text;
  }
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : null;
  if (typeof value === 'boolean') return String(value);
  return value === null || value === undefined ? null : undefined;
}

/** Seconds as a number; null when not given; undefined when it is no duration. */
function readSeconds(value: unknown): number | null | undefined {
  const text = scalarText(value);
  if (text === null || text === undefined) return text;
  return /^\d{1,9}(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

function readRecordings(value: unknown): Recording[] | null | undefined {
  if (!Array.isArray(value)) return scalarText(value) === null ? null : undefined;
  const recordings: Recording[] = [];
  for (const entry of value) {
    if (!isObject(entry)) return undefined;
    const recording: Recording = {};
    for (const field of ['src', 'type', 'recording_id', 'filename', 'public_url'] as const) {
      const text = scalarText(entry[field]);
      if (text !== null && text !== undefined) recording[field] = text;
    }
    recordings.push(recording);
  }
  return recordings;
}

function wholeNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : null;
  return typeof value === 'string' && /^\s*\d{1,15}\s*$/.test(value) ? Number(value) : null;
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true' || value === 1 || value === '1';
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function expectObject(reply: unknown): JsonObject {
  if (!isObject(reply))
    throw new UnexpectedShape(Array.isArray(reply) ? 'it is a list' : 'it is not an object');
  return reply;
}
