import type { WholeNumbers } from '../util/whole-numbers.js';

/**
 * Account time: the wall clock of the Convoso account, which call dates are printed in without a zone.
 *
 * A stamp is `YYYY-MM-DD HH:MM:SS`; its ordinal is the number of seconds since 1970-01-01 00:00:00 of that same wall
 * clock. Ordinals compare and split windows without a zone: where the clock is set back an hour occurs twice under the
 * same stamps, and a window over those stamps holds both.
 */

/** A window of account time in whole seconds; both ends are inside. */
export interface Window {
  readonly start: string;
  readonly end: string;
}

const STAMP =
  /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?(?:\s*(Z|(?:UTC|GMT)?[+-](?:0\d|1[0-4])(?::?[0-5]\d)?|\(?[A-Z]{2,5}\)?|[A-Z_]+(?:\/[A-Z0-9_+-]+)+))?$/i;

/** A date and time as written: account time unless it names a zone or an offset from UTC. */
interface Written {
  readonly ordinal: number;
  readonly hasTime: boolean;
  readonly hasSeconds: boolean;
  /** Seconds east of UTC, when the text says so. */
  readonly offset: number | undefined;
  /** A zone by its letters (PST), which name no zone for certain, or by its IANA name. */
  readonly zoneName: string | undefined;
}

function parseWritten(text: string): Written | undefined {
  const match = STAMP.exec(text.trim());
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day)
    return undefined;
  const offset = parseOffset(match[7]);
  return {
    ordinal: date.getTime() / 1000,
    hasTime: match[4] !== undefined,
    hasSeconds: match[6] !== undefined,
    offset,
    zoneName: offset === undefined ? match[7]?.replace(/[()]/g, '') : undefined,
  };
}

function parseOffset(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^(z|utc|gmt|\((utc|gmt)\))$/i.test(text)) return 0;
  const match = /^(?:UTC|GMT)?([+-])(\d{2}):?(\d{2})?$/i.exec(text);
  if (match === null) return undefined;
  const seconds = Number(match[2]) * 3600 + Number(match[3] ?? 0) * 60;
  return match[1] === '-' ? -seconds : seconds;
}

/**
 * Ordinal of a stamp of account time, to the second, the minute or the day. Undefined when the text is no stamp, or when it
 * names a zone or an offset from UTC: that is not account time, whatever the digits say.
 */
export function ordinalOf(stamp: string): number | undefined {
  const written = parseWritten(stamp);
  return written === undefined || written.offset !== undefined || written.zoneName !== undefined
    ? undefined
    : written.ordinal;
}

/** True for a day that the calendar has, as `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && ordinalOf(text) !== undefined;
}

/**
 * A call date as the service printed it, as a stamp where it is certainly account time: without a zone; with an offset from
 * UTC where the account's zone is known; with the letters or the name of a zone where they are the account's own at that
 * moment. Anything else, a date without a time or without seconds too, stays as printed.
 */
export function toAccountTime(printed: string, zone: string | undefined): string {
  if (isStamp(printed)) return printed;
  const written = parseWritten(printed);
  if (written === undefined || !written.hasTime) return printed;
  const stamp = ownStamp(written, zone);
  return stamp === undefined ? printed : stamp.slice(0, written.hasSeconds ? 19 : 16);
}

/** What was written, on the account's wall clock; undefined where that is not certain. */
function ownStamp({ ordinal, offset, zoneName }: Written, zone: string | undefined): string | undefined {
  if (offset === undefined && zoneName === undefined) return stampOf(ordinal);
  if (zone === undefined) return undefined;
  if (offset !== undefined) return convert(ordinal - offset, zone);
  return isOwnZone(zoneName ?? '', ordinal, zone) ? stampOf(ordinal) : undefined;
}

/** The zone letters asked for last: rows come in order of time, so that most ask for the same again. */
let lastOwn = { key: '', own: false };

/** Whether a zone named beside a stamp is the account's own, as its clock was called when it showed that stamp. */
function isOwnZone(name: string, ordinal: number, zone: string): boolean {
  if (name.toLowerCase() === zone.toLowerCase()) return true;
  // No zone changed its clock other than at a full quarter of an hour since calls are logged.
  const quarter = Math.floor(ordinal / 900) * 900;
  const key = `${name} ${quarter} ${zone}`;
  if (lastOwn.key !== key) {
    const own = instantsOf(quarter, zone).some((at) => lettersAt(at, zone).has(name.toUpperCase()));
    lastOwn = { key, own };
  }
  return lastOwn.own;
}

/** The instants (seconds of UTC) at which a zone's clock shows a stamp: none where it skips it, two where it repeats it. */
function instantsOf(ordinal: number, zone: string): number[] {
  const offsets = new Set([offsetAt(ordinal - 86_400, zone), offsetAt(ordinal + 86_400, zone)]);
  return [...offsets].map((offset) => ordinal - offset).filter((at) => at + offsetAt(at, zone) === ordinal);
}

