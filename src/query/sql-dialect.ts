import type { Replacement } from '../phone/phone.js';
import type { CalendarNumbers } from '../util/whole-numbers.js';

/** SQL with the values of the parameters that it names. */
export interface BoundSql {
  readonly sql: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/**
 * How a database says what the tables of this folder, and the counting over them (archive/sql/), are made of. What is not
 * here, both databases say alike. Regular expressions are RE2's, and match any part of a text.
 */
export interface SqlDialect extends CalendarNumbers<string> {
  /** A column of the calls. */
  column(name: string): string;
  /** A text that is part of the statement. */
  text(value: string): string;
  /** A parameter that holds a text. */
  parameter(name: string): string;
  matches(value: string, pattern: string): string;
  /** Replaces the first match, or every one. */
  replace(value: string, replacement: Replacement): string;
  /** Puts the characters of one text in the place of those of another. */
  translate(value: string, from: string, to: string): string;
  /** The number that a text is; null where it is none. */
  number(text: string): string;
  /** Whether a text holds another one, letter by letter; null where either is. */
  contains(value: string, part: string): string;
  upper(value: string): string;
  lower(value: string): string;
  /** With accents as part of their letter (NFC). */
  composed(value: string): string;
  /** A whole number of 64 bits that tells values apart, missing ones too. */
  hash(values: readonly string[]): string;
  /** Values together, as one. */
  tuple(values: readonly string[]): string;
  /** The values of a group as a list; none of them is missing. */
  list(value: string): string;
  /** The value of the call that is last in order of time (`place`) among those of a group that satisfy a condition. */
  last(value: string, condition: string): string;
  /** The bits that any value of a group has. */
  bitOr(value: string): string;
  /** A table of whole numbers that are not negative, given column by column; its name tells its parameters from others'. */
  table(name: string, columns: Readonly<Record<string, readonly (string | number | bigint)[]>>): BoundSql;
}

/** Later than any call: where calls without a readable date stand in order of time. */
export const UNDATED = 9_000_000_000;
