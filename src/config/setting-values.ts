import * as z from 'zod';
import { isDay } from '../account-time/stamps.js';

// The kinds of values that settings take. Each reads text, as the environment and flags have it, and says what it must be.

const WORDS_FOR_TRUE_AND_FALSE: Readonly<Record<string, boolean>> = {
  '1': true,
  true: true,
  yes: true,
  on: true,
  '0': false,
  false: false,
  no: false,
  off: false,
};

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads text by `read`; a value that is no text, as the account file has it, stays what it is. */
function fromText<T extends z.ZodType>(read: (text: string) => unknown, type: T) {
  return z.preprocess((value) => (typeof value === 'string' ? read(value.trim()) : value), type);
}

const numberOf = (text: string) => (text === '' ? text : Number(text));
const commaSeparated = (text: string) => text.split(',').flatMap((one) => one.trim() || []);

/** Text without the white space around it. */
export const text = () => fromText((value) => value, z.string());

/** Values separated by commas. */
export const list = () => fromText(commaSeparated, z.array(z.string()));

/** One of these words. */
export const oneOf = <const T extends readonly string[]>(choices: T) =>
  fromText((value) => value, z.enum(choices));

/** Some of these words, separated by commas, in any case. */
export const words = <const T extends readonly string[]>(choices: T) =>
  fromText(
    (value) => commaSeparated(value.toLowerCase()),
    z.array(z.enum(choices, `must be a comma-separated list of ${choices.join(', ')}`)),
  );

/** A whole number between two bounds, both allowed. */
export const wholeNumber = (min: number, max: number) =>
  fromText(numberOf, z.int('must be a whole number').min(min).max(max));

/** Seconds, whole or not. */
export const seconds = (min: number, max: number) =>
  fromText(numberOf, z.number('must be a number of seconds').min(min).max(max));

/** True or false, also as 1 or 0, yes or no, on or off. */
export const onOff = () =>
  fromText(
    (value) => WORDS_FOR_TRUE_AND_FALSE[value.toLowerCase()] ?? value,
    z.boolean('must be true or false'),
  );

/** A length of time such as 90s, 15m, 6h or 2d, as milliseconds. It is written as text, and so documented as text. */
export const duration = (minMs: number) =>
  fromText(
    (value) => durationOf(value) ?? value,
    z
      .number('must be a number with s, m, h or d, such as 15m')
      .min(minMs, `must be at least ${minMs / 1000} seconds`)
      .max(30 * 86_400_000, 'must be at most 30 days'),
  ).meta({ type: 'string' });

function durationOf(value: string): number | undefined {
  const [, count, unit] = /^(\d{1,6})\s*([smhd])$/i.exec(value) ?? [];
  const ms = UNIT_MS[unit?.toLowerCase() ?? ''];
  return count === undefined || ms === undefined ? undefined : Number(count) * ms;
}

/** A date, `YYYY-MM-DD`. */
export const day = () =>
  fromText((value) => value, z.string().refine(isDay, 'must be a date such as 2026-03-01'));

/** A date, or a number of days back such as `90d`. */
export const daysBack = () =>
  fromText(
    (value) => value,
    z
      .string()
      .refine(
        (value) => /^[1-9]\d{0,3}d$/i.test(value) || isDay(value),
        'must be days such as 90d, or a date such as 2026-03-01',
      ),
  );

/** A country, ISO 3166, two letters. */
export const country = () =>
  fromText(
    (value) => value.toUpperCase(),
    z.string().regex(/^[A-Z]{2}$/, 'must be a country of two letters such as US'),
  );
