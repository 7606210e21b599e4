import type { CallLog } from '../convoso/call-log.js';
import type { CallLogPage } from '../convoso/wire.js';
import type { AnswerMasks } from '../redact/masks.js';
import type { OutgoingText } from '../redact/outgoing.js';

/** A row of a page at its place in the whole list, counted from 0: a call, or why it could not be read as one. */
export type PageRow = { readonly at: number; readonly id: OutgoingText | undefined } & (
  | { readonly call: CallLog; readonly malformed?: undefined }
  | { readonly call?: undefined; readonly malformed: string }
);

/** A row that could not be read as a call log, by its place in the page. */
export interface MalformedPageRow {
  readonly index: number;
  readonly id: OutgoingText | undefined;
  readonly problem: string;
}

/** The rows of a page that was asked for from `offset` on, in the order they came, under ids as answers show them. */
export function rowsOf(page: CallLogPage, offset: number, masks: AnswerMasks): PageRow[] {
  const malformed = new Map(page.malformed.map((row) => [row.index, row]));
  const calls = page.calls.values();
  const label = (id: string | undefined) => (id === undefined ? undefined : masks.label('id', id));
  return Array.from({ length: page.received }, (_, index) => index).flatMap((index): PageRow[] => {
    const at = offset + index;
    const row = malformed.get(index);
    if (row !== undefined) return [{ at, id: label(row.id), malformed: row.problem }];
    const next = calls.next();
    return next.done === true ? [] : [{ at, id: label(next.value.id), call: next.value }];
  });
}

/** Where the rows that were shown last are: `in place`, `moved`, or `lost` where none of them is near. */
export type Standing = 'in place' | 'moved' | 'lost';

/** The rows that follow those shown last. */
export interface Following {
  readonly rows: readonly PageRow[];
  readonly standing: Standing;
}

/**
 * What follows the rows shown last, among rows that begin where they should stand. `shown` holds the ids of all rows of the
 * last second that were shown, so that a row of that second that is not among them has not been: where rows traded places
 * within it, they are shown late rather than never. `more` reads the rows before and after these.
 */
export async function following(
  rows: readonly PageRow[],
  shown: readonly string[],
  more: (where: 'before' | 'after') => Promise<readonly PageRow[]>,
): Promise<Following> {
  const wanted = new Set(shown);
  const isShown = ({ id }: PageRow) => id !== undefined && wanted.has(id);
  const overlap = rows.slice(0, shown.length);
  if (overlap.length === shown.length && overlap.every(isShown))
    return { rows: rows.slice(shown.length), standing: 'in place' };
  let near = joined(await more('before'), rows);
  if (near.filter(isShown).length < shown.length) near = joined(near, await more('after'));
  const first = near.findIndex(isShown);
  if (first === -1) return { rows, standing: 'lost' };
  const second = near[first]?.call?.call_date;
  return {
    rows: near.filter(
      (row, index) =>
        !isShown(row) && (index > first || (second !== undefined && row.call?.call_date === second)),
    ),
    standing: 'moved',
  };
}

/** Rows of neighboring pages, each once. */
function joined(before: readonly PageRow[], after: readonly PageRow[]): PageRow[] {
  const ids = new Set(before.map(({ id }) => id));
  return [...before, ...after.filter(({ id }) => id === undefined || !ids.has(id))];
}
