import { type Decoded, decoded, replaced } from './decoded.js';
import { type DigitGroup, digitGroups, mayHoldNumber } from './spoken.js';

/**
 * Phone numbers in text. A number is its digits: what stands between them, and how they are written, is not looked at. Where
 * this disagrees with a reader's wish for an untouched text, privacy wins: a policy number of seven digits is masked too.
 */

/**
 * How a text is read. `prose` people typed: any seven digits without a letter between them may be a number. `path` is a file
 * name or a URL, and holds dates and counters: only the shapes that numbers are dialed in count. `id` is given out by a
 * machine: only what is written as no machine does. The call's own numbers are found in all of them.
 */
export type TextKind = 'prose' | 'path' | 'id';

/** Labels of numbers within one answer: the last four digits, and a number where another phone number ends the same. */
export class PhoneLabels {
  readonly #byLastFour = new Map<string, Map<string, number>>();

  /** `***-0123`; the second number that ends so is `***-0123(2)`. Equal numbers, however written, get equal labels. */
  of(written: string): string {
    const digits = nationalDigits(written);
    const lastFour = digits.slice(-4);
    let same = this.#byLastFour.get(lastFour);
    if (same === undefined) {
      same = new Map();
      this.#byLastFour.set(lastFour, same);
    }
    const place = same.get(digits) ?? same.size + 1;
    same.set(digits, place);
    return `***-${lastFour}${place === 1 ? '' : `(${place})`}`;
  }
}

/** Digits 0 to 9 without the North American country code. */
function nationalDigits(written: string): string {
  return digitsOf(written).replace(/^1(?=\d{10}$)/, '');
}

/** The digits of a text as 0 to 9, in whatever script or encoding they are written. */
export function digitsOf(written: string): string {
  return decoded(written).text.replace(/\D/g, '');
}

/** No phone number has fewer digits. */
export const MIN_DIGITS = 7;

/** The numbers of a call, to be found in its texts however they are written. */
export class KnownNumbers {
  /** National digits. */
  readonly numbers: readonly string[];

  constructor(written: readonly string[] = []) {
    this.numbers = [...new Set(written.map(nationalDigits))].filter(({ length }) => length >= MIN_DIGITS);
  }
}

/** For text that belongs to no call. */
export const NONE_KNOWN = new KnownNumbers();

/** The text with every phone number in it masked; `known` are the numbers of the call that it belongs to. */
export function maskPhones(text: string, kind: TextKind, known: KnownNumbers, labels: PhoneLabels): string {
  if (text.length < MIN_DIGITS) return text;
  const read = decoded(text);
  if (!mayHoldNumber(read.text)) return text;
  const parts = runsOf(read, kind).flatMap((run) => numbersIn(run, kind, known));
  if (parts.length === 0) return text;
  return replaced(
    text,
    read,
    parts.map(({ from, to, digits }) => ({ from: opening(read.text, from), to, by: labels.of(digits) })),
  );
}

/** Between the digits of one number: signs, or a sign by its name. A letter ends the number. */
const SIGNS = '[^\\p{L}\\p{N}]';
const GAP = new RegExp(
  `^(?:${SIGNS}{0,80}|${SIGNS}{1,6}(?:dot|dash|hyphen|point|minus|space|slash|comma)${SIGNS}{1,6})$`,
  'iu',
);
/** Ends an item of a list: what stands on either side is more likely two numbers than one. */
const LIST_GAP = /[,;|]\s|\s[,;|/]|\s{2}|\s-\s/;
/** A date, with its time: its digits are no number's. */
const DATE =
  /(?<!\d)(?:(?:19|20)\d\d-[01]\d-[0-3]\d(?:[ T][0-2]\d:[0-5]\d(?::[0-5]\d)?)?|[01]?\d\/[0-3]?\d\/(?:19|20)\d\d)(?!\d)/g;
/** As machines write dates into the names of files. */
const PATH_DATE = /(?<!\d)(?:19|20)\d\d[01]\d[0-3]\d(?:[-_T]?[0-2]\d[0-5]\d[0-5]\d)?(?!\d)/g;

