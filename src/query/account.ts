import { ServiceClock } from '../account-time/service-clock.js';
import { type AccountFile, type ExtraField, NO_ACCOUNT_FILE } from '../config/account-file.js';
import type { AuditOverrides } from '../config/audit-rules.js';
import { StatusBook } from '../convoso/statuses.js';
import { Masks } from '../redact/masks.js';
import { NameBook } from './names/names.js';

/** What is known of one account, and what of it may leave the server: made once, for everything that answers about it. */
export interface Account {
  readonly clock: ServiceClock;
  readonly names: NameBook;
  readonly statuses: StatusBook;
  readonly masks: Masks;
  /** Ids of users who are not agents, such as the dialer itself. */
  readonly systemUsers: readonly string[];
  /** Extra fields that a person has described, by their documented name. */
  readonly extraFields: Readonly<Record<string, ExtraField>>;
  /** What the compliance screens take in place of their defaults. */
  readonly audit: AuditOverrides;
}

/** The account that a file describes; by default one that nothing is known of, on this machine's clock, unmasked. */
export function accountOf({
  file = NO_ACCOUNT_FILE,
  clock = new ServiceClock(undefined),
  masks = new Masks(),
}: {
  readonly file?: AccountFile;
  readonly clock?: ServiceClock;
  readonly masks?: Masks;
}): Account {
  const statuses = new StatusBook(file.statuses);
  return {
    clock,
    names: new NameBook(file, statuses),
    statuses,
    masks,
    systemUsers: file.system_users,
    extraFields: file.extra_fields,
    audit: file.audit,
  };
}
