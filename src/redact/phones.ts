/**
 * Phone numbers in text. They are found by value (the call's own numbers, however they are written) and by shape. Where the
 * two rules disagree with a reader's wish for an untouched text, privacy wins: a policy number of ten digits is masked too.
 */

/** How a text is read: see `Clean` in masks.ts. */
export type TextKind = 'prose' | 'path' | 'known';

/** Labels of numbers within one answer: the last four digits, and a number where another phone number ends the same. */
export class PhoneLabels {
  readonly #byLastFour = new Map<string, string[]>();

  /** `***-0123`; the second number that ends so is `***-0123(2)`. Equal numbers, however written, get equal labels. */
  of(written: string): string {
    const digits = nationalDigits(written);
    const lastFour = digits.slice(-4);
    let same = this.#byLastFour.get(lastFour);
    if (same === undefined) {
      same = [];
      this.#byLastFour.set(lastFour, same);
    }
    let place = same.indexOf(digits);
    if (place === -1) place = same.push(digits) - 1;
    return `***-${lastFour}${place === 0 ? '' : `(${place + 1})`}`;
  }
}

/** Digits without the North American country code. */
function nationalDigits(written: string): string {
  return written
    .normalize('NFKC')
    .replace(/\P{Nd}/gu, '')
    .replace(/^1(?=\p{Nd}{10}$)/u, '');
}

const D = '\\p{Nd}';
const NOT_AFTER = `(?<!${D})`;
const NOT_BEFORE = `(?!${D})`;
/** What people put between the digits of a number. */
const GAP = '(?:[\\s().\\-‐-―·/]|%20|%2D){0,3}';
const DATE = `${NOT_AFTER}(?:19|20)\\d\\d-[01]\\d-[0-3]\\d(?:[ T][0-2]\\d:[0-5]\\d(?::[0-5]\\d)?)?${NOT_BEFORE}`;
const INTERNATIONAL = `\\+\\s?${D}(?:${GAP}${D}){6,14}${NOT_BEFORE}`;
const NORTH_AMERICAN = `${NOT_AFTER}(?:1${GAP})?\\(?${D}{3}${GAP}${D}{3}${GAP}${D}{4}${NOT_BEFORE}`;
const LOCAL = `${NOT_AFTER}${D}{3}[-.‐-―]${D}{4}${NOT_BEFORE}`;
const LONG_RUN = `${NOT_AFTER}${D}{9,15}${NOT_BEFORE}`;
const IN_GROUPS = `${NOT_AFTER}${D}{2,5}(?:[ .-]${D}{2,5}){2,6}${NOT_BEFORE}`;

/** A date is taken first, so that its digits are no number's. */
const PROSE = new RegExp(
  `(${DATE})|${[INTERNATIONAL, NORTH_AMERICAN, LOCAL, LONG_RUN, IN_GROUPS].join('|')}`,
  'gu',
);
const PATH = new RegExp(`(${DATE})|${INTERNATIONAL}|${NORTH_AMERICAN}`, 'gu');

/** No phone number has fewer digits, whatever stands between them. */
const SEVEN_DIGITS = new RegExp(`(?:${D}\\P{Nd}*){7}`, 'u');
/** Numbers shorter than this are too common as digits to be looked for everywhere. */
const MIN_KNOWN = 7;

/** The numbers of a call, to be found in its texts however they are written. */
export class KnownNumbers {
  readonly #numbers: readonly string[];

  constructor(written: readonly string[] = []) {
    this.#numbers = [...new Set(written.map(nationalDigits))].filter(({ length }) => length >= MIN_KNOWN);
  }

  /**
   * Those that a text may hold: a pattern for each number of each text would take far longer than all the rest of an
   * answer. In a URL the digits of `%20` stand between those of a number.
   */
  among(text: string): readonly string[] {
    if (this.#numbers.length === 0 || text.includes('%')) return this.#numbers;
    const digits = text.replace(/\D/g, '');
    return this.#numbers.filter((number) => digits.includes(number.slice(-MIN_KNOWN)));
  }
}

/** For text that belongs to no call. */
export const NONE_KNOWN = new KnownNumbers();

/** The text with every phone number in it masked; `known` are the numbers of the call that it belongs to. */
export function maskPhones(text: string, kind: TextKind, known: KnownNumbers, labels: PhoneLabels): string {
  if (!SEVEN_DIGITS.test(text)) return text;
  let masked = text;
  for (const number of known.among(text)) {
    masked = masked.replace(knownPattern(number), () => labels.of(number));
  }
  if (kind === 'known') return masked;
  return masked.replace(kind === 'prose' ? PROSE : PATH, (found: string, date: string | undefined) => {
    if (date !== undefined) return found;
    const count = found.replace(/\P{Nd}/gu, '').length;
    return found.startsWith('+') || count === 7 || count >= 9 ? labels.of(found) : found;
  });
}

/** A number however it is written, inside longer runs of digits too; and its last seven digits standing alone. */
function knownPattern(number: string): RegExp {
  const gap = '(?:[^\\p{L}\\p{N}]|%[0-9A-Fa-f]{2}){0,3}';
  const whole = `\\+?(?:1${gap})?${[...number].join(gap)}`;
  const local = number.length === 10 ? `|${NOT_AFTER}${number.slice(-7)}${NOT_BEFORE}` : '';
  return new RegExp(`${whole}${local}`, 'gu');
}
