/**
 * A text as a reader takes it, for the searches of this folder: percent escapes, HTML character references and escapes of
 * program text resolved, letters without accents, digits of every script and style as 0 to 9. What is found in it is
 * replaced in the text as it was written.
 */
export interface Decoded {
  readonly text: string;
  /** Where each character of `text` begins and ends in what was written; undefined where they are the same text. */
  readonly places: { readonly starts: readonly number[]; readonly ends: readonly number[] } | undefined;
}

/** Printable ASCII in which nothing is encoded: most texts, and their own decoded form. */
const AS_WRITTEN = /^[\x20-\x24\x27-\x5b\x5d-\x7e]*$/;

const ESCAPE =
  /%(?:25)*([0-9A-Fa-f]{2})|&(?:amp;)*(?:#(\d{1,7});?|#[xX]([0-9A-Fa-f]{1,6});?|([A-Za-z]{2,32}\d{0,2});)|\\(?:u([0-9A-Fa-f]{4})|[uU]\{([0-9A-Fa-f]{1,6})\}|U([0-9A-Fa-f]{8})|[xX]([0-9A-Fa-f]{2})|([bfnrtv]))/y;

/** Named references that matter to what is looked for; any other one stands for something that is no letter or digit. */
const NAMED: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", sol: '/', colon: ':', period: '.', bsol: '\\' },
  ...{
    num: '#',
    quest: '?',
    equals: '=',
    commat: '@',
    plus: '+',
    lowbar: '_',
    hyphen: '-',
    dash: '-',
    percnt: '%',
  },
};

/** A text as a reader sees it, with the places in the written one that each of its characters came from. */
export function decoded(written: string): Decoded {
  if (AS_WRITTEN.test(written)) return { text: written, places: undefined };
  let text = '';
  const starts: number[] = [];
  const ends: number[] = [];
  const add = (read: string, start: number, end: number) => {
    const plain = folded(read);
    // An accent or another mark belongs to what it stands on.
    if (plain === '' && ends.length > 0) ends[ends.length - 1] = end;
    text += plain;
    for (let i = 0; i < plain.length; i += 1) {
      starts.push(start);
      ends.push(end);
    }
  };
  for (let at = 0; at < written.length; ) {
    const coded = '%&\\'.includes(written[at] ?? '') ? escapeAt(written, at) : undefined;
    const read = coded?.read ?? String.fromCodePoint(written.codePointAt(at) ?? 0);
    const end = coded?.end ?? at + read.length;
    add(read, at, end);
    at = end;
  }
  return { text, places: { starts, ends } };
}

/** Replaces parts of a text that were found in its decoded form, in order; each as [from, to) and what takes its place. */
export function replaced(
  written: string,
  { places }: Decoded,
  parts: readonly { readonly from: number; readonly to: number; readonly by: string }[],
): string {
  let out = '';
  let done = 0;
  for (const { from, to, by } of parts) {
    const start = places === undefined ? from : (places.starts[from] ?? written.length);
    out += written.slice(done, Math.max(done, start)) + by;
    done = Math.max(done, places === undefined ? to : (places.ends[to - 1] ?? start));
  }
  return out + written.slice(done);
}

function escapeAt(written: string, at: number): { read: string; end: number } | undefined {
  ESCAPE.lastIndex = at;
  const match = ESCAPE.exec(written);
  if (match === null) return undefined;
  const [whole, percent, decimal, hex, named, four, braced, eight, byte, blank] = match;
  if (percent !== undefined) return percentAt(written, at, whole, Number.parseInt(percent, 16));
  const end = at + whole.length;
  // After another backslash the letter is one of a path.
  if (blank !== undefined) return written[at - 1] === '\\' ? undefined : { read: ' ', end };
  if (named !== undefined) return { read: NAMED[named.toLowerCase()] ?? accented(named), end };
  const code =
    decimal === undefined
      ? Number.parseInt(hex ?? four ?? braced ?? eight ?? byte ?? '', 16)
      : Number(decimal);
  return { read: code > 0x10_ff_ff ? ' ' : String.fromCodePoint(code), end };
}

/** References to what stands between two characters without being seen. */
const INVISIBLE = /^(?:shy|zwj|zwnj|nobreak|zerowidthspace|lrm|rlm|applyfunction|invisible\w+)$/i;

/** `eacute` is an e with something on it; anything else is a sign. */
function accented(name: string): string {
  if (INVISIBLE.test(name)) return '\u200b';
  return /^([a-z])(?:acute|grave|circ|uml|tilde|cedil|ring|caron|slash)$/i.exec(name)?.[1] ?? ' ';
}

/** One byte, or all bytes of one character in UTF-8. */
function percentAt(written: string, at: number, first: string, lead: number): { read: string; end: number } {
  const bytes = [lead];
  const more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : 0;
  let end = at + first.length;
  for (let i = 0; i < more; i += 1) {
    const [whole, byte] = /^%(?:25)*([89ABab][0-9A-Fa-f])/.exec(written.slice(end, end + 40)) ?? [];
    if (whole === undefined || byte === undefined) break;
    bytes.push(Number.parseInt(byte, 16));
    end += whole.length;
  }
  return { read: new TextDecoder().decode(Uint8Array.from(bytes)), end };
}

const OTHER_DIGITS = [
  ...['〇一二三四五六七八九', '零１２３４５６７８９'],
  // Circled digits that Unicode does not call compatible with the plain ones.
  ...['⓿❶❷❸❹❺❻❼❽❾', '⓿➀➁➂➃➄➅➆➇➈', '⓿➊➋➌➍➎➏➐➑➒', '⓿⓵⓶⓷⓸⓹⓺⓻⓼⓽'],
];

/** What single characters beyond ASCII are read as. */
const known = new Map<string, string>(
  OTHER_DIGITS.flatMap((digits) => [...digits].map((sign, value): [string, string] => [sign, String(value)])),
);
const MAX_KNOWN = 5_000;

/** Letters that people leave the stroke or the ligature out of, and that Unicode does not take apart. */
const UNMARKED: Readonly<Record<string, string>> = {
  ...{ ø: 'o', Ø: 'O', ł: 'l', Ł: 'L', đ: 'd', Đ: 'D', ð: 'd', Ð: 'D', ħ: 'h', Ħ: 'H', ı: 'i', þ: 'th' },
  ...{ Þ: 'Th', ß: 'ss', ẞ: 'SS', æ: 'ae', Æ: 'Ae', œ: 'oe', Œ: 'Oe' },
};

function folded(character: string): string {
  if (character.length === 1 && character < '\u007f') return character;
  let plain = known.get(character);
  if (plain === undefined) {
    plain = (UNMARKED[character] ?? character)
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .replace(/\p{Nd}/gu, digitOf)
      .replace(/\p{Pd}|\u2212/gu, '-')
      .replace(/\p{Zs}/gu, ' ');
    if (known.size < MAX_KNOWN) known.set(character, plain);
  }
  return plain;
}

/** Every script has its ten digits in a row, and begins it with zero. */
function digitOf(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (before < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - before - 1))) before += 1;
  return String(before);
}
