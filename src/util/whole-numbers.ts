/** Whole-number arithmetic, on numbers in memory and on SQL in a database. Both round towards minus infinity. */
export interface WholeNumbers<Value> {
  divide(value: Value, by: number): Value;
  remainder(value: Value, by: number): Value;
  add(value: Value, number: number): Value;
}

/** The arithmetic of memory. */
export const WHOLE_NUMBERS: WholeNumbers<number> = {
  divide: (value, by) => Math.floor(value / by),
  remainder: (value, by) => ((value % by) + by) % by,
  add: (value, number) => value + number,
};
