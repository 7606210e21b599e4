import * as z from 'zod';
import { cleanText } from '../util/third-party-text.js';

/**
 * Building blocks of input schemas. Assistants write ids as numbers, numbers as strings and leave fields blank; each
 * block accepts that and still publishes the one plain type that the contract documents.
 */

/** Longest id, name or number that a filter takes. */
const MAX_FILTER_LENGTH = 200;

/** An id: a string; a safe whole number is accepted. A blank string means "not given". */
export function id(description: string) {
  return z.preprocess(idText, z.string().max(MAX_FILTER_LENGTH).optional()).describe(description);
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

/** One of several words, in any letter case; a blank string means "not given". */
export function choice<const Words extends readonly [string, ...string[]]>(
  words: Words,
  description: string,
) {
  return z.preprocess(wordOf(words), z.enum(words).optional()).describe(description);
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
