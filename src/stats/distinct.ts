import type { CallLog } from '../convoso/call-log.js';
import type { CallKind } from '../query/call-kinds.js';
import { DISTINCT, DISTINCT_NAMES, type DistinctCounts, distinctCounts, isAmong } from '../query/counts.js';

/** What is distinct among calls, exact; two of these add up to what is distinct in both. */
export class DistinctPeople {
  readonly #values = DISTINCT_NAMES.map(() => new Set<string>());

  add(call: CallLog, kind: CallKind): void {
    for (const [place, name] of DISTINCT_NAMES.entries()) {
      const { field, form } = DISTINCT[name];
      const value = call[field];
      if (value !== undefined && isAmong(name, kind)) this.#values[place]?.add(form.key(value));
    }
  }

  addAll(other: DistinctPeople): void {
    for (const [place, values] of other.#values.entries()) {
      for (const value of values) this.#values[place]?.add(value);
    }
  }

  /** The counts as they are now. */
  get counts(): DistinctCounts {
    return distinctCounts((_, place) => this.#values[place]?.size ?? 0);
  }
}
