import { ordinalOf } from '../../account-time/stamps.js';
import type { CallLog, TextField } from '../../convoso/call-log.js';
import type { CallLogPage } from '../../convoso/wire.js';
import type { AnswerMasks } from '../../redact/masks.js';
import type { OutgoingText } from '../../redact/outgoing.js';
import { NAME_FIELD, NAMED_IDS, type NamedId } from './names.js';

/** Every id that rows carry, with the names they give it, the newest first; none, where rows carry none. */
export type NamesById = ReadonlyMap<OutgoingText, readonly OutgoingText[]>;

/** What one page of calls tells of the account's names. Never changed once made. */
export interface RowNames {
  /** Calls it was made from. */
  readonly calls: number;
  /** False where the service did not put the newest calls first, as it was asked to. */
  readonly newestFirst: boolean;
  /** True when there are no more calls than these. */
  readonly whole: boolean;
  readonly ids: Readonly<Record<NamedId, NamesById>>;
  /** Status codes as rows spell them; one code in two letter cases is one. */
  readonly statuses: NamesById;
}

/** Reads the names off a page that was asked for newest first. They are such as may leave the server. */
export function rowNames(page: CallLogPage, masks: AnswerMasks): RowNames {
  const newestFirst = !ascends(page.calls);
  const calls = newestFirst ? page.calls : page.calls.toReversed();
  const byId = {
    user_id: new Names(),
    campaign_id: new Names(),
    list_id: new Names(),
    queue_id: new Names(),
  };
  const statuses = new Names((code) => code.toUpperCase());
  for (const call of calls) {
    const label = (field: TextField) => masks.sharedLabel(call, field);
    for (const kind of NAMED_IDS) {
      const field = NAME_FIELD[kind];
      byId[kind].add(label(kind), field === undefined ? undefined : label(field));
    }
    statuses.add(label('status'), label('status_name'));
  }
  return {
    calls: calls.length,
    newestFirst,
    whole: page.total_found !== null && page.received >= page.total_found,
    ids: {
      user_id: byId.user_id.byId(),
      campaign_id: byId.campaign_id.byId(),
      list_id: byId.list_id.byId(),
      queue_id: byId.queue_id.byId(),
    },
    statuses: statuses.byId(),
  };
}

/** Names by id, in the order in which they are met. */
class Names {
  readonly #found = new Map<string, { readonly id: OutgoingText; readonly names: Set<OutgoingText> }>();
  readonly #key: (id: string) => string;

  constructor(key: (id: string) => string = (id) => id) {
    this.#key = key;
  }

  add(id: OutgoingText | undefined, name: OutgoingText | undefined): void {
    if (id === undefined) return;
    const known = this.#found.get(this.#key(id)) ?? { id, names: new Set() };
    this.#found.set(this.#key(id), known);
    if (name !== undefined) known.names.add(name);
  }

  byId(): NamesById {
    return new Map([...this.#found.values()].map(({ id, names }) => [id, [...names]]));
  }
}

function ascends(calls: readonly CallLog[]): boolean {
  const dates = calls.flatMap(({ call_date }) =>
    call_date === undefined ? [] : (ordinalOf(call_date) ?? []),
  );
  const [first, last] = [dates[0], dates.at(-1)];
  return first !== undefined && last !== undefined && first < last;
}
