/** A clock further ahead than this, in milliseconds, is not taken for the service's: something between may have told it. */
const MOST_AHEAD_MS = 15 * 60_000;

/** The clock of an account: calls are dated by the service's, and now is what that one says, as far as its replies told. */
export class ServiceClock {
  /** IANA name of the account's zone; undefined when it is not known. */
  readonly zone: string | undefined;
  readonly #local: () => Date;
  #aheadMs = 0;

  constructor(zone: string | undefined, local: () => Date = () => new Date()) {
    this.zone = zone;
    this.#local = local;
  }

  /** The moment it is at the service; may be handed on by itself. */
  readonly now = (): Date => new Date(this.#local().getTime() + this.#aheadMs);

  /** Milliseconds that the service's clock is known to be ahead of this machine's. */
  get aheadMs(): number {
    return this.#aheadMs;
  }

  /** Learns from the date of a reply that has just come in how far the service's clock is ahead. */
  learn(serviceDate: Date): void {
    const ahead = serviceDate.getTime() - Date.now();
    // Never back: the end of a window that was shown must not come to lie in the future.
    if (ahead > this.#aheadMs && ahead <= MOST_AHEAD_MS) this.#aheadMs = ahead;
  }
}
