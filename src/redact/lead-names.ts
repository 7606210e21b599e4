import type { CallLog } from '../convoso/call-log.js';
import { decoded, replaced } from './decoded.js';

/** Stands where a value was masked: the reader sees that there is one. */
export const MASKED = '***';

/** Most ids, numbers and dates have no letters. */
const MAY_HOLD_LETTERS = /[A-Za-z%&\\]|[^\x20-\x7e]/;

type Named = Pick<CallLog, 'first_name' | 'last_name'>;

/**
 * Finds a lead's names in texts: as words, in any letter case, with or without accents, in parts, run together, and as
 * people make user names of them (an initial and the last name).
 */
export class LeadNames {
  readonly #pattern: RegExp | undefined;
  /** Each of the names has a letter in it. */
  readonly #ofLetters: boolean;

  constructor({ first_name, last_name }: Named) {
    const [first, last] = [nameOf(first_name), nameOf(last_name)];
    const whole = [first, last].filter((name) => name !== '');
    const parts = whole.flatMap((name) => name.split(/[\s-]+/)).filter((part) => part.length > 2);
    const words = [...together(first, last), ...whole, ...parts].filter((word) => word.length > 1);
    this.#ofLetters = words.every((word) => /\p{L}/u.test(word));
    if (words.length > 0) this.#pattern = new RegExp(words.map(wordPattern).join('|'), 'giu');
  }

  /** The text with the names in it masked. */
  mask(text: string): string {
    if (this.#pattern === undefined || (this.#ofLetters && !MAY_HOLD_LETTERS.test(text))) return text;
    const read = decoded(text);
    const parts = [...read.text.matchAll(this.#pattern)].map(({ index, 0: { length } }) => ({
      from: index,
      to: index + length,
      by: MASKED,
    }));
    return parts.length === 0 ? text : replaced(text, read, parts);
  }
}

function nameOf(name: string | undefined): string {
  return decoded(name ?? '').text.trim();
}

function together(first: string, last: string): string[] {
  if (first === '' || last === '') return [];
  const initial = last.length > 2 ? [`${first.slice(0, 1)}${last}`, `${last}${first.slice(0, 1)}`] : [];
  return [`${first}${last}`, `${last}${first}`, ...initial];
}

/** A name that ends in a letter may stand before a digit or a sign, not before another letter. */
function wordPattern(word: string): string {
  const inside = [...word]
    .map((sign) => (/[\p{L}\p{N}]/u.test(sign) ? sign : '\0'))
    .join('')
    .replace(/\0+/g, '[^\\p{L}\\p{N}]{0,3}');
  const before = /^\p{N}/u.test(word) ? '(?<![\\p{L}\\p{N}])' : '(?<!\\p{L})';
  const after = /\p{N}$/u.test(word) ? '(?![\\p{L}\\p{N}])' : '(?!\\p{L})';
  return `${before}${inside}${after}`;
}
