/**
 * Phone numbers, however they are written. One rule says which spellings are the same number, and it is kept as regular
 * expressions so that memory, DuckDB and ClickHouse (both RE2: no lookaround) follow the very same one: a number counts
 * once whether it is read live or from the archive.
 */

/** How numbers without a country code are read: the numbering plan of the account's country. */
export interface NumberingPlan {
  /** Country calling code, digits. */
  readonly callingCode: string;
  /** Dialed before a national number inside the country; empty where nothing is. */
  readonly trunkPrefix: string;
  /** Dialed before a number abroad: a regular expression. */
  readonly abroadPrefix: string;
  /** National numbers, without prefixes: a regular expression. */
  readonly national: string;
  /** Digits of the longest national number. */
  readonly longest: number;
}

/** The North American plan (US, Canada and the Caribbean), which the contract's examples follow. */
export const NORTH_AMERICA: NumberingPlan = {
  callingCode: '1',
  trunkPrefix: '1',
  abroadPrefix: '011',
  national: '[2-9][0-9]{9}',
  longest: 10,
};

/** E.164 allows 15 digits; no country has numbers of fewer than 7 with its code. */
const SHORTEST_ABROAD = 7;
const LONGEST_ABROAD = 15;

/** A replacement of the first match (of every match where `all`), as the three interpreters of the rule carry it out. */
export interface Replacement {
  readonly pattern: string;
  /** `\1` stands for the first group. */
  readonly by: string;
  readonly all?: true;
}

/** The rule as data: a text becomes its key by these steps, one after the other. */
export interface PhoneRule {
  /** Numbers of the country in digits alone, by far the most that rows print: what its group holds, after `keyPrefix`, is the key. */
  readonly plain: string;
  readonly keyPrefix: string;
  /** What is done to the lower-cased text first: what surrounds the number goes. */
  readonly bare: readonly Replacement[];
  /** After that, a text is no phone number when it matches this, or has no digit. */
  readonly letters: string;
  /** What makes the key of a number. */
  readonly key: readonly Replacement[];
}

/** `tel:` and its like, and extensions: `x12`, `ext. 12`, `#12`, `;ext=12`, `,,12`. */
const BARE: readonly Replacement[] = [
  { pattern: '^[^\\p{L}0-9+]*(?:tel|callto|sms):', by: '' },
  { pattern: '(?:[;,#]|(?:ext(?:ension|n)?|x)[^\\p{L}0-9]{0,3}[0-9]).*$', by: '' },
];

let plan = NORTH_AMERICA;
let rule = ruleOf(plan);
let compiled = compile(rule);

/**
 * Says in which country numbers without a country code are. One for the whole process, like the account it serves: what
 * compares numbers can then not forget it. See `usePhoneCountry` (phone-countries.ts) for a country by its code.
 */
export function useNumberingPlan(chosen: NumberingPlan): void {
  plan = chosen;
  rule = ruleOf(plan);
  compiled = compile(rule);
}

/** The rule by which numbers are the same, for interpreters other than this file. */
export function phoneRule(): PhoneRule {
  return rule;
}

/**
 * What a number is compared, counted and grouped by: E.164 (`+14155550100`) where it is a number of the account's country
 * or one from abroad, its digits where it is too short or no valid number, and the text itself where it is no number at all.
 */
export function phoneKey(text: string): string {
  const national = compiled.plain.exec(text)?.[1];
  if (national !== undefined) return rule.keyPrefix + national;
  const bare = replaced(asciiDigits(text).toLowerCase(), compiled.bare);
  if (compiled.letters.test(bare) || !/[0-9]/.test(bare)) return text;
  return replaced(bare, compiled.key);
}

/** A number in E.164, such as `+14155550100`; undefined for what is no valid number, such as a short code. */
export function canonicalPhone(text: string): string | undefined {
  const key = phoneKey(text);
  return E164.test(key) ? key : undefined;
}

/** What a person gave as a number that is not valid, as a service keeps it: its digits; undefined when it has none. */
export function phoneDigits(text: string): string | undefined {
  const key = phoneKey(text);
  return /^[0-9]+$/.test(key) ? key : undefined;
}

/** Whether two texts are the same number. */
export function samePhone(one: string, other: string): boolean {
  return one === other || phoneKey(one) === phoneKey(other);
}

