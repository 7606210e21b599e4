/**
 * The sandbox's clock. Account time is plain arithmetic on UTC parts here: a local-time Date function would make the rows
 * depend on the machine's zone.
 */

/** The account's zone (IANA). No call returns it; a client has to be told. */
export const SANDBOX_TIME_ZONE = 'America/Los_Angeles';
/** The day a sandbox believes it is unless told otherwise, account time. The contract's examples are of this day. */
export const SANDBOX_TODAY = '2026-03-03';
/** The time of a day that stands still: the floor has just closed. */
const CLOSING_TIME = '20:00:00';
/** The second a sandbox believes it is unless told otherwise, account time. Every call starts before it. */
export const SANDBOX_NOW = `${SANDBOX_TODAY} ${CLOSING_TIME}`;

/** The second it is, account time: `YYYY-MM-DD HH:MM:SS`. */
export type SandboxClock = () => string;

/** A clock that stands at the end of a day (`YYYY-MM-DD`). */
export function standingAt(today: string): SandboxClock {
  const now = `${today} ${CLOSING_TIME}`;
  return () => now;
}

/** The real time in the account's zone. */
export function runningClock(): SandboxClock {
  // Swedish writes dates as the API does.
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: SANDBOX_TIME_ZONE,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return () => format.format(new Date());
}

/** A day of history: its date (`YYYY-MM-DD`), weekday, 0 for Sunday, and how many days it is after 1970-01-01. */
export interface AccountDay {
  readonly date: string;
  readonly weekday: number;
  readonly number: number;
}

const DAY_MS = 86_400_000;

export function dayOf(date: string): AccountDay {
  return numberedDay(Date.parse(`${date}T00:00:00Z`) / DAY_MS);
}

export function dayAfter({ number }: AccountDay, days = 1): AccountDay {
  return numberedDay(number + days);
}

function numberedDay(number: number): AccountDay {
  const day = new Date(number * DAY_MS);
  return { date: day.toISOString().slice(0, 10), weekday: day.getUTCDay(), number };
}

/** Whole months from one date to another, by their names in the calendar. */
export function monthsBetween(from: string, to: string): number {
  const month = (date: string) => Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7));
  return month(to) - month(from);
}

/** What the clocks of the account's zone do on a day: US rule, at two in the morning. */
export function clockChange({ date, weekday }: AccountDay): 'forward' | 'back' | undefined {
  const [, month, ofMonth] = date.split('-').map(Number) as [number, number, number];
  if (weekday !== 0) return undefined;
  if (month === 3 && ofMonth >= 8 && ofMonth <= 14) return 'forward';
  return month === 11 && ofMonth <= 7 ? 'back' : undefined;
}

const TWO_DIGITS = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));

/** `YYYY-MM-DD HH:MM:SS` for a second of a day (0 … 86399). */
export function accountTime(date: string, secondOfDay: number): string {
  const hours = TWO_DIGITS[Math.floor(secondOfDay / 3600)];
  const minutes = TWO_DIGITS[Math.floor(secondOfDay / 60) % 60];
  return `${date} ${hours}:${minutes}:${TWO_DIGITS[secondOfDay % 60]}`;
}

/** Seconds from one account time to another, as clocks on the wall show them. */
export function secondsBetween(from: string, to: string): number {
  return (Date.parse(`${to.replace(' ', 'T')}Z`) - Date.parse(`${from.replace(' ', 'T')}Z`)) / 1000;
}

/** Whether the text is `YYYY-MM-DD HH:MM:SS` and names a second that exists on the calendar. */
export function isAccountTime(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return false;
  const iso = `${text.replace(' ', 'T')}.000Z`;
  const at = Date.parse(iso);
  // The round trip refuses 30 February, and 24:00:00, both of which Date.parse may accept.
  return !Number.isNaN(at) && new Date(at).toISOString() === iso;
}
