import type { CallLogs } from '../calls/call-logs.js';
import { addSpellings, spellingWords } from '../calls/row-spellings.js';
import type { Provenance, Reading, SourceSpan } from '../calls/source.js';
import type { CallLog } from '../convoso/call-log.js';
import type { CountedCalls, CountQuestion } from '../query/counts.js';
import { namingRows } from '../query/groupings.js';
import { type AnswerMasks, Masks } from '../redact/masks.js';
import type { OutgoingText } from '../redact/outgoing.js';
import { countCalls } from '../stats/counting.js';
import { present } from '../util/present.js';
import type { Completeness } from '../walk/completeness.js';
import { CALL_TIME_USED_UP, type Population, type WalkScope } from '../walk/population.js';
import { foundAs, phoneFields } from '../walk/zero-check.js';
import { batchesOf, fromArchive } from './archive-problem.js';
import type { WindowPlan } from './coverage.js';
import { LiveSpans } from './live-spans.js';
import { archivedSpans } from './source-spans.js';
import type { ArchiveQuestion, ArchiveStore } from './store.js';

export interface MixedReadingOptions {
  readonly live: CallLogs;
  readonly store: ArchiveStore;
  readonly plan: WindowPlan;
  readonly population: Population;
  readonly scope: WalkScope;
  /** `archive`: what is not archived is not read, and missing. */
  readonly source: 'auto' | 'archive';
  /** Full sentences about days that one would expect to come from the archive. */
  readonly remark?: string;
  /** What to read in its place once it failed (calls/source.ts). */
  readonly instead: (error: unknown) => Reading;
}

/**
 * A population of which the archive holds some days. What it does not hold is read live first and handed to the archive,
 * which then answers for both: the newest reading of a call counts, by its id.
 *
 * It is complete when every archived day was read completely, as all archived days are, and every live walk is. Archived
 * calls count as found, fetched and unique; what live walks met (duplicates, rows outside the filters) is added up. How many
 * calls match in all is not known where a part of the window was not read.
 */
export class MixedReading implements Reading {
  readonly masks: AnswerMasks;
  readonly instead: (error: unknown) => Reading;
  readonly #options: MixedReadingOptions;
  readonly #live: LiveSpans;
  #question: ArchiveQuestion | undefined;
  /** Calls of the answer, archived and live. */
  #unique = 0;
  /** Ids that calls print with other zeros before them than the filters have, by filter. */
  readonly #spellings = new Map<string, OutgoingText>();
  /** Where reading the archive ended because the time of the answer was used up: nothing from this second on was handed on. */
  #endedAt: string | undefined;
  /** That a number which no call has where it was asked for stands in the other field. */
  #elsewhere: string | undefined;

  constructor(options: MixedReadingOptions) {
    const { live, plan, population, scope, source } = options;
    this.#options = options;
    this.instead = options.instead;
    this.masks = live.account.masks.forAnswer();
    this.#live = new LiveSpans(live, population, scope, source === 'auto' ? plan.gaps : []);
  }