/** Each country has letters for its own zones only: those of one English are `GMT+1` in the others. */
const ENGLISH = ['en-US', 'en-GB', 'en-IE', 'en-AU', 'en-NZ', 'en-IN', 'en-ZA'];
const letterFormats = new Map<string, Intl.DateTimeFormat[]>();

/** What a zone is called at an instant (seconds of UTC), in letters: PST, and PT. */
function lettersAt(instant: number, zone: string): Set<string> {
  let formats = letterFormats.get(zone);
  if (formats === undefined) {
    const format = (locale: string, timeZoneName: 'short' | 'shortGeneric') =>
      new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName });
    formats = [...ENGLISH.map((locale) => format(locale, 'short')), format('en-US', 'shortGeneric')];
    letterFormats.set(zone, formats);
  }
  const date = new Date(instant * 1000);
  return new Set(
    formats.flatMap((format) =>
      format
        .formatToParts(date)
        .filter(({ type }) => type === 'timeZoneName')
        .map(({ value }) => value.toUpperCase()),
    ),
  );
}

/** Whether stamps, compared as they stand, show that one lies between two others. False when that takes reading them. */
export function isPlainlyWithin(stamp: string, start: string | undefined, end: string | undefined): boolean {
  return (
    isStamp(stamp) &&
    (start === undefined || (isStamp(start) && start <= stamp)) &&
    (end === undefined || (isStamp(end) && stamp <= end))
  );
}

/** As nearly every row prints it: with seconds at the end, so without an offset. Rows are many, so this looks no further. */
function isStamp(printed: string): boolean {
  return printed.length === 19 && printed[10] === ' ' && printed[13] === ':' && printed[16] === ':';
}

/** The stamp of an instant (seconds of UTC) in a zone; undefined outside the years that a stamp can write, 0001 to 9999. */
function convert(seconds: number, zone: string): string | undefined {
  const stamp = stampInZone(new Date(seconds * 1000), zone);
  const shown = ordinalOf(stamp);
  return shown === undefined || Math.abs(shown - seconds) > 86_400 ? undefined : stamp;
}

