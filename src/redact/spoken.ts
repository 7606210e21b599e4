/** Digits that stand together in a text, or words that make up one number. */
export interface DigitGroup {
  readonly digits: string;
  readonly from: number;
  readonly to: number;
  /** Whether each digit has a place of its own, so that a part of the group can be told. */
  readonly plain: boolean;
}

const ENGLISH = {
  units: ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'],
  teens: [
    ...['ten', 'eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen'],
    'nineteen',
  ],
  /** From twenty on. */
  tens: ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'],
  /** A number of two digits in one word. */
  joined: (tens: string, unit: string) => [tens + unit],
};
const SPANISH = {
  units: ['cero', 'uno', 'dos', 'tres', 'cuatro', 'cinco', 'seis', 'siete', 'ocho', 'nueve'],
  teens: [
    ...['diez', 'once', 'doce', 'trece', 'catorce', 'quince', 'dieciseis', 'diecisiete', 'dieciocho'],
    'diecinueve',
  ],
  tens: ['veinte', 'treinta', 'cuarenta', 'cincuenta', 'sesenta', 'setenta', 'ochenta', 'noventa'],
  joined: (tens: string, unit: string) => [
    `${tens.slice(0, -1)}i${unit}`,
    `${tens}i${unit}`,
    `${tens}y${unit}`,
  ],
};
/** From one hundred on; English counts hundreds. */
const SPANISH_HUNDREDS = [
  ...['ciento', 'doscientos', 'trescientos', 'cuatrocientos', 'quinientos', 'seiscientos', 'setecientos'],
  ...['ochocientos', 'novecientos'],
];

function below100({ units, teens, tens, joined }: typeof ENGLISH): [string, number][] {
  return [
    ...units.map((word, value): [string, number] => [word, value]),
    ...teens.map((word, value): [string, number] => [word, 10 + value]),
    ...tens.flatMap((word, at): [string, number][] => [
      [word, 20 + at * 10],
      ...units
        .slice(1)
        .flatMap((unit, value) =>
          joined(word, unit).map((one): [string, number] => [one, 21 + at * 10 + value]),
        ),
    ]),
  ];
}

/** Words of numbers, in lower case and without accents. */
const SPANISH_VALUES: ReadonlyMap<string, number> = new Map([
  ...below100(SPANISH),
  ['cien', 100],
  ...SPANISH_HUNDREDS.map((word, at): [string, number] => [word, (at + 1) * 100]),
]);
const VALUES: ReadonlyMap<string, number> = new Map([
  ...SPANISH_VALUES,
  ...below100(ENGLISH),
  ...Object.entries({ oh: 0, o: 0, niner: 9, fourty: 40, ninty: 90 }),
]);
const TIMES = new Map(Object.entries({ double: 2, doble: 2, triple: 3, treble: 3, quadruple: 4 }));
const SCALES = new Map(Object.entries({ hundred: 100, thousand: 1_000, mil: 1_000 }));

/** How words of numbers begin, those in one word included, and all that counts them. */
const BEGINNINGS = [
  ...[...ENGLISH.units, ...ENGLISH.teens, ...SPANISH.units, ...SPANISH.teens, ...SPANISH_HUNDREDS],
  ...[...ENGLISH.tens, ...SPANISH.tens].map((word) => word.slice(0, -1)),
  ...['cien', 'oh', 'o(?!\\p{L})', 'fourt', ...TIMES.keys(), ...SCALES.keys()],
];
const BEGINS = `(?<!\\p{L})(?:${BEGINNINGS.join('|')})`;
const HAS_WORD = new RegExp(BEGINS, 'iu');
/** No word stands for more than three digits: a number of seven needs three. */
const HAS_THREE = new RegExp(`(?:(?:\\d|${BEGINS})[^]*?){3}`, 'iu');
const HAS_DIGITS = /(?:\d\D*){7}/;

/** Whether there may be seven digits in a text, those in words included: false for most texts, and found out fast. */
export function mayHoldNumber(text: string): boolean {
  return HAS_DIGITS.test(text) || (HAS_WORD.test(text) && HAS_THREE.test(text));
}

interface Word {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** Between the words of one number. */
const SPACED = /^[\s_-]{1,3}$/;
const AND = /^[\s_-]{1,3}(?:and|y)[\s_-]{1,3}$/i;
/** Between words of which one tells how the other is meant. */
const NEAR = /^[^\p{L}\p{N}]{1,9}$/u;
const DIGIT = /^\d/;

/**
 * The digits of a text in their order, those in words included, as people say a number: one by one, in tens and hundreds
 * (“fifty-five”, “eight hundred”), repeated (“double five”). Takes time in proportion to the length of the text.
 */
export function digitGroups(text: string): DigitGroup[] {
  const words = wordsOf(text);
  const groups: DigitGroup[] = [];
  for (let at = 0; at < words.length; ) {
    const [digits, end] = numberAt(text, words, at) ?? ['', at + 1];
    const [first, last] = [words[at], words[end - 1]];
    if (digits !== '' && first !== undefined && last !== undefined) {
      const plain = end === at + 1 && DIGIT.test(first.text);
      groups.push({ digits, from: first.from, to: last.to, plain });
    }
    at = end;
  }
  return groups;
}

/** The words that numbers are said with, and digits. */
function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  for (const { 0: written, index: from } of text.matchAll(/\d+|\p{L}+/gu)) {
    const word = written.toLowerCase();
    if (DIGIT.test(word) || VALUES.has(word) || TIMES.has(word) || SCALES.has(word))
      words.push({ text: word, from, to: from + written.length });
  }
  return words.filter((word, at) => isMeant(text, words, word, at));
}

