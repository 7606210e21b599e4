import { AGENTS, CAMPAIGNS, type CallerId } from './floor.js';
import { between, betweenMostlyLow, drawFrom, type Random } from './random.js';

/** How calls end, and how long they take. */

/** The statuses a person answered, as this floor uses them. */
export const CONVERSATIONS: ReadonlySet<string> = new Set([
  'COMPLETED',
  'WRONG_PARTY',
  'SALE',
  'NI',
  'DNC',
  'CALLBK',
  'SURVEY',
]);

/** After these the lead is not dialled again. */
export const CLOSING: ReadonlySet<string> = new Set(['SALE', 'DNC', 'INVALID', 'WRONG_PARTY']);

/** Shortest and longest call by status, seconds. */
const LENGTHS: Readonly<Record<string, readonly [number, number]>> = {
  COMPLETED: [45, 1_200],
  SALE: [420, 2_400],
  NI: [8, 240],
  CALLBK: [20, 420],
  DNC: [6, 90],
  WRONG_PARTY: [6, 75],
  SURVEY: [60, 400],
  AHXFER: [5, 25],
  ANSWERING_MACHINE: [3, 48],
  A: [2, 30],
  DISCONNECTED: [1, 45],
};

/** Length of a call in seconds, leaning short. Statuses without a conversation last 0. */
export function lengthOf(random: Random, status: string): number {
  const range = LENGTHS[status];
  return range ? betweenMostlyLow(random, range[0], range[1]) : 0;
}

/** What the dialer meets on an outbound attempt from a caller ID; `human` is settled by the agent. */
export const ATTEMPTS: ReadonlyMap<CallerId, (random: Random) => string> = new Map(
  CAMPAIGNS.flatMap(({ callerIds, dropPercent }) =>
    callerIds.map(
      (callerId) =>
        [
          callerId,
          drawFrom<string>([
            ['human', 30 * callerId.answered],
            ['NO_ANSWER', 34 + 30 * (1 - callerId.answered)],
            ['ANSWERING_MACHINE', 17],
            ['A', 5],
            ['BUSY', 4],
            ['DISCONNECTED', 2.4],
            ['INVALID', 2.2],
            ['FAILED', 1.8],
            ['CALL_BLOCKED', 1.4],
            ['DROP', dropPercent],
          ]),
        ] as const,
    ),
  ),
);

/** The disposition an agent gives a conversation, by agent id. */
export const DISPOSITIONS: ReadonlyMap<string, (random: Random) => string> = new Map(
  AGENTS.map((agent) => [
    agent.id,
    drawFrom<string>([
      ['COMPLETED', 12],
      ['NI', 9],
      ['CALLBK', 4],
      ['WRONG_PARTY', 2.5],
      ['SALE', 2 * agent.skill],
      ['DNC', 1],
    ]),
  ]),
);

/** Seconds between answer and giving up on a line that stays silent: never zero. */
export function abandonedAfter(random: Random): number {
  return between(random, 2, 11);
}

/** Why a call ended, in the words of live rows. */
export function termReason(random: Random, status: string): string | null {
  if (CONVERSATIONS.has(status)) return random() < 0.6 ? 'AGENT' : 'CALLER';
  if (status === 'DROP') return 'ABANDON';
  if (status === 'NO_ANSWER') return 'NOANSWER';
  return random() < 0.5 ? 'NONE' : null;
}