/** A group in its place among others. */
interface Group extends DigitGroup {
  /** Belongs to a date. */
  readonly dated: boolean;
  /** A sign that ends an item of a list stands before it. */
  readonly listed: boolean;
}

/** Groups with no letter between them. */
type Run = readonly Group[];

/** A number in the decoded text. */
interface Found {
  readonly from: number;
  readonly to: number;
  readonly digits: string;
}

function runsOf({ text }: Decoded, kind: TextKind): Run[] {
  const found = digitGroups(text);
  if (count(found) < MIN_DIGITS) return [];
  const dates = [...text.matchAll(DATE), ...(kind === 'path' ? text.matchAll(PATH_DATE) : [])].map(
    ({ index, 0: { length } }) => [index, index + length] as const,
  );
  const runs: Group[][] = [];
  let end = 0;
  for (const { digits, from, to, plain } of found) {
    const gap = text.slice(end, from);
    const joined = runs.length > 0 && gap.length <= 80 && GAP.test(gap);
    end = to;
    const dated = dates.some(([start, stop]) => from < stop && to > start);
    // Field by field: many texts come by here, and a spread is ten times as slow.
    const group = { digits, from, to, plain, dated, listed: joined && LIST_GAP.test(gap) };
    if (joined) runs.at(-1)?.push(group);
    else runs.push([group]);
  }
  return runs.filter((run) => count(run) >= MIN_DIGITS);
}

function numbersIn(run: Run, kind: TextKind, known: KnownNumbers): Found[] {
  const own = known.numbers.length === 0 ? undefined : ownNumber(run, known);
  if (own !== undefined) {
    const [before, found, after] = own;
    return [...numbersIn(before, kind, known), found, ...numbersIn(after, kind, known)];
  }
  const segments = segmentsOf(run);
  const numbers = { prose: proseNumbers, path: (groups: Run) => shaped(groups, false), id: grouped };
  return segments.flatMap(numbers[kind]);
}

/** The first of the call's own numbers in a run, inside longer groups of digits too, and what is left of the run around it. */
function ownNumber(run: Run, { numbers }: KnownNumbers): [before: Run, found: Found, after: Run] | undefined {
  const all = run.map(({ digits }) => digits).join('');
  for (const number of numbers) {
    const at = all.indexOf(number);
    if (at !== -1) return around(run, at, number.length, number);
  }
  for (const number of numbers) {
    const local = number.slice(-MIN_DIGITS);
    const at = number.length === 10 && all.length >= MIN_DIGITS ? all.indexOf(local) : -1;
    // Standing alone, and not inside the digits of something else.
    if (at === -1 || !isEdge(run, at) || !isEdge(run, at + MIN_DIGITS)) continue;
    return around(run, at, MIN_DIGITS, number);
  }
  return undefined;
}

/** Cuts a run at `length` digits from the digit `at` on. A country code of its own, or one run together with it, goes along. */
function around(run: Run, at: number, length: number, digits: string): [Run, Found, Run] {
  const before = cut(run, 0, at);
  const last = before.at(-1);
  const countryCode = length === 10 && last?.digits === '1';
  const first = cut(run, at, at + length);
  const from = countryCode ? last.from : (first[0]?.from ?? 0);
  const found = { from, to: first.at(-1)?.to ?? from, digits };
  return [countryCode ? before.slice(0, -1) : before, found, cut(run, at + length, Number.POSITIVE_INFINITY)];
}

/** The digits of a run from `from` to `to`; a group that is no plain digits is taken whole. */
function cut(run: Run, from: number, to: number): Run {
  const kept: Group[] = [];
  let at = 0;
  for (const group of run) {
    const { length } = group.digits;
    const [start, stop] = [Math.max(0, from - at), Math.min(length, to - at)];
    at += length;
    if (stop <= start) continue;
    kept.push(
      group.plain
        ? {
            ...group,
            digits: group.digits.slice(start, stop),
            from: group.from + start,
            to: group.from + stop,
          }
        : group,
    );
  }
  return kept;
}

