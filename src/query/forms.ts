import { codeKey } from '../convoso/status-key.js';
import { digitsBeyondAscii, phoneKey, phoneRule, type Replacement } from '../phone/phone.js';
import type { SqlDialect } from './sql-dialect.js';

/** What texts are compared, counted and grouped by: two texts of one form are one value. */
export interface Form<Kind extends string = string> {
  readonly kind: Kind;
  /** In memory. */
  key(text: string): string;
  /** In SQL: the same for a column or an expression; null where it is null. */
  sql(value: string, dialect: SqlDialect): string;
}

/** Letter by letter. */
export const TEXT: Form<'text'> = { kind: 'text', key: (text) => text, sql: (value) => value };

/** An id of digits without zeros before it; any other text as it is. */
export function withoutZeros(id: string): string {
  return /^\d+$/.test(id) ? id.replace(/^0+(?=\d)/, '') : id;
}

/** Services that keep ids as numbers find 111 for 0111 and print it without the zeros. */
export const ID: Form<'id'> = {
  kind: 'id',
  key: withoutZeros,
  sql: (value, dialect) =>
    `CASE WHEN ${value} LIKE '0%' AND ${dialect.matches(value, '^[0-9]+$')} THEN ${dialect.replace(value, { pattern: '^0+([0-9])', by: '\\1' })} ELSE ${value} END`,
};

/** Status codes and call types, in any letters. */
export const CODE: Form<'code'> = {
  kind: 'code',
  key: codeKey,
  sql: (value, dialect) => dialect.upper(value),
};

/** Names, whole and in any letters, with their accents composed (é as one code point) or not. */
export const NAME: Form<'name'> = {
  kind: 'name',
  key: (text) => text.trim().toLowerCase().normalize('NFC'),
  sql: (value, dialect) => dialect.composed(dialect.lower(value)),
};

/** Phone numbers, however they are written (phone/phone.ts). The rule is that of the account's country at the time. */
export const PHONE: Form<'phone'> = { kind: 'phone', key: phoneKey, sql: phoneSql };

function phoneSql(value: string, dialect: SqlDialect): string {
  const { plain, keyPrefix, bare, letters, key } = phoneRule();
  const others = digitsBeyondAscii();
  const digits = dialect.translate(value, others, '0123456789'.repeat([...others].length / 10));
  const all = (from: string, steps: readonly Replacement[]) =>
    steps.reduce((made, step) => dialect.replace(made, step), from);
  const number = all(dialect.lower(digits), bare);
  return `CASE WHEN ${dialect.matches(value, plain)} THEN ${dialect.replace(value, { pattern: plain, by: `${keyPrefix}\\1` })}
    WHEN ${dialect.matches(number, letters)} OR NOT ${dialect.matches(number, '[0-9]')} THEN ${value}
    ELSE ${all(number, key)} END`;
}
