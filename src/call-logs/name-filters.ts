import { THIRD_PARTY_NOTE } from '../convoso/third-party-text.js';
import { InvalidArguments } from '../failure.js';
import { matchName, type Named, type NameMatch } from './name-match.js';
import { NAMED_IDS, type NameBook, type NamedId } from './names.js';

/** The filters that take a name as well as an id or a code. */
export interface NamedFilters {
  readonly user_id?: string | undefined;
  readonly campaign_id?: string | undefined;
  readonly list_id?: string | undefined;
  readonly queue_id?: string | undefined;
  readonly status?: string | undefined;
}

/** What a name was taken for, by filter, as answers say it: `12345 (Jane Smith)`. */
export type TakenNames = Readonly<Partial<Record<keyof NamedFilters, string>>>;

const THING: Readonly<Record<NamedId, string>> = {
  user_id: 'user',
  campaign_id: 'campaign',
  list_id: 'list',
  queue_id: 'queue',
};

/** Reads a sample of recent rows into the book; true when that was done now, false when it was done lately. */
export type LearnNames = () => Promise<boolean>;

/**
 * Puts ids and codes where names stand. A value without a letter is an id, and a status in capitals is a code, whatever
 * the names are. Before a name is refused, or taken from its beginning where nobody wrote the names down, recent rows are
 * asked for theirs.
 * @throws InvalidArguments naming the closest candidates; whatever `learn` throws.
 */
export async function resolveNames<Filters extends NamedFilters>(
  filters: Filters,
  book: NameBook,
  learn: LearnNames,
): Promise<{ readonly filters: Filters; readonly taken: TakenNames }> {
  const ids: { -readonly [name in keyof NamedFilters]: string } = {};
  const taken: { -readonly [name in keyof NamedFilters]: string } = {};
  const take = (name: keyof NamedFilters, given: string, { id, names }: Named) => {
    ids[name] = id;
    const label = names.find((one) => one !== id);
    if (given !== id) taken[name] = label === undefined ? id : `${id} (${label})`;
  };
  for (const kind of NAMED_IDS) {
    const given = filters[kind];
    if (given !== undefined && /\p{L}/u.test(given))
      take(kind, given, await findNamed(kind, given, book, learn));
  }
  const { status } = filters;
  if (status !== undefined && !/^[A-Z0-9_-]+$/.test(status)) {
    const found = await findStatus(status, book, learn);
    if (found !== undefined) take('status', status, found);
  }
  return { filters: { ...filters, ...ids }, taken };
}

async function findNamed(kind: NamedId, given: string, book: NameBook, learn: LearnNames): Promise<Named> {
  let match = matchName(given, book.named(kind));
  const certain = match.kind === 'one' ? match.exact || book.isGiven(kind) : match.kind === 'several';
  if (!certain && (await learn())) match = matchName(given, book.named(kind));
  if (match.kind === 'one') return match.match;
  throw unresolved(kind, THING[kind], given, match);
}

/** Undefined when the text may be a code that nothing is known of: such a code is sent as it is. */
async function findStatus(given: string, book: NameBook, learn: LearnNames): Promise<Named | undefined> {
  let match = matchStatus(given, book);
  const code = !/\s/.test(given);
  if (match.kind === 'none' && (await learn())) match = matchStatus(given, book);
  if (match.kind === 'one') return match.match;
  if (match.kind === 'none' && code) return undefined;
  throw unresolved('status', 'status', given, match);
}

/** "sales" means the status "Sale" as well. */
function matchStatus(given: string, book: NameBook): NameMatch {
  const statuses = book.namedStatuses();
  const match = matchName(given, statuses);
  if (match.kind !== 'none' || !/[^s]s$/i.test(given)) return match;
  const singular = matchName(given.slice(0, -1), statuses);
  return singular.kind === 'none' ? match : singular;
}

function unresolved(
  filter: string,
  thing: string,
  given: string,
  match: Exclude<NameMatch, { kind: 'one' }>,
): InvalidArguments {
  const name = `“${given.slice(0, 60)}”`;
  const listed = match.candidates
    .map(({ id, names }) =>
      cited(
        id,
        names.find((one) => one !== id),
      ),
    )
    .join(', ');
  if (match.kind === 'several') {
    return new InvalidArguments({
      what: `${filter} cannot be used: ${name} fits more than one ${thing}.`,
      why: `It may be ${listed}. ${THIRD_PARTY_NOTE}`,
      next: 'Ask the person which one is meant, then give that id.',
    });
  }
  if (listed === '') {
    return new InvalidArguments({
      what: `${filter} cannot be used: no ${thing} names are known here.`,
      why: `Neither an account file nor the rows of recent calls name any ${thing}, so ${name} cannot be looked up.`,
      next: `Give the id, or have whoever runs this server write the names into an account file (convoso-call-logs-mcp config learn).`,
    });
  }
  return new InvalidArguments({
    what: `${filter} cannot be used: no ${thing} called ${name} is known.`,
    why: `The closest known are ${listed}. ${THIRD_PARTY_NOTE}`,
    next: 'If one of them is meant, ask the person and give its id; otherwise give the id itself.',
  });
}

/** Longest name or id of a candidate that is shown. */
const MAX_CITED = 60;

/** A few words, as names are: longer text could pass for a sentence of the answer's own. */
const FEW_WORDS = /^[\p{L}\p{M}\p{N}.'’&-]+(?: [\p{L}\p{M}\p{N}.'’&-]+){0,3}$/u;

/** `Jane Smith (12345)`: text that people typed, bounded, and in quotes of its own where it is no plain name. */
function cited(id: string, name: string | undefined): string {
  const shown = (text: string) => {
    const bounded = text.length > MAX_CITED ? `${text.slice(0, MAX_CITED - 1)}…` : text;
    return FEW_WORDS.test(bounded) ? bounded : `“${bounded.replace(/[“”]/g, '"')}”`;
  };
  return `${shown(name ?? id)} (${shown(id)})`;
}
