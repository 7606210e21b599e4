import { ordinalOf, stampOf, WEEKDAYS, weekdayOf } from '../account-time/stamps.js';
import type { CallLog, TextField } from '../convoso/call-log.js';
import type { AnswerMasks } from '../redact/masks.js';
import { type OutgoingText, outgoingText } from '../redact/outgoing.js';
import { WHOLE_NUMBERS, type WholeNumbers } from '../util/whole-numbers.js';
import type { CallKind } from './call-kinds.js';
import { CODE, type Form, PHONE, TEXT } from './forms.js';
import { NAMED_IDS, type NameBook } from './names/names.js';
import type { SqlDialect } from './sql-dialect.js';

/** The value of a field, in a form; `name` is the field that names it. */
interface FieldGrouping {
  readonly field: TextField;
  readonly form: Form;
  readonly name?: TextField;
}

/** A number made of the second a call began in (account time, since 1970), and how the number is written. */
interface TimeGrouping {
  unit<Value>(second: Value, numbers: WholeNumbers<Value>): Value;
  text(unit: number): string;
  /** Keys in their order, where that is not the order of letters or numbers. */
  readonly order?: readonly string[];
}

/** What the kind of a call says. */
interface KindGrouping {
  ofKind(kind: CallKind): string;
}

type GroupingRule = FieldGrouping | TimeGrouping | KindGrouping;

const DAY = 86_400;

/** What calls can be grouped by. One entry makes the tools' choice, the key in memory and the key in both databases. */
const RULES = {
  status: { field: 'status', form: CODE, name: 'status_name' },
  outcome: { ofKind: ({ outcome }) => outcome },
  user: { field: 'user_id', form: TEXT, name: 'user' },
  campaign: { field: 'campaign_id', form: TEXT, name: 'campaign' },
  list: { field: 'list_id', form: TEXT },
  queue: { field: 'queue_id', form: TEXT, name: 'queue' },
  call_type: { field: 'call_type', form: CODE },
  number_dialed: { field: 'number_dialed', form: PHONE },
  caller_id: { field: 'caller_id_displayed', form: PHONE },
  term_reason: { field: 'term_reason', form: TEXT },
  date: {
    unit: (second, { divide }) => divide(second, DAY),
    text: (day) => stampOf(day * DAY).slice(0, 10),
  },
  hour: {
    unit: (second, { divide, remainder }) => divide(remainder(second, DAY), 3600),
    text: (hour) => String(hour).padStart(2, '0'),
  },
  weekday: {
    unit: weekdayOf,
    text: (weekday) => WEEKDAYS[weekday] ?? NONE,
    order: WEEKDAYS,
  },
} as const satisfies Record<string, GroupingRule>;

export type Grouping = keyof typeof RULES;
export const GROUPINGS = Object.keys(RULES) as [Grouping, ...Grouping[]];

/** What is known of the account beside its calls. */
export interface AccountKnowledge {
  readonly names: NameBook;
  /** Users of the dialer itself, which no ranking of agents should hold. */
  readonly systemUsers: readonly string[];
}

/** What stands for a value that the calls of a group do not have. */
export const NONE = '(none)';
/** The same for a number in SQL: no call began in such a second. */
const NO_UNIT = -9_000_000_000;

function fieldOf(grouping: Grouping): FieldGrouping | undefined {
  const rule: GroupingRule = RULES[grouping];
  return 'field' in rule ? rule : undefined;
}

function timeOf(grouping: Grouping): TimeGrouping | undefined {
  const rule: GroupingRule = RULES[grouping];
  return 'unit' in rule ? rule : undefined;
}

/** The value that calls of a kind are grouped under; undefined where more of a call decides. */
export function keyOfKind(grouping: Grouping, kind: CallKind): string | undefined {
  const rule: GroupingRule = RULES[grouping];
  return 'ofKind' in rule ? rule.ofKind(kind) : undefined;
}

/** True for groupings along time, which read in order of time. */
export function isTime(grouping: Grouping): boolean {
  return timeOf(grouping) !== undefined;
}

/** The value that a call is grouped under, not yet masked; dates, hours and weekdays are of account time. */
export function keyOf(grouping: Grouping, call: CallLog, kind: CallKind): string {
  const rule: GroupingRule = RULES[grouping];
  if ('ofKind' in rule) return rule.ofKind(kind);
  if ('field' in rule) {
    const value = call[rule.field];
    return value === undefined ? NONE : rule.form.key(value);
  }
  const second = call.call_date === undefined ? undefined : ordinalOf(call.call_date);
  return second === undefined ? NONE : rule.text(rule.unit(second, WHOLE_NUMBERS));
}

/** SQL for the key, never null; undefined for what the kind says, which is worked out on this side. */
export function keySql(grouping: Grouping, dialect: SqlDialect): string | undefined {
  const field = fieldOf(grouping);
  if (field !== undefined) {
    return `coalesce(${field.form.sql(dialect.column(field.field), dialect)}, ${dialect.text(NONE)})`;
  }
  const unit = timeOf(grouping)?.unit(dialect.column('second'), dialect);
  return unit === undefined ? undefined : `coalesce(${unit}, ${NO_UNIT})`;
}

/** The key as `keyOf` gives it, of what `keySql` came to. */
export function keyText(grouping: Grouping, value: unknown): string {
  const time = timeOf(grouping);
  if (time === undefined) return String(value);
  return Number(value) === NO_UNIT ? NONE : time.text(Number(value));
}

/** The field that names a grouping's values, where rows carry one. */
export function nameField(grouping: Grouping): TextField | undefined {
  return fieldOf(grouping)?.name;
}

/** The raw name of a call's value, where rows carry one. */
export function nameOf(grouping: Grouping, call: CallLog): string | undefined {
  const name = nameField(grouping);
  return name === undefined ? undefined : call[name];
}

/** A group's value as it may leave the server. */
export function keyLabel(grouping: Grouping, key: string, masks: AnswerMasks): OutgoingText {
  const field = fieldOf(grouping)?.field;
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
  const known = fieldOf(grouping);
  const kind = NAMED_IDS.find((id) => id === known?.field);
  const name = kind === undefined ? named : (names.givenName(kind, key) ?? named ?? names.nameOf(kind, key));
  return name === undefined || known?.name === undefined ? undefined : masks.label(known.name, name);
}

/** Order of keys: that of their grouping where it has one, numbers by value, everything else by letters; what is missing comes last. */
export function compareKeys(grouping: Grouping, a: string, b: string): number {
  if (a === NONE || b === NONE) return Number(a === NONE) - Number(b === NONE);
  const order = timeOf(grouping)?.order;
  if (order !== undefined) return order.indexOf(a) - order.indexOf(b);
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
    const { field, name } = fieldOf(grouping) ?? {};
    if (field === undefined || name === undefined) return [];
    return groups.flatMap(({ keys, names }) => {
      if (names[i] === undefined || keys[i] === NONE) return [];
      return [{ id: '', call_length: null, [field]: keys[i], [name]: names[i] }];
    });
  });
}
