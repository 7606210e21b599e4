import { InvalidArguments } from '../../util/failure.js';
import { cleanText, THIRD_PARTY_NOTE } from '../../util/third-party-text.js';
import type { SentPhones } from '../phone-filters.js';
import { KnownNames } from './known-names.js';
import { folded, matchName, type Named, type NameMatch } from './name-match.js';
import { NAMED_IDS, type NameBook } from './names.js';
import type { RowNames } from './row-names.js';

/** The filters that take a name as well as an id or a code. */
export interface NamedFilters {
  readonly user_id?: string | undefined;
  readonly campaign_id?: string | undefined;
  readonly list_id?: string | undefined;
  readonly queue_id?: string | undefined;
  readonly status?: string | undefined;
}

/** What a name stands for, by filter, as answers say it: `12345 (Jane Smith)`. */
export type ResolvedNames = Readonly<Partial<Record<keyof NamedFilters, string>>> & SentPhones;

/** Filters with ids and codes only, what their names stand for, and where names were looked up, if any were. */
export interface FiltersById<Filters> {
  readonly filters: Filters;
  readonly resolvedNames: ResolvedNames;
  /** To follow "names of". */
  readonly resolvedFrom?: string;
}

/** The rows that names are looked up in. The same question gets the same rows, whatever was asked before. */
export interface NameSamples {
  /** The newest calls of the account. @throws what reading them throws */
  recent(): Promise<RowNames>;
  /** The newest calls of the window asked for; undefined where those are the newest of the account. @throws likewise */
  ofWindow(): Promise<RowNames | undefined>;
}

/** What a text in a filter stands for: what is sent, and what is said about it. */
interface Meaning {
  readonly id: string;
  /** Absent when the text itself is sent, and known. */
  readonly said?: string;
}

type Filter = keyof NamedFilters;

const FILTERS: readonly Filter[] = [...NAMED_IDS, 'status'];

const THING: Readonly<Record<Filter, string>> = {
  user_id: 'user',
  campaign_id: 'campaign',
  list_id: 'list',
  queue_id: 'queue',
  status: 'status',
};

/** Longest name, id or argument that is repeated in an answer. */
const MAX_SHOWN = 60;

/**
 * Puts ids and codes where names stand. What a text stands for depends on the text, on what a person wrote down and on the
 * samples, and on nothing else. A value without a letter is an id, so is one that a person wrote down, and a status in
 * capitals is a code. Everything else is looked up among the names of the newest calls; where none fits, among those of the
 * window as well; and only then is a status given its built-in meaning, or a word taken for an id that no row shows.
 * @throws InvalidArguments naming the closest candidates; whatever reading a sample throws.
 */
export async function resolveNames<Filters extends NamedFilters>(
  filters: Filters,
  book: NameBook,
  samples: NameSamples,
): Promise<FiltersById<Filters>> {
  const ids: { -readonly [name in Filter]?: string } = {};
  const resolvedNames: { -readonly [name in Filter]?: string } = {};
  let from: string | undefined;
  for (const filter of FILTERS) {
    const text = filters[filter];
    if (text === undefined || isId(filter, text, book)) continue;
    const known = await knownFor(filter, text, book, samples);
    const { id, said } = meaningOf(filter, text, known);
    ids[filter] = id;
    if (said === undefined) continue;
    resolvedNames[filter] = said;
    if (from === undefined || known.withWindow) from = known.source;
  }
  return {
    filters: { ...filters, ...ids },
    resolvedNames,
    ...(from === undefined ? {} : { resolvedFrom: from }),
  };
}

/**
 * Whether a text with commas in it is one name, id or code that a person wrote down or that rows carry, whole and with just
 * these commas: a campaign may be called “Auto, Home”.
 * @throws what reading a sample throws
 */
export async function isOneName(
  filter: keyof NamedFilters,
  text: string,
  book: NameBook,
  samples: NameSamples,
): Promise<boolean> {
  if (book.isGiven(filter, text)) return true;
  if (!/\p{L}/u.test(text)) return false;
  const wanted = betweenCommas(text);
  const isKnown = (known: KnownNames) =>
    (filter === 'status' ? known.ownStatuses() : known.named(filter)).some(({ id, names }) =>
      [id, ...names].some((name) => betweenCommas(name) === wanted),
    );
  const recent = await samples.recent();
  if (isKnown(new KnownNames(book, recent))) return true;
  const ofWindow = recent.whole ? undefined : await samples.ofWindow();
  return ofWindow !== undefined && isKnown(new KnownNames(book, recent, ofWindow));
}

/** True for a filter that takes a name. */
export function takesName(filter: string): filter is keyof NamedFilters {
  return (FILTERS as readonly string[]).includes(filter);
}

function betweenCommas(name: string): string {
  return name.split(',').map(folded).join(',');
}

function isId(filter: Filter, text: string, book: NameBook): boolean {
  if (filter === 'status') return /^[A-Z0-9_-]+$/.test(text) || book.isGiven(filter, text);
  return !/\p{L}/u.test(text) || book.isGiven(filter, text);
}

async function knownFor(
  filter: Filter,
  text: string,
  book: NameBook,
  samples: NameSamples,
): Promise<KnownNames> {
  const recent = await samples.recent();
  const known = new KnownNames(book, recent);
  if (recent.whole || ownMatch(filter, text, known).kind !== 'none') return known;
  return new KnownNames(book, recent, await samples.ofWindow());
}

