import { type AccountFile, NO_ACCOUNT_FILE } from '../../config/account-file.js';
import type { CallLog, TextField } from '../../convoso/call-log.js';
import { StatusBook } from '../../convoso/statuses.js';
import type { AnswerMasks } from '../../redact/masks.js';
import { type OutgoingText, outgoingText } from '../../redact/outgoing.js';
import type { Named } from './name-match.js';

/** What the account gives names to, by the filter that takes its id. */
export const NAMED_IDS = ['user_id', 'campaign_id', 'list_id', 'queue_id'] as const;
export type NamedId = (typeof NAMED_IDS)[number];

/** A field of rows that holds the name of what another holds the id of. */
export type NameField = 'user' | 'campaign' | 'queue' | 'status_name';

/** The field of a live row that names an id; rows name no lists. */
export const NAME_FIELD: Readonly<Partial<Record<NamedId, NameField>>> = {
  user_id: 'user',
  campaign_id: 'campaign',
  queue_id: 'queue',
};

/** Most labels of a kind that are sure to be kept, and most call ids remembered. */
const MAX_LABELS = 5_000;
const MAX_CALL_IDS = 100;
/** Most callers whose calls are remembered. */
const MAX_CALLERS = 1_000;

/**
 * The names that answers show beside ids: those a person wrote down, which win, and those that rows carried lately. What a
 * name in a filter stands for is not decided here, because this depends on what was asked before: see resolveNames.
 */
