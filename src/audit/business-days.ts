const DAY = 86_400_000;

/** A day as a number: days since 1970-01-01. */
type Day = number;

/** The last day of so many business days after a day: Saturdays, Sundays and US federal holidays are none. */
export function businessDaysAfter(day: Day, count: number): Day {
  let last = day;
  for (let left = count; left > 0; ) {
    last += 1;
    if (isBusinessDay(last)) left -= 1;
  }
  return last;
}

/** Whether a day is a business day in the US. */
export function isBusinessDay(day: Day): boolean {
  const weekday = weekdayOf(day);
  if (weekday === 0 || weekday === 6) return false;
  const year = new Date(day * DAY).getUTCFullYear();
  // A holiday on a weekend is observed on the weekday beside it, New Year's in the year before perhaps.
  return !holidaysOf(year).has(day) && !holidaysOf(year + 1).has(day);
}

const known = new Map<number, ReadonlySet<Day>>();

/** Federal holidays of a year (5 U.S.C. 6103), as they are observed. */
function holidaysOf(year: number): ReadonlySet<Day> {
  let holidays = known.get(year);
  if (holidays === undefined) {
    holidays = new Set([
      observed(dayOf(year, 0, 1)),
      nth(year, 0, 1, 3),
      nth(year, 1, 1, 3),
      lastMonday(year, 4),
      observed(dayOf(year, 5, 19)),
      observed(dayOf(year, 6, 4)),
      nth(year, 8, 1, 1),
      nth(year, 9, 1, 2),
      observed(dayOf(year, 10, 11)),
      nth(year, 10, 4, 4),
      observed(dayOf(year, 11, 25)),
    ]);
    known.set(year, holidays);
  }
  return holidays;
}

function dayOf(year: number, month: number, date: number): Day {
  return Date.UTC(year, month, date) / DAY;
}

/** Sunday is 0. */
function weekdayOf(day: Day): number {
  return (((day + 4) % 7) + 7) % 7;
}

/** On a Saturday the Friday before, on a Sunday the Monday after. */
function observed(day: Day): Day {
  const weekday = weekdayOf(day);
  return weekday === 6 ? day - 1 : weekday === 0 ? day + 1 : day;
}

/** The so-manieth weekday of a month. */
function nth(year: number, month: number, weekday: number, place: number): Day {
  const first = dayOf(year, month, 1);
  return first + ((weekday - weekdayOf(first) + 7) % 7) + 7 * (place - 1);
}

function lastMonday(year: number, month: number): Day {
  const last = dayOf(year, month + 1, 0);
  return last - ((weekdayOf(last) + 6) % 7);
}
