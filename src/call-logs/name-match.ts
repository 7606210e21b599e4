import { distance } from 'fastest-levenshtein';

/** Something with an id and the names it goes by. */
export interface Named {
  readonly id: string;
  readonly names: readonly string[];
}

/** What a written name stands for. `exact`: it is the whole name, in any letter case. Candidates come closest first. */
export type NameMatch =
  | { readonly kind: 'one'; readonly match: Named; readonly exact: boolean }
  | { readonly kind: 'several'; readonly candidates: readonly Named[] }
  | { readonly kind: 'none'; readonly candidates: readonly Named[] };

/** Most candidates that a refusal lists. */
const MAX_CANDIDATES = 5;

/**
 * Finds what a name stands for: exactly as written; else in any letter case, accents and punctuation aside; else as the
 * beginning of one name or of words in it. A misspelling is never guessed at: it only ranks the candidates.
 */
export function matchName(text: string, things: readonly Named[]): NameMatch {
  const wanted = folded(text);
  if (wanted === '') return { kind: 'none', candidates: [] };
  const tests: ((name: string) => boolean)[] = [
    (name) => name === text,
    (name) => folded(name) === wanted,
    (name) => folded(name).startsWith(wanted) || hasWords(folded(name), wanted),
  ];
  for (const [tier, test] of tests.entries()) {
    const found = things.filter((thing) => thing.names.some(test));
    const [match] = found;
    if (match === undefined) continue;
    if (found.length === 1) return { kind: 'one', match, exact: tier < 2 };
    return { kind: 'several', candidates: closest(wanted, found) };
  }
  return { kind: 'none', candidates: closest(wanted, things) };
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

/** True when each word of `wanted` begins another word of the name, in any order. */
function hasWords(name: string, wanted: string): boolean {
  const words = name.split(' ');
  return wanted.split(' ').every((part) => {
    const at = words.findIndex((word) => word.startsWith(part));
    if (at >= 0) words.splice(at, 1);
    return at >= 0;
  });
}

function closest(wanted: string, things: readonly Named[]): readonly Named[] {
  const far = (thing: Named) =>
    Math.min(
      ...thing.names
        .flatMap((name) => [folded(name), ...folded(name).split(' ')])
        .map((n) => distance(wanted, n)),
    );
  return things
    .map((thing) => ({ thing, far: far(thing) }))
    .sort((a, b) => a.far - b.far || compareNames(a.thing, b.thing))
    .slice(0, MAX_CANDIDATES)
    .map(({ thing }) => thing);
}

/** Where two are equally close, their order is that of names, not of whatever was learnt first. */
function compareNames(a: Named, b: Named): number {
  const [x, y] = [`${a.names[0]} ${a.id}`, `${b.names[0]} ${b.id}`];
  return x < y ? -1 : Number(x > y);
}
