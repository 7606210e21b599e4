/** Values that a mask must hold back, in the ways that people, programs and attackers write them. */

/** Numbers for examples (555-01xx): the call's own, and one that belongs to no field of it. */
export const OWN = '2125550177';
export const OTHER = '3105550144';
export const FIRST = 'Zephyrine';
export const LAST = 'Quillfeather';
export const COMMENT = 'cancomment';
const LINK_MARK = 'canrec77';

const parts = (digits: string): [string, string, string] => [
  digits.slice(0, 3),
  digits.slice(3, 6),
  digits.slice(6),
];
const by = (sign: string) => (digits: string) => parts(digits).join(sign);
const each = (sign: string) => (digits: string) => [...digits].join(sign);
const mapped = (signs: string) => (digits: string) =>
  [...digits].map((digit) => [...signs][Number(digit)] ?? '').join('');
const coded = (code: (digit: string) => string) => (digits: string) => [...digits].map(code).join('');
const WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const SPANISH = ['cero', 'uno', 'dos', 'tres', 'cuatro', 'cinco', 'seis', 'siete', 'ocho', 'nueve'];

const TEENS = [
  'ten',
  'eleven',
  'twelve',
  'thirteen',
  'fourteen',
  'fifteen',
  'sixteen',
  'seventeen',
  'eighteen',
];
const TENS = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
/** From 10 to 99. */
const TWO_DIGITS = [
  ...[...TEENS, 'nineteen'],
  ...TENS.flatMap((tens) => [tens, ...WORDS.slice(1).map((unit) => `${tens}-${unit}`)]),
];

/** One digit, then two, then one, then two, and the last four as two times two. */
function inPairs(digits: string): string[] {
  return (/^(.)(..)(.)(..)(..)(..)$/.exec(digits) ?? [])
    .slice(1)
    .flatMap((part) =>
      part.length === 1 || part.startsWith('0')
        ? [...part].map((digit) => (digit === '0' ? 'oh' : (WORDS[Number(digit)] ?? '')))
        : [TWO_DIGITS[Number(part) - 10] ?? ''],
    );
}

/** Ways to write the digits of a number. */
export const NUMBERS: readonly ((digits: string) => string)[] = [
  (digits) => digits,
  (digits) => `1${digits}`,
  (digits) => `+1${digits}`,
  (digits) => `+1 (${digits.slice(0, 3)}) ${by('-')(digits).slice(4)}`,
  (digits) => `(${digits.slice(0, 3)})${by('-')(digits).slice(4)}`,
  (digits) => `1-${by('-')(digits)}`,
  (digits) => `tel:${digits}`,
  (digits) => `ref${digits}`,
  (digits) => `99${digits}88`,
  ...[' ', '-', '.', ',', ', ', '_', ':', '|', '/', ' / ', ';', '*', '~', '=', '#'].map(by),
  ...['\u2010', '\u2011', '\u2013', '\u2014', '\u2212', '\u2022', '\u00b7', '\u00a0', '\u3000', '     '].map(
    by,
  ),
  (digits) => `[${parts(digits).join('][')}]`,
  (digits) => `{${parts(digits).join('} {')}}`,
  ...[' dot ', ' dash ', ' - '].map(by),
  ...[' ', '-', '.', ',', ', ', '_', ':', '\u2022'].map(each),
  ...['&nbsp;', '&#45;', '&ndash;', '%20', '%2D', '%252D', '&thinsp;'].map(by),
  coded((digit) => `&#${digit.charCodeAt(0)};`),
  coded((digit) => `&#x${digit.charCodeAt(0).toString(16)};`),
  coded((digit) => `%3${digit}`),
  coded((digit) => `%253${digit}`),
  coded((digit) => `\\u003${digit}`),
  coded((digit) => `${digit}\u20e3`),
  mapped('０１２３４５６７８９'),
  mapped('٠١٢٣٤٥٦٧٨٩'),
  mapped('०१२३४५६७८९'),
  mapped('𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗'),
  mapped('⓪①②③④⑤⑥⑦⑧⑨'),
  mapped('⓿❶❷❸❹❺❻❼❽❾'),
  mapped('⁰¹²³⁴⁵⁶⁷⁸⁹'),
  mapped('₀₁₂₃₄₅₆₇₈₉'),
  mapped('〇一二三四五六七八九'),
  (digits) => [...digits].map((digit) => WORDS[Number(digit)]).join(' '),
  (digits) => [...digits].map((digit) => WORDS[Number(digit)]?.toUpperCase()).join('-'),
  (digits) => [...digits].map((digit) => (digit === '0' ? 'oh' : WORDS[Number(digit)])).join(', '),
  (digits) => [...digits].map((digit) => SPANISH[Number(digit)]).join(' '),
  ...[' ', ', ', '-'].map((sign) => (digits: string) => inPairs(digits).join(sign)),
  (digits) => `${digits.slice(0, 3)} ${digits.slice(3)}`,
  (digits) => digits.match(/../g)?.join(' ') ?? '',
  (digits) => digits.slice(3),
  (digits) => `${digits.slice(3, 6)} ${digits.slice(6)}`,
  (digits) => `${digits.slice(3, 6)}-${digits.slice(6)}`,
];

