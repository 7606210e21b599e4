/** Whole numbers up to here are exact in a double. */
const CANONICAL_NUMBER = /^(0|[1-9]\d{0,14})$/;
const EMPTY = -1;
const FIRST_SIZE = 8;

/**
 * A set of ids or phone numbers, of a million calls or more. Digits without a leading zero, up to fifteen (nearly all ids), are kept as
 * numbers in an open-addressed table of doubles: 8 bytes a slot, at most 70 % full, where a Set of strings takes some ten
 * times that. Whatever else occurs is kept as it is in a Set.
 */
export class IdSet {
  // Made when something belongs in them: a summary may have a hundred thousand small sets.
  #table: Float64Array | undefined;
  #numbers = 0;
  #others: Set<string> | undefined;

  get size(): number {
    return this.#numbers + (this.#others?.size ?? 0);
  }

  has(id: string): boolean {
    if (!CANONICAL_NUMBER.test(id)) return this.#others?.has(id) ?? false;
    return this.#table !== undefined && find(this.#table, Number(id)).found;
  }

  /** Adds an id; false when it was there. */
  add(id: string): boolean {
    if (CANONICAL_NUMBER.test(id)) return this.#addNumber(Number(id));
    const before = this.size;
    this.#others ??= new Set();
    this.#others.add(id);
    return this.size > before;
  }

  /** Adds everything that another set holds. */
  addAll(other: IdSet): void {
    for (const number of other.#table ?? []) if (number !== EMPTY) this.#addNumber(number);
    for (const id of other.#others ?? []) this.add(id);
  }

  #addNumber(number: number): boolean {
    let table = this.#table ?? emptyTable(FIRST_SIZE);
    if (this.#numbers >= table.length * 0.7) {
      const larger = emptyTable(table.length * 2);
      for (const one of table) if (one !== EMPTY) larger[find(larger, one).place] = one;
      table = larger;
    }
    this.#table = table;
    const { place, found } = find(table, number);
    if (found) return false;
    table[place] = number;
    this.#numbers += 1;
    return true;
  }
}

function emptyTable(size: number): Float64Array {
  return new Float64Array(size).fill(EMPTY);
}

/** Where a number is, or where it belongs. Sizes are powers of two. */
function find(table: Float64Array, number: number): { place: number; found: boolean } {
  const mask = table.length - 1;
  // Ids run in sequence and phone numbers share prefixes: a multiplicative mix of both halves spreads them.
  let place = Math.imul((number % 0x1_0000_0000) ^ Math.floor(number / 0x1_0000_0000), 0x9e37_79b1);
  place = (place ^ (place >>> 15)) & mask;
  while (table[place] !== EMPTY && table[place] !== number) place = (place + 1) & mask;
  return { place, found: table[place] === number };
}
