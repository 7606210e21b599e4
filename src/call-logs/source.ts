import type { CallLog } from '../convoso/call-log.js';
import type { Completeness } from '../convoso/completeness.js';
import type { Population, WalkScope } from '../convoso/walk.js';
import type { AnswerMasks } from './masks.js';

/**
 * Calls of a population in batches, each once, oldest first. Read it once. The values are raw, to be counted by: what
 * leaves the server goes through `masks` first.
 */
export interface Reading extends AsyncIterable<readonly CallLog[]> {
  /** The masks of the one answer that this reading is for. */
  readonly masks: AnswerMasks;
  /** What the batches so far make up; final after the last one. */
  readonly completeness: Completeness;
}

/** Where questions about many calls get them from; they know nothing of how. The live walk is one. */
export interface CallLogSource {
  read(population: Population, scope: WalkScope): Reading;
}
