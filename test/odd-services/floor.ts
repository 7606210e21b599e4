import { type Random, randomOf } from './random.js';

export type Dialect = 'contract' | 'live';

/** A call as it really was. What a service keeps and prints of it is the service's business. */
export interface TrueCall {
  readonly id: string;
  /** Milliseconds since 1970 on the account's wall clock. */
  readonly at: number;
  /** Milliseconds since 1970 UTC. */
  readonly utc: number;
  /** It has no date at all, and is part of every window. */
  readonly undated?: boolean;
  readonly lead_id: string;
  readonly list_id: string;
  readonly campaign_id: string;
  readonly user_id: string | null;
  readonly queue_id: string | null;
  readonly phone_number: string;
  readonly status: string;
  /** Seconds; null while the call lasts. */
  readonly call_length: number | null;
  readonly call_type: string;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly called_count: number;
}

/** A window in stamps of account time, both ends inside. */
export interface StampWindow {
  readonly start: string;
  readonly end: string;
}

export interface Floor {
  readonly dialect: Dialect;
  readonly window: StampWindow;
  /** In order of time; those around the window included. */
  readonly calls: readonly TrueCall[];
  /** Rows of its calls as a faithful service prints them, made when they are first asked for. */
  readonly rows: Map<TrueCall, Record<string, unknown>>;
}

/** Days around which calls are made: plain ones, or those on which Los Angeles sets its clocks. */
export type Season = 'plain' | 'autumn' | 'spring';

export interface FloorOptions {
  readonly seed: number;
  /** Calls within the window. */
  readonly size: number;
  readonly dialect: Dialect;
  readonly season?: Season;
}

const SECOND = 1000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

/** Seconds since 1970 of a stamp, as if it were UTC. */
export function ordinal(stamp: string): number {
  return Date.parse(`${stamp.replace(' ', 'T')}Z`) / 1000;
}

/** The stamp of milliseconds since 1970, as if they were UTC. */
export function stamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ');
}

/** Los Angeles in 2026: two hours in which its clock changes, in UTC. */
const SUMMER_BEGINS = Date.parse('2026-03-08T10:00:00Z');
const SUMMER_ENDS = Date.parse('2026-11-01T09:00:00Z');

/** The wall clock of Los Angeles at an instant of 2026. */
export function wallOf(utc: number): number {
  return utc - (utc >= SUMMER_BEGINS && utc < SUMMER_ENDS ? 7 : 8) * HOUR;
}

/** The instant of a reading of that clock; where there are two, or none, the first or the second one. */
export function utcOf(wall: number, occurrence: 'first' | 'second' = 'first'): number {
  const summer = wall + 7 * HOUR;
  const winter = wall + 8 * HOUR;
  if (wallOf(summer) === wall) return wallOf(winter) === wall && occurrence === 'second' ? winter : summer;
  return wallOf(winter) === wall || occurrence === 'second' ? winter : summer;
}

const WINDOWS: Readonly<Record<Season, readonly [StampWindow, ...StampWindow[]]>> = {
  plain: [
    { start: '2026-03-02 00:00:00', end: '2026-03-04 23:59:59' },
    { start: '2026-03-03 00:00:00', end: '2026-03-03 23:59:59' },
    { start: '2026-03-02 08:00:00', end: '2026-03-04 17:29:59' },
    { start: '2026-03-03 09:15:20', end: '2026-03-03 18:40:35' },
  ],
  autumn: [
    { start: '2026-10-31 00:00:00', end: '2026-11-01 23:59:59' },
    { start: '2026-11-01 00:00:00', end: '2026-11-01 01:29:59' },
    { start: '2026-11-01 01:20:00', end: '2026-11-01 03:59:59' },
  ],
  spring: [
    { start: '2026-03-07 00:00:00', end: '2026-03-08 23:59:59' },
    { start: '2026-03-08 00:00:00', end: '2026-03-08 02:30:00' },
    { start: '2026-03-08 02:15:00', end: '2026-03-08 05:59:59' },
  ],
};

/** How calls lie in time. */
type Shape = 'even' | 'bursts' | 'office hours' | 'crowded second';

/**
 * Calls of a floor, the same for the same options: within the window as many as asked for, in bursts and gaps, with some
 * exactly on its edges, and mostly others before and after it.
 */
export function makeFloor(options: FloorOptions): Floor {
  const { seed, size, dialect, season = 'plain' } = options;
  const key = JSON.stringify([seed, size, dialect, season]);
  let floor = kept.get(key);
  if (floor === undefined) {
    floor = newFloor({ seed, size, dialect, season });
    keptCalls += floor.calls.length;
    if (keptCalls > MAX_KEPT) {
      kept.clear();
      keptCalls = floor.calls.length;
    }
    kept.set(key, floor);
  }
  return floor;
}

/** Floors made lately, so many calls in all: many services stand on the same ones. */
const kept = new Map<string, Floor>();
const MAX_KEPT = 120_000;
let keptCalls = 0;

