import { CHANGES } from './changes.js';
import { CLOCK_CHANGES } from './clock-changes.js';
import { DATES } from './dates.js';
import { ENVELOPES } from './envelopes.js';
import { FAILURES } from './failures.js';
import { FILTER_QUIRKS } from './filters.js';
import { ORDER, TIES } from './order.js';
import { PAGING } from './paging.js';
import type { Quirk } from './quirk.js';
import { REPLICAS } from './replicas.js';
import { ROWS } from './rows.js';
import { TOTALS } from './totals.js';
import { WINDOWS } from './windows.js';

export type { Quirk } from './quirk.js';

/** A service that does all that it is asked. */
export const FAITHFUL: Quirk = { name: 'none', kind: 'rows', harmless: true, hooks: () => ({}) };

/** All quirks known. */
export const QUIRKS: readonly Quirk[] = [
  ...DATES,
  ...WINDOWS,
  ...ORDER,
  ...TIES,
  ...PAGING,
  ...TOTALS,
  ...REPLICAS,
  ...FILTER_QUIRKS,
  ...ROWS,
  ...CHANGES,
  ...ENVELOPES,
  ...FAILURES,
  ...CLOCK_CHANGES,
];

/** `paging: pages of one row` */
export function titleOf({ kind, name }: Quirk): string {
  return `${kind}: ${name}`;
}

/**
 * Pairs that are undetectable together though neither is alone, as titles, with the reason. Like a quirk's own reason, it
 * excuses only readings whose replies were those of a faithful service with fewer calls.
 */
export const UNDETECTABLE_PAIRS: readonly (readonly [string, string, string])[] = [];
