import { toAccountTime } from '../account-time/stamps.js';
import { cleanText } from '../util/third-party-text.js';
import { type CallLog, type Recording, TEXT_FIELDS, type TextField } from './call-log.js';
import type { Refusal } from './errors.js';

/** Which envelope the reply came in: the contract's root level, or the live service's `data` member. */
export type Dialect = 'contract' | 'live';

/** A row that could not be read as a call log: its place in the page and what stands for its id, where something does. */
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

/**
 * Reads the refusal out of a reply, or undefined when it is none (contract: "General Error Responses"). A reply that carries
 * an error is one whatever else it says: a page of a query that timed out is not the calls that match.
 */
export function readRefusal(reply: unknown): Refusal | undefined {
  if (!isObject(reply)) return undefined;
  const inner = reply['data'];
  return refusalOf(reply) ?? (isObject(inner) ? refusalOf(inner) : undefined);
}

function refusalOf(part: JsonObject): Refusal | undefined {
  const errors = ['error', 'errors'].flatMap((name) => (isNothing(part[name]) ? [] : [part[name]]));
  const worded = RESULT_FIELDS.every((name) => part[name] === undefined);
  const unmarked = worded && wholeNumber(part['code']) !== null && typeof part['text'] === 'string';
  if (!saysNo(part['success']) && errors.length === 0 && !unmarked) return undefined;
  // An error may be an object or a list of its own, with the words inside.
  const places = [part, ...errors.flat().filter(isObject)];
  const text = [
    part['text'],
    ...errors.flat(),
    ...places.flatMap((place) => [place['message'], place['text'], place['error']]),
  ].find((value) => typeof value === 'string' && wholeNumber(value) === null);
  const code = places
    .flatMap((place) => [place['code'], place['error_code'], place['error']])
    .map(wholeNumber)
    .find((value) => value !== null);
  return { code: code ?? undefined, text: text as string | undefined };
}

/** With one of these, a number and a text are not by themselves a refusal. */
const RESULT_FIELDS = ['success', 'results', 'data', 'total_found', 'id'] as const;

/** A `success` that is none; PHP prints its `false` as a blank text. */
function saysNo(success: unknown): boolean {
  return (
    isFalse(success) || (typeof success === 'string' && /^\s*(?:fail(?:ed|ure)?|error)?\s*$/i.test(success))
  );
}

/**
 * Reads one page from either envelope. Call dates that carry an offset are turned into account time when the zone is known.
 * @throws UnexpectedShape when it is neither.
 */
export function readPage(reply: unknown, zone?: string): CallLogPage {
  const root = expectObject(reply);
  const { dialect, body, rows } = envelopeOf(root);
  const total = totalOf(root, body, rows.length);
  if (!Array.isArray(body['results']) && total === undefined && !isTrue(root['success'])) {
    throw new UnexpectedShape('it has neither a list of results nor a sign of success');
  }
  const calls: CallLog[] = [];
  const malformed: MalformedRow[] = [];
  const carried = new Set<string>();
  for (const [index, row] of rows.entries()) {
    if (isObject(row)) for (const field of Object.keys(row)) carried.add(field);
    const read = readRow(row, zone);
    if (typeof read.problem === 'string') malformed.push({ index, id: read.id, problem: read.problem });
    else calls.push(read.call);
  }
  const total_found = total ?? (rows.length === 0 ? 0 : null);
  return { dialect, total_found, calls, malformed, received: rows.length, carried };
}

interface Envelope {
  readonly dialect: Dialect;
  /** Where the rows are: the root or its `data`. */
  readonly body: JsonObject;
  readonly rows: readonly unknown[];
}

/**
 * Finds the rows by where they are, not by what else there is: a root with rows beside an empty `data` is a page of them.
 * @throws UnexpectedShape when rows are in a place that the API does not have, or in both
 */
function envelopeOf(root: JsonObject): Envelope {
  const { data } = root;
  const contract: Envelope = { dialect: 'contract', body: root, rows: listOf(root['results']) };
  let chosen = contract;
  if (data !== undefined && data !== null) {
    const body = liveBody(data);
    const live: Envelope = { dialect: 'live', body, rows: listOf(body['results']) };
    if (live.rows.length > 0 && contract.rows.length > 0)
      throw new UnexpectedShape('it has two lists of results');
    if (contract.rows.length === 0) chosen = live;
  }
  if (chosen.rows.length === 0 && holdsCalls(root, 3))
    throw new UnexpectedShape('it has calls in another place than its list of results');
  return chosen;
}

