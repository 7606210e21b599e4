import * as z from 'zod';
import { cleanText } from '../util/third-party-text.js';

/**
 * Building blocks of input schemas. Assistants write ids as numbers, numbers as strings and leave fields blank; each
 * block accepts that and still publishes the one plain type that the contract documents.
 */

/** Longest id, name or number that a filter takes, and longest list of them. */
const MAX_FILTER_LENGTH = 200;
const MAX_LIST_LENGTH = 2_000;

/** Ends each value of what was given as a list: no text from a caller holds it (third-party-text.ts). */
const END_OF_VALUE = '\u001f';

/** An id: a string; a safe whole number is accepted. A blank string means "not given". */
export function id(description: string) {
  return z.preprocess(idText, z.string().max(MAX_FILTER_LENGTH).optional()).describe(description);
}

/** An id where several values are taken elsewhere, and not here; the refusal of a list says `oneOnly`. */
export function oneId(description: string, oneOnly: string) {
  const refused = ({ input }: { readonly input?: unknown }) => (Array.isArray(input) ? oneOnly : undefined);
  return z
    .preprocess(idText, z.string({ error: refused }).max(MAX_FILTER_LENGTH).optional())
    .describe(description);
}

/**
 * One or several ids, names or words: a text, in which commas may stand between them, or a list, which `listOf` takes apart
 * again. Blank means "not given".
 */
export function several(description: string) {
  return z.preprocess(listText, z.string().max(MAX_LIST_LENGTH).optional()).describe(description);
}

/** The values of what was given as a list; undefined where it was given as one text. */
export function listOf(given: string): readonly string[] | undefined {
  return given.endsWith(END_OF_VALUE) ? given.split(END_OF_VALUE).slice(0, -1) : undefined;
}

/** The words of what was given as a list, or as one text with commas between them; without blanks around them. */
export function wordsOf(given: string): readonly string[] {
  return (listOf(given) ?? given.split(',')).map((word) => word.trim()).filter((word) => word !== '');
}

/** An id that must be given. */
export function requiredId(description: string) {
  return z
    .preprocess(idText, z.string('is required: give it as a string').max(MAX_FILTER_LENGTH))
    .describe(description);
}

/** A text filter. A blank string means "not given". */
export function text(description: string) {
  return z.preprocess(blankToUndefined, z.string().max(MAX_FILTER_LENGTH).optional()).describe(description);
}

/** A whole number; a numeric string is accepted, a blank one means "not given". */
export function wholeNumber(range: { min: number; max: number }, description: string) {
  return z.preprocess(numeric, z.int().min(range.min).max(range.max).optional()).describe(description);
}

/** A whole number with a default. */
export function wholeNumberOr(range: { min: number; max: number; default: number }, description: string) {
  return z
    .preprocess(numeric, z.int().min(range.min).max(range.max).default(range.default))
    .describe(description);
}

/** One of several words, in any letter case. */
export function choiceOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.preprocess(wordOf(words), z.enum(words));
}

/** One of several words, in any letter case; a blank string means "not given". Several are refused with `oneOnly`. */
export function choice<const Words extends readonly [string, ...string[]]>(
  words: Words,
  description: string,
  oneOnly?: string,
) {
  const refused = ({ input }: { readonly input?: unknown }) =>
    Array.isArray(input) || String(input).includes(',') ? oneOnly : undefined;
  return z.preprocess(wordOf(words), z.enum(words, { error: refused }).optional()).describe(description);
}

/** One of several words with a default. */
export function choiceOr<const Words extends readonly [string, ...string[]]>(
  words: Words,
  fallback: Words[number],
  description: string,
) {
  // The cast only narrows: `fallback` is one of `words` by its type.
  return z.preprocess(wordOf(words), z.enum(words).default(fallback as never)).describe(description);
}

/** 0 or 1 as the contract documents it; a boolean or its name is accepted. */
export function flag(fallback: 0 | 1, description: string) {
  return z.preprocess(zeroOrOne, z.int().min(0).max(1).default(fallback)).describe(description);
}

/** 0 or 1, or not given. */
export function optionalFlag(description: string) {
  return z.preprocess(zeroOrOne, z.int().min(0).max(1).optional()).describe(description);
}

function blankToUndefined(value: unknown): unknown {
  if (value === null) return undefined;
  if (typeof value !== 'string') return value;
  // What cannot be seen in an argument is not what was meant, and must not come back in an answer.
  const seen = cleanText(value, Number.POSITIVE_INFINITY);
  return seen === '' ? undefined : seen;
}

function idText(value: unknown): unknown {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? String(value)
    : blankToUndefined(value);
}

function listText(value: unknown): unknown {
  if (!Array.isArray(value)) return idText(value);
  const values = value.map(idText).filter((one) => one !== undefined);
  // What is no text, or is itself a list, is left for the schema to refuse.
  if (values.some((one) => typeof one !== 'string')) return value;
  return values.length === 0 ? undefined : values.map((one) => `${one}${END_OF_VALUE}`).join('');
}

function numeric(value: unknown): unknown {
  const given = blankToUndefined(value);
  return typeof given === 'string' && /^-?\d+(\.\d+)?$/.test(given) ? Number(given) : given;
}

function wordOf(words: readonly string[]): (value: unknown) => unknown {
  return (value) => {
    const given = blankToUndefined(value);
    if (typeof given !== 'string') return given;
    return words.find((word) => word.toLowerCase() === given.toLowerCase()) ?? given;
  };
}

function zeroOrOne(value: unknown): unknown {
  const given = typeof value === 'string' ? value.trim().toLowerCase() : value;
  if (given === '' || given === null) return undefined;
  if (given === true || given === 'true' || given === '1') return 1;
  if (given === false || given === 'false' || given === '0') return 0;
  return given;
}