/** “Once” is a number, and “o” between longer numbers none, in Spanish alone: the words beside them tell. */
function isMeant(text: string, words: readonly Word[], { text: word }: Word, at: number): boolean {
  if (word !== 'once' && word !== 'o') return true;
  const beside = [
    joins(text, words, at - 1, NEAR) ? words[at - 1] : undefined,
    joins(text, words, at, NEAR) ? words[at + 1] : undefined,
  ];
  const values = beside.map((other) => SPANISH_VALUES.get(other?.text ?? ''));
  return word === 'once'
    ? values.some((value) => value !== undefined)
    : values.every((value = 0) => value < 10);
}

/** Whether the next word follows the one at this place as one of the same number. */
function joins(text: string, words: readonly Word[], at: number, between = SPACED): boolean {
  const [word, next] = [words[at], words[at + 1]];
  return (
    word !== undefined &&
    next !== undefined &&
    next.from - word.to <= 9 &&
    between.test(text.slice(word.to, next.from))
  );
}

/** The digits of the number that begins with the word at this place, and the place after it; undefined where none does. */
function numberAt(
  text: string,
  words: readonly Word[],
  at: number,
): [digits: string, end: number] | undefined {
  const word = words[at]?.text ?? '';
  const next = joins(text, words, at) ? (words[at + 1]?.text ?? '') : '';
  const times = TIMES.get(word);
  if (times !== undefined) {
    const unit = DIGIT.test(next) ? next : String(VALUES.get(next) ?? '');
    if (unit === '' || (unit.length > 1 && !DIGIT.test(next))) return undefined;
    return [unit.charAt(0).repeat(times) + unit.slice(1), at + 2];
  }
  if (DIGIT.test(word) && !(word.length < 3 && SCALES.has(next))) return [word, at + 1];
  const found = valueAt(text, words, at);
  return found && [String(found.value), found.end];
}

interface Value {
  readonly value: number;
  readonly end: number;
}

/** A number in words below a million. */
function valueAt(text: string, words: readonly Word[], at: number): Value | undefined {
  return scaledAt(text, words, at, 1_000, belowThousandAt);
}

function belowThousandAt(text: string, words: readonly Word[], at: number): Value | undefined {
  return scaledAt(text, words, at, 100, twoDigitsAt);
}

/**
 * A number that `below` reads, times the scale where its word follows, together with what follows that (“five hundred
 * twelve”). Not where more digits follow without an “and”: “eight hundred five five five” is said digit by digit.
 */
function scaledAt(
  text: string,
  words: readonly Word[],
  at: number,
  scale: number,
  below: (text: string, words: readonly Word[], at: number) => Value | undefined,
): Value | undefined {
  const found = below(text, words, at);
  if (found === undefined) return undefined;
  const { value, end } = found;
  const scaled =
    value > 0 && value < scale && joins(text, words, end - 1) && SCALES.get(words[end]?.text ?? '') === scale;
  // A Spanish word for hundreds is scaled by itself.
  if (!scaled && value < scale) return found;
  const whole = scaled ? { value: value * scale, end: end + 1 } : found;
  const told = joins(text, words, whole.end - 1, AND);
  const rest = told || joins(text, words, whole.end - 1) ? below(text, words, whole.end) : undefined;
  if (rest === undefined || rest.value === 0 || rest.value >= scale) return whole;
  const ends = told || !joins(text, words, rest.end - 1) || SCALES.has(words[rest.end]?.text ?? '');
  return ends ? { value: whole.value + rest.value, end: rest.end } : whole;
}

/** “Twenty”, “twenty-three”, “veinte y tres”, a smaller number, or a word for hundreds. */
function twoDigitsAt(text: string, words: readonly Word[], at: number): Value | undefined {
  const word = words[at]?.text ?? '';
  const value = VALUES.get(word) ?? (DIGIT.test(word) && word.length < 3 ? Number(word) : undefined);
  if (value === undefined) return undefined;
  const tens = value >= 20 && value < 100 && value % 10 === 0 && !DIGIT.test(word);
  const unit = VALUES.get(words[at + 1]?.text ?? '') ?? 0;
  const together = tens && unit > 0 && unit < 10 && (joins(text, words, at) || joins(text, words, at, AND));
  return together ? { value: value + unit, end: at + 2 } : { value, end: at + 1 };
}
