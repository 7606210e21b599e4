import { stampInZone } from '../account-time/stamps.js';
import type { CallLogs } from '../calls/call-logs.js';
import type { CallLogSource, Provenance, Reading, SourceChoice } from '../calls/source.js';
import { Failure, InvalidArguments } from '../util/failure.js';
import type { Population, WalkScope } from '../walk/population.js';
import { ArchiveProblem, fromArchive } from './archive-problem.js';
import { planWindow } from './coverage.js';
import { MixedReading } from './mixed-reading.js';
import { notConfirmed } from './same-account.js';
import { liveStretch } from './source-spans.js';
import type { ArchiveStore } from './store.js';

export interface ArchivedCallsOptions {
  readonly live: CallLogs;
  /** The archive of the same account; asked for on first use, and again after it failed. */
  readonly open: () => Promise<ArchiveStore>;
  /** Told of failures of the archive that are nobody's input error, so that they can be logged. */
  readonly onUnexpected: (error: unknown) => void;
}

/**
 * Answers questions about many calls from the archive where it holds them, and from the service where it does not. What the
 * archive cannot give costs an answer its speed and not its truth: unless it alone was asked for, the question is then
 * answered live, and says so.
 */
export class ArchivedCalls implements CallLogSource {
  readonly #live: CallLogs;
  readonly #open: ArchivedCallsOptions['open'];
  readonly #onUnexpected: ArchivedCallsOptions['onUnexpected'];

  constructor({ live, open, onUnexpected }: ArchivedCallsOptions) {
    this.#live = live;
    this.#open = open;
    this.#onUnexpected = onUnexpected;
  }

  /**
   * With recordings asked for the answer is live, because links open without a login and are not archived.
   * @throws what `work` throws, ConvosoError of the live reading; with `archive`, Failure when the archive cannot answer
   */
  async answer<T>(
    population: Population,
    scope: WalkScope,
    source: SourceChoice,
    work: (reading: Reading) => Promise<T>,
  ): Promise<T> {
    const live = (remark?: string) => work(this.#readLive(population, scope, remark));
    if (source === 'live') return live();
    if (population.includeRecordings) {
      if (source === 'archive') throw noRecordings();
      return live('Recordings are not archived, because their links open without a login.');
    }
    try {
      return await this.#fromArchive(population, scope, source, work);
    } catch (error) {
      if (!(error instanceof ArchiveProblem)) throw error;
      if (scope.signal.aborted) throw cancelled();
      if (source === 'archive') throw error.cause;
      if (!(error.cause instanceof Failure)) this.#onUnexpected(error.cause);
      return live(`Everything was read live, because the archive could not answer: ${error.why}`);
    }
  }

  async #fromArchive<T>(
    population: Population,
    scope: WalkScope,
    source: 'auto' | 'archive',
    work: (reading: Reading) => Promise<T>,
  ): Promise<T> {
    const store = await fromArchive(this.#open);
    const archived = await fromArchive(async () => {
      const days = await store.days();
      if (days.length > 0 && !(await store.isConfirmed())) throw notConfirmed(store);
      return days;
    });
    const { clock } = this.#live.account;
    // Nobody opens the archive of an account whose zone is not known.
    const today = stampInZone(clock.now(), clock.zone ?? 'UTC').slice(0, 10);
    const plan = planWindow(population.filters, archived, today);
    if (source === 'auto' && plan.days.length === 0) return work(this.#readLive(population, scope));
    const reading = new MixedReading({ live: this.#live, store, plan, population, scope, source });
    try {
      return await work(reading);
    } finally {
      await reading.close();
    }
  }

  #readLive(population: Population, scope: WalkScope, remark?: string): Reading {
    const reading = this.#live.read(population, scope);
    const { start_time: start, end_time: end } = population.filters;
    const provenance: Provenance = {
      stretches: [liveStretch({ start, end }, this.#live.account.clock.now())],
      ...(remark === undefined ? {} : { remark }),
    };
    return {
      masks: reading.masks,
      raw: reading.raw,
      provenance,
      get completeness() {
        return reading.completeness;
      },
    };
  }
}

function cancelled(): Failure {
  return new Failure({
    what: 'The calls could not be read.',
    why: 'The request was cancelled.',
    next: 'Ask again when you want the answer.',
  });
}

function noRecordings(): Failure {
  return new InvalidArguments({
    what: 'The archive cannot answer.',
    why: 'Recordings were asked for, and they are not archived, because their links open without a login.',
    next: 'Omit source to read live, or ask without recordings.',
  });
}