function newFloor({ seed, size, dialect, season }: Required<FloorOptions>): Floor {
  const random = randomOf(seed * 7919 + size);
  const window = random.chance(0.5) ? WINDOWS[season][0] : random.pick(WINDOWS[season]);
  const start = ordinal(window.start) * SECOND;
  const end = ordinal(window.end) * SECOND + 999;
  const shape = random.pick<Shape>(
    size >= 1400 ? ['even', 'bursts', 'office hours', 'crowded second'] : ['even', 'bursts', 'office hours'],
  );
  const alone = random.chance(0.15);
  const moments: number[] = [];
  // The edges, of the second and within it.
  if (size >= 20) moments.push(start, start + 500, end - 999, end);
  while (moments.length < size) {
    for (const at of inside(shape, start, end, size, random)) if (moments.length < size) moments.push(at);
  }
  if (!alone) {
    moments.push(start - 1, start - SECOND, end + 1, end + SECOND);
    const around = Math.min(2000, Math.ceil(size * 0.15));
    for (let i = 0; i < around; i += 1) {
      const away = Math.floor(random.below(1_000_000) ** 2 * 1e-12 * 1.5 * DAY);
      moments.push(random.chance(0.5) ? start - 1 - away : end + 1 + away);
    }
  }
  const timed = moments.map((at) => whenOf(at, random)).sort((a, b) => a.at - b.at || a.utc - b.utc);
  const ids = idsInOrderOfArrival(timed.length, random);
  return {
    dialect,
    window,
    calls: timed.map((when, i) => callOf(ids[i] ?? i, when, dialect, random)),
    rows: new Map(),
  };
}

/** Some moments of a shape. */
function inside(shape: Shape, start: number, end: number, size: number, random: Random): number[] {
  const span = end - start + 1;
  if (shape === 'even') return [start + Math.floor((random.below(1_000_000) / 1_000_000) * span)];
  const at = start + Math.floor((random.below(1_000_000) / 1_000_000) * span);
  if (shape === 'office hours') {
    const hour = Math.floor((at % DAY) / HOUR);
    return hour === 12 || ((hour < 8 || hour > 19) && span > 8 * HOUR) ? [] : [at];
  }
  const second = Math.floor(at / SECOND) * SECOND;
  const crowd = shape === 'crowded second' ? Math.min(size, 400 + random.below(900)) : 2 + random.below(30);
  return Array.from({ length: crowd }, () => second + random.below(1000));
}

/** A moment of the wall clock; where the clock shows it twice, either one. A moment that it never shows is moved. */
function whenOf(at: number, random: Random): { at: number; utc: number } {
  const utc = utcOf(at, random.chance(0.5) ? 'first' : 'second');
  return { at: wallOf(utc), utc };
}

/** Ids grow with time, roughly: calls are written down when they end. */
function idsInOrderOfArrival(count: number, random: Random): number[] {
  const places = Array.from({ length: count }, (_, i) => ({ i, rank: i + random.below(60) }));
  places.sort((a, b) => a.rank - b.rank || a.i - b.i);
  const ids: number[] = [];
  for (const [rank, { i }] of places.entries()) ids[i] = 700_000 + rank;
  return ids;
}

const STATUSES = {
  contract: ['COMPLETED', 'COMPLETED', 'NO_ANSWER', 'NO_ANSWER', 'ANSWERING_MACHINE', 'BUSY', 'WRONG_PARTY'],
  live: ['SALE', 'NI', 'NI', 'NA', 'NA', 'A', 'B', 'DROP', 'HU', 'NOCONT'],
} as const;

function callOf(
  id: number,
  { at, utc }: Pick<TrueCall, 'at' | 'utc'>,
  dialect: Dialect,
  random: Random,
): TrueCall {
  const lasts = dialect === 'live' && random.chance(0.01);
  const phone = `${random.pick(['212', '415', '646'])}55501${String(random.below(100)).padStart(2, '0')}`;
  return {
    id: String(id),
    at,
    utc,
    lead_id: String(200_000 + random.below(3000)),
    list_id: random.pick(['333', '333', '334', '33']),
    campaign_id: random.pick(['111', '111', '112', '11', '205']),
    user_id: random.chance(0.25) ? null : String(22_220 + random.below(8)),
    queue_id: random.chance(0.9) ? null : random.pick(['900', '900', '9001']),
    phone_number: phone,
    status: lasts ? 'INCALL' : random.pick(STATUSES[dialect]),
    call_length: lasts ? null : random.chance(0.3) ? 0 : random.below(900),
    call_type: random.pick(['OUTBOUND', 'OUTBOUND', 'OUTBOUND', 'INBOUND', 'MANUAL']),
    first_name: random.pick(['Ana', 'Ana', 'Anabel', 'Ben', 'Zoe', null]),
    last_name: random.pick(['Ng', 'Smith', 'Smithson', null]),
    called_count: random.below(5),
  };
}
