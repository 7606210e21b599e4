import { ERROR_CODES } from '../../convoso/errors.js';
import { GROUP_WORDS } from '../../convoso/statuses.js';
import { THIRD_PARTY_NOTE } from '../../render/third-party.js';
import type { Resource } from './resource.js';

/** Every status code that something is known of: its meaning, and what calls of it count as. */
export const statusCodes: Resource = {
  name: 'status-codes',
  title: 'Status codes',
  description: 'Status (disposition) codes that are known, with their meaning and what they count as',
  uri: 'call-logs://status-codes',
  read: ({ account }) => ({
    note: `Codes vary by account; one that is not here can still occur. The meaning a row itself carries wins. ${THIRD_PARTY_NOTE}`,
    groups: GROUP_WORDS,
    statuses: account.names.namedStatuses().map(({ id, names }) => {
      const meaning = names.at(-1);
      // A definition goes with its code; a name that rows carry may say that this account means something else.
      const named =
        meaning === undefined || meaning === account.statuses.definitionOf(id)
          ? {}
          : { status_name: meaning };
      const group = account.statuses.groupOf({ status: id, call_length: 0, ...named });
      return meaning === undefined || meaning === id ? { code: id, group } : { code: id, meaning, group };
    }),
  }),
};

/** The service's error numbers, by endpoint: the same number means different things on each. */
export const errorCodes: Resource = {
  name: 'error-codes',
  title: 'Error codes',
  description: 'Error codes of the Call Logs API, by endpoint, with their meaning and what to do',
  uri: 'call-logs://error-codes',
  read: () =>
    Object.fromEntries(
      Object.entries(ERROR_CODES).map(([endpoint, codes]) => [
        endpoint,
        Object.entries(codes).map(([code, { why, next }]) => ({ code: Number(code), meaning: why, next })),
      ]),
    ),
};
