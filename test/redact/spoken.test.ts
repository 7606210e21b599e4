import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KnownNumbers, maskPhones, NONE_KNOWN, PhoneLabels } from '../../src/redact/phones.js';

const masked = (text: string, known = NONE_KNOWN) => maskPhones(text, 'prose', known, new PhoneLabels());

interface Language {
  readonly units: readonly string[];
  readonly teens: readonly string[];
  readonly tens: readonly string[];
  /** Two digits, the first of them 2 or more and the second 1 or more. */
  pair(tens: string, unit: string): readonly string[];
  hundreds(digit: number): string;
  times(count: 2 | 3): string;
}

const ENGLISH_UNITS = 'zero one two three four five six seven eight nine'.split(' ');
const ENGLISH: Language = {
  units: ENGLISH_UNITS,
  teens: 'ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(' '),
  tens: '- - twenty thirty forty fifty sixty seventy eighty ninety'.split(' '),
  pair: (tens, unit) => [`${tens}-${unit}`, `${tens} ${unit}`, `${tens}${unit}`],
  hundreds: (digit) => `${ENGLISH_UNITS[digit]} hundred`,
  times: (count) => (count === 2 ? 'double' : 'triple'),
};
const SPANISH: Language = {
  units: 'cero uno dos tres cuatro cinco seis siete ocho nueve'.split(' '),
  teens: 'diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve'.split(' '),
  tens: '- - veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa'.split(' '),
  pair: (tens, unit) => [tens === 'veinte' ? `veinti${unit}` : `${tens} y ${unit}`],
  hundreds: (digit) =>
    'cien doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos'.split(
      ' ',
    )[digit - 1] ?? '',
  times: (count) => (count === 2 ? 'doble' : 'triple'),
};

/** The ways to say digits as one, each of one to three digits; not what runs together with the digits after it. */
function waysToSay(digits: string, after: string, language: Language): string[] {
  const [first = 0, second = 0] = [...digits].map(Number);
  const { units, teens, tens } = language;
  const word = (digit: number) => units[digit] ?? '';
  if (digits.length === 1) return [word(first), ...(first === 0 && language === ENGLISH ? ['oh', 'o'] : [])];
  const same = [...digits].every((digit) => digit === digits[0]);
  const repeated = same ? [`${language.times(digits.length === 2 ? 2 : 3)} ${word(first)}`] : [];
  if (digits.length === 3)
    return [
      ...repeated,
      ...(first > 0 && digits.endsWith('00') && after === '' ? [language.hundreds(first)] : []),
    ];
  if (first === 1) return [...repeated, teens[second] ?? ''];
  if (first === 0) return repeated;
  if (second > 0) return [...repeated, ...language.pair(tens[first] ?? '', word(second))];
  return after === '' || after.startsWith('0') ? [...repeated, tens[first] ?? ''] : repeated;
}

/** Digits as somebody says them; `choose` picks one of several ways. */
function said(
  digits: string,
  separator: string,
  language: Language,
  choose: (ways: number) => number,
): string {
  const words: string[] = [];
  for (let at = 0; at < digits.length; ) {
    const ways = [1, 2, 3]
      .filter((length) => at + length <= digits.length)
      .flatMap((length) =>
        waysToSay(digits.slice(at, at + length), digits.slice(at + length), language).map(
          (way) => [way, length] as const,
        ),
      );
    const [way, length] = ways[choose(ways.length)] ?? ['', 1];
    words.push(way);
    at += length;
  }
  return words.join(separator);
}

const numbers = fc
  .tuple(fc.constantFrom('', '212', '310', '415', '800', '555'), fc.integer({ min: 100, max: 199 }))
  .map(([area, last]) => `${area}5550${last}`);
const languages = fc.constantFrom(ENGLISH, SPANISH);
const separators = fc.constantFrom(' ', ', ', ' - ', '. ', '\n');
const choices = fc.infiniteStream(fc.nat());