  get completeness(): Completeness {
    const { plan, source, population } = this.#options;
    const unread = source === 'archive' ? plan.gaps : [];
    const { end_time: end } = population.filters;
    const untold = this.#endedAt === undefined ? [] : [{ start: this.#endedAt, end }];
    const live = this.#live.completeness([...unread, ...untold]);
    // What was read live for windows that were then not handed on does not count.
    const known = untold.length === 0 ? live.unique : Math.min(live.unique, this.#unique);
    const archived = Math.max(0, this.#unique - known);
    const reasons = [
      ...(unread.length === 0
        ? []
        : [
            'What is not archived was not read: “convoso-call-logs-mcp sync” archives it, source auto reads it live.',
          ]),
      ...(untold.length === 0 ? [] : [CALL_TIME_USED_UP]),
      ...(live.reason === undefined ? [] : [live.reason]),
      // The live part of the answer may say the same.
      ...spellingWords(this.#spellings, population.filters).filter((said) => !live.reason?.includes(said)),
      ...(this.#elsewhere === undefined ? [] : [this.#elsewhere]),
    ];
    const { reason: _reason, ...counts } = live;
    return {
      ...counts,
      total_found: live.total_found === null ? null : live.total_found + archived,
      fetched: live.fetched - live.unique + known + archived,
      unique: known + archived,
      ...(reasons.length === 0 ? {} : { reason: reasons.join(' ') }),
    };
  }

  get uncarried(): readonly string[] {
    // A day is archived for what some call of it has.
    return this.#unique > this.#live.unique ? [] : this.#live.uncarried;
  }

  get provenance(): Provenance {
    const stretches: SourceSpan[] = [...archivedSpans(this.#options.plan.days), ...this.#live.stretches];
    stretches.sort((a, b) => (a.start < b.start ? -1 : Number(a.start > b.start)));
    return { stretches, ...present({ remark: this.#options.remark }) };
  }

  readonly raw: AsyncIterable<readonly CallLog[]> = { [Symbol.asyncIterator]: () => this.#calls() };

  /** @throws ArchiveProblem; ConvosoError of the live walks */
  async *#calls(): AsyncGenerator<readonly CallLog[], void> {
    const question = await this.#opened();
    if (question === undefined) return;
    const { live, scope, population } = this.#options;
    let newest: string | undefined;
    for await (const archived of batchesOf(question.read(scope.signal))) {
      // Whoever asks for the rest asks from a second that was not begun.
      const next = isOver(scope) ? archived.findIndex((call) => call.call_date !== newest) : -1;
      const read = next === -1 ? archived : archived.slice(0, next);
      if (next !== -1) this.#endedAt = archived[next]?.call_date ?? population.filters.end_time;
      newest = read.at(-1)?.call_date ?? newest;
      const calls = population.includeRecordings === false ? read.map(withoutRecordings) : read;
      live.account.names.learn(calls, this.masks);
      this.#unique += calls.length;
      for (const call of calls) addSpellings(this.#spellings, call, population.filters, this.masks);
      if (this.#unique > this.#live.unique) scope.onProgress?.(this.#unique, undefined);
      yield calls;
      if (this.#endedAt !== undefined) return;
    }
    await this.#lookInOtherField();
  }

  /** @throws ArchiveProblem; ConvosoError of the live walks */
  async count(asked: CountQuestion): Promise<CountedCalls> {
    const question = await this.#opened();
    if (question === undefined) return this.#countNone(asked);
    const { live, scope } = this.#options;
    const counted = await fromArchive(() => question.count(asked, scope.signal));
    this.#unique = counted.selection?.read ?? counted.statuses.reduce((sum, [, , count]) => sum + count, 0);
    live.account.names.learn(
      namingRows(asked.groupBy, [...counted.groups, ...counted.systemGroups]),
      this.masks,
    );
    for (const [name, printed] of await fromArchive(() => question.otherSpellings(scope.signal))) {
      this.#spellings.set(name, this.masks.label(name, printed));
    }
    await this.#lookInOtherField();
    return counted;
  }

  /** No day is archived, and nothing else was to be read. */
  async #countNone(asked: CountQuestion): Promise<CountedCalls> {
    const { checks = [] } = this.#options.population;
    const counted = await countCalls(this.raw, asked);
    return { ...counted, selection: { checks, read: 0, satisfied: 0, unknown: checks.map(() => 0) } };
  }

  /** Where the archive alone answers that no call has a number, it looks into the other field, too. */
  async #lookInOtherField(): Promise<void> {
    const { plan, population, store, scope, source } = this.#options;
    const { filters } = population;
    const fields = phoneFields(filters);
    if (this.#unique > 0 || fields === undefined || (source === 'auto' && plan.gaps.length > 0)) return;
    const { [fields.asked]: number = '', ...rest } = filters;
    const question = await fromArchive(() =>
      store.ask({ days: plan.days, filters: { ...rest, [fields.other]: number } }),
    );
    try {
      let calls = 0;
      for await (const batch of batchesOf(question.read(scope.signal))) calls += batch.length;
      if (calls > 0) this.#elsewhere = foundAs(fields, calls);
    } finally {
      await question.close();
    }
  }

  async close(): Promise<void> {
    await this.#question?.close();
  }

  /** The archive's side of the question, with all that was read live in it; undefined when no day of it is archived. */
  async #opened(): Promise<ArchiveQuestion | undefined> {
    const { plan, population, store } = this.#options;
    if (plan.days.length === 0) return undefined;
    // First, because an archive that cannot answer should say so before anything is read live.
    const { filters, checks = [], includeRecordings } = population;
    const question = await fromArchive(() => store.ask({ days: plan.days, filters, checks }));
    this.#question = question;
    for await (const calls of this.#live) {
      const checked = checks.length > 0 || includeRecordings !== false;
      await fromArchive(() => question.add(checked ? withoutLinks(calls) : calls));
    }
    return question;
  }
}

function isOver({ until }: WalkScope): boolean {
  return until !== undefined && performance.now() >= until;
}

/** As days are archived: links of recordings open without a login. */
function withoutLinks(calls: readonly CallLog[]): CallLog[] {
  const masks = new Masks().forAnswer();
  return calls.map((call) => masks.stored(call, false));
}

/** As the service sends a call when recordings are not asked for; the archive knows of them all the same. */
function withoutRecordings(call: CallLog): CallLog {
  return call.recording === undefined ? call : { ...call, recording: [] };
}
