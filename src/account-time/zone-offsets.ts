import { ordinalOf, stampInZone } from './stamps.js';

/** No zone changed its clock other than at a full quarter of an hour since calls are logged. */
const QUARTER = 900;
const DAY = 86_400;

/** A zone's clock, for many stamps and instants: what it shows is worked out once a quarter of an hour. */
export class ZoneOffsets {
  readonly zone: string;
  readonly #offsets = new Map<number, number>();

  /** `zone` is an IANA name that Node knows. */
  constructor(zone: string) {
    this.zone = zone;
  }

  /** What the clock shows at an instant (seconds since 1970 UTC), as an ordinal. */
  ordinalAt(instant: number): number {
    return instant + this.#offsetAt(instant);
  }

  /**
   * The instants (seconds since 1970 UTC) between which the clock showed an ordinal. Both are the same but where the clock
   * repeats an hour, and where it skips one: a call dated there was placed by a clock that had not been changed, or had.
   */
  instantsOf(ordinal: number): { readonly earliest: number; readonly latest: number } {
    const before = ordinal - this.#offsetAt(ordinal - DAY);
    const after = ordinal - this.#offsetAt(ordinal + DAY);
    if (before === after) return { earliest: before, latest: before };
    const shown = [before, after].filter((instant) => this.ordinalAt(instant) === ordinal);
    const instants = shown.length === 0 ? [before, after] : shown;
    return { earliest: Math.min(...instants), latest: Math.max(...instants) };
  }

  /** Seconds east of UTC. */
  #offsetAt(instant: number): number {
    const quarter = Math.floor(instant / QUARTER);
    let offset = this.#offsets.get(quarter);
    if (offset === undefined) {
      const at = quarter * QUARTER;
      offset = (ordinalOf(stampInZone(new Date(at * 1000), this.zone)) ?? at) - at;
      this.#offsets.set(quarter, offset);
    }
    return offset;
  }
}
