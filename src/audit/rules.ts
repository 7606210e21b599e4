import type { AuditOverrides } from '../config/audit-rules.js';

/** The screens, in the order that answers have them. */
export const CHECKS = [
  'abandonment',
  'attempts_24h',
  'attempts_7d',
  'calling_hours',
  'after_dnc',
  'callbacks',
  'caller_id_health',
] as const;
export type CheckName = (typeof CHECKS)[number];

/** The hours of a day in which calls may be placed: seconds since midnight, the first inside and the last not; none: no calls. */
export interface Hours {
  readonly from: number;
  readonly to: number;
}

export interface StateHours {
  readonly weekdays: Hours;
  readonly sunday: Hours | undefined;
}

/** What the screens measure by, with what the account file says in place of the defaults. */
export interface AuditRules {
  readonly abandonment: { readonly percent: number; readonly days: number };
  readonly attempts24h: { readonly most: number; readonly hours: number };
  readonly attempts7d: {
    readonly most: number;
    readonly days: number;
    /** Campaigns that collect debts; none are known unless the account names them. */
    readonly campaigns: readonly string[];
  };
  readonly callingHours: { readonly general: StateHours; readonly states: ReadonlyMap<string, StateHours> };
  readonly afterDnc: { readonly businessDays: number };
  readonly callbacks: { readonly days: number };
  readonly callerIdHealth: {
    readonly pValue: number;
    readonly dials: number;
    readonly shortSeconds: number;
  };
  /** What the account file says in place of a default, by check; sentences without a full stop. */
  readonly overridden: ReadonlyMap<CheckName, readonly string[]>;
}

/** A rule in words, with its source for the reader to verify. */
export interface RuleText {
  readonly title: string;
  readonly rule: string;
  readonly citation: string;
  /** What call logs cannot show of it. */
  readonly unseen: string;
}

/** When the rules below were written down; laws change, and these are mostly from secondary sources. */
export const RULES_AS_OF = 'November 2026';

/** States whose hours are narrower than 8:00 to 21:00. */
const STATE_HOURS: Readonly<Record<string, { readonly hours: string; readonly sunday?: string }>> = {
  AL: { hours: '08:00-20:00', sunday: 'none' },
  CT: { hours: '09:00-20:00' },
  FL: { hours: '08:00-20:00' },
  KY: { hours: '10:00-21:00' },
  LA: { hours: '08:00-20:00', sunday: 'none' },
  MA: { hours: '08:00-20:00' },
  MD: { hours: '08:00-20:00' },
  MS: { hours: '08:00-20:00', sunday: 'none' },
  NV: { hours: '09:00-20:00' },
  OK: { hours: '08:00-20:00' },
  TX: { hours: '08:00-21:00', sunday: '12:00-21:00' },
  WA: { hours: '08:00-20:00' },
};

/** States with a limit of attempts in 24 hours. */
export const ATTEMPT_STATES: ReadonlySet<string> = new Set(['US-FL', 'US-MD', 'US-OK']);

const DEFAULTS = {
  abandonment: { percent: 3, days: 30 },
  attempts_24h: { most: 3, hours: 24 },
  attempts_7d: { most: 7, days: 7 },
  calling_hours: { hours: '08:00-21:00' },
  after_dnc: { business_days: 10 },
  callbacks: { days: 3 },
  caller_id_health: { p_value: 0.01, dials: 50, short_seconds: 10 },
} as const;

export function rulesOf(given: AuditOverrides): AuditRules {
  const overridden = new Map<CheckName, string[]>();
  const change = (check: CheckName, words: string) =>
    overridden.set(check, [...(overridden.get(check) ?? []), words]);
  const merged = <Check extends CheckName>(check: Check): (typeof DEFAULTS)[Check] => {
    const own: Readonly<Record<string, unknown>> = given[check] ?? {};
    const result: Record<string, unknown> = { ...DEFAULTS[check] };
    for (const [name, usual] of Object.entries(DEFAULTS[check])) {
      if (own[name] === undefined || own[name] === usual) continue;
      result[name] = own[name];
      change(check, `${name} ${own[name]} instead of ${usual}`);
    }
    return result as (typeof DEFAULTS)[Check];
  };
  const { percent, days } = merged('abandonment');
  const attempts24h = merged('attempts_24h');
  const attempts7d = merged('attempts_7d');
  const general = merged('calling_hours').hours;
  const states = new Map(Object.entries(STATE_HOURS).map(([state, hours]) => [state, stateHours(hours)]));
  for (const [state, hours] of Object.entries(given.calling_hours?.states ?? {})) {
    states.set(state, stateHours(hours));
    change('calling_hours', `${state} ${stateHoursWords(stateHours(hours))}`);
  }
  const { business_days } = merged('after_dnc');
  const callbacks = merged('callbacks');
  const { p_value, dials, short_seconds } = merged('caller_id_health');
  return {
    abandonment: { percent, days },
    attempts24h,
    attempts7d: { ...attempts7d, campaigns: given.attempts_7d?.campaigns ?? [] },
    callingHours: { general: stateHours({ hours: general }), states },
    afterDnc: { businessDays: business_days },
    callbacks,
    callerIdHealth: { pValue: p_value, dials, shortSeconds: short_seconds },
    overridden,
  };
}

