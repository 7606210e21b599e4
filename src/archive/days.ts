import { LONGEST_SET_BACK, ordinalOf, stampInZone, stampOf } from '../account-time/stamps.js';

/** The clock is looked at this often, in seconds. */
const STEP = 15 * 60;

/**
 * The last day that is over in a zone: its wall clock is past midnight, and will not be set back behind it (where that
 * happens at midnight, the day's last hour comes twice).
 */
export function lastDayOver(now: Date, zone: string): string {
  let today = dateIn(now, zone);
  for (let ahead = STEP; ahead <= LONGEST_SET_BACK; ahead += STEP) {
    const then = dateIn(new Date(now.getTime() + ahead * 1000), zone);
    if (then < today) today = then;
  }
  return dayAfter(today, -1);
}

function dateIn(instant: Date, zone: string): string {
  return stampInZone(instant, zone).slice(0, 10);
}

/** The date some days after another (before it, when negative). Days of the calendar: no zone, no clock change. */
export function dayAfter(date: string, days: number): string {
  return stampOf((ordinalOf(date) ?? 0) + days * 86_400).slice(0, 10);
}

/** Every date from one to another, both included, newest first. */
export function datesBack(from: string, to: string): string[] {
  const dates: string[] = [];
  for (let date = to; date >= from; date = dayAfter(date, -1)) dates.push(date);
  return dates;
}

/** A number of days in words. */
export function dayCount(days: number): string {
  return days === 1 ? 'one day' : `${days} days`;
}
