/** A bound on how many of something each principal has at once. */
export class Quota {
  readonly #limit: number;
  /** Only of principals who have any. */
  readonly #taken = new Map<string, number>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @returns gives back what was taken; undefined when it would be more than the bound, and nothing was taken */
  take(principal: string, count = 1): (() => void) | undefined {
    const taken = (this.#taken.get(principal) ?? 0) + count;
    if (taken > this.#limit) return undefined;
    this.#taken.set(principal, taken);
    return () => {
      const left = (this.#taken.get(principal) ?? 0) - count;
      if (left > 0) this.#taken.set(principal, left);
      else this.#taken.delete(principal);
    };
  }
}