/** How North American numbers are printed, beside their digits alone. */
const NANP_FORMS = [
  ...['$1-$2-$3', '($1) $2-$3', '$1.$2.$3', '$1 $2 $3', '($1)$2-$3'],
  ...['+1 $1-$2-$3', '1-$1-$2-$3', '+1 ($1) $2-$3', '1 ($1) $2-$3', '1.$1.$2.$3', '001$1$2$3'],
];

/** The spellings under which services keep a number, the likeliest first. */
export function phoneSpellings(e164: string): string[] {
  const digits = e164.slice(1);
  const national = nationalOf(e164);
  if (national === undefined) return [digits, e164];
  const spellings = [national, digits, e164];
  if (plan.trunkPrefix !== '' && plan.trunkPrefix !== plan.callingCode) {
    spellings.unshift(plan.trunkPrefix + national);
  }
  if (plan.callingCode === NORTH_AMERICA.callingCode) {
    for (const form of NANP_FORMS) {
      spellings.push(national.replace(/^(...)(...)(....)$/, form));
    }
  }
  return [...new Set(spellings)];
}

/** A number, with what belongs to one: digits, the signs that people put between them, a scheme and an extension. */
const ALONE =
  /^'?(?:(?:tel|callto|sms):)?[\p{Nd}\p{Pd}\p{Zs}\t+＋()[\]./\\_·•]{1,40}(?:(?:;ext=|,{1,3}|#|x|ext(?:ension|n)?)[.:]?\p{Zs}?#?\p{Nd}{1,8})?$/iu;

/** Whether a text is a number and says nothing else: only then may the spelling of a row be sent, and repeated in answers. */
export function isPhoneAlone(text: string): boolean {
  return ALONE.test(text);
}

/** How a number is printed, by what rows show. */
export interface PrintedPhone {
  readonly spelling: string;
  /** Example of another form that the same rows print numbers in, with zeros for digits; absent when there is one form. */
  readonly otherForm?: string;
  /** The number in the other forms. */
  readonly others: readonly string[];
}

/**
 * The spelling of a number that rows would print: the service compares texts. `printed` are values of the same field in
 * recent rows, of which those that are a number alone count. A row that has the number decides; otherwise the form that
 * most of them print, and where none tells, the likeliest.
 */
export function printedPhone(e164: string, printed: Iterable<string>): PrintedPhone {
  const isNational = nationalOf(e164) !== undefined;
  const forms = new Map<string, { count: number; spelling: string }>();
  const own = new Map<string, number>();
  for (const text of printed) {
    const shown = canonicalPhone(text);
    if (shown === undefined || !isPhoneAlone(text) || (nationalOf(shown) !== undefined) !== isNational)
      continue;
    if (shown === e164) own.set(text, (own.get(text) ?? 0) + 1);
    const spelling = inTheFormOf(text, shown, e164);
    if (spelling === undefined) continue;
    // Numbers abroad differ in length, and are written in one form all the same.
    const form = isNational ? text.replace(/[0-9]/g, '0') : text.replace(/[0-9].*/, '0');
    const known = forms.get(form);
    forms.set(form, { count: (known?.count ?? 0) + 1, spelling: known?.spelling ?? spelling });
  }
  const most = <T>(counts: Iterable<readonly [T, number]>) => [...counts].sort(([, a], [, b]) => b - a);
  const ranked = most([...forms].map(([form, { count, spelling }]) => [{ form, spelling }, count]));
  // What rows print of this very number comes first: no two of them need be written alike.
  const spellings = [
    ...new Set([...most(own).map(([text]) => text), ...ranked.map(([{ spelling }]) => spelling)]),
  ];
  const [first, ...others] = spellings;
  if (first === undefined) return { spelling: phoneSpellings(e164)[0] ?? e164, others: [] };
  const other = ranked.find(([{ spelling }]) => spelling !== first)?.[0].form;
  return { spelling: first, ...(other === undefined ? {} : { otherForm: other }), others };
}

/** The wanted number written as `text` writes the one that it shows; undefined when it does not fit. */
function inTheFormOf(text: string, shown: string, wanted: string): string | undefined {
  const digits = text.replace(/[^0-9]/g, '');
  const [theirs, ours] = digits.endsWith(shown.slice(1))
    ? [shown.slice(1), wanted.slice(1)]
    : [nationalOf(shown) ?? shown, nationalOf(wanted) ?? wanted];
  if (!digits.endsWith(theirs)) return undefined;
  const written = digits.slice(0, digits.length - theirs.length) + ours;
  if (/^\+?[0-9]+$/.test(text)) return text.startsWith('+') ? `+${written}` : written;
  if (written.length !== digits.length) return undefined;
  let place = 0;
  return text.replace(/[0-9]/g, () => written[place++] ?? '');
}

