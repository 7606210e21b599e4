import type { CallLogPage } from '../convoso/wire.js';

/** Pages of one list fetched before they are needed: as many requests under way as the reading may have. */
export class PagesAhead {
  readonly #page: (offset: number) => Promise<CallLogPage>;
  readonly #concurrency: number;
  readonly #maxOffset: number;
  /** Rows that one page advances by, as learned from the first: some accounts cap pages below what is asked for. */
  readonly #stride: number;
  readonly #underWay = new Map<number, Promise<CallLogPage>>();

  constructor(
    page: (offset: number) => Promise<CallLogPage>,
    bounds: { readonly concurrency: number; readonly maxOffset: number; readonly stride: number },
  ) {
    this.#page = page;
    this.#concurrency = bounds.concurrency;
    this.#maxOffset = bounds.maxOffset;
    this.#stride = Math.max(1, bounds.stride);
  }

  /** The page at this offset; those that follow are asked for, up to the total. @throws what the request throws */
  take(offset: number, total: number | null): Promise<CallLogPage> {
    // A page that was shorter than the others moved the grid: what was fetched off it is of no use.
    for (const other of this.#underWay.keys()) {
      if (other < offset || (other - offset) % this.#stride !== 0) this.#underWay.delete(other);
    }
    const pages = total === null ? 1 : this.#concurrency;
    for (let place = 0; place < pages; place += 1) {
      const at = offset + place * this.#stride;
      const needed = place === 0 || (at + 1 < (total ?? 0) && at <= this.#maxOffset);
      if (!needed || this.#underWay.has(at)) continue;
      const page = this.#page(at);
      // Raised when the page is taken; a reading that stops first never takes it.
      page.catch(() => {});
      this.#underWay.set(at, page);
    }
    const page = this.#underWay.get(offset) ?? this.#page(offset);
    this.#underWay.delete(offset);
    return page;
  }
}
