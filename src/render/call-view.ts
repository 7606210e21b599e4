import type { TextField } from '../convoso/call-log.js';
import type { StatusBook } from '../convoso/statuses.js';
import { NAMED_IDS, type NameBook } from '../query/names/names.js';
import { type OutgoingCall, reduced } from '../redact/outgoing.js';

/** A column of a table of calls, under the field's documented name. */
export type Column = 'call_date' | 'id' | 'call_length' | 'recording' | TextField;

/** Columns of the concise view, in reading order. `user`, `campaign`, `queue` and `status_name` are said in the names. */
const CONCISE: readonly Column[] = [
  'call_date',
  'id',
  'lead_id',
  'first_name',
  'last_name',
  'phone_number',
  'number_dialed',
  'call_type',
  'status',
  'status_name',
  'call_length',
  'user_id',
  'user',
  'campaign_id',
  'campaign',
  'list_id',
  'queue_id',
  'queue',
  'agent_comment',
  'recording',
];

/** Fields of live rows that a reader rarely needs: the detailed view has them. */
const DETAILED_ONLY: readonly TextField[] = [
  'called_count',
  'term_reason',
  'queue_seconds',
  'caller_id_displayed',
  'inbound_number',
  'queue_position',
  'originating_agent_id',
  'session_id',
];

/** A code and the field that names it; said once below a table instead of on every row. */
const NAMED = [
  ['status', 'status_name'],
  ['user_id', 'user'],
  ['campaign_id', 'campaign'],
  ['queue_id', 'queue'],
] as const;

/** What an empty cell of a column stands for, where that is not "nothing": a value most rows have, or another column's. */
export type BlankRule = { readonly value: string } | { readonly sameAs: Column };

/** What a concise answer says of a list of calls. The text and the structured content are both made from it. */
export interface CallView {
  readonly calls: readonly OutgoingCall[];
  /** Columns that differ between rows, in order. */
  readonly columns: readonly Column[];
  /** Columns whose empty cells stand for something in the table. */
  readonly blanks: Readonly<Partial<Record<Column, BlankRule>>>;
  /** Values that every row has. */
  readonly shared: Readonly<Partial<Record<Column, string | number>>>;
  /** Names of ids that occur, by id field. */
  readonly names: Readonly<Partial<Record<Column, Readonly<Record<string, string>>>>>;
  /** Meaning of every status that occurs. */
  readonly statuses: Readonly<Record<string, string>>;
  /** Fields that some row has and this view leaves out. */
  readonly omitted: readonly string[];
}

/**
 * Builds the concise view: shared values, names and meanings are each said once, empty columns not at all. Ids that the
 * rows do not name have the names of the book. `more`: columns shown beside those that are always worth it.
 */
export function viewOf(
  calls: readonly OutgoingCall[],
  book: StatusBook,
  known: NameBook,
  more: readonly Column[] = [],
): CallView {
  const names: Record<string, Record<string, string>> = {};
  const dropped = new Set<Column>();
  for (const [idField, nameField] of NAMED) {
    const found = namesOf(calls, idField, nameField);
    if (found === undefined) continue;
    dropped.add(nameField);
    // Names of statuses are said with their meanings.
    if (idField !== 'status' && Object.keys(found).length > 0) names[idField] = found;
  }
  for (const [idField, more] of Object.entries(unnamedIds(calls, known))) {
    names[idField] = { ...more, ...names[idField] };
  }
  const shared: Record<string, string | number> = {};
  const columns = [...CONCISE, ...more].filter((column) => {
    if (dropped.has(column) || !calls.some((call) => isGiven(call, column))) return false;
    const common = sharedValue(calls, column);
    if (common !== undefined) shared[column] = common;
    return common === undefined;
  });
  return {
    calls: calls.map(linksOnly),
    columns,
    blanks: blanksOf(calls, columns),
    shared,
    names,
    statuses: statusMeanings(calls, book),
    omitted: omittedOf(calls),
  };
}

/** Names that the book knows for ids whose own rows carry none, by id field. */
export function unnamedIds(
  calls: readonly OutgoingCall[],
  known: NameBook,
): Record<string, Record<string, string>> {
  const names: Record<string, Record<string, string>> = {};
  for (const field of NAMED_IDS) {
    const nameField = NAMED.find(([idField]) => idField === field)?.[1];
    for (const call of calls) {
      const id = call[field];
      if (id === undefined || (nameField !== undefined && call[nameField] !== undefined)) continue;
      const name = known.nameOf(field, id);
      if (name !== undefined) names[field] = { ...names[field], [id]: name };
    }
  }
  return names;
}

