import { ordinalOf, type Window } from '../account-time/stamps.js';
import type { CallLogs } from '../calls/call-logs.js';
import type { Reading, SourceSpan } from '../calls/source.js';
import type { CallLog } from '../convoso/call-log.js';
import { ConvosoError } from '../convoso/errors.js';
import { Failure } from '../util/failure.js';
import { type Completeness, missingWindows, type Span } from '../walk/completeness.js';
import {
  type Population,
  rowsUsedUp,
  type Spent,
  secondsUsedUp,
  type WalkScope,
} from '../walk/population.js';
import { liveSpan } from './source-spans.js';

/**
 * Several windows of one population, read live one after the other, every call once, within one budget. A window that cannot
 * be read is missing, and so are those after it: the archive's share of the answer stands.
 *
 * Iterating throws ConvosoError when the caller cancelled, or when the service refuses the question itself.
 */
export class LiveSpans implements AsyncIterable<readonly CallLog[]> {
  readonly stretches: SourceSpan[] = [];
  readonly #live: CallLogs;
  readonly #population: Population;
  readonly #scope: WalkScope;
  readonly #windows: readonly Window[];
  readonly #readings: Reading[] = [];
  readonly #unread: Window[] = [];
  readonly #reasons: string[] = [];
  /** Calls that moved from one window to another while both were read. */
  #repeated = 0;

  constructor(live: CallLogs, population: Population, scope: WalkScope, windows: readonly Window[]) {
    this.#live = live;
    this.#population = population;
    this.#scope = scope;
    this.#windows = windows;
  }

  /** Calls handed on. */
  get unique(): number {
    return this.#sum('unique') - this.#repeated;
  }

  /** Fields that calls have to be checked by and none of these carries. */
  get uncarried(): readonly string[] {
    const all = this.#readings.filter(({ completeness }) => completeness.unique > 0);
    const [first, ...rest] = all.map(({ uncarried = [] }) => uncarried);
    return (first ?? []).filter((name) => rest.every((names) => names.includes(name)));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly CallLog[], void> {
    const known = this.#windows.length > 1 ? new Set<string>() : undefined;
    const started = performance.now();
    for (const [place, window] of this.#windows.entries()) {
      const { seconds, rows } = this.#scope.spent ?? { seconds: 0, rows: 0 };
      const spent = { seconds: seconds + (performance.now() - started) / 1000, rows: rows + this.unique };
      const problem = this.#usedUp(spent) ?? (yield* this.#read(window, spent, known));
      if (problem === undefined) continue;
      this.#reasons.push(problem);
      this.#unread.push(...this.#windows.slice(place));
      return;
    }
  }

  /** What all walks make up, with windows besides that nobody read. */
  completeness(unread: readonly Window[]): Completeness {
    const all = this.#readings.map((reading) => reading.completeness);
    const notRead = [...this.#unread, ...unread];
    const missing = [...notRead, ...all.flatMap((one) => one.missing)].map(spanOf);
    const totals = all.map((one) => one.total_found);
    const reasons = [...new Set([...all.flatMap(({ reason }) => reason ?? []), ...this.#reasons])];
    const unverified = [...new Set(all.flatMap((one) => one.unverified ?? []))];
    return {
      complete: missing.length === 0 && all.every(({ complete }) => complete),
      total_found:
        notRead.length > 0 || totals.includes(null)
          ? null
          : totals.reduce<number>((sum, total) => sum + (total ?? 0), 0) - this.#repeated,
      fetched: this.#sum('fetched'),
      unique: this.unique,
      duplicates: this.#sum('duplicates') + this.#repeated,
      outside_filter: this.#sum('outside_filter'),
      malformed: this.#sum('malformed'),
      windows: this.#sum('windows'),
      missing: missingWindows(missing),
      ...(unverified.length === 0 ? {} : { unverified }),
      ...(reasons.length === 0 ? {} : { reason: reasons.join(' ') }),
    };
  }

  /** Reads one window. @returns why it could not be read, when not even its first page came */
  async *#read(
    window: Window,
    spent: Spent,
    known: Set<string> | undefined,
  ): AsyncGenerator<readonly CallLog[], string | undefined> {
    const filters = { ...this.#population.filters, start_time: window.start, end_time: window.end };
    const before = this.unique;
    const reading = this.#live.read(
      { ...this.#population, filters },
      {
        signal: this.#scope.signal,
        ...(this.#scope.until === undefined ? {} : { until: this.#scope.until }),
        spent,
        // How many calls match in all is not known: the archive has not been asked yet.
        onProgress: (done) => this.#scope.onProgress?.(before + done, undefined),
      },
    );
    const stretch = liveSpan(window, this.#live.account.clock.now());
    this.#readings.push(reading);
    try {
      for await (const calls of reading.raw) yield this.#fresh(calls, known);
    } catch (error) {
      if (this.#scope.signal.aborted || !(error instanceof Failure) || isAnswer(error)) throw error;
      this.#readings.pop();
      return `${error.what} ${error.why}`;
    }
    this.stretches.push(stretch);
    return undefined;
  }

  #fresh(calls: readonly CallLog[], known: Set<string> | undefined): readonly CallLog[] {
    if (known === undefined) return calls;
    const fresh = calls.filter(({ id }) => !known.has(id));
    for (const { id } of fresh) known.add(id);
    this.#repeated += calls.length - fresh.length;
    return fresh;
  }

  #usedUp({ seconds, rows }: Spent): string | undefined {
    const { budget } = this.#live;
    if (rows >= budget.rows) return rowsUsedUp(budget.rows);
    return seconds >= budget.seconds ? secondsUsedUp(budget.seconds) : undefined;
  }

  #sum(count: 'fetched' | 'unique' | 'duplicates' | 'outside_filter' | 'malformed' | 'windows'): number {
    return this.#readings.reduce((sum, { completeness }) => sum + completeness[count], 0);
  }
}

/** The service answered, and its answer is no: the archive must not say yes in its place. */
function isAnswer(error: Failure): boolean {
  return error instanceof ConvosoError && (error.kind === 'token' || error.kind === 'refused');
}

function spanOf({ start, end }: Window): Span {
  return { start: ordinalOf(start) ?? 0, end: ordinalOf(end) ?? 0 };
}
