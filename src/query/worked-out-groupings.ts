import { ordinalOf } from '../account-time/stamps.js';
import type { CallLog } from '../convoso/call-log.js';
import { directionOf, typesOf } from './call-kinds.js';
import { PHONE } from './forms.js';
import type { SqlDialect } from './sql-dialect.js';

/** What stands for a value that the calls of a group do not have. */
export const NONE = '(none)';

/** Anything else that is worked out of calls, which come in order of time. */
export interface WorkedOutGrouping {
  /** Gives calls of one counting their keys. */
  reader(): (call: CallLog) => string;
  /** The same in SQL, never null. */
  sql(dialect: SqlDialect): string;
  readonly order?: readonly string[];
  /** Present where the key is a part of this field, and hidden with it. */
  readonly partOf?: 'phone';
}

/** Bands of lengths in seconds, each up to the next one's first. */
const BANDS = [
  ['0s', 0],
  ['1-9s', 1],
  ['10-29s', 10],
  ['30-59s', 30],
  ['1-2min', 60],
  ['2-5min', 120],
  ['5-10min', 300],
  ['10-30min', 600],
  ['30-60min', 1800],
  ['60min+', 3600],
] as const;
const LONGEST_FIRST = BANDS.toReversed();
const [[SHORTEST]] = BANDS;

/** How long a call was. */
export const LENGTH_BAND: WorkedOutGrouping = {
  reader:
    () =>
    ({ call_length: length }) =>
      length === null ? NONE : (LONGEST_FIRST.find(([, from]) => length >= from)?.[0] ?? SHORTEST),
  sql(dialect) {
    const length = dialect.column('call_length');
    const bands = LONGEST_FIRST.map(([band, from]) => `WHEN ${length} >= ${from} THEN ${dialect.text(band)}`);
    return `CASE WHEN ${length} IS NULL THEN ${dialect.text(NONE)} ${bands.join(' ')} ELSE ${dialect.text(SHORTEST)} END`;
  },
  order: BANDS.map(([band]) => band),
};

/** Attempts to a number are told one by one below this. */
const MANY = 10;
const MANY_TEXT = `${MANY}+`;

/**
 * Which outbound call to its number, within the population, a call is. Calls without a call_type count as outbound, and those
 * without a date or a number have no place in the order.
 */
export const ATTEMPT: WorkedOutGrouping = {
  reader() {
    const attempts = new Map<string, number>();
    return ({ call_type, call_date, phone_number }) => {
      const isAttempt = (directionOf(call_type) ?? 'outbound') === 'outbound';
      if (!isAttempt || phone_number === undefined || ordinalOf(call_date ?? '') === undefined) return NONE;
      const number = PHONE.key(phone_number);
      const attempt = (attempts.get(number) ?? 0) + 1;
      attempts.set(number, attempt);
      return attempt < MANY ? String(attempt) : MANY_TEXT;
    };
  },
  sql(dialect) {
    const [type, phone] = [dialect.column('call_type'), dialect.column('phone_number')];
    const types = typesOf('outbound')
      .map((one) => dialect.text(one))
      .join(', ');
    const isAttempt = `(${type} IS NULL OR ${dialect.upper(type)} IN (${types})) AND ${phone} IS NOT NULL AND ${dialect.column('second')} IS NOT NULL`;
    const number = `CASE WHEN ${isAttempt} THEN ${PHONE.sql(phone, dialect)} END`;
    const attempt = `row_number() OVER (PARTITION BY ${number} ORDER BY place, id)`;
    const texts = Array.from({ length: MANY - 1 }, (_, i) => `WHEN ${attempt} = ${i + 1} THEN '${i + 1}'`);
    return `CASE WHEN NOT (${isAttempt}) THEN ${dialect.text(NONE)} ${texts.join(' ')} ELSE '${MANY_TEXT}' END`;
  },
  order: [...Array.from({ length: MANY - 1 }, (_, i) => String(i + 1)), MANY_TEXT],
};

const NORTH_AMERICAN = '^\\+1([2-9][0-9][0-9])[2-9][0-9]{6}$';
const ABROAD = '(abroad)';

/** The area code of a North American number; numbers abroad, and what is no number, apart. */
export const AREA_CODE: WorkedOutGrouping = {
  reader() {
    const pattern = new RegExp(NORTH_AMERICAN);
    return ({ phone_number }) => {
      const number = phone_number === undefined ? '' : PHONE.key(phone_number);
      return pattern.exec(number)?.[1] ?? (number.startsWith('+') ? ABROAD : NONE);
    };
  },
  sql(dialect) {
    const number = PHONE.sql(dialect.column('phone_number'), dialect);
    return `CASE WHEN ${dialect.matches(number, NORTH_AMERICAN)} THEN substring(${number}, 3, 3) WHEN ${number} LIKE '+%' THEN ${dialect.text(ABROAD)} ELSE ${dialect.text(NONE)} END`;
  },
  partOf: 'phone',
};
