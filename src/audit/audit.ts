import { latestNow, ordinalOf, stampOf, type Window } from '../account-time/stamps.js';
import { ZoneOffsets } from '../account-time/zone-offsets.js';
import { oldestOf } from '../calls/first-call.js';
import type { Reading } from '../calls/source.js';
import type { Account } from '../query/account.js';
import type { AccountClock, ResolvedFilters } from '../query/window.js';
import { InvalidArguments } from '../util/failure.js';
import { Abandonment } from './abandonment.js';
import { AfterDnc } from './after-dnc.js';
import { Attempts24h } from './attempts.js';
import { Callbacks } from './callbacks.js';
import { CallerIdHealth } from './caller-id-health.js';
import { CallingHours } from './calling-hours.js';
import { Attempts7d } from './collections.js';
import { type AuditRules, type CheckName, type RuleText, ruleText } from './rules.js';
import { Labels, type Screen, type ScreenContext, type ScreenResult, type Unable } from './screen.js';
import { CallReader } from './seen-call.js';

/** One screen with its rule, and what came of it. */
export interface Screened {
  readonly check: CheckName;
  readonly text: RuleText;
  /** What the account file says in place of the defaults. */
  readonly overridden: readonly string[];
  readonly result: ScreenResult | Unable;
}

/** Every screen asked for, over one reading. */
export interface Audit {
  readonly screens: readonly Screened[];
  /** Calls whose date could not be placed: no screen has them. */
  readonly undated: number;
  /** Date of the oldest call read. */
  readonly oldest: string | undefined;
  readonly labels: Labels;
}

const SCREENS: Readonly<Record<CheckName, new (context: ScreenContext) => Screen>> = {
  abandonment: Abandonment,
  attempts_24h: Attempts24h,
  attempts_7d: Attempts7d,
  calling_hours: CallingHours,
  after_dnc: AfterDnc,
  callbacks: Callbacks,
  caller_id_health: CallerIdHealth,
};

const HOUR = 3600;
const DAY = 24 * HOUR;
/** Days before the window in which do-not-call requests count. */
export const DNC_DAYS = 30;

/**
 * The calls that screens read: all of the account in the window, before it those that count with calls of the window, and
 * after it those that may keep a callback. An hour more on either side, for a change of the clock.
 */
export function evidenceWindow(
  checks: readonly CheckName[],
  window: Window,
  rules: AuditRules,
  clock: AccountClock,
): Window {
  const before: Partial<Record<CheckName, number>> = {
    attempts_24h: rules.attempts24h.hours * HOUR + 2 * HOUR,
    attempts_7d: rules.attempts7d.campaigns.length === 0 ? 0 : rules.attempts7d.days * DAY,
    after_dnc: DNC_DAYS * DAY,
  };
  const start = ordinalOf(window.start) ?? 0;
  const back = Math.max(0, ...checks.map((check) => before[check] ?? 0));
  const ahead = checks.includes('callbacks') ? rules.callbacks.days * DAY + 3 * HOUR : 0;
  const end = stampOf((ordinalOf(window.end) ?? 0) + ahead);
  const latest = latestNow(clock.zone, clock.now());
  return {
    start: stampOf(Math.max(0, start - back)),
    end: end > latest ? (window.end > latest ? window.end : latest) : end,
  };
}

/**
 * Makes screens in one pass over the evidence. The filters choose which findings are shown: those with a call that satisfies
 * them inside the window.
 * @throws InvalidArguments where no call carries the field of a filter; what the reading throws
 */
export async function audit(
  reading: Reading,
  checks: readonly CheckName[],
  resolved: Pick<ResolvedFilters, 'filters' | 'window' | 'checks'>,
  evidence: Window,
  account: Account,
  rules: AuditRules,
): Promise<Audit> {
  const { zone } = account.clock;
  const clock = zone === undefined ? undefined : new ZoneOffsets(zone);
  const reader = new CallReader(resolved, account.statuses, clock, reading.masks);
  const { window } = resolved;
  const context = {
    rules,
    book: account.statuses,
    clock,
    start: ordinalOf(window.start) ?? 0,
    end: ordinalOf(window.end) ?? 0,
  };
  const screens = checks.map((check) => [check, new SCREENS[check](context)] as const);
  let oldest: string | undefined;
  let read = 0;
  for await (const batch of reading.masks.watched(reading.raw)) {
    oldest ??= oldestOf(batch);
    read += batch.length;
    for (const call of batch) {
      const seen = reader.read(call);
      if (seen !== undefined) for (const [, screen] of screens) screen.add(seen);
    }
  }
  if (read > 0 && reader.uncarried.length > 0) throw uncarried(reader.uncarried);
  const labels = new Labels(reading.masks, account);
  const end = ordinalOf(evidence.end) ?? 0;
  const ending = {
    complete: reading.completeness.complete,
    end: clock?.instantsOf(end).earliest ?? end,
    labels,
  };
  return {
    screens: screens.map(([check, screen]) => ({
      check,
      text: ruleText(check, rules),
      overridden: rules.overridden.get(check) ?? [],
      result: screen.result(ending),
    })),
    undated: reader.undated,
    oldest,
    labels,
  };
}

function uncarried(names: readonly string[]): InvalidArguments {
  return new InvalidArguments({
    what: 'The findings cannot be chosen by these filters.',
    why: `No call that the service returned carries ${names.join(' or ')}.`,
    next: 'Leave the filter out, or choose by another one, such as campaign_id, user_id or phone_number.',
  });
}