/** What the account itself calls so. */
function ownMatch(filter: Filter, text: string, known: KnownNames): NameMatch {
  return filter === 'status' ? matchStatus(text, known.ownStatuses()) : matchName(text, known.named(filter));
}

/** @throws InvalidArguments where it is not certain */
function meaningOf(filter: Filter, text: string, known: KnownNames): Meaning {
  const own = ownMatch(filter, text, known);
  if (own.kind === 'one') return meaning(text, own.match);
  if (own.kind === 'several') throw several(filter, text, own, known);
  const match = filter === 'status' ? matchStatus(text, known.allStatuses()) : own;
  if (match.kind === 'one') return meaning(text, match.match, '; a built-in meaning');
  if (match.kind === 'several') throw several(filter, text, match, known);
  // A candidate that fits after all is one that means the opposite.
  const mayBeCode = !/\s/.test(text) && matchName(text, match.candidates).kind === 'none';
  if (filter === 'status' ? !mayBeCode : !isIdShaped(text)) throw unknown(filter, text, match, known);
  return { id: text, said: `${shown(text)} (sent as it is: nothing known is called so)` };
}

/** True of a word that may well be an id: of plain characters, and with a digit or in one letter case. */
function isIdShaped(text: string): boolean {
  const oneCase = text === text.toLowerCase() || text === text.toUpperCase();
  return /^[!-~]+$/.test(text) && (oneCase || /\d/.test(text));
}

function meaning(text: string, { id, names }: Named, remark = ''): Meaning {
  if (text === id) return { id };
  const label = names.find((name) => name !== id);
  return { id, said: label === undefined ? shown(id) : `${shown(id)} (${shown(label)}${remark})` };
}

/** "sales" means the status "Sale" as well; "interested" does not mean "Not Interested". */
function matchStatus(text: string, statuses: readonly Named[]): NameMatch {
  const match = matchName(text, statuses);
  if (match.kind === 'none' && /[^s]s$/i.test(text)) {
    const singular = matchStatus(text.slice(0, -1), statuses);
    return singular.kind === 'none' ? match : singular;
  }
  if (match.kind !== 'one' || match.exact || negates(text)) return match;
  const { id, names } = match.match;
  const affirmed = matchName(text, [{ id, names: names.filter((name) => !negates(name)) }]);
  return affirmed.kind === 'one' ? match : { kind: 'none', candidates: [match.match] };
}

const NEGATION = /\b(no|not|non|never|without|(did|does|do|is|was|were|has|have|had|ca|could|wo|would)nt)\b/;

function negates(text: string): boolean {
  return NEGATION.test(folded(text));
}

function several(
  filter: Filter,
  text: string,
  { candidates, fits }: Extract<NameMatch, { kind: 'several' }>,
  known: KnownNames,
): InvalidArguments {
  const more = fits > candidates.length ? `, or one of ${fits - candidates.length} more` : '';
  return new InvalidArguments({
    what: `${filter} cannot be used: “${shown(text)}” fits more than one ${THING[filter]}.`,
    why: `It may be ${listed(candidates)}${more} (names of ${known.source}). ${THIRD_PARTY_NOTE}`,
    next: 'Ask the person which one is meant, then give that id.',
  });
}

function unknown(
  filter: Filter,
  text: string,
  { candidates }: Extract<NameMatch, { kind: 'none' }>,
  known: KnownNames,
): InvalidArguments {
  const thing = THING[filter];
  const name = `“${shown(text)}”`;
  if (candidates.length === 0) {
    return new InvalidArguments({
      what: `${filter} cannot be used: no ${thing} names are known here.`,
      why: `Neither an account file nor the rows of recent calls name any ${thing}, so ${name} cannot be looked up.`,
      next: `Give the id, or have whoever runs this server write the names into an account file (convoso-call-logs-mcp config learn).`,
    });
  }
  return new InvalidArguments({
    what: `${filter} cannot be used: no ${thing} called ${name} is known.`,
    why: `The closest known are ${listed(candidates)} (names of ${known.source}). ${THIRD_PARTY_NOTE}`,
    next: 'If one of them is meant, ask the person and give its id; otherwise give the id itself. An id that is written like a name has to stand in the account file.',
  });
}

function listed(candidates: readonly Named[]): string {
  return candidates
    .map(({ id, names }) =>
      cited(
        id,
        names.find((name) => name !== id),
      ),
    )
    .join(', ');
}

/** Text of other people as an answer repeats it: short, and without what could end the sentence it stands in. */
function shown(text: string): string {
  return cleanText(text, MAX_SHOWN).replace(/[“”"]/g, "'");
}

/** A few words, as names are: longer text could pass for a sentence of the answer's own. */
const FEW_WORDS = /^[\p{L}\p{M}\p{N}.'’&+/_-]+(?: [\p{L}\p{M}\p{N}.'’&+/_-]+){0,3}$/u;

/** `Jane Smith (12345)`: text that people typed, bounded, and in quotes of its own where it is no plain name. */
function cited(id: string, name: string | undefined): string {
  const quotedUnlessPlain = (text: string) => {
    const bounded = shown(text);
    return FEW_WORDS.test(bounded) ? bounded : `“${bounded}”`;
  };
  return `${quotedUnlessPlain(name ?? id)} (${quotedUnlessPlain(id)})`;
}
