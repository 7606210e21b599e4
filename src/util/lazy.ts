/** What is made once, by the first who needs it, and shared. A making that failed is tried again by the next who asks. */
export class Lazy<T> {
  readonly #make: () => Promise<T>;
  #made: Promise<T> | undefined;

  constructor(make: () => Promise<T>) {
    this.#make = make;
  }

  /** @throws what the making throws */
  get(): Promise<T> {
    if (this.#made !== undefined) return this.#made;
    const made = this.#make();
    this.#made = made;
    // A later making is not this one's to forget.
    made.catch(() => {
      if (this.#made === made) this.#made = undefined;
    });
    return made;
  }

  /** Forgets what was made, and hands it over to be ended. Nothing, when nothing was, or when it failed. */
  async release(): Promise<T | undefined> {
    const made = this.#made;
    this.#made = undefined;
    return made?.catch(() => undefined);
  }
}
