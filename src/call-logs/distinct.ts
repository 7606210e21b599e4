import type { CallLog } from '../convoso/call-log.js';
import { phoneKey } from '../convoso/phone.js';
import type { DistinctCounts } from './counted.js';

/** Whole numbers up to here are exact in a double. */
const CANONICAL_NUMBER = /^(0|[1-9]\d{0,14})$/;
const EMPTY = -1;
const FIRST_SIZE = 8;

/**
 * Counts distinct ids or phone numbers, exactly. Digits without a leading zero, up to fifteen (nearly all of them), are
 * kept as numbers in an open-addressed table of doubles: 8 bytes a slot, at most 70 % full, where a Set of strings takes
 * some ten times that. Whatever else occurs is kept as it is in a Set.
 */
export class DistinctCounter {
  #table: Float64Array | undefined;
  #numbers = 0;
  #others: Set<string> | undefined;

  get size(): number {
    return this.#numbers + (this.#others?.size ?? 0);
  }

  add(value: string): void {
    if (CANONICAL_NUMBER.test(value)) this.#addNumber(Number(value));
    else {
      this.#others ??= new Set();
      this.#others.add(value);
    }
  }

  addAll(other: DistinctCounter): void {
    for (const number of other.#table ?? []) if (number !== EMPTY) this.#addNumber(number);
    for (const value of other.#others ?? []) this.add(value);
  }

  #addNumber(number: number): void {
    let table = this.#table;
    if (table === undefined) table = emptyTable(FIRST_SIZE);
    else if (this.#numbers >= table.length * 0.7) {
      const larger = emptyTable(table.length * 2);
      for (const one of table) if (one !== EMPTY) put(larger, one);
      table = larger;
    }
    this.#table = table;
    if (put(table, number)) this.#numbers += 1;
  }
}

/** Different leads and phone numbers of calls, exact; two of these add up to what is distinct in both. */
export class DistinctPeople implements DistinctCounts {
  readonly #leads = new DistinctCounter();
  /** Numbers in E.164 by their digits, and apart from these what is no valid number. */
  readonly #numbers = new DistinctCounter();
  readonly #otherNumbers = new DistinctCounter();

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

function emptyTable(size: number): Float64Array {
  return new Float64Array(size).fill(EMPTY);
}

/** Puts a number in its place; false when it is there. Sizes are powers of two. */
function put(table: Float64Array, number: number): boolean {
  const mask = table.length - 1;
  // Ids run in sequence and phone numbers share prefixes: a multiplicative mix of both halves spreads them.
  let place = Math.imul((number % 0x1_0000_0000) ^ Math.floor(number / 0x1_0000_0000), 0x9e37_79b1);
  place = (place ^ (place >>> 15)) & mask;
  for (;;) {
    const found = table[place];
    if (found === number) return false;
    if (found === EMPTY) {
      table[place] = number;
      return true;
    }
    place = (place + 1) & mask;
  }
}
