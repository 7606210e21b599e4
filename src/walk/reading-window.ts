import {
  instantOf,
  mayGrow,
  ordinalOf,
  repeatedStretches,
  stampInZone,
  stampOf,
  type Window,
} from '../account-time/stamps.js';
import type { Span } from './completeness.js';

/** What it takes to read dates: the account's IANA zone, when known, and the time now. */
export interface Clock {
  readonly zone: string | undefined;
  now(): Date;
}

const MINUTE = 60;
const LAST_SECOND = ordinalOf('9999-12-31 23:59:59') ?? 0;

/**
 * The window that a question is about, and the wider one that is asked for. The first and the last second of what is asked
 * have no neighbor that could show whether the service counts them in, so the request goes a minute further at both ends,
 * on whole minutes (a service may store milliseconds, exclude an end, or round to minutes), and rows are placed by their
 * own dates. A window that can still grow is not widened at its end: calls would come in there all the time.
 *
 * Where the clock is set back, stamps run backward in the order of time: the hour that occurs twice counts as one moment.
 */
export class ReadingWindow {
  readonly asked: Span;
  readonly wide: Span;
  readonly #repeated: readonly Span[];

  /** @throws RangeError when an end is not a stamp of account time, or the zone is unknown */
  constructor(window: Window, clock: Clock) {
    this.asked = { start: secondOf(window.start), end: secondOf(window.end) };
    const zone = clock.zone;
    this.#repeated =
      zone === undefined
        ? []
        : repeatedStretches(window, zone).map(({ start, end }) => ({
            start: secondOf(start),
            end: secondOf(end),
          }));
    const { start, end } = this.asked;
    const first = this.momentOf(start);
    const last = this.#repeated.find((one) => end >= one.start && end <= one.end)?.end ?? end;
    const opening = Math.max(0, floor(first) - MINUTE);
    const closing = Math.min(LAST_SECOND, floor(last) + 2 * MINUTE);
    this.wide = {
      start: zone === undefined || isShown(opening, zone) ? opening : opening - 60 * MINUTE,
      // Calls may come in until the wider end is past.
      end: mayGrow(stampOf(closing), zone, clock.now())
        ? end
        : zone === undefined || isShown(closing, zone)
          ? closing
          : closing + 60 * MINUTE,
    };
  }

  /** The second that stands for a moment in the order of time: the first of an hour that occurs twice, or the second itself. */
  momentOf(second: number): number {
    for (const { start, end } of this.#repeated) if (second >= start && second <= end) return start;
    return second;
  }
}

function floor(second: number): number {
  return Math.floor(second / MINUTE) * MINUTE;
}

/** False for a second that the zone's clock skips: a service may take it for one an hour off. */
function isShown(second: number, zone: string): boolean {
  const stamp = stampOf(second);
  return stampInZone(instantOf(stamp, zone), zone) === stamp;
}

function secondOf(stamp: string): number {
  const second = ordinalOf(stamp);
  if (second === undefined) throw new RangeError(`not a stamp of account time: ${stamp}`);
  return second;
}
