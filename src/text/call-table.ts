import type { CallLog, Recording } from '../convoso/call-log.js';
import type { BlankRule, CallView, Column } from './call-view.js';

/** The table of a view, one line a call. The date of a run of rows is said once, on a line of its own. */
export function tableLines(view: CallView): string[] {
  const { columns, calls } = view;
  const dated = columns.includes('call_date');
  const lines = [columns.map((column) => heading(column, view.blanks[column])).join('|')];
  let day: string | undefined;
  for (const call of calls) {
    const [date, time] = dated ? splitDate(call.call_date) : [undefined, undefined];
    if (date !== undefined && date !== day) {
      day = date;
      lines.push(date);
    }
    lines.push(
      columns
        .map((column) => (column === 'call_date' ? (time ?? '') : cell(call, column, view.blanks[column])))
        .join('|'),
    );
  }
  return lines;
}

/** What all rows share, as one line; undefined when they share nothing. */
export function sharedLine(view: CallView): string | undefined {
  const parts = Object.entries(view.shared).map(
    ([column, value]) => `${column}=${escapeCell(String(value))}`,
  );
  return parts.length === 0 ? undefined : `All rows: ${parts.join('|')}`;
}

/** Names and meanings of the codes that occur, a line a kind. */
export function legendLines(view: CallView): string[] {
  const lines = Object.entries(view.names).map(([field, names]) => legend(field, names));
  if (Object.keys(view.statuses).length > 0) lines.push(legend('status', view.statuses));
  return lines;
}

/** `user_id: 22222 = Jane Smith; …` */
export function legend(field: string, meanings: Readonly<Record<string, string>>): string {
  const parts = Object.entries(meanings).map(([code, meaning]) => `${code} = ${meaning}`);
  return `${field}: ${parts.join('; ')}`;
}

/** Text that cannot break the cell it stands in. */
export function escapeCell(text: string): string {
  return text.replace(/[\\|]/g, '\\$&');
}

function heading(column: Column, blank: BlankRule | undefined): string {
  const name = column === 'call_date' ? 'time' : column === 'call_length' ? 'call_length(s)' : column;
  if (blank === undefined) return name;
  return `${name}(blank: ${'value' in blank ? escapeCell(blank.value) : blank.sameAs})`;
}

function cell(call: CallLog, column: Exclude<Column, 'call_date'>, blank: BlankRule | undefined): string {
  if (column === 'recording') return escapeCell((call.recording ?? []).map(recordingWord).join(' '));
  const value = call[column];
  if (blank !== undefined && value === ('value' in blank ? blank.value : call[blank.sameAs])) return '';
  return escapeCell(String(value ?? ''));
}

/** The one value that a view keeps of a recording. */
function recordingWord(recording: Recording): string {
  return Object.values(recording)[0] ?? 'yes';
}

function splitDate(callDate: string | undefined): [string | undefined, string | undefined] {
  const match = /^(\d{4}-\d{2}-\d{2})[ T](.+)$/.exec(callDate ?? '');
  return match === null
    ? [undefined, callDate === undefined ? '' : escapeCell(callDate)]
    : [match[1], escapeCell(match[2] ?? '')];
}