/** The forms of a name that are looked for. */
export const NAMES: readonly string[] = [
  FIRST,
  LAST,
  `${FIRST} ${LAST}`,
  `${LAST}, ${FIRST}`,
  `${FIRST} ${LAST}`.toUpperCase(),
  `${FIRST}_${LAST}`.toLowerCase(),
  `${FIRST}${LAST}`,
  `z${LAST.toLowerCase()}`,
  `Z\u00e9phyrine`,
  `Z&eacute;phyrine`,
  `${FIRST}%20${LAST}`,
  `${FIRST}’s`,
  `${LAST}2`,
  'Ｚｅｐｈｙｒｉｎｅ',
];

const ADDRESS = `rec.example/public/${LINK_MARK}`;
export const LINKS: readonly string[] = [
  `https://${ADDRESS}`,
  `HTTPS://${ADDRESS.toUpperCase()}`,
  `http://user@${ADDRESS}?a=1`,
  ADDRESS,
  `//${ADDRESS}`,
  `www.${ADDRESS}`,
  encodeURIComponent(`https://${ADDRESS}`),
  encodeURIComponent(encodeURIComponent(`https://${ADDRESS}`)),
  `https:&#47;&#47;${ADDRESS}`,
  `[play](https://${ADDRESS})`,
  `<https://${ADDRESS}>`,
  `![x](//${ADDRESS})`,
  `203.0.113.7:8080/${LINK_MARK}`,
  `https:\\/\\/rec.example\\/${LINK_MARK}`,
  `20260303_${LINK_MARK}.mp3`,
];

/** What of a canary is in a text, read as a person or a program would read it. */
export function leaked(kind: 'phone' | 'name' | 'link' | 'comment', text: string): string[] {
  const read = plain(text);
  if (kind === 'name') return [FIRST, LAST].filter((name) => read.includes(name.toLowerCase()));
  if (kind === 'link') return read.includes(LINK_MARK) ? [LINK_MARK] : [];
  if (kind === 'comment') return read.includes(COMMENT) ? [COMMENT] : [];
  const words = [...WORDS, 'oh'].concat(SPANISH);
  const paired = read.replace(new RegExp(`\\b(?:${TWO_DIGITS.toReversed().join('|')})\\b`, 'g'), (word) =>
    String(TWO_DIGITS.indexOf(word) + 10),
  );
  const spelled = paired.replace(new RegExp(`\\b(?:${words.join('|')})\\b`, 'g'), (word) =>
    String(
      word === 'oh'
        ? 0
        : words.indexOf(word) % 11 < 10 && words.indexOf(word) < 10
          ? words.indexOf(word)
          : SPANISH.indexOf(word),
    ),
  );
  // Any seven digits in a row, whatever stands between them: a local number is one, too.
  const digits = spelled.replace(/\D/g, '');
  return [OWN, OTHER].filter((number) =>
    [0, 1, 2, 3].some((at) => digits.includes(number.slice(at, at + 7))),
  );
}

const NEGATIVE_CIRCLED = '⓿❶❷❸❹❺❻❼❽❾';
const CHINESE = '〇一二三四五六七八九';

/** Escapes resolved, compatible signs folded, digits as 0 to 9, lower case. Another way than the product's. */
function plain(text: string): string {
  let read = text;
  for (let round = 0; round < 3; round += 1) {
    read = read
      .replace(/%([0-7][0-9a-f])/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
      .replace(/&#x([0-9a-f]+);/gi, (_, hex) => String.fromCodePoint(Number.parseInt(hex, 16)))
      .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
      .replace(/\\+u([0-9a-f]{4})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
      .replace(/&eacute;/g, 'é')
      .replace(/&[a-z]+;/gi, ' ');
  }
  return [...read.normalize('NFKD').replace(/\p{M}/gu, '')]
    .map((sign) => {
      const known = [NEGATIVE_CIRCLED, CHINESE]
        .map((signs) => [...signs].indexOf(sign))
        .find((at) => at >= 0);
      if (known !== undefined) return String(known);
      const at = /\p{Nd}/u.test(sign)
        ? ((sign.codePointAt(0) ?? 0) & 0xf) - (/[٠-٩]/.test(sign) ? 0 : sign < '\u0600' ? 0 : 6)
        : -1;
      return at >= 0 ? String(at) : sign;
    })
    .join('')
    .toLowerCase();
}
