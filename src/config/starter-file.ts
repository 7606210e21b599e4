import type { TextField } from '../convoso/call-log.js';
import type { StatusBook } from '../convoso/statuses.js';
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
      Object.entries(codes).map(([code, name]) => [
        code,
        {
          meaning: name === '' ? definedMeaning(statuses, code) : name,
          group: statuses.groupOf({
            status: code,
            call_length: 0,
            ...(name === '' ? {} : { status_name: name }),
          }),
        },
      ]),
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