/** Meaning of every status that occurs, by code; where rows disagree on the account's own name, all are given. */
export function statusMeanings(calls: readonly OutgoingCall[], book: StatusBook): Record<string, string> {
  const own = new Map<string, Set<string>>();
  for (const { status, status_name } of calls) {
    if (status === undefined) continue;
    const seen = own.get(status) ?? new Set();
    if (status_name !== undefined) seen.add(status_name);
    own.set(status, seen);
  }
  const entries = [...own].map(([code, seen]): [string, string] => [
    code,
    seen.size > 0 ? [...seen].join(' / ') : book.meaningOf(code),
  ]);
  return Object.fromEntries(entries);
}

/** Names by id, or undefined when one id goes under two names or a name has no id: then both columns are shown. */
function namesOf(
  calls: readonly OutgoingCall[],
  idField: TextField,
  nameField: TextField,
): Record<string, string> | undefined {
  const found = new Map<string, string>();
  for (const call of calls) {
    const id = call[idField];
    const name = call[nameField];
    if (name === undefined) continue;
    if (id === undefined || (found.get(id) ?? name) !== name) return undefined;
    found.set(id, name);
  }
  // A name on some rows of an id and not on others is still that id's name.
  return Object.fromEntries(found);
}

/** Fewer rows are as short without a rule for blank cells. */
const MIN_ROWS = 4;
/** Rows with a repeated value from which on saying it in the heading is shorter: a number is longer than a type. */
const NUMBERS_SAVED = 2;
const TYPES_SAVED = 4;

function blanksOf(
  calls: readonly OutgoingCall[],
  columns: readonly Column[],
): Partial<Record<Column, BlankRule>> {
  const blanks: Partial<Record<Column, BlankRule>> = {};
  if (calls.length < MIN_ROWS) return blanks;
  if (columns.includes('number_dialed') && columns.includes('phone_number')) {
    const same = calls.filter((call) => call.number_dialed === call.phone_number).length;
    if (same >= NUMBERS_SAVED && calls.every((call) => call.number_dialed !== undefined)) {
      blanks.number_dialed = { sameAs: 'phone_number' };
    }
  }
  if (columns.includes('call_type') && calls.every((call) => call.call_type !== undefined)) {
    const counts = new Map<string, number>();
    for (const { call_type = '' } of calls) counts.set(call_type, (counts.get(call_type) ?? 0) + 1);
    const [most] = [...counts].sort(([, a], [, b]) => b - a);
    if (most !== undefined && most[1] >= TYPES_SAVED) blanks.call_type = { value: most[0] };
  }
  return blanks;
}

function sharedValue(calls: readonly OutgoingCall[], column: Column): string | number | undefined {
  if (calls.length < 2 || column === 'id') return undefined;
  const value = calls[0]?.[column];
  // No length is null, recordings are a list: neither is said for all rows.
  if (value === undefined || typeof value === 'object') return undefined;
  return calls.every((call) => call[column] === value) ? value : undefined;
}

function isGiven(call: OutgoingCall, column: Column): boolean {
  const value = call[column];
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null;
}

/** A recording in a table is one link, or what else stands for it. */
function linksOnly(call: OutgoingCall): OutgoingCall {
  if (call.recording === undefined) return call;
  const recording = call.recording.map((one) => {
    const field = RECORDING_FIELDS.find((name) => one[name] !== undefined);
    return field === undefined ? {} : { [field]: one[field] };
  });
  return reduced(call, (whole) => ({ ...whole, recording }));
}

const RECORDING_FIELDS = ['public_url', 'src', 'recording_id', 'filename', 'type'] as const;

function omittedOf(calls: readonly OutgoingCall[]): string[] {
  const left = new Set<string>();
  for (const call of calls) {
    for (const field of DETAILED_ONLY) if (call[field] !== undefined) left.add(field);
    for (const field of Object.keys(call.other ?? {})) left.add(field);
    for (const recording of call.recording ?? []) {
      if (Object.keys(recording).length > 1) left.add('recording details');
    }
  }
  return [...left];
}