/** The national number of one of the account's country; undefined for numbers abroad. */
function nationalOf(e164: string): string | undefined {
  return e164.startsWith(rule.keyPrefix) ? compiled.plain.exec(e164)?.[1] : undefined;
}

const E164 = /^\+[1-9][0-9]{6,14}$/;

/** The rule for a plan. While it is at work `p` stands for a plus before the digits: it cannot occur otherwise. */
function ruleOf({ callingCode, trunkPrefix, abroadPrefix, national, longest }: NumberingPlan): PhoneRule {
  const trunk = trunkPrefix === '' ? '' : `(?:${trunkPrefix})?`;
  const ways = [`(?:p|${abroadPrefix})${callingCode}${trunk}`, callingCode, ...(trunk === '' ? [] : [trunk])];
  const abroad = digitsNotAfter(callingCode, SHORTEST_ABROAD);
  // More digits than a national number has can only be one from abroad, as services keep it: without its plus.
  const bareAbroad = { pattern: `^(${digitsNotAfter(callingCode, longest + 1)})$`, by: '+\\1' };
  return {
    plain: `^(?:\\+?${callingCode})??(${national})$`,
    keyPrefix: `+${callingCode}`,
    bare: BARE,
    letters: '\\p{L}',
    key: [
      // +44 (0)20 …: what is in brackets is dialed inside the country only.
      { pattern: '^([^0-9]*\\+.*)\\(0\\)', by: '\\1' },
      { pattern: '^[^0-9]*\\+', by: 'p' },
      { pattern: '[^0-9p]', by: '', all: true },
      { pattern: `^(?:${ways.join('|')})??(${national})$`, by: `+${callingCode}\\1` },
      { pattern: `^(?:p|${abroadPrefix})(${abroad})$`, by: '+\\1' },
      ...(longest < LONGEST_ABROAD ? [bareAbroad] : []),
      { pattern: '^p', by: '' },
    ],
  };
}

/** Digits, as many as a number with its country code has and at least `shortest`, that do not begin with `prefix`. */
function digitsNotAfter(prefix: string, shortest: number): string {
  return [...prefix]
    .map((digit, place) => {
      const others = [...'0123456789'].filter((one) => one !== digit && (place > 0 || one !== '0'));
      const rest = [shortest, LONGEST_ABROAD].map((length) => length - place - 1);
      return `${prefix.slice(0, place)}[${others.join('')}][0-9]{${rest.join(',')}}`;
    })
    .join('|');
}

interface CompiledRule {
  readonly plain: RegExp;
  readonly bare: readonly CompiledReplacement[];
  readonly letters: RegExp;
  readonly key: readonly CompiledReplacement[];
}
type CompiledReplacement = readonly [pattern: RegExp, by: string];

function compile(one: PhoneRule): CompiledRule {
  const replacements = (list: readonly Replacement[]) =>
    list.map(
      ({ pattern, by, all }): CompiledReplacement => [
        new RegExp(pattern, all ? 'gu' : 'u'),
        by.replace('\\1', '$1'),
      ],
    );
  return {
    plain: new RegExp(one.plain, 'u'),
    bare: replacements(one.bare),
    letters: new RegExp(one.letters, 'u'),
    key: replacements(one.key),
  };
}

function replaced(text: string, replacements: readonly CompiledReplacement[]): string {
  return replacements.reduce((value, [pattern, by]) => value.replace(pattern, by), text);
}

/** Decimal digits of all scripts, in runs from zero to nine. */
let foreignDigits: string | undefined;

/** Every decimal digit beyond ASCII: the one at place n stands for n modulo 10. */
export function digitsBeyondAscii(): string {
  if (foreignDigits === undefined) {
    const found: string[] = [];
    for (let point = 0x80; point < 0x2_0000; point += 1) {
      const character = String.fromCodePoint(point);
      if (/\p{Nd}/u.test(character)) found.push(character);
    }
    foreignDigits = found.join('');
  }
  return foreignDigits;
}

function asciiDigits(text: string): string {
  if (!/[^ -~]/.test(text)) return text;
  const digits = [...digitsBeyondAscii()];
  return text.replace(/\p{Nd}/gu, (digit) => {
    const place = digits.indexOf(digit);
    return place === -1 ? digit : String(place % 10);
  });
}
