import type { CallLog } from '../convoso/call-log.js';
import type { CountedCalls, CountQuestion } from '../query/counts.js';
import type { AnswerMasks } from '../redact/masks.js';
import type { Completeness } from '../walk/completeness.js';
import type { Population, WalkScope } from '../walk/population.js';

/** Where a question about many calls may be answered from; `auto`: archived days, and the rest live. */
export const SOURCES = ['auto', 'live', 'archive'] as const;
export type SourceChoice = (typeof SOURCES)[number];

/** Days in a row that came from one place. */
export interface SourceSpan {
  readonly source: 'archive' | 'live';
  /** First and last day, `YYYY-MM-DD`, account time. */
  readonly start: string;
  readonly end: string;
  /** When their reading began, ISO 8601, UTC: of the day read first and of the day read last. */
  readonly readAt: string;
  readonly lastReadAt: string;
}

/** Stretches as answers and manifests print them. */
export function printedSpans(stretches: readonly SourceSpan[]) {
  return stretches.map(({ source, start, end, readAt, lastReadAt }) => ({
    source,
    start,
    end,
    read_at: readAt,
    ...(lastReadAt === readAt ? {} : { last_read_at: lastReadAt }),
  }));
}

/** Where the calls of an answer come from, in order of time. */
export interface Provenance {
  readonly stretches: readonly SourceSpan[];
  /** Full sentences: why it is not the place one would expect. */
  readonly remark?: string;
}

/**
 * Calls of a population in batches, each once, oldest first. Read it once, or have it counted once.
 */
export interface Reading {
  /** The calls as the service gave them, to be counted by: what leaves the server goes through `masks` first. */
  readonly raw: AsyncIterable<readonly CallLog[]>;
  /** The masks of the one answer that this reading is for. */
  readonly masks: AnswerMasks;
  /** What the batches so far make up; final after the last one, or when the calls have been counted. */
  readonly completeness: Completeness;
  /** Final when `completeness` is; absent where there is but one place that calls come from. */
  readonly provenance?: Provenance;
  /** Present where the place that the calls are in counts them itself. */
  count?(question: CountQuestion): Promise<CountedCalls>;
  /**
   * What to read in place of this reading once it failed: batches that were handed on cannot be taken back.
   * @throws the error, or what it stands for, when there is nothing
   */
  instead?(error: unknown): Reading;
  /** Frees what the reading holds. */
  close?(): Promise<void>;
}

/** Where questions about many calls get them from; they know nothing of how. The live walk is one. */
export interface CallLogSource {
  /** A reading of a population, of which nothing is read yet. @throws Failure when the chosen source cannot give it */
  open(population: Population, scope: WalkScope, choice: SourceChoice): Promise<Reading>;
}

/**
 * Answers a question by reading its population. `work` is done once more, from its beginning, when its reading failed and
 * there is another one.
 * @throws what `work` throws, Failure when there is no such source
 */
export async function answerFrom<T>(
  source: CallLogSource,
  [population, scope, choice]: Parameters<CallLogSource['open']>,
  work: (reading: Reading) => Promise<T>,
): Promise<T> {
  const reading = await source.open(population, scope, choice);
  let next: Reading;
  try {
    return await work(reading);
  } catch (error) {
    if (reading.instead === undefined) throw error;
    next = reading.instead(error);
  } finally {
    await reading.close?.();
  }
  return work(next);
}
