import type { CallLog, TextField } from '../convoso/call-log.js';
import { StatusBook } from '../convoso/statuses.js';
import type { AnswerMasks } from '../redact/masks.js';
import { type OutgoingCall, type OutgoingText, outgoingText } from '../redact/outgoing.js';
import { type AccountFile, NO_ACCOUNT_FILE } from './account-file.js';
import type { Named } from './name-match.js';

/** What the account gives names to, by the filter that takes its id. */
export const NAMED_IDS = ['user_id', 'campaign_id', 'list_id', 'queue_id'] as const;
export type NamedId = (typeof NAMED_IDS)[number];

/** The field of a live row that names an id; rows name no lists. */
const NAME_FIELD: Readonly<Partial<Record<NamedId, TextField>>> = {
  user_id: 'user',
  campaign_id: 'campaign',
  queue_id: 'queue',
};

/** Most names of a kind that are learnt from rows, and most call ids remembered. */
const MAX_LEARNT = 5_000;
const MAX_CALL_IDS = 100;

/**
 * The account's own names: those a person wrote down, and those learnt from rows for as long as the process lives. What
 * was written down wins.
 */
export class NameBook {
  readonly #given: Readonly<Record<NamedId, ReadonlyMap<string, OutgoingText>>>;
  readonly #learnt: Readonly<Record<NamedId | 'status', Map<string, OutgoingText>>> = {
    user_id: new Map(),
    campaign_id: new Map(),
    list_id: new Map(),
    queue_id: new Map(),
    status: new Map(),
  };
  readonly #callIds = new Set<OutgoingText>();
  readonly statuses: StatusBook;

  constructor(
    account: AccountFile = NO_ACCOUNT_FILE,
    statuses: StatusBook = new StatusBook(account.statuses),
  ) {
    const named = (table: Readonly<Record<string, string>>) =>
      new Map(
        Object.entries(table).flatMap(([id, name]): [string, OutgoingText][] =>
          name === '' ? [] : [[id, outgoingText(name)]],
        ),
      );
    this.#given = {
      user_id: named(account.users),
      campaign_id: named(account.campaigns),
      list_id: named(account.lists),
      queue_id: named(account.queues),
    };
    this.statuses = statuses;
  }

  /** Remembers the names that rows carry, as they may leave the server: answers to come will show them. */
  learn(calls: Iterable<CallLog>, masks: AnswerMasks): void {
    for (const call of calls) {
      for (const kind of NAMED_IDS) {
        const field = NAME_FIELD[kind];
        if (field !== undefined) remember(this.#learnt[kind], call, kind, field, masks);
      }
      remember(this.#learnt.status, call, 'status', 'status_name', masks);
    }
  }

  /** The name that a person wrote down for an id. */
  givenName(kind: NamedId, id: string): OutgoingText | undefined {
    return this.#given[kind].get(id);
  }

  /** The name of an id, when there is one. */
  nameOf(kind: NamedId, id: string): OutgoingText | undefined {
    return this.#given[kind].get(id) ?? this.#learnt[kind].get(id);
  }

  /** True when a person wrote down names of this kind: then they are taken to be all of them. */
  isGiven(kind: NamedId): boolean {
    return this.#given[kind].size > 0;
  }

  /** Everything of a kind that has a name. */
  named(kind: NamedId): Named[] {
    return [...new Map([...this.#learnt[kind], ...this.#given[kind]])].map(([id, name]) => ({
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
    for (const [code, name] of this.#learnt.status) {
      const known = statuses.get(code.toUpperCase());
      statuses.set(code.toUpperCase(), { id: code, names: [...(known?.names ?? [code]), name] });
    }
    return [...statuses.values()];
  }

  /** Ids of calls that answers lately showed, newest first. */
  callIds(): OutgoingText[] {
    return [...this.#callIds].reverse();
  }

  /** Remembers a call that an answer shows. */
  showed(call: OutgoingCall): void {
    const id = outgoingText(call.id);
    this.#callIds.delete(id);
    this.#callIds.add(id);
    const [oldest] = this.#callIds;
    if (this.#callIds.size > MAX_CALL_IDS && oldest !== undefined) this.#callIds.delete(oldest);
  }
}

function remember(
  names: Map<string, OutgoingText>,
  call: CallLog,
  idField: TextField,
  nameField: TextField,
  masks: AnswerMasks,
): void {
  const { [idField]: id, [nameField]: name } = call;
  if (id === undefined || name === undefined || names.get(id) === name) return;
  const [known, label] = [masks.sharedLabel(call, idField), masks.sharedLabel(call, nameField)];
  if (known === undefined || label === undefined) return;
  if (names.size < MAX_LEARNT || names.has(known)) names.set(known, label);
}
