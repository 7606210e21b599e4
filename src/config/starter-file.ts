import type { TextField } from '../convoso/call-log.js';
import { likelyFlags, STATUS_FLAGS } from '../convoso/status-flags.js';
import type { StatusBook, StatusOverride } from '../convoso/statuses.js';
import type { OutgoingCall } from '../redact/outgoing.js';
import { type AccountFileInput, DIALER_USERS } from './account-file.js';

/** Name that live rows give to the dialer itself. */
const SYSTEM_NAME = /^system user$/i;

/**
 * An account file with what a sample of calls shows, for a person to finish: codes by how often they occur, ids in order;
 * names that rows do not carry are blank, and codes that nothing is known of are `unmapped`.
 */
export function starterFile(
  calls: readonly OutgoingCall[],
  statuses: StatusBook,
  zone: string | undefined,
): AccountFileInput {
  const users = namesSeen(calls, 'user_id', 'user');
  const codes = namesSeen(calls, 'status', 'status_name');
  return {
    $schema: './account.schema.json',
    ...(zone === undefined ? {} : { time_zone: zone }),
    statuses: Object.fromEntries(
      Object.entries(codes).map(([code, name]) => [code, statusSeen(statuses, code, name)]),
    ),
    extra_fields: {},
    users,
    campaigns: namesSeen(calls, 'campaign_id', 'campaign'),
    lists: namesSeen(calls, 'list_id', undefined),
    queues: namesSeen(calls, 'queue_id', 'queue'),
    system_users: [
      ...new Set([...DIALER_USERS, ...Object.keys(users).filter((id) => SYSTEM_NAME.test(users[id] ?? ''))]),
    ],
  };
}

/** A status as it is known, and with the flags that its code and name make likely. */
function statusSeen(statuses: StatusBook, code: string, name: string): StatusOverride {
  const kind = statuses.kindOf({
    status: code,
    call_length: 0,
    ...(name === '' ? {} : { status_name: name }),
  });
  const likely = likelyFlags(code, name);
  // A guess does not contradict what is known: a flag that takes a person is proposed where there may have been one.
  const flags = STATUS_FLAGS.filter(
    (flag) =>
      kind[flag] ||
      (likely.includes(flag) && (flag === 'do_not_call' || ['human', 'unmapped'].includes(kind.group))),
  );
  const person = flags.some((flag) => flag !== 'do_not_call');
  return {
    meaning: name === '' ? definedMeaning(statuses, code) : name,
    group: person && kind.group === 'unmapped' ? 'human' : kind.group,
    ...Object.fromEntries(flags.map((flag) => [flag, true])),
  };
}

function definedMeaning(statuses: StatusBook, code: string): string {
  for (const [known, { meaning }] of statuses.entries()) {
    if (known === code.toUpperCase()) return meaning ?? '';
  }
  return '';
}

/** Every id or code that occurs, the most frequent first, with the first name its rows give it; blank when they gave none. */
function namesSeen(
  calls: readonly OutgoingCall[],
  idField: TextField,
  nameField: TextField | undefined,
): Record<string, string> {
  const seen = new Map<string, { count: number; name: string }>();
  for (const call of calls) {
    const id = call[idField];
    if (id === undefined) continue;
    const known = seen.get(id) ?? { count: 0, name: '' };
    known.count += 1;
    if (known.name === '' && nameField !== undefined) known.name = call[nameField] ?? '';
    seen.set(id, known);
  }
  const entries = [...seen].sort(([, a], [, b]) => b.count - a.count);
  return Object.fromEntries(entries.map(([id, { name }]) => [id, name]));
}
