import type { ArchivedDay, ArchiveStore } from '../../src/archive/store.js';
import { sync } from '../../src/archive/sync.js';
import { Failure } from '../../src/util/failure.js';
import { EVIDENCE_VERSION } from '../../src/walk/evidence.js';
import { type Case, caseName, prepare, ZONE } from './cases.js';
import type { StampWindow } from './floor.js';
import { judge, truthOf } from './oracle.js';
import { inMemory } from './reader.js';
import type { Exchange } from './service.js';

/** The days that are archived, and a moment after the last of them. */
export const DAYS = ['2026-03-02', '2026-03-03', '2026-03-04'] as const;
const NOW = new Date('2026-03-05T20:00:00Z');

/** An archive in memory that keeps days as the others do: when they were read completely. */
export class MemoryStore implements ArchiveStore {
  readonly place = 'memory';
  /** Ids of the calls of each day that was archived. */
  readonly archived = new Map<string, readonly string[]>();
  days = async (): Promise<readonly ArchivedDay[]> => [];
  damaged = async (): Promise<ReadonlyMap<string, string>> => new Map();
  isConfirmed = async (): Promise<boolean> => true;
  confirm = async (): Promise<void> => {};
  lock = async (): Promise<() => Promise<void>> => async () => {};
  purge = async (): Promise<readonly string[]> => [];
  verify = async (): Promise<ReadonlyMap<string, string>> => new Map();
  ask = (): Promise<never> => Promise.reject(new Error('nobody asks'));
  close = async (): Promise<void> => {};
  writeDay: ArchiveStore['writeDay'] = async (facts, calls, completeness) => {
    const ids: string[] = [];
    for await (const batch of calls) ids.push(...batch.map(({ id }) => id));
    if (!completeness().complete) return undefined;
    this.archived.set(facts.date, ids);
    return {
      ...facts,
      rows: ids.length,
      completeness: completeness(),
      fields: [],
      digest: '',
      evidence: EVIDENCE_VERSION,
    };
  };
}

const dayWindow = (date: string): StampWindow => ({ start: `${date} 00:00:00`, end: `${date} 23:59:59` });

/** Archives the days of a case; what is wrong with them, a line each. */
export async function wrongDays(
  one: Case,
  store: ArchiveStore,
  archived: () => Promise<ReadonlyMap<string, readonly string[]>>,
): Promise<string[]> {
  const prepared = prepare(one);
  const { service } = prepared;
  let failed = '';
  /** Exchanges of each day: days are read one after the other. */
  const exchanges = new Map<string, readonly Exchange[]>();
  let read = 0;
  const ended = (date: string) => {
    exchanges.set(date, service.exchanges.slice(read));
    read = service.exchanges.length;
  };
  try {
    await sync(
      { timeZone: ZONE, from: DAYS[0], recentDays: 1, refreshMs: 1, concurrency: 2, pauses: [1, 1] },
      {
        store,
        service: inMemory(service, ZONE),
        now: () => NOW,
        signal: new AbortController().signal,
        report: { archived: ({ date }) => ended(date), missed: ended },
      },
    );
  } catch (error) {
    if (!(error instanceof Failure))
      return [`${caseName(one)}: Ended by ${error instanceof Error ? error.stack : String(error)}`];
    failed = error.message;
  }
  const days = await archived();
  return DAYS.flatMap((date) => {
    const ids = days.get(date);
    const outcome =
      ids === undefined
        ? { ids: [], count: 0, complete: false, said: `not archived. ${failed}` }
        : { ids, count: ids.length, complete: true, said: '' };
    const truth = truthOf(service, dayWindow(date), prepared.question, one.quirks);
    const { right, reason } = judge(outcome, truth, {
      ...one,
      ...prepared,
      exchanges: exchanges.get(date) ?? [],
    });
    return right ? [] : [`${date} of ${caseName(one)}: ${reason}`];
  });
}
