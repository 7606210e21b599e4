import { type AccountFile, NO_ACCOUNT_FILE } from '../config/account-file.js';
import {
  CAMPAIGN_NAMES,
  LIST_NAMES,
  QUEUE_NAMES,
  STATUSES,
  SYSTEM_USER,
  USER_NAMES,
} from '../sandbox/floor.js';

/** What the sandbox's own codes count as; the contract defines the others. SURVEY is left out: an account file is rarely complete. */
const OWN_GROUPS: Readonly<Record<string, AccountFile['statuses'][string]['group']>> = {
  SALE: 'human',
  NI: 'human',
  DNC: 'human',
  CALLBK: 'human',
  DROP: 'abandoned',
  A: 'machine',
  AHXFER: 'after_hours',
  INCALL: 'in_progress',
  QUEUE: 'in_progress',
};

/** The status that agents give when a person asks for no more calls. */
const REQUEST = 'DNC';

/**
 * The account file of the sandbox, made from the names of its floor: rows of the contract dialect carry none. What a
 * given file says wins.
 */
export function sandboxAccount(given: AccountFile = NO_ACCOUNT_FILE): AccountFile {
  const statuses = Object.entries(OWN_GROUPS).map(([code, group]) => [
    code,
    { meaning: STATUSES.get(code), group, ...(code === REQUEST ? { do_not_call: true } : {}) },
  ]);
  return {
    ...given,
    statuses: { ...Object.fromEntries(statuses), ...given.statuses },
    users: { ...Object.fromEntries(USER_NAMES), ...given.users },
    campaigns: { ...Object.fromEntries(CAMPAIGN_NAMES), ...given.campaigns },
    lists: { ...Object.fromEntries(LIST_NAMES), ...given.lists },
    queues: { ...Object.fromEntries(QUEUE_NAMES), ...given.queues },
    system_users: [...new Set([SYSTEM_USER.id, ...given.system_users])],
  };
}
