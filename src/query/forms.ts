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

/** Text that is searched in: in any letter case, with or without accents. */
export const FOLDED: Form<'folded'> = {
  kind: 'folded',
  key: (text) => {
    if (PRINTABLE_ASCII.test(text)) return text.toLowerCase();
    const { letters } = folding();
    return Array.from(
      text.normalize('NFC').replace(MARKS, ''),
      (letter) => letters.get(letter) ?? letter,
    ).join('');
  },
  sql: (value, dialect) => {
    const { from, to } = folding();
    const bare = dialect.replace(dialect.composed(value), { pattern: MARK, by: '', all: true });
    return `CASE WHEN ${dialect.matches(value, '[^ -~]')} THEN ${dialect.translate(bare, from, to)} ELSE ${dialect.lower(value)} END`;
  },
};

const PRINTABLE_ASCII = /^[ -~]*$/;
/**
 * Accents of Latin, Greek and Cyrillic letters, points of Hebrew and Arabic ones: written out, because databases know the
 * marks of other versions of Unicode.
 */
const MARK =
  '[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]';
const MARKS = new RegExp(MARK, 'gu');
/** No letter has a case or an accent from here to there: CJK, Hangul, surrogates and private use. */
const CASELESS = { from: 0x3400, to: 0xf8ff };

/**
 * Letters, and the one small letter without accents that stands for each. One by one, because databases know no other way
 * that both of them and memory have in common: a letter that would become two (ß) stays.
 */
function folding(): Folding {
  made ??= makeFolding();
  return made;
}

interface Folding {
  readonly letters: ReadonlyMap<string, string>;
  /** The same, as a database translates them. */
  readonly from: string;
  readonly to: string;
}

let made: Folding | undefined;

function makeFolding(): Folding {
  const letters = new Map<string, string>([['ς', 'σ']]);
  for (let code = 0x41; code <= 0xffff; code += 1) {
    if (code === CASELESS.from) code = CASELESS.to + 1;
    const letter = String.fromCodePoint(code);
    const plain = letter.normalize('NFD').replace(MARKS, '').toLowerCase();
    if (plain !== letter && [...plain].length === 1) letters.set(letter, plain);
  }
  return { letters, from: [...letters.keys()].join(''), to: [...letters.values()].join('') };
}

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
