import type { Named } from './name-match.js';
import { NAMED_IDS, type NameBook, type NamedId } from './names.js';
import type { NamesById, RowNames } from './row-names.js';

/** All names that a text in a filter is looked up among: what a person wrote down, and what samples of rows carry. */
export class KnownNames {
  readonly #book: NameBook;
  readonly #recent: RowNames;
  readonly #ofWindow: RowNames | undefined;

  constructor(book: NameBook, recent: RowNames, ofWindow?: RowNames) {
    this.#book = book;
    this.#recent = recent;
    this.#ofWindow = ofWindow;
  }

  /** True where the calls of the window asked for were looked at beside the newest. */
  get withWindow(): boolean {
    return this.#ofWindow !== undefined;
  }

  /** Every id of a kind with all names it goes by; the first, if any, is the one to show. */
  named(kind: NamedId): Named[] {
    return merged(
      written(this.#book.given(kind)),
      this.#samples.map(({ ids }) => ids[kind]),
      (id) => id,
    );
  }

  /** The statuses of this account, under its own names for them; a code that is merely in use has none. */
  ownStatuses(): Named[] {
    return merged(
      written(this.#book.given('status')),
      this.#samples.map(({ statuses }) => statuses),
      (code) => code.toUpperCase(),
    );
  }

  /**
   * Every status, the account's own first, under its code and the account's names for it, or the built-in definition where
   * the account has no name for it.
   */
  allStatuses(): Named[] {
    const own = new Map(this.ownStatuses().map((status) => [status.id.toUpperCase(), status]));
    const all = new Map<string, Named>(
      [...own].map(([key, { id, names }]) => [key, { id, names: [id, ...names] }]),
    );
    for (const { id: code, names: meanings } of this.#book.definedStatuses()) {
      const { id = code, names = [] } = own.get(code) ?? {};
      if (names.length === 0) all.set(code, { id, names: [id, ...meanings] });
    }
    return [...all.values()];
  }

  /** Where the names are from, to follow "names of". */
  get source(): string {
    const recent = this.#recent;
    const parts = [
      ...(recent.calls === 0 ? [] : [newest(recent)]),
      ...(this.#ofWindow === undefined ? [] : [`${newest(this.#ofWindow)} of the window`]),
      ...(this.#hasGiven ? ['the account file'] : []),
    ];
    return parts.length === 0 ? 'no call: the service has none' : parts.join(' and of ');
  }

  get #samples(): readonly RowNames[] {
    return this.#ofWindow === undefined ? [this.#recent] : [this.#recent, this.#ofWindow];
  }

  get #hasGiven(): boolean {
    return [...NAMED_IDS, 'status' as const].some((kind) => this.#book.given(kind).length > 0);
  }
}

function newest({ calls, newestFirst }: RowNames): string {
  return `${newestFirst ? 'the newest ' : ''}${calls} ${calls === 1 ? 'call' : 'calls'}`;
}

function written(given: readonly Named[]): NamesById {
  return new Map(given.map(({ id, names }) => [id, names]));
}

/** Ids that are one by their key, as rows spell them, with all their names: what a person wrote down, then the newest. */
function merged(given: NamesById, samples: readonly NamesById[], key: (id: string) => string): Named[] {
  const all = new Map<string, Named>();
  for (const [id, names] of [given, ...samples].flatMap((source) => [...source])) {
    const known = all.get(key(id));
    all.set(key(id), { id: known?.id ?? id, names: [...new Set([...(known?.names ?? []), ...names])] });
  }
  const spelled = new Map(samples.toReversed().flatMap((ids) => [...ids.keys()].map((id) => [key(id), id])));
  return [...all].map(([known, { id, names }]) => ({ id: spelled.get(known) ?? id, names }));
}