export class NameBook {
  /** What a person wrote down, by id or code; blank where they gave no name. */
  readonly #given: Readonly<Record<NamedId | 'status', ReadonlyMap<string, OutgoingText>>>;
  readonly #labels: Readonly<Record<NamedId | 'status', Labels>> = {
    user_id: new Labels(),
    campaign_id: new Labels(),
    list_id: new Labels(),
    queue_id: new Labels(),
    status: new Labels(),
  };
  /** By caller; undefined is the one caller where callers are not told apart. */
  readonly #callIds = new Map<string | undefined, Set<OutgoingText>>();
  readonly statuses: StatusBook;

  constructor(
    account: AccountFile = NO_ACCOUNT_FILE,
    statuses: StatusBook = new StatusBook(account.statuses),
  ) {
    const given = (names: readonly (readonly [string, string])[]) =>
      new Map(names.map(([id, name]) => [id, outgoingText(name)]));
    this.#given = {
      user_id: given(Object.entries(account.users)),
      campaign_id: given(Object.entries(account.campaigns)),
      list_id: given(Object.entries(account.lists)),
      queue_id: given(Object.entries(account.queues)),
      status: given(Object.entries(account.statuses).map(([code, { meaning = '' }]) => [code, meaning])),
    };
    this.statuses = statuses;
  }

  /** Remembers the names that rows carry, as they may leave the server: answers to come will show them. */
  learn(calls: Iterable<CallLog>, masks: AnswerMasks): void {
    for (const call of calls) {
      for (const kind of NAMED_IDS) {
        const field = NAME_FIELD[kind];
        if (field !== undefined) this.#labels[kind].learn(call, kind, field, masks);
      }
      this.#labels.status.learn(call, 'status', 'status_name', masks);
    }
  }

  /** Every id or code that a person wrote down, with its name; without one, where they gave none. */
  given(kind: NamedId | 'status'): Named[] {
    return [...this.#given[kind]].map(([id, name]) => ({
      id: outgoingText(id),
      names: name === '' ? [] : [name],
    }));
  }

  isGiven(kind: NamedId | 'status', id: string): boolean {
    return this.#given[kind].has(id);
  }

  /** The name that a person wrote down for an id. */
  givenName(kind: NamedId, id: string): OutgoingText | undefined {
    return this.#given[kind].get(id) || undefined;
  }

  /** The name of an id, when there is one. */
  nameOf(kind: NamedId, id: string): OutgoingText | undefined {
    return this.givenName(kind, id) ?? this.#labels[kind].get(id);
  }

  /** The call with the names of its ids that its row leaves out and this book knows; `filled` is told which fields those are. */
  fill(call: CallLog, filled: Set<NameField>): CallLog {
    const names: Partial<Record<NameField, string>> = {};
    const give = (field: NameField, name: string | undefined) => {
      if (call[field] !== undefined || name === undefined) return;
      names[field] = name;
      filled.add(field);
    };
    for (const kind of NAMED_IDS) {
      const { [kind]: id } = call;
      const field = NAME_FIELD[kind];
      if (id !== undefined && field !== undefined) give(field, this.nameOf(kind, id));
    }
    const { status } = call;
    if (status !== undefined) {
      give('status_name', this.#labels.status.get(status) ?? this.statuses.definitionOf(status));
    }
    return { ...call, ...names };
  }

  /** Everything of a kind that has a name. */
  named(kind: NamedId): Named[] {
    const given = this.given(kind).filter(({ names }) => names.length > 0);
    return [...new Map([...this.#labels[kind].named(), ...given].map((one) => [one.id, one])).values()];
  }

  /** Every status that something is written down about, under its code; the built-in ones among them. */
  definedStatuses(): Named[] {
    return [...this.statuses.entries()].map(([code, { meaning = '' }]) => ({
      id: outgoingText(code),
      names: meaning === '' ? [] : [outgoingText(meaning)],
    }));
  }

  /** Every status known, under its code, its definition and the account's own name for it, as rows spell the code. */
  namedStatuses(): Named[] {
    const statuses = new Map<string, Named>();
    for (const { id, names } of this.definedStatuses()) statuses.set(id, { id, names: [id, ...names] });
    for (const { id, names } of this.#labels.status.named()) {
      const known = statuses.get(id.toUpperCase());
      statuses.set(id.toUpperCase(), { id, names: [...(known?.names ?? [id]), ...names] });
    }
    return [...statuses.values()];
  }

  /** Ids of calls that answers to this caller lately showed, newest first. What others were shown is not offered. */
  callIds(principal: string | undefined): OutgoingText[] {
    return [...(this.#callIds.get(principal) ?? [])].reverse();
  }

  /** Remembers a call that an answer to this caller shows, by its id there. */
  showed(id: OutgoingText, principal: string | undefined): void {
    const ids = this.#callIds.get(principal) ?? new Set<OutgoingText>();
    ids.delete(id);
    ids.add(id);
    dropOldest(ids, MAX_CALL_IDS);
    this.#callIds.delete(principal);
    this.#callIds.set(principal, ids);
    dropOldest(this.#callIds, MAX_CALLERS);
  }
}

/** Keeps the newest so many of what is ordered from old to new. */
function dropOldest<Key>(
  kept: { readonly size: number; keys(): Iterable<Key>; delete(key: Key): boolean },
  most: number,
): void {
  for (const oldest of kept.keys()) {
    if (kept.size <= most) return;
    kept.delete(oldest);
  }
}

/** A name as it may leave the server, and the date of the call that carried it. */
interface Label {
  readonly id: OutgoingText;
  readonly name: OutgoingText;
  /** As the row has it. */
  readonly raw: string;
  readonly date: string;
}

/**
 * The newest name of each id. In two generations: what was met since the older one was full is never forgotten before
 * what was not.
 */
class Labels {
  #recent = new Map<string, Label>();
  #older = new Map<string, Label>();

  learn(call: CallLog, idField: TextField, nameField: TextField, masks: AnswerMasks): void {
    const { [nameField]: raw, call_date: date = '' } = call;
    if (call[idField] === undefined || raw === undefined) return;
    const shown = masks.sharedLabel(call, idField);
    if (shown === undefined) return;
    const known = this.#recent.get(shown) ?? this.#older.get(shown);
    if (known !== undefined && (known.raw === raw || known.date > date)) {
      this.#remember(known.date < date ? { ...known, date } : known);
      return;
    }
    const name = masks.sharedLabel(call, nameField);
    if (name !== undefined) this.#remember({ id: shown, name, raw, date });
  }

  get(id: string): OutgoingText | undefined {
    return (this.#recent.get(id) ?? this.#older.get(id))?.name;
  }

  named(): Named[] {
    return [...new Map([...this.#older, ...this.#recent]).values()].map(({ id, name }) => ({
      id,
      names: [name],
    }));
  }

  #remember(label: Label): void {
    const { id } = label;
    if (this.#recent.size >= MAX_LABELS && !this.#recent.has(id)) {
      this.#older = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(id, label);
  }
}
