import type { CallLog } from '../convoso/call-log.js';
import { decoded, replaced } from './decoded.js';

/** Stands where a value was masked: the reader sees that there is one. */
export const MASKED = '***';

/** A run of letters or of digits, and where it stands. */
interface Word {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** Signs that may stand between two words of one name. */
const MAX_GAP = 3;
/** Shorter parts of a name, such as "de", are ordinary words. */
const MIN_PART = 3;

/**
 * Finds a lead's names in texts: word by word, in any letter case, with or without accents, in parts, run together, and as
 * people make user names of them (an initial and the last name). Takes time in proportion to the text, whatever the names.
 */
export class LeadNames {
  readonly #words = new Set<string>();
  /** Names of several words. */
  readonly #sequences: (readonly string[])[] = [];
  /** Names in scripts that put no space between words, the longest first. */
  readonly #unspaced: string[] = [];

  constructor({ first_name, last_name, other }: Pick<CallLog, 'first_name' | 'last_name' | 'other'>) {
    // A name that came as a list or an object stands among the other fields.
    const [first, last] = [
      wordsOf(first_name ?? other?.['first_name']),
      wordsOf(last_name ?? other?.['last_name']),
    ];
    for (const name of [first, last]) {
      const whole = name.join('');
      if (whole.length < 2) continue;
      this.#words.add(whole);
      if (name.length > 1) this.#sequences.push(name);
      for (const part of name) if (part.length >= MIN_PART) this.#words.add(part);
    }
    const [given, family] = [first.join(''), last.join('')];
    const inside = [`${family}${given}`, `${given}${family}`, given, family].filter(isUnspaced);
    this.#unspaced.push(...new Set(inside));
    if (given === '' || family === '') return;
    const initials = family.length >= MIN_PART ? [given.slice(0, 1)] : [];
    for (const one of [given, ...initials]) this.#words.add(`${one}${family}`).add(`${family}${one}`);
    if (given.length >= MIN_PART) this.#words.add(`${given}${family.slice(0, 1)}`);
  }

  /** The text with the names in it masked. */
  mask(text: string): string {
    if (this.#words.size === 0 && this.#unspaced.length === 0) return text;
    const read = decoded(text);
    const words = textWords(read.text);
    const parts: { from: number; to: number; by: string }[] = [];
    for (let at = 0; at < words.length; ) {
      const length = this.#nameAt(words, at);
      const [first, last] = [words[at], words[at + length - 1]];
      if (first !== undefined && last !== undefined && length > 0) {
        parts.push({ from: first.from, to: last.to, by: MASKED });
      }
      at += Math.max(1, length);
    }
    parts.push(...this.#inside(read.text));
    parts.sort((a, b) => a.from - b.from);
    return parts.length === 0 ? text : replaced(text, read, parts);
  }

  /** Where names stand inside of what has no spaces between its words. */
  #inside(text: string): { from: number; to: number; by: string }[] {
    const parts: { from: number; to: number; by: string }[] = [];
    for (const name of this.#unspaced) {
      for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + name.length)) {
        const [from, to] = [at, at + name.length];
        if (parts.every((part) => to <= part.from || from >= part.to)) parts.push({ from, to, by: MASKED });
      }
    }
    return parts;
  }

  /** How many words from a place on are a name; 0 when they are none. */
  #nameAt(words: readonly Word[], at: number): number {
    for (const sequence of this.#sequences) {
      const fits = sequence.every((wanted, i) => {
        const [word, before] = [words[at + i], words[at + i - 1]];
        return word?.text === wanted && (i === 0 || word.from - (before?.to ?? 0) <= MAX_GAP);
      });
      if (fits) return sequence.length;
    }
    const text = words[at]?.text ?? '';
    // "the Smiths" are the lead's family.
    const singular = text.length > MIN_PART + 1 && text.endsWith('s') ? text.slice(0, -1) : text;
    if (this.#words.has(text) || this.#words.has(singular)) return 1;
    // Languages that decline names: the ending changes, and the stem stays.
    const isDeclined =
      /\p{sc=Cyrillic}/u.test(text) &&
      [1, 2, 3].some(
        (ending) =>
          text.length - ending > MIN_PART &&
          [...this.#words].some((name) => isStem(text.slice(0, -ending), name)),
      );
    return isDeclined ? 1 : 0;
  }
}

/** Whether a name is this stem, with an ending of its own of one letter at most. */
function isStem(stem: string, name: string): boolean {
  return name === stem || (name.length === stem.length + 1 && name.startsWith(stem));
}

/** Scripts in which a name may stand inside a word: without spaces, or with particles before or after it. */
function isUnspaced(name: string): boolean {
  if (/\p{sc=Han}|\p{sc=Hangul}/u.test(name)) return true;
  return (
    name.length >= 3 &&
    /[\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}\p{sc=Arabic}\p{sc=Hebrew}]/u.test(
      name,
    )
  );
}

function textWords(text: string): Word[] {
  return [...text.matchAll(/\p{L}+|\p{N}+/gu)].map(({ index, 0: word }) => ({
    text: word.toLowerCase(),
    from: index,
    to: index + word.length,
  }));
}

function wordsOf(name: string | undefined): string[] {
  return name === undefined ? [] : textWords(decoded(name).text).map(({ text }) => text);
}
