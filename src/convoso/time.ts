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
  /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?(?:\s*(Z|[+-](?:0\d|1[0-4]):?[0-5]\d|[A-Z]{2,5}))?$/i;

/** A date and time as written: account time unless it carries an offset from UTC. */
interface Written {
  readonly ordinal: number;
  readonly hasTime: boolean;
  /** Seconds east of UTC, when the text says so. */
  readonly offset: number | undefined;
  /** A zone by its letters (PST), which name no zone for certain. */
  readonly letters: string | undefined;
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
    offset,
    letters: offset === undefined ? match[7] : undefined,
  };
}

function parseOffset(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^(z|utc|gmt)$/i.test(text)) return 0;
  if (!/^[+-]/.test(text)) return undefined;
  const digits = text.replace(':', '');
  const seconds = Number(digits.slice(1, 3)) * 3600 + Number(digits.slice(3, 5)) * 60;
  return digits.startsWith('-') ? -seconds : seconds;
}

/**
 * Ordinal of a stamp of account time, or undefined when the text is no stamp or carries an offset from UTC. Zone letters
 * (PST) that the service may print are taken for the account's own.
 */
export function ordinalOf(stamp: string): number | undefined {
  const written = parseWritten(stamp);
  return written === undefined || written.offset !== undefined ? undefined : written.ordinal;
}

/** True for a day that the calendar has, as `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && ordinalOf(text) !== undefined;
}

/** A call date as the service printed it, in account time where it carries an offset and the zone is known. */
export function toAccountTime(printed: string, zone: string | undefined): string {
  if (isStamp(printed)) return printed;
  const written = parseWritten(printed);
  if (written?.offset === undefined || zone === undefined) return printed;
  return convert(written.ordinal - written.offset, zone) ?? printed;
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
  if (written === undefined || written.letters !== undefined) return { problem: 'unreadable' };
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

/**
 * A window that holds every call a service can know of, whatever the account's zone: from 2000 to the end of the day
 * after the clock's, which is past midnight everywhere on earth. Sent when no dates are given, because some accounts then
 * search today only.
 */
export function allHistory(now: Date): Window {
  const tomorrow = Math.floor(now.getTime() / 86_400_000) * 86_400 + 86_400;
  return { start: '2000-01-01 00:00:00', end: stampOf(tomorrow + 86_399) };
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

// Where a zone's clock is set back, a stretch of wall-clock time occurs twice, and stamps cannot tell the two apart. What
// follows keeps windows wide enough for that, and finds the stretches so that answers can say so.

/** Offsets are looked at this often, in seconds; zones keep theirs for weeks. */
const OFFSET_STEP = 7 * 86_400;
/** No clock was ever set back by more seconds than this since 2000. */
const LONGEST_SET_BACK = 3 * 3600;

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
