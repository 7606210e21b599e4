import { setImmediate } from 'node:timers';
import { currentCaller } from './caller.js';

/**
 * Turns of the event loop. What this process does itself for an answer (reading a page, redacting its rows, wording them) is
 * done in steps, one step a turn, and between two turns the loop serves its sockets. The next turn goes to the caller whose
 * last one was longest ago, so that a caller waits for one step of each other caller at most, whatever those have waiting.
 */

/** Where a step stands among the other steps of its caller: what is begun ends first, so that little is held in memory. */
export type StepKind = 'begins' | 'goes on';

interface Queue {
  readonly caller: string;
  readonly steps: (() => void)[];
  /** Number of its last turn; 0 before the first. */
  lastTurn: number;
}

/** By caller; those with a step waiting, and those whose last turn was later than one of theirs. */
const queues = new Map<string, Queue>();
let turns = 0;
let scheduled = false;

/**
 * Waits for the current caller's next turn. What follows, until it waits for something else, is the step. Resolves at once
 * where callers are not told apart.
 */
export function nextTurn(kind: StepKind): Promise<void> {
  const caller = currentCaller();
  if (caller === undefined) return Promise.resolve();
  return new Promise((begin) => {
    const queue = queues.get(caller) ?? { caller, steps: [], lastTurn: 0 };
    queues.set(caller, queue);
    if (kind === 'begins') queue.steps.push(begin);
    else queue.steps.unshift(begin);
    schedule();
  });
}

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  setImmediate(giveTurn);
}

function giveTurn(): void {
  scheduled = false;
  const waiting = [...queues.values()].filter(({ steps }) => steps.length > 0);
  const longestAgo = Math.min(...waiting.map(({ lastTurn }) => lastTurn));
  for (const [caller, { steps, lastTurn }] of queues) {
    // Every other caller with work has had a turn since: it counts as one who comes new.
    if (steps.length === 0 && lastTurn < longestAgo) queues.delete(caller);
  }
  const next = waiting.find(({ lastTurn }) => lastTurn === longestAgo);
  if (next === undefined) return;
  turns += 1;
  next.lastTurn = turns;
  next.steps.shift()?.();
  // Even with nothing waiting, once more: it forgets those who are done.
  schedule();
}