describe('a phone number in words', () => {
  it('is masked whole, however its digits are said together', () => {
    fc.assert(
      fc.property(
        numbers,
        languages,
        separators,
        choices,
        fc.boolean(),
        (number, language, separator, stream, loud) => {
          const choose = (ways: number) => Number(stream.next().value) % ways;
          const spoken = said(number, separator, language, choose);
          const text = `her cell is ${loud ? spoken.toUpperCase() : spoken} after work`;
          expect(masked(text), text).toBe(`her cell is ***-${number.slice(-4)} after work`);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('is masked when part of it is written in digits', () => {
    fc.assert(
      fc.property(
        numbers,
        languages,
        choices,
        fc.integer({ min: 1, max: 6 }),
        (number, language, stream, cut) => {
          const choose = (ways: number) => Number(stream.next().value) % ways;
          const words = said(number.slice(cut), ' ', language, choose);
          // Alone behind digits, the Spanish eleven is the English word far more often.
          fc.pre(words !== 'once');
          const text = `call ${number.slice(0, cut)} ${words} now`;
          expect(masked(text), text).toMatch(/^call \*\*\*-\d{4} now$/);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['four fifteen, five fifty-five, oh one twenty-three', '***-0123'],
    ['eight hundred five five five oh one nineteen', '***-0119'],
    ['five hundred one two three four', '***-1234'],
    ['two hundred and twelve, five fifty-five, oh one seventy-seven', '***-0177'],
    ['1-eight hundred-555-0123', '***-0123'],
    ['two twelve triple five zero one double seven', '***-0177'],
    ['FOUR FIFTEEN 555 0123', '***-0123'],
    ['five five five one thousand', '***-1000'],
    ['doscientos doce, quinientos cincuenta y cinco, cero uno setenta y siete', '***-0177'],
  ])('%j is read', (text, mask) => {
    expect(masked(`reach me at ${text}.`)).toBe(`reach me at ${mask}.`);
  });

  it('gets the label of the same number in digits', () => {
    const labels = new PhoneLabels();
    const known = new KnownNumbers(['2125550177']);
    expect(maskPhones('2125550177', 'prose', known, labels)).toBe('***-0177');
    expect(maskPhones('two twelve five fifty-five oh one seventy-seven', 'prose', known, labels)).toBe(
      '***-0177',
    );
    expect(maskPhones('three ten five fifty-five oh one forty-four', 'prose', known, labels)).toBe(
      '***-0144',
    );
  });
});

describe('numbers in plain prose', () => {
  it.each([
    'twenty five minutes',
    'he owes two hundred fifty thousand dollars',
    'nine thousand nine hundred ninety-nine',
    'call back between ten thirty and eleven fifteen',
    'born in nineteen eighty-four, one of three',
    'a double room for two, a hundred times',
    'once or twice, double checked, triple the price',
    'once 12345',
    'diez o quince o veinte minutos',
    'doscientos cincuenta mil dólares',
    'mil gracias, son las once y media',
  ])('%j stays', (text) => {
    expect(masked(text)).toBe(text);
  });

  it('stay where fewer digits than a number has are said in a row', () => {
    const word = fc.constantFrom(
      ...ENGLISH.teens,
      ...ENGLISH.tens.slice(2),
      ...SPANISH.teens.slice(2),
      'fifty-five',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 3 }), (words) => {
        const text = `about ${words.join(' ')} minutes`;
        expect(masked(text)).toBe(text);
      }),
    );
  });

  it('take time in proportion to their length, whatever they repeat', () => {
    const repeated = [
      'twenty ',
      'double ',
      'five hundred ',
      'hundred and ',
      'one thousand ',
      'treinta y ',
      'once ',
      'o ',
    ];
    for (const words of repeated) expect(masked(words.repeat(20_000)).length).toBeGreaterThan(0);
  });
});
