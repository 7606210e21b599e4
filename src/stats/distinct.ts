import type { CallLog } from '../convoso/call-log.js';
import { phoneKey } from '../phone/phone.js';
import type { DistinctCounts } from '../query/counts.js';
import { IdSet } from '../util/id-set.js';

/** Different leads and phone numbers of calls, exact; two of these add up to what is distinct in both. */
export class DistinctPeople implements DistinctCounts {
  readonly #leads = new IdSet();
  /** Numbers in E.164 by their digits, and apart from these what is no valid number. */
  readonly #numbers = new IdSet();
  readonly #otherNumbers = new IdSet();

  get leads(): number {
    return this.#leads.size;
  }

  get numbers(): number {
    return this.#numbers.size + this.#otherNumbers.size;
  }

  add({ lead_id, phone_number }: Pick<CallLog, 'lead_id' | 'phone_number'>): void {
    if (lead_id !== undefined) this.#leads.add(lead_id);
    if (phone_number === undefined) return;
    const key = phoneKey(phone_number);
    if (key.startsWith('+')) this.#numbers.add(key.slice(1));
    else this.#otherNumbers.add(key);
  }

  addAll(other: DistinctPeople): void {
    this.#leads.addAll(other.#leads);
    this.#numbers.addAll(other.#numbers);
    this.#otherNumbers.addAll(other.#otherNumbers);
  }

  /** The counts as they are now. */
  get counts(): DistinctCounts {
    return { leads: this.leads, numbers: this.numbers };
  }
}
