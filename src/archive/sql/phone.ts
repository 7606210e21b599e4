import { digitsBeyondAscii, phoneRule, type Replacement } from '../../phone/phone.js';

/** How a database says what the rule for phone numbers (phone/phone.ts) is made of. Its regular expressions are RE2's. */
export interface PhoneDialect {
  matches(value: string, pattern: string): string;
  /** Replaces the first match, or every one. */
  replace(value: string, replacement: Replacement): string;
  /** Puts the characters of one text in the place of those of another. */
  translate(value: string, from: string, to: string): string;
}

/** SQL for what a column of numbers is compared, counted and grouped by, as `phoneKey` gives it; null where it is null. */
export function phoneKeySql(column: string, sql: PhoneDialect): string {
  const { plain, keyPrefix, bare, letters, key } = phoneRule();
  const others = digitsBeyondAscii();
  const digits = sql.translate(column, others, '0123456789'.repeat([...others].length / 10));
  const all = (value: string, steps: readonly Replacement[]) =>
    steps.reduce((made, step) => sql.replace(made, step), value);
  const number = all(`lower(${digits})`, bare);
  return `CASE WHEN ${sql.matches(column, plain)} THEN ${sql.replace(column, { pattern: plain, by: `${keyPrefix}\\1` })}
    WHEN ${sql.matches(number, letters)} OR NOT ${sql.matches(number, '[0-9]')} THEN ${column}
    ELSE ${all(number, key)} END`;
}
