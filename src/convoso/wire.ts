import { cleanText } from '../util/third-party-text.js';
import { type CallLog, TEXT_FIELDS } from './call-log.js';
import type { Refusal } from './errors.js';
import { readRow } from './row.js';
import {
  isEmpty,
  isFalse,
  isNothing,
  isObject,
  isTrue,
  type JsonObject,
  scalarText,
  wholeNumber,
} from './scalars.js';

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
  /** Members beside the rows that no document names and that say something: such as that the page is not whole. */
  readonly asides: readonly string[];
  /** The reply says that more pages follow. */
  readonly promisesMore: boolean;
}

/** The reply to an update: the call it names, or null when the service only said that it succeeded. */
export interface UpdateReply {
  readonly call: CallLog | null;
}

/** The reply parsed as JSON is not one of the API's shapes. The message says how, and carries nothing of the reply. */
export class UnexpectedShape extends Error {}

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
  // The contract's empty page carries no total; any other page without one leaves open how many calls there are.
  const isContractsEmpty = dialect === 'contract' && Array.isArray(root['results']) && rows.length === 0;
  const total_found = total ?? (isContractsEmpty ? 0 : null);
  const besides = (body === root ? [root] : [root, body]).flatMap((part) => Object.entries(part));
  const undocumented = besides.filter(([name, value]) => !PAGE_MEMBERS.has(name) && !isNothing(value));
  const [paging, others] = [
    undocumented.filter(([name]) => PAGING.test(name)),
    undocumented.filter(([name]) => !PAGING.test(name)),
  ];
  return {
    dialect,
    total_found,
    calls,
    malformed,
    received: rows.length,
    carried,
    asides: others.filter(([name, value]) => !saysNothing(name, value)).map(([name]) => cleanText(name, 64)),
    promisesMore: paging.some(([name, value]) => (/more/i.test(name) ? isTrue(value) : true)),
  };
}

/** Members of a page that documents name (contract: "Call Log—Retrieve/Search API", response fields; live: in `data`). */
const PAGE_MEMBERS: ReadonlySet<string> = new Set([
  ...['success', 'data', 'results', 'total_found', 'offset', 'limit', 'entries'],
]);
/** Members that lead to the next page. */
const PAGING = /^(?:has_?)?(?:more|next)(?:_?(?:page|cursor|offset|url|token))?$/i;

/**
 * Whether a member that no document names is no remark on the page: a number, an id, a date, a word for success. Words, lists
 * and a yes could say that calls are missing; so could a code.
 */
function saysNothing(name: string, value: unknown): boolean {
  const number = wholeNumber(value);
  if (/code|status|error|fail|warn/i.test(name)) return number === 200 || isSuccessWord(value);
  const isName = typeof value === 'string' && /^\S*\d\S*$/.test(value);
  return (
    number !== null || typeof value === 'number' || isSuccessWord(value) || isName || canOnlyBeOfCall(value)
  );
}

function isSuccessWord(value: unknown): boolean {
  return typeof value === 'string' && /^\s*(?:ok|success(?:ful)?)\W*$/i.test(value);
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

/** A number, an id or a date: words, counts and lists under a name that no document has could be a remark. */
function canOnlyBeOfCall(value: unknown): boolean {
  return typeof value === 'string' && /^[\d\s+().:T-]*$/.test(value) && value.replace(/\D/g, '').length >= 4;
}

/** PHP prints an empty object as an empty array; anything else that is not an object is no page. */
function liveBody(data: unknown): JsonObject {
  if (isObject(data)) return data;
  if (Array.isArray(data) && data.length === 0) return { results: [] };
  throw new UnexpectedShape('its data is not an object');
}

function expectObject(reply: unknown): JsonObject {
  if (!isObject(reply))
    throw new UnexpectedShape(Array.isArray(reply) ? 'it is a list' : 'it is not an object');
  return reply;
}