/** A list of results; none where the service gave none. */
function listOf(results: unknown): readonly unknown[] {
  if (results === undefined || results === null || isEmpty(results)) return [];
  if (!Array.isArray(results)) throw new UnexpectedShape('its list of results is not a list');
  return results;
}

/** Whether what could be a call log stands in this, so many levels down. */
function holdsCalls(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (isObject(value) && value['id'] !== undefined && CALL_FIELDS.some((field) => value[field] !== undefined))
    return true;
  return levels > 0 && Object.values(value).some((one) => holdsCalls(one, levels - 1));
}

/** What a call log has beside its id, and hardly anything else does. */
const CALL_FIELDS = ['call_date', 'call_length', 'lead_id', 'phone_number'] as const;

/** The total that the reply tells; the larger one where both places tell one and no row decides; undefined when none does. */
function totalOf(root: JsonObject, body: JsonObject, rows: number): number | undefined {
  const parts = body === root && isObject(root['data']) ? [root, root['data']] : [body, root];
  const totals = parts.flatMap((part) => {
    const told = part['total_found'];
    if (told === undefined || told === null) return [];
    const total = wholeNumber(told);
    if (total === null) throw new UnexpectedShape('its total_found is not a number');
    return [total];
  });
  if (totals.length === 0) return undefined;
  return rows > 0 ? totals[0] : Math.max(...totals);
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

/**
 * Why a reply that claims success does not show that the change was made, in words that read after "its reply does not show
 * the change"; undefined when it shows it. `sent` is the form. A reply shows it that is a bare success or the record of the
 * call (contract: "Call Log—Update API", response fields), where nothing it repeats of the form differs. All else that it
 * says may be about the update: that nothing changed, or that a field was left out.
 */
export function unshownChange(reply: unknown, sent: Readonly<Record<string, string>>): string | undefined {
  const { data, ...root } = expectObject(reply);
  const parts: JsonObject[] = isObject(data) ? [root, data] : [{ ...root, data }];
  const members = parts.flatMap((part) => Object.entries(part));
  const listsFields = members.some(([name]) => EXTRA_FIELD.test(name));
  for (const [name, value] of Object.entries(sent)) {
    const echoes = members.filter(([echo]) => echo === name);
    if (!echoes.every(([, given]) => isEcho(given, value)))
      return `it gives ${name} another value than was sent`;
    if (listsFields && EXTRA_FIELD.test(name) && echoes.length === 0)
      return `it lists extra fields, and ${name} is not among them`;
  }
  const isRecord = parts.some((part) => holdsCalls(part, 0));
  const id = scalarText(members.findLast(([name]) => name === 'id')?.[1]);
  const isDocumented = ([name, value]: [string, unknown]) => {
    if (name === 'id') return typeof id === 'string' && scalarText(value) === id;
    if (name === 'success') return isTrue(value);
    if (name in sent || EXTRA_FIELD.test(name) || scalarText(value) === null) return true;
    // What stands here was no refusal.
    if (name === 'error' || name === 'errors') return isNothing(value);
    return isRecord && (RECORD_FIELDS.has(name) || canOnlyBeOfCall(value));
  };
  return members.every(isDocumented) ? undefined : 'it says more than the documented reply does';
}

const EXTRA_FIELD = /^extra_field_\d+$/;
const RECORD_FIELDS: ReadonlySet<string> = new Set([...TEXT_FIELDS, 'call_date', 'call_length', 'recording']);

/** Whether a value is the one that was sent; what was emptied may be printed as nothing. */
function isEcho(value: unknown, sent: string): boolean {
  return value === sent || (scalarText(value) ?? (isNothing(value) ? '' : undefined)) === sent;
}

/** A number, an id or a date: words, counts and lists under a name that no document has could speak of the update. */
function canOnlyBeOfCall(value: unknown): boolean {
  return typeof value === 'string' && /^[\d\s+().:T-]*$/.test(value) && value.replace(/\D/g, '').length >= 4;
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
/** Fields beyond the documented ones that are kept of a row, and recordings. */
const MAX_OTHER_FIELDS = 100;
const MAX_RECORDINGS = 100;

/** Reads a row. Only without an id it is no call log: whatever else cannot be read is named in `unread`, and the call stays. */
function readRow(row: unknown, zone: string | undefined): ReadRow {
  if (!isObject(row)) return { problem: 'it is not an object', id: undefined };
  const id = scalarText(row['id']);
  if (id === undefined || id === null) return { problem: 'it has no id', id: undefined };
  if (id.length > MAX_ID_LENGTH || /\s/.test(id))
    return { problem: 'its id is malformed', id: cleanText(id, MAX_ID_LENGTH) };
  const call: { -readonly [field in keyof CallLog]: CallLog[field] } = { id, call_length: null };
  const other = new OtherFields();
  const unread: string[] = [];
  for (const field of Object.keys(row)) {
    const value = row[field];
    if (field === 'id' || value === null || value === '') continue;
    if (field === 'call_length') {
      const seconds = readSeconds(value);
      if (seconds !== undefined) call.call_length = seconds;
      else {
        unread.push(field);
        other.add(field, value);
      }
    } else if (field === 'recording') {
      const { recordings, isWhole } = readRecordings(value, other);
      if (recordings !== undefined) call.recording = recordings;
      if (!isWhole) unread.push(field);
    } else if (field === 'call_date' || TEXT_FIELD_SET.has(field)) {
      const text = scalarText(value);
      if (typeof text === 'string') call[field as TextField | 'call_date'] = normalize(field, text, zone);
      else if (text === undefined && !isEmpty(value)) {
        unread.push(field);
        other.add(field, value);
      }
    } else {
      other.add(field, value);
    }
  }
  if (other.dropped > 0) unread.push(`${other.dropped} further fields`);
  if (other.fields !== undefined) call.other = other.fields;
  if (unread.length > 0) call.unread = unread;
  return { call };
}

function normalize(field: string, text: string, zone: string | undefined): string {
  if (field === 'call_type') return text.toUpperCase();
  return field === 'call_date' ? toAccountTime(text, zone) : text;
}

/** What could make a field's name look like a field with its value, or like another cell. */
const NOT_IN_A_NAME = /[^\p{L}\p{M}\p{N} _.-]/gu;

/** Fields that no document names, under names of their own. */
class OtherFields {
  fields: Record<string, string> | undefined;
  /** Fields past the bound. */
  dropped = 0;
  #count = 0;

  add(field: string, value: unknown): void {
    const text = scalarText(value);
    if (text === null || (text === undefined && isEmpty(value))) return;
    if (this.#count === MAX_OTHER_FIELDS) {
      this.dropped += 1;
      return;
    }
    this.#count += 1;
    this.fields ??= {};
    this.fields[this.#freeName(field)] = text ?? compactJson(value);
  }

  /** Names that read alike once they are cleaned are numbered: `a_`, `a_2`. */
  #freeName(field: string): string {
    const cleaned = cleanText(field, 64).replace(NOT_IN_A_NAME, '_');
    const name = cleaned === '' || cleaned === '__proto__' ? '_' : cleaned;
    let free = name;
    for (let number = 2; Object.hasOwn(this.fields ?? {}, free); number += 1) free = `${name}${number}`;
    return free;
  }
}

/** A list or an object as cleaned JSON, cut like any long text. */
function compactJson(value: unknown): string {
  try {
    return cleanText(JSON.stringify(value));
  } catch {
    // Nested deeper than the stack reaches.
    return '(nested too deeply to be shown)';
  }
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

/** `1,200`, with or without a fraction. */
const GROUPED = /^\d{1,3}(?:,\d{3}){1,2}(?:\.\d+)?$/;
/** PHP prints large numbers as `1.2e3`. */
const PLAIN_NUMBER = /^\d{1,9}(?:\.\d+)?(?:e\+?\d)?$/i;
const CLOCK = /^(\d{1,4}):([0-5]?\d):([0-5]?\d(?:\.\d+)?)$/;

/** Seconds, from a number or `HH:MM:SS`; null when not given; undefined when it is no duration. */
function readSeconds(value: unknown): number | null | undefined {
  const text = scalarText(value);
  if (text === null || (text === undefined && isEmpty(value))) return null;
  if (text === undefined) return undefined;
  const number = GROUPED.test(text) ? text.replaceAll(',', '') : text;
  if (PLAIN_NUMBER.test(number)) return Number(number);
  const clock = CLOCK.exec(text);
  if (clock === null) return undefined;
  const [hours = 0, minutes = 0, seconds = 0] = clock.slice(1).map(Number);
  return hours * 3600 + minutes * 60 + seconds;
}

const RECORDING_FIELDS = ['src', 'type', 'recording_id', 'filename', 'public_url'] as const;

interface ReadRecordings {
  /** Undefined when nothing is said of recordings. */
  readonly recordings: Recording[] | undefined;
  readonly isWhole: boolean;
}

/** Recordings: a list of objects in both dialects; services also give one, a list with keys, JSON in a text, a link or a word. */
function readRecordings(value: unknown, other: OtherFields): ReadRecordings {
  const entries = recordingEntries(value)?.filter((entry) => scalarText(entry) !== null);
  if (entries === undefined) return { recordings: undefined, isWhole: scalarText(value) === null };
  const kept = entries.slice(0, MAX_RECORDINGS).map((entry) => readRecording(entry, other));
  return {
    recordings: kept.filter((recording) => recording !== undefined),
    isWhole: entries.length <= MAX_RECORDINGS && !kept.includes(undefined),
  };
}

/** The recordings that a value holds, each as it was given; undefined when it cannot be told. */
function recordingEntries(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (isFalse(value)) return [];
  if (isObject(value)) {
    if (RECORDING_FIELDS.some((field) => value[field] !== undefined)) return [value];
    const entries = Object.values(value);
    return entries.every((entry) => isObject(entry) || entry === null) ? entries : undefined;
  }
  const json = typeof value === 'string' && /^\s*[[{]/.test(value) ? parsedJson(value) : undefined;
  if (json !== undefined) return recordingEntries(json);
  return recordingOfText(value) === undefined ? undefined : [value];
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** One recording; what is not documented of it becomes another field of the call. Undefined when it is none. */
function readRecording(entry: unknown, other: OtherFields): Recording | undefined {
  if (!isObject(entry)) return recordingOfText(entry);
  const recording: Recording = {};
  for (const [field, value] of Object.entries(entry)) {
    const known = RECORDING_FIELDS.find((name) => name === field);
    const text = scalarText(value);
    if (known === undefined || text === undefined) other.add(`recording.${field}`, value);
    else if (text !== null) recording[known] = text;
  }
  return recording;
}

/** A recording from a text that can only be one of its fields, or a word that there is one. */
function recordingOfText(value: unknown): Recording | undefined {
  const text = scalarText(value);
  if (text === null || text === undefined) return undefined;
  if (isTrue(text) || /^yes$/i.test(text)) return {};
  if (/^[a-z][a-z\d+.-]*:\/\/\S+$/i.test(text)) return { src: text };
  if (/^[^/\\]+\.[a-z\d]{2,4}$/i.test(text)) return { filename: text };
  return /^[\w:-]*\d[\w:-]*$/.test(text) ? { recording_id: text } : undefined;
}

function wholeNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : null;
  return typeof value === 'string' && /^\s*\d{1,15}\s*$/.test(value) ? Number(value) : null;
}

function isTrue(value: unknown): boolean {
  return value === true || value === 1 || (typeof value === 'string' && /^\s*(?:true|1)\s*$/i.test(value));
}

/** What services print for no. */
function isFalse(value: unknown): boolean {
  return value === false || value === 0 || (typeof value === 'string' && FALSE.test(value.trim()));
}

const FALSE = /^(?:false|0|no|n|f|off|none)$/i;

/** What stands for no value where one could be. */
function isNothing(value: unknown): boolean {
  return scalarText(value) === null || isFalse(value) || isEmpty(value);
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function expectObject(reply: unknown): JsonObject {
  if (!isObject(reply))
    throw new UnexpectedShape(Array.isArray(reply) ? 'it is a list' : 'it is not an object');
  return reply;
}
