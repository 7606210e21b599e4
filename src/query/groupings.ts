import { ordinalOf, stampOf, WEEKDAYS, type Window, weekdayOf } from '../account-time/stamps.js';
import type { CallLog, TextField } from '../convoso/call-log.js';
import { OUTCOME_GROUPS } from '../convoso/statuses.js';
import type { AnswerMasks } from '../redact/masks.js';
import { type OutgoingText, outgoingText } from '../redact/outgoing.js';
import { type CalendarNumbers, WHOLE_NUMBERS } from '../util/whole-numbers.js';
import { type CallKind, DIRECTIONS } from './call-kinds.js';
import { CODE, type Form, PHONE, TEXT } from './forms.js';
import { AREA_CODE, ATTEMPT, LENGTH_BAND, NONE, type WorkedOutGrouping } from './worked-out-groupings.js';

export { NONE } from './worked-out-groupings.js';

import { NAMED_IDS, type NameBook } from './names/names.js';
import type { SqlDialect } from './sql-dialect.js';

/** The value of a field, in a form; `names` are the fields that name it together. */
interface FieldGrouping {
  readonly field: TextField;
  readonly form: Form;
  readonly names?: readonly TextField[];
}

/** A number made of the second a call began in (account time, since 1970), and how the number is written. */
interface TimeGrouping {
  unit<Value>(second: Value, numbers: CalendarNumbers<Value>): Value;
  text(unit: number): string;
  /** Keys in their order, where that is not the order of letters or numbers. */
  readonly order?: readonly string[];
}

/** What the kind of a call says. */
interface KindGrouping {
  ofKind(kind: CallKind): string;
  readonly order: readonly string[];
}

type GroupingRule = FieldGrouping | TimeGrouping | KindGrouping | WorkedOutGrouping;

const DAY = 86_400;
/** The first of January 1970 was a Thursday: this many days after a Monday. */
const THURSDAY = 3;
const LEAD_NAMES = ['first_name', 'last_name'] as const;