/** Whether a place in the digits of a run lies between two groups. */
function isEdge(run: Run, place: number): boolean {
  let at = 0;
  for (const { digits } of run) {
    if (at >= place) break;
    at += digits.length;
  }
  return at === place;
}

/** Parts of a run with no date between them. */
function segmentsOf(run: Run): Run[] {
  const segments: Group[][] = [[]];
  for (const group of run) {
    if (group.dated) segments.push([]);
    else segments.at(-1)?.push(group);
  }
  return segments.filter(({ length }) => length > 0);
}

/** Numbers among groups that people typed: items of a list each for itself, where one of them is a number by itself. */
function proseNumbers(groups: Run): Found[] {
  const items: Group[][] = [];
  for (const group of groups) {
    if (group.listed || items.length === 0) items.push([group]);
    else items.at(-1)?.push(group);
  }
  const found: Found[] = [];
  let rest: Group[] = [];
  const endRest = () => {
    found.push(...whole(rest));
    rest = [];
  };
  for (const item of items) {
    if (count(item) < MIN_DIGITS) rest.push(...item);
    else {
      endRest();
      found.push(...shaped(item, true));
    }
  }
  endRest();
  return found;
}

/** A whole stretch as one number, where it has the digits. */
function whole(groups: Run): Found[] {
  const [first] = groups;
  const last = groups.at(-1);
  if (first === undefined || last === undefined || count(groups) < MIN_DIGITS) return [];
  return [{ from: first.from, to: last.to, digits: groups.map(({ digits }) => digits).join('') }];
}

/** Numbers as North America writes them, each for itself; with `others`, what is left around them counts as numbers, too. */
function shaped(groups: Run, others: boolean): Found[] {
  const found: Found[] = [];
  let rest = 0;
  for (let at = 0; at < groups.length; ) {
    const length = shapeAt(groups, at);
    if (length === 0) {
      at += 1;
      continue;
    }
    if (others) found.push(...whole(groups.slice(rest, at)));
    found.push(...whole(groups.slice(at, at + length)));
    at += length;
    rest = at;
  }
  return others ? [...found, ...whole(groups.slice(rest))] : found;
}

const SHAPES = ['10', '11', '3 7', '6 4', '3 3 4', '1 10', '1 3 7', '1 3 3 4'];

/** How many groups from a place on make up a North American number; 0 when they make up none. */
function shapeAt(groups: Run, at: number): number {
  let shape = '';
  let match = 0;
  for (let next = at; next < groups.length && next < at + 4; next += 1) {
    const { digits = '' } = groups[next] ?? {};
    shape += `${next === at ? '' : ' '}${digits.length}`;
    const coded = !/^1(1| )/.test(shape) || groups[at]?.digits.startsWith('1') === true;
    if (coded && SHAPES.includes(shape)) match = next - at + 1;
  }
  return match;
}

/** Most digits that a group of a number written in groups has. */
const MAX_GROUP = 5;

/** In what machines give out: a number in groups as people write them. Digits without a break may be any id. */
function grouped(groups: Run): Found[] {
  const found: Found[] = [];
  let rest: Group[] = [];
  const endRest = () => {
    if (rest.length > 1) found.push(...whole(rest));
    rest = [];
  };
  for (const group of groups) {
    if (group.digits.length <= MAX_GROUP) rest.push(group);
    else endRest();
  }
  endRest();
  return found;
}

function count(groups: readonly DigitGroup[]): number {
  return groups.reduce((sum, { digits }) => sum + digits.length, 0);
}

/** Where a number begins with what opens it: a plus sign, a bracket. */
function opening(text: string, from: number): number {
  let at = from;
  while (at > 0 && /[+(\s]/.test(text[at - 1] ?? '')) at -= 1;
  while (at < from && !/[+(]/.test(text[at] ?? '')) at += 1;
  return at;
}
