import { ordinalOf, stampOf } from '../account-time/stamps.js';
import type { CallLog, TextField } from '../convoso/call-log.js';
import { codeKey } from '../convoso/status-key.js';
import type { StatusBook } from '../convoso/statuses.js';
import { phoneKey } from '../phone/phone.js';
import type { AnswerMasks } from '../redact/masks.js';
import { type OutgoingText, outgoingText } from '../redact/outgoing.js';
import { NAMED_IDS, type NameBook } from './names/names.js';

/** What calls can be grouped by. */
export const GROUPINGS = [
  'status',
  'outcome',
  'user',
  'campaign',
  'list',
  'queue',
  'call_type',
  'number_dialed',
  'caller_id',
  'term_reason',
  'date',
  'hour',
  'weekday',
] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** What is known of the account beside its calls. */
export interface AccountKnowledge {
  readonly names: NameBook;
  /** Users of the dialler itself, which no ranking of agents should hold. */
  readonly systemUsers: readonly string[];
}

/** What stands for a value that the calls of a group do not have. */
export const NONE = '(none)';

/** A field of the call that a grouping takes, and the one that names it. */
export interface GroupedField {
  readonly field: TextField;
  readonly name?: TextField;
  /** What values are compared by: numbers however they are written (`phoneKey`), codes in any letters (`codeKey`). */
  readonly as?: 'phone' | 'code';
}

const FIELDS: Readonly<Partial<Record<Grouping, GroupedField>>> = {
  status: { field: 'status', name: 'status_name', as: 'code' },
  user: { field: 'user_id', name: 'user' },
  campaign: { field: 'campaign_id', name: 'campaign' },
  list: { field: 'list_id' },
  queue: { field: 'queue_id', name: 'queue' },
  call_type: { field: 'call_type', as: 'code' },
  number_dialed: { field: 'number_dialed', as: 'phone' },
  caller_id: { field: 'caller_id_displayed', as: 'phone' },
  term_reason: { field: 'term_reason' },
};

/** Keys of weekdays, in order. */
export const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** The field of calls that a grouping takes and the one that names it; undefined for outcomes and times, which are worked out. */
export function fieldOf(grouping: Grouping): GroupedField | undefined {
  return FIELDS[grouping];
}

/** True for groupings along time, which read in order of time. */
export function isTime(grouping: Grouping): boolean {
  return grouping === 'date' || grouping === 'hour' || grouping === 'weekday';
}

/** The value that a call is grouped under, not yet masked; dates, hours and weekdays are of account time. */
export function keyOf(grouping: Grouping, call: CallLog, book: Pick<StatusBook, 'groupOf'>): string {
  if (grouping === 'outcome') return book.groupOf(call);
  const known = FIELDS[grouping];
  if (known !== undefined) {
    const value = call[known.field];
    if (value === undefined) return NONE;
    return known.as === 'phone' ? phoneKey(value) : known.as === 'code' ? codeKey(value) : value;
  }
  const at = call.call_date === undefined ? undefined : ordinalOf(call.call_date);
  if (at === undefined) return NONE;
  if (grouping === 'date') return stampOf(at).slice(0, 10);
  if (grouping === 'hour') return stampOf(at).slice(11, 13);
  // 1970-01-01 was a Thursday.
  return WEEKDAYS[(Math.floor(at / 86_400) + 3) % 7] ?? NONE;
}

/** The raw name of a call's value, where rows carry one. */
export function nameOf(grouping: Grouping, call: CallLog): string | undefined {
  const name = FIELDS[grouping]?.name;
  return name === undefined ? undefined : call[name];
}

/** A group's value as it may leave the server. */
export function keyLabel(grouping: Grouping, key: string, masks: AnswerMasks): OutgoingText {
  const field = FIELDS[grouping]?.field;
  return field === undefined || key === NONE ? outgoingText(key) : masks.label(field, key);
}

/**
 * A group's name as it may leave the server: what a person wrote down, else what its own rows called it (`named`, raw),
 * else what other rows did; undefined when it has none.
 */
export function nameLabel(
  grouping: Grouping,
  key: string,
  named: string | undefined,
  names: NameBook,
  masks: AnswerMasks,
): OutgoingText | undefined {
  const known = FIELDS[grouping];
  const kind = NAMED_IDS.find((id) => id === known?.field);
  const name = kind === undefined ? named : (names.givenName(kind, key) ?? named ?? names.nameOf(kind, key));
  return name === undefined || known?.name === undefined ? undefined : masks.label(known.name, name);
}

/** Order of keys: numbers by value, weekdays from Monday, everything else by letters; what is missing comes last. */
export function compareKeys(grouping: Grouping, a: string, b: string): number {
  if (a === NONE || b === NONE) return Number(a === NONE) - Number(b === NONE);
  if (grouping === 'weekday') return WEEKDAYS.indexOf(a) - WEEKDAYS.indexOf(b);
  const [x, y] = [Number(a), Number(b)];
  if (!Number.isNaN(x) && !Number.isNaN(y) && x !== y) return x - y;
  return a < b ? -1 : Number(a > b);
}

/** The names that groups carry, as rows that `NameBook.learn` reads. */
export function namingRows(
  groupBy: readonly Grouping[],
  groups: readonly { readonly keys: readonly string[]; readonly names: readonly (string | undefined)[] }[],
): CallLog[] {
  return groupBy.flatMap((grouping, i) => {
    const { field, name } = FIELDS[grouping] ?? {};
    if (field === undefined || name === undefined) return [];
    return groups.flatMap(({ keys, names }) => {
      if (names[i] === undefined || keys[i] === NONE) return [];
      return [{ id: '', call_length: null, [field]: keys[i], [name]: names[i] }];
    });
  });
}
