import { stampInZone } from '../account-time/stamps.js';
import type { CallLogs } from '../calls/call-logs.js';
import type { CallLogSource, Provenance, Reading, SourceChoice } from '../calls/source.js';
import { Failure, InvalidArguments } from '../util/failure.js';
import { present } from '../util/present.js';
import type { Population, WalkScope } from '../walk/population.js';
import { ArchiveProblem, fromArchive } from './archive-problem.js';
import { planWindow, type WindowPlan } from './coverage.js';
import { MixedReading } from './mixed-reading.js';
import { notConfirmed } from './same-account.js';
import { liveSpan } from './source-spans.js';
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
   * With recordings asked for the answer is live, because links open without a login and are not archived. A reading of the
   * archive that fails is replaced by a live one, unless the archive alone was asked for.
   * @throws Failure when the archive alone was asked for and cannot answer
   */
  async open(population: Population, scope: WalkScope, source: SourceChoice): Promise<Reading> {
    if (source === 'live') return this.#readLive(population, scope);
    if (population.includeRecordings) {
      if (source === 'archive') throw noRecordings();
      const remark = 'Recordings are not archived, because their links open without a login.';
      return this.#readLive(population, scope, remark);
    }
    const instead = (error: unknown): Reading => {
      if (!(error instanceof ArchiveProblem)) throw error;
      if (scope.signal.aborted) throw cancelled();
      if (source === 'archive') throw error.cause;
      if (!(error.cause instanceof Failure)) this.#onUnexpected(error.cause);
      const remark = `Everything was read live, because the archive could not answer: ${error.why}`;
      return this.#readLive(population, scope, remark);
    };
    try {
      const { store, plan, damaged } = await fromArchive(() => this.#plan(population));
      if (source === 'auto' && plan.days.length === 0)
        return this.#readLive(population, scope, damagedWords(damaged, 'read live'));
      const parts = { live: this.#live, store, plan, population, scope, source, instead };
      const remark = damagedWords(damaged, source === 'auto' ? 'read live' : 'not read');
      return new MixedReading({ ...parts, ...present({ remark }) });
    } catch (error) {
      return instead(error);
    }
  }

  /** How the archive would answer. */
  async #plan({ filters }: Population): Promise<{
    readonly store: ArchiveStore;
    readonly plan: WindowPlan;
    /** Dates of the window that are archived and damaged. */
    readonly damaged: readonly string[];
  }> {
    const store = await this.#open();
    const days = await store.days();
    if (days.length > 0 && !(await store.isConfirmed())) throw notConfirmed(store);
    const { clock } = this.#live.account;
    // Nobody opens the archive of an account whose zone is not known.
    const today = stampInZone(clock.now(), clock.zone ?? 'UTC').slice(0, 10);
    const damaged = await store.damaged(filters.start_time.slice(0, 10), filters.end_time.slice(0, 10));
    const sound = days.filter(({ date }) => !damaged.has(date));
    return { store, plan: planWindow(filters, sound, today), damaged: [...damaged.keys()].sort() };
  }

  #readLive(population: Population, scope: WalkScope, remark?: string): Reading {
    const reading = this.#live.read(population, scope);
    const { start_time: start, end_time: end } = population.filters;
    const provenance: Provenance = {
      stretches: [liveSpan({ start, end }, this.#live.account.clock.now())],
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

/** That days of the archive do not count, and what became of them. */
function damagedWords(dates: readonly string[], what: string): string | undefined {
  if (dates.length === 0) return undefined;
  const more = dates.length > 10 ? ` and ${dates.length - 10} more` : '';
  const named = dates.slice(0, 10).join(', ');
  return `Archived, but damaged, and therefore ${what}: ${named}${more}. The next sync archives ${dates.length === 1 ? 'it' : 'them'} again.`;
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
