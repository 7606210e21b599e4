/**
 * The sandbox's frozen clock. Account time is plain arithmetic on UTC parts here: a local-time Date function
 * would make the rows depend on the machine's zone.
 */

/** The account's zone (IANA). No call returns it; a client has to be told. */
export const SANDBOX_TIME_ZONE = 'America/Los_Angeles';
/** The day the sandbox believes it is, account time. */
export const SANDBOX_TODAY = '2026-03-03';
/** The second the sandbox believes it is, account time. Every call starts before it. */
export const SANDBOX_NOW = '2026-03-03 20:00:00';
/** The first day with calls, account time; the floor's history is the 30 days from here to `SANDBOX_TODAY`. */
export const SANDBOX_FIRST_DAY = '2026-02-02';

/** A day of history: its date (`YYYY-MM-DD`) and weekday, 0 for Sunday. */
export interface AccountDay {
  readonly date: string;
  readonly weekday: number;
}

/** Every day from `first` to `last`, both included, oldest first. */
export function daysBetween(first: string, last: string): AccountDay[] {
  const days: AccountDay[] = [];
  const end = Date.parse(`${last}T00:00:00Z`);
  for (let at = Date.parse(`${first}T00:00:00Z`); at <= end; at += 86_400_000) {
    const day = new Date(at);
    days.push({ date: day.toISOString().slice(0, 10), weekday: day.getUTCDay() });
  }
  return days;
}

const TWO_DIGITS = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));

/** `YYYY-MM-DD HH:MM:SS` for a second of a day (0 … 86399). */
export function accountTime(date: string, secondOfDay: number): string {
  const hours = TWO_DIGITS[Math.floor(secondOfDay / 3600)];
  const minutes = TWO_DIGITS[Math.floor(secondOfDay / 60) % 60];
  return `${date} ${hours}:${minutes}:${TWO_DIGITS[secondOfDay % 60]}`;
}

/** Whether the text is `YYYY-MM-DD HH:MM:SS` and names a second that exists on the calendar. */
export function isAccountTime(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return false;
  const iso = `${text.replace(' ', 'T')}.000Z`;
  const at = Date.parse(iso);
  // The round trip refuses 30 February, and 24:00:00, both of which Date.parse may accept.
  return !Number.isNaN(at) && new Date(at).toISOString() === iso;
}
