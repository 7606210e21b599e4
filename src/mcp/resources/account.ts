import { MAX_LIMIT, MAX_OFFSET } from '../../convoso/query.js';
import { NAMED_IDS } from '../../query/names/names.js';
import { THIRD_PARTY_NOTE } from '../../render/third-party.js';
import { accountTime } from '../../render/window.js';
import { extraFieldNames } from '../../tools/extra-fields.js';
import type { Resource } from './resource.js';

/** What this server knows of the account: its clock, names, fields and limits. Nothing of the token or the service's address. */
export const accountResource: Resource = {
  name: 'account',
  title: 'The account',
  description: 'Time zone and time, names of users, campaigns, lists and queues, extra fields, limits',
  uri: 'call-logs://account',
  read: ({ account, confirmations, sandbox }) => ({
    ...(sandbox ? { sandbox: true } : {}),
    time_zone: account.clock.zone ?? null,
    account_time: accountTime(account.clock) ?? null,
    names: Object.fromEntries(
      NAMED_IDS.map((kind) => [
        kind,
        Object.fromEntries(account.names.named(kind).map(({ id, names }) => [id, names[0]])),
      ]),
    ),
    names_note: `From the account file, and from rows seen since the server started: others can exist. ${THIRD_PARTY_NOTE}`,
    system_users: account.systemUsers,
    extra_fields: Object.fromEntries(
      extraFieldNames(account.extraFields).map((name) => [name, account.extraFields[name] ?? {}]),
    ),
    confirm_writes: confirmations === undefined ? 'never' : confirmations.tokens ? 'ask' : 'ask-host',
    limits: { rows_per_page: MAX_LIMIT, offset: MAX_OFFSET },
  }),
};
