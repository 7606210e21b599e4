import type { Recording } from '../convoso/call-log.js';
import { PHONE_FILTERS } from '../query/filters.js';
import { NONE } from '../query/groupings.js';
import type { ResolvedFilters } from '../query/window.js';
import type { OutgoingCall } from '../redact/outgoing.js';
import type { Directions } from '../stats/directions.js';
import type { BlankRule, CallView, Column } from './call-view.js';
import { opening, quoted } from './third-party.js';

/**
 * The table of a view, one line a call. What a run of rows has of the date is said once, on a line of its own: the day, or
 * on a page within one hour the day and the hour.
 */
export function tableLines(view: CallView): string[] {
  const clock = clockOf(view);
  const shown = shownColumns(view, clock);
  const lines = [shown.map(({ heading }) => heading).join('|')];
  let said: string | undefined;
  for (const call of view.calls) {
    const [run] = view.columns.includes('call_date') ? clock.split(call.call_date) : [undefined];
    if (run !== undefined && run !== said) {
      said = run;
      lines.push(run);
    }
    lines.push(shown.map(({ cell }) => cell(call)).join('|'));
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

/** What names and numbers given as filters stand for, and where names were looked up, a line each; none when sent as given. */
export function resolvedNameLines({
  resolvedNames,
  resolvedFrom,
}: Pick<ResolvedFilters, 'resolvedNames' | 'resolvedFrom'>): string[] {
  const isPhone = ([filter]: readonly [string, string]) => PHONE_FILTERS.some((name) => name === filter);
  const entries = Object.entries(resolvedNames);
  const words = (some: readonly (readonly [string, string])[]) =>
    some.map(([filter, meant]) => `${filter} ${meant}`).join(', ');
  const names = entries.filter((entry) => !isPhone(entry));
  const phones = entries.filter(isPhone);
  const among = resolvedFrom === undefined ? '' : ` Looked at: names of ${resolvedFrom}.`;
  return [
    ...(names.length === 0 ? [] : [`Resolved names: ${words(names)}.${among}`]),
    ...(phones.length === 0 ? [] : [`Searched for ${words(phones)}.`]),
  ];
}

/** How many of the calls came in and went out, as one line; none where that was not asked. `of`: which calls these are. */
export function directionLines(directions: Directions | undefined, of = 'Of these calls'): string[] {
  if (directions === undefined) return [];
  const parts = Object.entries(directions).map(([callType, calls]) =>
    callType === NONE ? `${calls} without call_type` : `${calls} ${quoted(callType)}`,
  );
  return [`${of}: ${parts.join(', ')}.`];
}

/** Names and meanings of the codes that occur, a line a kind. */
export function legendLines(view: CallView): string[] {
  const lines = Object.entries(view.names).map(([field, names]) => nameLegend(field, names));
  if (Object.keys(view.statuses).length > 0) lines.push(statusLegend(view.statuses));
  return lines;
}

/** `status: NI = Not Interested; …` */
export function legend(field: string, meanings: Readonly<Record<string, string>>, sign = ' = '): string {
  const parts = Object.entries(meanings).map(([code, meaning]) => `${quoted(code)}${sign}${quoted(meaning)}`);
  return `${field}: ${parts.join('; ')}`;
}

/** `user_id: 22222 Jane Smith; …`: where no id holds a space, what follows the first one is the name. */
function nameLegend(field: string, names: Readonly<Record<string, string>>): string {
  const spaced = Object.keys(names).some((id) => /\s/.test(id));
  return legend(field, names, spaced ? ' = ' : ' ');
}

/** Meanings of statuses. Codes that mean their own words, as NO_ANSWER means “No Answer”, are not each said again. */
function statusLegend(statuses: Readonly<Record<string, string>>): string {
  const entries = Object.entries(statuses);
  const telling = entries.filter(([code, meaning]) => meaning !== ownWords(code));
  if (entries.length - telling.length < 2) return legend('status', statuses);
  if (telling.length === 0) return 'status: as the codes read';
  return `${legend('status', Object.fromEntries(telling))}; others as they read`;
}

function ownWords(code: string): string {
  return code
    .split('_')
    .map((word) => word.slice(0, 1) + word.slice(1).toLowerCase())
    .join(' ');
}

/** What could not be read of which call, as one line; none when everything was read. */
export function unreadLines(calls: readonly OutgoingCall[]): string[] {
  const parts = calls.flatMap(({ id, unread }) =>
    unread === undefined ? [] : [`${quoted(id)} ${unread.join(', ')}`],
  );
  return parts.length === 0 ? [] : [`Not readable: ${parts.join('; ')}.`];
}

/** Text that cannot break the cell it stands in. */
export function escapeCell(text: string): string {
  return text.replace(/[\\|]/g, '\\$&');
}

/** A column of the table as it is printed. */
interface ShownColumn {
  readonly heading: string;
  readonly cell: (call: OutgoingCall) => string;
}

function shownColumns({ columns, calls, blanks }: CallView, clock: Clock): ShownColumn[] {
  const joined = columns.includes('first_name') && columns.includes('last_name') && calls.every(hasPlainName);
  return columns.flatMap((column): ShownColumn[] => {
    if (joined && column === 'last_name') return [];
    if (joined && column === 'first_name') return [{ heading: 'first_name last_name', cell: wholeName }];
    if (column === 'call_date')
      return [{ heading: clock.heading, cell: (call) => clock.split(call.call_date)[1] }];
    const blank = blanks[column];
    return [{ heading: heading(column, blank), cell: (call) => cell(call, column, blank) }];
  });
}

/** Whether first and last name, written one after the other, can be told apart again. */
function hasPlainName({ first_name, last_name }: OutgoingCall): boolean {
  if (first_name === undefined || last_name === undefined) return first_name === last_name;
  return !/\s/.test(first_name) && !/\s/.test(last_name);
}

function wholeName({ first_name, last_name }: OutgoingCall): string {
  return first_name === undefined ? '' : escapeCell(`${first_name} ${last_name}`);
}

function heading(column: Column, blank: BlankRule | undefined): string {
  const name = column === 'call_length' ? 'call_length(s)' : column;
  if (blank === undefined) return name;
  return `${name}(blank: ${'value' in blank ? escapeCell(blank.value) : blank.sameAs})`;
}

function cell(
  call: OutgoingCall,
  column: Exclude<Column, 'call_date'>,
  blank: BlankRule | undefined,
): string {
  if (column === 'recording') return escapeCell((call.recording ?? []).map(recordingWord).join(' '));
  const value = call[column];
  if (column === 'id') return escapeCell(opening(call.id));
  if (blank !== undefined && value === ('value' in blank ? blank.value : call[blank.sameAs])) return '';
  return escapeCell(String(value ?? ''));
}

/** The one value that a view keeps of a recording. */
function recordingWord(recording: Recording): string {
  return Object.values(recording)[0] ?? 'yes';
}

/** How a table writes call dates: what a run of rows shares, and the rest, which stands in the row. */
interface Clock {
  readonly heading: string;
  readonly split: (callDate: string | undefined) => [run: string | undefined, rest: string];
}

/** From this many rows on, an hour that all share is worth a heading of its own. */
const ROWS_OF_AN_HOUR = 5;
const STAMP = /^(\d{4}-\d{2}-\d{2} \d{2}:)(\d{2}:\d{2})$/;

function clockOf({ calls }: CallView): Clock {
  // Under a heading of another row's day a time alone would be read as one of that day: then each row has its whole date.
  if (calls.some(({ call_date = '' }) => /^\d/.test(call_date) && !/\d{4}/.test(call_date)))
    return {
      heading: 'time',
      split: (callDate = '') => [
        undefined,
        /^[\d:.Z+T -]*$/.test(callDate) ? callDate : escapeCell(opening(callDate)),
      ],
    };
  const hours = new Set(calls.map(({ call_date }) => STAMP.exec(call_date ?? '')?.[1]));
  const [hour] = hours;
  if (calls.length < ROWS_OF_AN_HOUR || hours.size > 1 || hour === undefined) {
    return { heading: 'time', split: splitDate };
  }
  return { heading: 'min:sec', split: (callDate = '') => [hour, callDate.slice(hour.length)] };
}

/** The date and the time of a call date; one that is not both is printed as the time. */
function splitDate(callDate: string | undefined): [date: string | undefined, time: string] {
  const match = /^(\d{4}-\d{2}-\d{2})[ T]([\d:.Z+-]+)$/.exec(callDate ?? '');
  return match === null
    ? [undefined, callDate === undefined ? '' : escapeCell(opening(callDate))]
    : [match[1], escapeCell(match[2] ?? '')];
}
