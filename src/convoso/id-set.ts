/** Whole numbers up to here are exact in a double. */
const CANONICAL_NUMBER = /^(0|[1-9]\d{0,14})$/;
const EMPTY = -1;
const FIRST_SIZE = 8;

/**
 * A set of ids, of a million calls or more. Digits without a leading zero, up to fifteen (nearly all ids), are kept as
 * numbers in an open-addressed table of doubles: 8 bytes a slot, at most 70 % full, where a Set of strings takes some ten
 * times that. Whatever else occurs is kept as it is in a Set.
 */
export class IdSet {
  #table = emptyTable(FIRST_SIZE);
  #numbers = 0;
  readonly #others = new Set<string>();

  get size(): number {
    return this.#numbers + this.#others.size;
  }

  has(id: string): boolean {
    return CANONICAL_NUMBER.test(id) ? find(this.#table, Number(id)).found : this.#others.has(id);
  }

  /** Adds an id; false when it was there. */
  add(id: string): boolean {
    if (!CANONICAL_NUMBER.test(id)) {
      const before = this.#others.size;
      this.#others.add(id);
      return this.#others.size > before;
    }
    if (this.#numbers >= this.#table.length * 0.7) {
      const larger = emptyTable(this.#table.length * 2);
      for (const one of this.#table) if (one !== EMPTY) larger[find(larger, one).place] = one;
      this.#table = larger;
    }
    const number = Number(id);
    const { place, found } = find(this.#table, number);
    if (found) return false;
    this.#table[place] = number;
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
  // Ids run in sequence: a multiplicative mix of both halves spreads them.
  let place = Math.imul((number % 0x1_0000_0000) ^ Math.floor(number / 0x1_0000_0000), 0x9e37_79b1);
  place = (place ^ (place >>> 15)) & mask;
  while (table[place] !== EMPTY && table[place] !== number) place = (place + 1) & mask;
  return { place, found: table[place] === number };
}
