import { type AccountDay, clockChange } from './clock.js';
import { type Agent, QUEUES, type Queue } from './floor.js';
import type { Lead } from './leads.js';
import { between, drawFrom, type Random } from './random.js';

/** When calls begin on a day, and what begins them. */

/** An appointment that an agent made with a lead. */
export interface Callback {
  readonly second: number;
  readonly lead: Lead;
  readonly agent: Agent;
}

/** A call to come: at its second of the day the dialer dials, a caller meets a closed floor, or an agent keeps a promise. */
export interface Slot {
  readonly second: number;
  readonly kind: 'open' | 'closed' | Callback;
}

/** Calls of a day by weekday, Sunday first, of a floor that is fully staffed. */
const CALLS_A_DAY = [45, 1_140, 1_190, 1_090, 1_050, 930, 265];

/** How fully, by months before the newest one: the floor opened small and grew. */
const STAFFED = [1, 1, 0.25, 0.15];
const STAFFED_AT_FIRST = 0.06;

/** Share of a day's calls by hour: late morning and late afternoon peak, lunch dips. */
const drawHour = drawFrom<number>([
  [8, 5],
  [9, 9],
  [10, 12],
  [11, 11.5],
  [12, 5.5],
  [13, 7.5],
  [14, 11],
  [15, 11.5],
  [16, 12],
  [17, 12.5],
  [18, 9],
  [19, 9],
]);

/** Hours at which people ring a floor that is closed. */
const drawClosedHour = drawFrom<number>([
  [0, 0.3],
  [1, 0.3],
  [3, 0.2],
  [5, 0.4],
  [6, 1.5],
  [7, 4],
  [20, 5],
  [21, 3],
  [22, 1.5],
  [23, 0.7],
]);
/** Callers to a closed floor, of its calls in a day. */
const CLOSED_SHARE = 0.015;

/** The night callers of a day on which the clocks change: around the hour that is left out, or in the one that comes twice. */
const CLOCK_CHANGE_HOURS = { forward: [0, 1, 1, 3, 3], back: [0, 1, 1, 1, 1, 2] } as const;

export const drawQueue = drawFrom<Queue>(QUEUES.map((queue) => [queue, queue.weight] as const));

/** Everything that begins a call on a day, in order of time. `monthsAgo`: how many months the day's lies before the newest. */
export function slotsOf(
  random: Random,
  day: AccountDay,
  monthsAgo: number,
  callbacks: readonly Callback[],
): Slot[] {
  const usual = (CALLS_A_DAY[day.weekday] ?? 0) * (STAFFED[Math.max(0, monthsAgo)] ?? STAFFED_AT_FIRST);
  const slots: Slot[] = callbacks.map((kind) => ({ second: kind.second, kind }));
  const add = (hour: number, kind: 'open' | 'closed') =>
    slots.push({ second: hour * 3600 + between(random, 0, 3599), kind });
  const open = between(random, Math.floor(usual * 0.95), Math.ceil(usual * 1.05));
  for (let i = 0; i < open; i += 1) add(drawHour(random), 'open');
  for (let i = 0; i < Math.round(usual * CLOSED_SHARE); i += 1) add(drawClosedHour(random), 'closed');
  const change = clockChange(day);
  if (change !== undefined) for (const hour of CLOCK_CHANGE_HOURS[change]) add(hour, 'closed');
  return slots.sort((a, b) => a.second - b.second);
}
