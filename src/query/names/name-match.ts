import { distance } from 'fastest-levenshtein';
import type { OutgoingText } from '../../redact/outgoing.js';

/** Something with an id and the names it goes by; none, where only its id is known. */
export interface Named {
  readonly id: OutgoingText;
  readonly names: readonly OutgoingText[];
}

/** What a written name stands for. `exact`: it is the whole name, in any letter case. The candidates are the closest few, closest first; `fits` counts all. */
export type NameMatch =
  | { readonly kind: 'one'; readonly match: Named; readonly exact: boolean }
  | { readonly kind: 'several'; readonly candidates: readonly Named[]; readonly fits: number }
  | { readonly kind: 'none'; readonly candidates: readonly Named[] };

/** Most candidates that a refusal lists. */
const MAX_CANDIDATES = 5;

/**
 * Finds what a text stands for, the surest way that finds anything: an id as written; a whole name or id in any letter
 * case, accents and punctuation aside; whole words of one name, in any order; beginnings of its words. A
 * misspelling is never guessed at: it only ranks the candidates.
 */
export function matchName(text: string, things: readonly Named[]): NameMatch {
  const wanted = folded(text);
  if (wanted === '') return { kind: 'none', candidates: [] };
  const named = (test: (name: string) => boolean) => (thing: Named) => thing.names.some(test);
  const tests: ((thing: Named) => boolean)[] = [
    ({ id }) => id === text,
    ({ id, names }) => [id, ...names].some((name) => folded(name) === wanted),
    named((name) => hasWords(name, wanted, (word, part) => word === part)),
    named((name) => hasWords(name, wanted, (word, part) => word.startsWith(part))),
  ];
  for (const [tier, test] of tests.entries()) {
    const found = things.filter(test);
    const [match] = found;
    if (match === undefined) continue;
    if (found.length === 1) return { kind: 'one', match, exact: tier < 2 };
    return { kind: 'several', candidates: closest(wanted, found), fits: found.length };
  }
  const withNames = things.filter(({ names }) => names.length > 0);
  return { kind: 'none', candidates: closest(wanted, withNames) };
}

/** Lower case, without accents and apostrophes; any other run of punctuation is one space. */
export function folded(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/[\p{M}'’`]/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** True when each word of `wanted` fits a word of its own in the name, in any order. */
function hasWords(name: string, wanted: string, fits: (word: string, part: string) => boolean): boolean {
  const words = folded(name).split(' ');
  // The longest first: what it fits, a shorter beginning of it would take as well.
  const parts = wanted.split(' ').sort((a, b) => b.length - a.length);
  return parts.every((part) => {
    const at = words.findIndex((word) => fits(word, part));
    if (at >= 0) words.splice(at, 1);
    return at >= 0;
  });
}

function closest(wanted: string, things: readonly Named[]): readonly Named[] {
  const far = ({ id, names }: Named) =>
    Math.min(
      ...[id, ...names]
        .flatMap((name) => [folded(name), ...folded(name).split(' ')])
        .map((n) => distance(wanted, n)),
    );
  return things
    .map((thing) => ({ thing, far: far(thing) }))
    .sort((a, b) => a.far - b.far || compareNames(a.thing, b.thing))
    .slice(0, MAX_CANDIDATES)
    .map(({ thing }) => thing);
}

/** Where two are equally close, their order is that of names, not of whatever was learned first. */
function compareNames(a: Named, b: Named): number {
  const [x, y] = [a, b].map(({ id, names }) => `${names[0] ?? ''} ${id}`) as [string, string];
  return x < y ? -1 : Number(x > y);
}
