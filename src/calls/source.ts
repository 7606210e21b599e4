import type { CallLog } from '../convoso/call-log.js';
import type { CountedCalls, CountQuestion } from '../query/counts.js';
import { CallChecker, isInSql, type RowCheck, type Selection, selectionDoubts } from '../query/row-checks.js';
import type { AnswerMasks } from '../redact/masks.js';
import { Failure } from '../util/failure.js';
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
  readonly provenance?: Provenance | undefined;
  /** Fields that calls have to be checked by and none of those read carries; final when `completeness` is. */
  readonly uncarried?: readonly string[];
  /** How many of the calls read satisfy what they had to be checked by; final likewise, absent where there was nothing. */
  readonly selection?: Selection | undefined;
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
 * Those calls of a reading that satisfy what they are checked by. Its completeness is about all calls that were read, and
 * says what of them is not known; `selection` says how many of them there are.
 */
class CheckedReading implements Reading {
  readonly masks: AnswerMasks;
  readonly count?: (question: CountQuestion) => Promise<CountedCalls>;
  readonly #reading: Reading;
  readonly #checks: readonly RowCheck[];
  #selection: Selection | undefined;

  constructor(reading: Reading, checks: readonly RowCheck[]) {
    this.masks = reading.masks;
    this.#reading = reading;
    this.#checks = checks;
    if (reading.count === undefined || !checks.every(isInSql)) return;
    const count = reading.count.bind(reading);
    this.count = async (question) => {
      const counted = await count(question);
      this.#selection = counted.selection;
      this.#refuseUncarried();
      return counted;
    };
  }

  readonly raw: AsyncIterable<readonly CallLog[]> = { [Symbol.asyncIterator]: () => this.#calls() };

  /** @throws Failure when none of the calls read carries a field that they have to be checked by */
  async *#calls(): AsyncGenerator<readonly CallLog[], void> {
    const checker = new CallChecker(this.#checks, this.masks);
    for await (const batch of this.#reading.raw) {
      const calls = batch.filter((call) => checker.take(call));
      if (calls.length > 0) yield calls;
    }
    this.#selection = checker.selection;
    this.#refuseUncarried();
  }

  get selection(): Selection | undefined {
    return this.#selection;
  }

  get completeness(): Completeness {
    const { completeness } = this.#reading;
    const doubts = this.#selection === undefined ? [] : selectionDoubts(this.#selection);
    if (doubts.length === 0) return completeness;
    return { ...completeness, complete: false, unverified: [...(completeness.unverified ?? []), ...doubts] };
  }

  get provenance() {
    return this.#reading.provenance;
  }

  #refuseUncarried(): void {
    const { uncarried = [] } = this.#reading;
    const names = this.#checks.flatMap(({ name, field }) => (uncarried.includes(field) ? [name] : []));
    if (names.length === 0) return;
    const fields = [
      ...new Set(this.#checks.flatMap(({ field }) => (uncarried.includes(field) ? [field] : []))),
    ];
    throw new Failure({
      what: `${names.join(' and ')} cannot be checked.`,
      why: `None of the ${this.#selection?.read ?? 0} calls that were read carries ${fields.join(' or ')}: the service does not give it.`,
      next: 'Ask without it; where a filter was given several values, make one call for each value, which the service itself then looks for.',
    });
  }
}

/**
 * Answers a question by reading its population: `work` gets those of its calls that satisfy what they are checked by. It is
 * done once more, from its beginning, when its reading failed and there is another one.
 * @throws what `work` throws, Failure when there is no such source
 */
export async function answerFrom<T>(
  source: CallLogSource,
  [population, scope, choice]: Parameters<CallLogSource['open']>,
  work: (reading: Reading) => Promise<T>,
): Promise<T> {
  const { checks = [] } = population;
  const checked = (all: Reading) => (checks.length === 0 ? all : new CheckedReading(all, checks));
  const reading = await source.open(population, scope, choice);
  let next: Reading;
  try {
    return await work(checked(reading));
  } catch (error) {
    if (reading.instead === undefined) throw error;
    next = reading.instead(error);
  } finally {
    await reading.close?.();
  }
  return work(checked(next));
}