function stateHours({ hours, sunday = hours }: { hours: string; sunday?: string | undefined }): StateHours {
  return { weekdays: hoursOf(hours), sunday: sunday === 'none' ? undefined : hoursOf(sunday) };
}

function hoursOf(text: string): Hours {
  const [from = 0, to = 0] = text.split('-').map((time) => {
    const [hour = 0, minute = 0] = time.split(':').map(Number);
    return hour * 3600 + minute * 60;
  });
  return { from, to };
}

/** `08:00–20:00, Sundays none`. */
export function stateHoursWords({ weekdays, sunday }: StateHours): string {
  if (sunday?.from === weekdays.from && sunday.to === weekdays.to) return hoursWords(weekdays);
  return `${hoursWords(weekdays)}, Sundays ${sunday === undefined ? 'none' : hoursWords(sunday)}`;
}

export function hoursWords({ from, to }: Hours): string {
  return `${clock(from)}–${clock(to)}`;
}

function clock(second: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(second / 3600))}:${two(Math.floor((second % 3600) / 60))}`;
}

/** Each rule as answers print it, by the values that hold. */
export function ruleText(check: CheckName, rules: AuditRules): RuleText {
  const { abandonment, attempts24h, attempts7d, callingHours, afterDnc, callbacks, callerIdHealth } = rules;
  switch (check) {
    case 'abandonment':
      return {
        title: 'Abandonment',
        rule: `At most ${abandonment.percent} % of the outbound calls that a person answers may be abandoned, per campaign and ${abandonment.days} days: abandoned ÷ (answered by a person + abandoned). Machines are in neither term.`,
        citation:
          '16 CFR 310.4(b)(4); 47 CFR 64.1200(a)(7) (its deletion was proposed in October 2025, no final rule seen)',
        unseen: 'the two seconds after the greeting, and whether the recorded message was played',
      };
    case 'attempts_24h':
      return {
        title: 'Attempts in 24 hours',
        rule: `No more than ${attempts24h.most} outbound attempts to one number in any rolling ${attempts24h.hours} hours; attempts exactly ${attempts24h.hours} hours apart are not in one.`,
        citation: 'Fla. Stat. 501.616(6)(b); Okla. Stat. 15 §775C.4; Maryland has the same limit',
        unseen:
          'the state the person is in (the area code is a hint) and the subject of the call (the campaign stands in for it)',
      };
    case 'attempts_7d':
      return {
        title: 'Attempts in 7 days, collections',
        rule: `No more than ${attempts7d.most} attempts to one number in ${attempts7d.days} consecutive days, and none within ${attempts7d.days} days of a conversation, its day being the first; campaigns that collect debts.`,
        citation: '12 CFR 1006.14(b)(2), a rebuttable presumption',
        unseen: 'which debt a call is about, consent to more calls, and other numbers of the same person',
      };
    case 'calling_hours':
      return {
        title: 'Calling hours',
        rule: `No outbound calls outside of ${stateHoursWords(callingHours.general)} where the person called is, or of the narrower hours of a state: ${[...callingHours.states].map(([state, hours]) => `${state} ${stateHoursWords(hours)}`).join('; ')}.`,
        citation: '47 CFR 64.1200(c)(1); 16 CFR 310.4(c); state laws',
        unseen:
          'where the person is: the area code gives a state and one or several time zones, and numbers are carried along; holidays on which a state allows no calls',
      };
    case 'after_dnc':
      return {
        title: 'Attempts after a do-not-call request',
        rule: `No outbound attempts to a number from which, or in a call to which, no more calls were asked for, once ${afterDnc.businessDays} business days have passed after the day of the request.`,
        citation: '47 CFR 64.1200(d)(3); ten business days since April 11, 2025',
        unseen:
          'requests made elsewhere, or said only in a comment; requests before the evidence begins; consent given later',
      };
    case 'callbacks':
      return {
        title: 'Callbacks not kept',
        rule: `A call dispositioned as a callback is followed by an outbound attempt to the lead within ${callbacks.days} days (${callbacks.days * 24} hours).`,
        citation: 'practice, no law',
        unseen: 'the time that was agreed, and callbacks made by other means',
      };
    case 'caller_id_health':
      return {
        title: 'Caller-ID health',
        rule: `The contact rate of a number dialed from, per campaign and day, does not differ from its own earlier days or from the campaign’s other numbers on that day (two-proportion test, at least ${callerIdHealth.dials} dials on each side; ${callerIdHealth.pValue * 100} % chance of any flag where nothing differs).`,
        citation: 'practice, no law',
        unseen: 'the labels that carriers show',
      };
  }
}