/** The stamp of an ordinal. */
export function stampOf(ordinal: number): string {
  return new Date(ordinal * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

/** Why a moment that the caller gave cannot be used. */
export type MomentProblem = 'unreadable' | 'needs_zone';

/**
 * Resolves a moment as a caller writes it to a stamp of account time: `YYYY-MM-DD HH:MM:SS`; `YYYY-MM-DD`, the whole day
 * (00:00:00 as a start, 23:59:59 as an end); or ISO 8601 with an offset, which needs the account's zone.
 */
export function resolveMoment(
  text: string,
  edge: 'start' | 'end',
  zone: string | undefined,
): { stamp: string } | { problem: MomentProblem } {
  const written = parseWritten(text);
  if (written === undefined || written.zoneName !== undefined) return { problem: 'unreadable' };
  if (!written.hasTime) {
    if (written.offset !== undefined) return { problem: 'unreadable' };
    return { stamp: stampOf(edge === 'start' ? written.ordinal : written.ordinal + 86_399) };
  }
  if (written.offset === undefined) return { stamp: stampOf(written.ordinal) };
  if (zone === undefined) return { problem: 'needs_zone' };
  const instant = written.ordinal - written.offset;
  if (convert(instant, zone) === undefined) return { problem: 'unreadable' };
  return { stamp: edgeStamp(new Date(instant * 1000), edge, zone) };
}

/** A zone's clock with the stamp it gave last: one answer asks several times what time it is now. */
interface ZoneClock {
  readonly format: Intl.DateTimeFormat;
  second: number;
  stamp: string;
}
const zoneClocks = new Map<string, ZoneClock>();

/** The wall clock of an IANA zone at an instant, as a stamp. @throws RangeError for an unknown zone. */
export function stampInZone(instant: Date, zone: string): string {
  let clock = zoneClocks.get(zone);
  if (clock === undefined) {
    const format = new Intl.DateTimeFormat('sv-SE', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    clock = { format, second: Number.NaN, stamp: '' };
    zoneClocks.set(zone, clock);
  }
  const second = Math.floor(instant.getTime() / 1000);
  if (second !== clock.second) {
    clock.stamp = clock.format.format(instant).replace(',', '');
    clock.second = second;
  }
  return clock.stamp;
}

/** True when Node knows the IANA zone. */
export function isZone(zone: string): boolean {
  try {
    stampInZone(new Date(0), zone);
    return true;
  } catch {
    return false;
  }
}

/** Before the first call that any service knows of. */
export const HISTORY_START = '2000-01-01 00:00:00';

/**
 * A window that holds every call a service can know of, whatever the account's zone and however the clocks differ: from 2000
 * to the end of the day after the clock's, which is past midnight everywhere on earth. For look-ups that check what comes
 * back by itself and show no window.
 */
export function allHistory(now: Date): Window {
  const tomorrow = Math.floor(now.getTime() / 86_400_000) * 86_400 + 86_400;
  return { start: HISTORY_START, end: stampOf(tomorrow + 86_399) };
}

/**
 * The last stamp that a call can have by now: the account's clock or, where its zone is not known, the fastest one on earth
 * (UTC+14). In the second pass of an hour that the clock repeats, the last stamp of the first.
 */
export function latestNow(zone: string | undefined, now: Date): string {
  return zone === undefined
    ? stampOf(Math.floor(now.getTime() / 1000) + 14 * 3600)
    : edgeStamp(now, 'end', zone);
}

/** True unless the stamp lies certainly in the past: calls can still come in before it. */
export function mayGrow(end: string, zone: string | undefined, now: Date): boolean {
  // Without a zone, the slowest clock on earth decides (UTC-12).
  const clock =
    zone === undefined ? stampOf(Math.floor(now.getTime() / 1000) - 12 * 3600) : stampInZone(now, zone);
  return end >= clock;
}

/** An instant at which the wall clock of a zone shows this stamp; where the clock was set back, one of the two. */
export function instantOf(stamp: string, zone: string): Date {
  const wanted = (ordinalOf(stamp) ?? 0) * 1000;
  let instant = wanted;
  // Two rounds settle every offset: the first finds it, the second corrects for a change of clock in between.
  for (let round = 0; round < 2; round += 1) {
    const shown = (ordinalOf(stampInZone(new Date(instant), zone)) ?? 0) * 1000;
    instant += wanted - shown;
  }
  return new Date(instant);
}

/** Days of the week, from Monday. */
export const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** The day of the week of an ordinal of account time, counted from Monday as 0. */
export function weekdayOf<Value>(second: Value, { add, divide, remainder }: WholeNumbers<Value>): Value {
  // 1970-01-01 was a Thursday.
  return remainder(add(divide(second, 86_400), 3), 7);
}

// Where a zone's clock is set back, a stretch of wall-clock time occurs twice, and stamps cannot tell the two apart. What
// follows keeps windows wide enough for that, and finds the stretches so that answers can say so.

/** Offsets are looked at this often, in seconds; zones keep theirs for weeks. */
const OFFSET_STEP = 7 * 86_400;
/** No clock was ever set back by more seconds than this since 2000. */
export const LONGEST_SET_BACK = 3 * 3600;

/** A change at which the wall clock is set back. */
interface SetBack {
  /** Instant of the change, in seconds since 1970 UTC. */
  readonly at: number;
  /** The stretch that occurs twice, as ordinals of account time; both ends inside. */
  readonly first: number;
  readonly last: number;
}

/**
 * The stretches of a window that occur twice in the zone, oldest first, as windows of account time. Takes time in
 * proportion to the window.
 * @throws RangeError for an unknown zone
 */
export function repeatedStretches(window: Window, zone: string): Window[] {
  const start = ordinalOf(window.start) ?? 0;
  const end = ordinalOf(window.end) ?? start;
  // A wall clock is at most a day from UTC's.
  return setBacks(start - 86_400, end + 86_400, zone)
    .filter(({ first, last }) => first <= end && last >= start)
    .map(({ first, last }) => ({ start: stampOf(first), end: stampOf(last) }));
}

/**
 * The stamp that an instant makes as one end of a window. Inside a stretch that occurs twice it is moved outward where
 * stamps would otherwise lose calls: a start before the change to the stretch's first second, an end after it to its last.
 */
export function edgeStamp(instant: Date, edge: 'start' | 'end', zone: string): string {
  const at = Math.floor(instant.getTime() / 1000);
  for (const change of setBacks(at - LONGEST_SET_BACK, at + LONGEST_SET_BACK, zone)) {
    const length = change.last - change.first + 1;
    if (edge === 'start' && at < change.at && at >= change.at - length) return stampOf(change.first);
    if (edge === 'end' && at >= change.at && at < change.at + length) return stampOf(change.last);
  }
  return stampInZone(instant, zone);
}

/** Every change between two instants at which the clock was set back. */
function setBacks(from: number, to: number, zone: string): SetBack[] {
  const found: SetBack[] = [];
  for (let low = from; low < to; low += OFFSET_STEP) {
    const high = Math.min(low + OFFSET_STEP, to);
    const before = offsetAt(low, zone);
    const after = offsetAt(high, zone);
    if (after >= before) continue;
    const at = changeBetween(low, high, before, zone);
    found.push({ at, first: at + after, last: at + before - 1 });
  }
  return found;
}

/** The first second in (low, high] whose offset is no longer `before`. */
function changeBetween(low: number, high: number, before: number, zone: string): number {
  let still = low;
  let changed = high;
  while (changed - still > 1) {
    const middle = Math.floor((still + changed) / 2);
    if (offsetAt(middle, zone) === before) still = middle;
    else changed = middle;
  }
  return changed;
}

/** Seconds east of UTC that the zone's wall clock shows at an instant. */
function offsetAt(instant: number, zone: string): number {
  return (ordinalOf(stampInZone(new Date(instant * 1000), zone)) ?? instant) - instant;
}
