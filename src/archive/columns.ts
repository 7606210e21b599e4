import { ordinalOf } from '../account-time/stamps.js';
import { type CallLog, TEXT_FIELDS } from '../convoso/call-log.js';
import { present } from '../util/present.js';

/** What a column of an archived call holds, in DuckDB's words. */
type ColumnType = 'VARCHAR' | 'BIGINT' | 'DOUBLE';

/** Stands among the undocumented fields of an archived call for those that could not be read: no field has such a name. */
const UNREAD = '?unread';

/**
 * Columns of an archived call, for every file of an archive. `second` is the ordinal of `call_date` (account-time/stamps.ts), null
 * where that is no stamp; a length may have a fraction; recordings and undocumented fields are JSON.
 */
export const COLUMNS: ReadonlyArray<readonly [name: string, type: ColumnType]> = [
  ['id', 'VARCHAR'],
  ['call_date', 'VARCHAR'],
  ['second', 'BIGINT'],
  ['call_length', 'DOUBLE'],
  ...TEXT_FIELDS.map((field) => [field, 'VARCHAR'] as const),
  ['recording', 'VARCHAR'],
  ['other', 'VARCHAR'],
];

/** All columns, quoted, as they are selected. */
export const COLUMN_LIST = COLUMNS.map(([name]) => `"${name}"`).join(', ');

/** One value of an archived call. */
export type Cell = string | number | bigint | null;

/** The values of a call, in the order of the columns. */
export function cellsOf(call: CallLog): Cell[] {
  const second = call.call_date === undefined ? undefined : ordinalOf(call.call_date);
  return [
    call.id,
    call.call_date ?? null,
    second === undefined ? null : BigInt(second),
    call.call_length,
    ...TEXT_FIELDS.map((field) => call[field] ?? null),
    call.recording === undefined ? null : JSON.stringify(call.recording),
    otherCell(call),
  ];
}

/** The call that these values are of, equal to the one that was stored. */
export function callOf(cells: readonly unknown[]): CallLog {
  const call: Record<string, unknown> = { id: '', call_length: null };
  for (const [place, [name]] of COLUMNS.entries()) {
    const value = cells[place];
    if (value === null || value === undefined || name === 'second') continue;
    if (name === 'other') Object.assign(call, othersOf(String(value)));
    else call[name] = name === 'recording' ? JSON.parse(String(value)) : value;
  }
  return call as unknown as CallLog;
}

function otherCell({ other, unread }: CallLog): string | null {
  if (other === undefined && unread === undefined) return null;
  return JSON.stringify(unread === undefined ? other : { ...other, [UNREAD]: unread });
}

function othersOf(cell: string): Pick<CallLog, 'other' | 'unread'> {
  const { [UNREAD]: unread, ...other }: Record<string, string> & { [UNREAD]?: string[] } = JSON.parse(cell);
  return present({ other: Object.keys(other).length === 0 ? undefined : other, unread });
}
