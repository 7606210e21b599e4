/** Whole-number arithmetic, on numbers in memory and on SQL in a database. Both round towards minus infinity. */
export interface WholeNumbers<Value> {
  divide(value: Value, by: number): Value;
  remainder(value: Value, by: number): Value;
  add(value: Value, number: number): Value;
}

/** The arithmetic of memory. */
export const WHOLE_NUMBERS: CalendarNumbers<number> = {
  divide: (value, by) => Math.floor(value / by),
  remainder: (value, by) => ((value % by) + by) % by,
  add: (value, number) => value + number,
  month(second) {
    const date = new Date(second * 1000);
    return date.getUTCFullYear() * 12 + date.getUTCMonth();
  },
};

/** Whole numbers, and months: twelve for each year since 0, of a second since 1970. */
export interface CalendarNumbers<Value> extends WholeNumbers<Value> {
  month(second: Value): Value;
}
