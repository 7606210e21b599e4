/** A value created on first use and shared. A failed creation is retried by the next who asks. */
export class Lazy<T> {
  readonly #create: () => Promise<T>;
  #created: Promise<T> | undefined;

  constructor(create: () => Promise<T>) {
    this.#create = create;
  }

  /** The value, created if need be. @throws what creating it throws */
  get(): Promise<T> {
    if (this.#created !== undefined) return this.#created;
    const created = this.#create();
    this.#created = created;
    // A value created later is not this one's to forget.
    created.catch(() => {
      if (this.#created === created) this.#created = undefined;
    });
    return created;
  }

  /** Forgets the value and hands it over to be closed. Undefined when there is none, or when its creation failed. */
  async release(): Promise<T | undefined> {
    const created = this.#created;
    this.#created = undefined;
    return created?.catch(() => undefined);
  }
}
