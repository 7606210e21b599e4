import type { CallLog, TextField } from '../convoso/call-log.js';
import { StatusBook } from '../convoso/statuses.js';
import type { AnswerMasks } from '../redact/masks.js';
import { type OutgoingText, outgoingText } from '../redact/outgoing.js';
import { type AccountFile, NO_ACCOUNT_FILE } from './account-file.js';
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
  readonly #given: Readonly<Record<NamedId, ReadonlyMap<string, OutgoingText>>>;
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
  /** The account's own words for its codes, as a person wrote them down; blank where they only listed the code. */
  readonly givenStatuses: ReadonlyMap<string, string>;

  constructor(
    account: AccountFile = NO_ACCOUNT_FILE,
    statuses: StatusBook = new StatusBook(account.statuses),
  ) {
    const entries = (table: Readonly<Record<string, string>>) =>
      new Map(Object.entries(table).map(([id, name]): [string, OutgoingText] => [id, outgoingText(name)]));
    this.#given = {
      user_id: entries(account.users),
      campaign_id: entries(account.campaigns),
      list_id: entries(account.lists),
      queue_id: entries(account.queues),
    };
    this.givenStatuses = new Map(
      Object.entries(account.statuses).map(([code, { meaning }]) => [code, meaning ?? '']),
    );
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

  /** Every id that a person wrote down, with its name; blank where they gave none. */
  given(kind: NamedId): ReadonlyMap<string, string> {
    return this.#given[kind];
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
    const given = [...this.#given[kind]].filter(([, name]) => name !== '');
    return [...new Map([...this.#labels[kind].entries(), ...given])].map(([id, name]) => ({
      id,
      names: [name],
    }));
  }

  /** Every status known, under its code, its definition and the account's own name for it, as rows spell the code. */
  namedStatuses(): Named[] {
    const statuses = new Map<string, Named>();
    for (const [code, { meaning }] of this.statuses.entries()) {
      statuses.set(code, {
        id: code,
        names: meaning === undefined || meaning === '' ? [code] : [code, meaning],
      });
    }
    for (const [code, name] of this.#labels.status.entries()) {
      const known = statuses.get(code.toUpperCase());
      statuses.set(code.toUpperCase(), { id: code, names: [...(known?.names ?? [code]), name] });
    }
    return [...statuses.values()];
  }

  /** Ids of calls that answers to this caller lately showed, newest first. What others were shown is not offered. */
  callIds(principal: string | undefined): OutgoingText[] {
    return [...(this.#callIds.get(principal) ?? [])].reverse();
  }

  /** Remembers a call that an answer to this caller shows, by its id there. */
  showed(shown: string, principal: string | undefined): void {
    const id = outgoingText(shown);
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

  entries(): (readonly [id: OutgoingText, name: OutgoingText])[] {
    return [...new Map([...this.#older, ...this.#recent])].map(([, { id, name }]) => [id, name]);
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
