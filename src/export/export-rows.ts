import { stringify } from 'csv-stringify/sync';
import { type CallLog, TEXT_FIELDS } from '../convoso/call-log.js';
import type { OutgoingCall } from '../redact/outgoing.js';

export const EXPORT_FORMATS = ['csv', 'ndjson'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Columns of every export: numbers, date and time, duration, caller id and disposition among them. */
const BASE_COLUMNS = ['id', 'call_date', 'call_length', ...TEXT_FIELDS, 'recording_id'] as const;

const FIELD_ORDER = [
  'id',
  'call_date',
  'call_length',
  ...TEXT_FIELDS,
  'recording',
  'other',
  'unread',
] as const;

/** Turns calls into the lines of an export, and keeps count of the columns that occur. */
export class ExportRows {
  /** In the order of the file; `recording_url` only when recordings were asked for. */
  readonly columns: readonly string[];
  readonly #format: ExportFormat;
  readonly #filled = new Set<string>();

  constructor(format: ExportFormat, withRecordings: boolean) {
    this.#format = format;
    this.columns = [...BASE_COLUMNS, ...(withRecordings ? ['recording_url'] : []), 'other', 'unread'];
  }

  /** Columns without a single value: the API did not return them. */
  get emptyColumns(): string[] {
    return this.columns.filter((column) => !this.#filled.has(column));
  }

  /** What a file of this format begins with. */
  head(): string {
    return this.#format === 'csv' ? csv([this.columns]) : '';
  }

  /** Lines for these calls. NDJSON carries the fields of `columns` that a call has, `other` and recordings as they are. */
  lines(calls: readonly OutgoingCall[]): string {
    const rows = calls.map((call) => this.columns.map((column) => this.#cell(call, column)));
    return this.#format === 'csv'
      ? csv(rows)
      : calls.map((call) => `${JSON.stringify(inOrder(call))}\n`).join('');
  }

  #cell(call: OutgoingCall, column: string): string {
    const value = cell(call, column);
    if (value !== '') this.#filled.add(column);
    return value;
  }
}

/** The call with its fields in one order, whatever it was read from. */
function inOrder(call: OutgoingCall): object {
  return Object.fromEntries(
    FIELD_ORDER.flatMap((field) => (call[field] === undefined ? [] : [[field, call[field]]])),
  );
}

/** RFC 4180; a cell that a spreadsheet would run as a formula gets a leading apostrophe. */
export function csv(rows: readonly (readonly string[])[]): string {
  return stringify(rows as string[][], { record_delimiter: '\r\n', escape_formulas: true });
}

function cell(call: OutgoingCall, column: string): string {
  if (column === 'recording_id')
    return (call.recording ?? []).flatMap(({ recording_id }) => recording_id ?? []).join(' ');
  if (column === 'recording_url') {
    return (call.recording ?? []).flatMap(({ public_url, src }) => public_url ?? src ?? []).join(' ');
  }
  if (column === 'unread') return (call.unread ?? []).join(', ');
  if (column === 'other') return call.other === undefined ? '' : JSON.stringify(call.other);
  const value = call[column as keyof CallLog];
  return value === undefined || value === null ? '' : String(value);
}