/** What calls can be grouped by. One entry makes the tools' choice, the key in memory and the key in both databases. */
const RULES = {
  status: { field: 'status', form: CODE, names: ['status_name'] },
  outcome: { ofKind: ({ outcome }) => outcome, order: OUTCOME_GROUPS },
  user: { field: 'user_id', form: TEXT, names: ['user'] },
  campaign: { field: 'campaign_id', form: TEXT, names: ['campaign'] },
  list: { field: 'list_id', form: TEXT },
  queue: { field: 'queue_id', form: TEXT, names: ['queue'] },
  lead: { field: 'lead_id', form: TEXT, names: LEAD_NAMES },
  phone_number: { field: 'phone_number', form: PHONE, names: LEAD_NAMES },
  area_code: AREA_CODE,
  direction: { ofKind: ({ direction }) => direction ?? NONE, order: DIRECTIONS },
  call_type: { field: 'call_type', form: CODE },
  number_dialed: { field: 'number_dialed', form: PHONE },
  caller_id: { field: 'caller_id_displayed', form: PHONE },
  success: { ofKind: ({ success }) => (success ? 'yes' : 'no'), order: ['yes', 'no'] },
  term_reason: { field: 'term_reason', form: TEXT },
  attempt: ATTEMPT,
  length: LENGTH_BAND,
  month: {
    unit: (second, { month }) => month(second),
    text: (month) =>
      `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}`,
  },
  week: {
    unit: (second, { divide, add }) => divide(add(divide(second, DAY), THURSDAY), 7),
    text: (week) => stampOf((week * 7 - THURSDAY) * DAY).slice(0, 10),
  },
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

/** Steps of time that are looked at for those without calls. */
const MAX_STEPS = 10_000;
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

/** The field that holds a grouping's values, and such a value as `keyReader` gives it; undefined where no field does. */
export function fieldValue(grouping: Grouping, text: string): { field: TextField; key: string } | undefined {
  const rule = fieldOf(grouping);
  return rule === undefined ? undefined : { field: rule.field, key: rule.form.key(text) };
}

/** True for groupings along time, which read in order of time. */
export function isTime(grouping: Grouping): boolean {
  return timeOf(grouping) !== undefined;
}

/** True for groupings whose values follow one another: these read in their own order. */
export function isSequence(grouping: Grouping): boolean {
  const rule: GroupingRule = RULES[grouping];
  return 'unit' in rule || ('reader' in rule && 'order' in rule);
}

/**
 * Gives the calls of one counting, in order of time, the values they are grouped under, not yet masked; dates, hours and
 * weekdays are of account time.
 */
export function keyReader(grouping: Grouping): (call: CallLog, kind: CallKind) => string {
  const rule: GroupingRule = RULES[grouping];
  if ('ofKind' in rule) return (_, kind) => rule.ofKind(kind);
  if ('reader' in rule) return rule.reader();
  if ('field' in rule) {
    return (call) => {
      const value = call[rule.field];
      return value === undefined ? NONE : rule.form.key(value);
    };
  }
  return (call) => {
    const second = call.call_date === undefined ? undefined : ordinalOf(call.call_date);
    return second === undefined ? NONE : rule.text(rule.unit(second, WHOLE_NUMBERS));
  };
}

/** SQL for the key, never null; undefined for what the kind says, which is worked out on this side. */
export function keySql(grouping: Grouping, dialect: SqlDialect): string | undefined {
  const rule: GroupingRule = RULES[grouping];
  if ('ofKind' in rule) return undefined;
  if ('sql' in rule) return rule.sql(dialect);
  if ('field' in rule) {
    return `coalesce(${rule.form.sql(dialect.column(rule.field), dialect)}, ${dialect.text(NONE)})`;
  }
  return `coalesce(${rule.unit(dialect.column('second'), dialect)}, ${NO_UNIT})`;
}

/** The key as `keyReader` gives it, of what `keySql` came to. */
export function keyText(grouping: Grouping, value: unknown): string {
  const time = timeOf(grouping);
  if (time === undefined) return String(value);
  return Number(value) === NO_UNIT ? NONE : time.text(Number(value));
}

/** Whether rows carry a name for a grouping's values. */
export function isNamed(grouping: Grouping): boolean {
  return fieldOf(grouping)?.names !== undefined;
}

/** The raw name of a call's value, where rows carry one. */
export function nameOf(grouping: Grouping, call: CallLog): string | undefined {
  const words = fieldOf(grouping)?.names?.flatMap((field) => call[field] ?? []) ?? [];
  return words.length === 0 ? undefined : words.join(' ');
}

/** SQL for the raw name, null without one; undefined where rows carry none. */
export function nameSql(grouping: Grouping, dialect: SqlDialect): string | undefined {
  const columns = fieldOf(grouping)?.names?.map((field) => dialect.column(field));
  return columns?.reduce(
    (first, second) =>
      `CASE WHEN ${second} IS NULL THEN ${first} WHEN ${first} IS NULL THEN ${second} ELSE concat(${first}, ' ', ${second}) END`,
  );
}

/** Whether the values of a grouping are a part of phone numbers, which may not be shown where those are masked. */
export function isPartOfPhone(grouping: Grouping): boolean {
  const rule: GroupingRule = RULES[grouping];
  return 'partOf' in rule;
}

/**
 * Every value along time that lies in a window, in order; undefined where they are more than `most`. Of the hours of a day,
 * or the days of a week, each once.
 */
export function timesWithin(grouping: Grouping, window: Window, most: number): string[] | undefined {
  const time = timeOf(grouping);
  const [first, last] = [ordinalOf(window.start), ordinalOf(window.end)];
  if (time === undefined || first === undefined || last === undefined) return undefined;
  const step = grouping === 'hour' ? 3600 : DAY;
  const begin = Math.floor(first / step) * step;
  const steps = Math.floor(last / step) - begin / step;
  if (steps > MAX_STEPS) return undefined;
  const keys = new Set<string>();
  for (let at = begin; at <= last; at += step) keys.add(time.text(time.unit(at, WHOLE_NUMBERS)));
  return keys.size > most ? undefined : [...keys];
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
  const [field] = known?.names ?? [];
  return name === undefined || field === undefined ? undefined : masks.label(field, name);
}

/** Order of keys: that of their grouping where it has one, numbers by value, everything else by letters; what is missing comes last. */
export function compareKeys(grouping: Grouping, a: string, b: string): number {
  if (a === NONE || b === NONE) return Number(a === NONE) - Number(b === NONE);
  const rule: GroupingRule = RULES[grouping];
  const order = 'order' in rule ? rule.order : undefined;
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
    const { field, names: [name, ...more] = [] } = fieldOf(grouping) ?? {};
    if (field === undefined || name === undefined || more.length > 0) return [];
    return groups.flatMap(({ keys, names }) => {
      if (names[i] === undefined || keys[i] === NONE) return [];
      return [{ id: '', call_length: null, [field]: keys[i], [name]: names[i] }];
    });
  });
}
