import type { CallLog } from '../convoso/call-log.js';
import type { CallLogFilters } from '../convoso/query.js';
import type { CountedCalls, CountQuestion } from '../query/counts.js';
import type { IdFilter } from '../query/filters.js';
import { Failure } from '../util/failure.js';
import type { Completeness } from '../walk/completeness.js';

/** Whose calls an archive holds. It is opened for one account, in one zone, and refuses any other. */
export interface ArchiveOwner {
  /** The name that the operator gave the account, which keeps it apart from others in one database. A directory is one account. */
  readonly account: string;
  /** SHA-256 of base URL and token, hexadecimal: it shows that the token has changed, and nobody gets the token back from it. */
  readonly token: string;
  /** IANA name of the account's zone: call dates are without one, so that days mean nothing in another. */
  readonly timeZone: string;
}

/** There is no room for what was to be written. What was archived before stands. */
export class NoRoom extends Failure {}

/** One archived day of account time. Only days that were over and read completely are archived. */
export interface ArchivedDay {
  /** `YYYY-MM-DD`, account time. */
  readonly date: string;
  readonly rows: number;
  /** When its reading began: ISO 8601, UTC. */
  readonly readAt: string;
  readonly completeness: Completeness;
  /** The version of the evidence for that (EVIDENCE_VERSION). */
  readonly evidence: number;
  /** Fields that at least one of its calls has: a filter on any other cannot be answered from this day. */
  readonly fields: readonly string[];
  /** SHA-256 of what is stored, hexadecimal, for `archive verify`. */
  readonly digest: string;
}

/** What is known of a day before its calls are stored; rows, fields and digest are found out on the way. */
export type DayFacts = Pick<ArchivedDay, 'date' | 'readAt'>;

/** Archived calls that a question is about: these days, and of them what matches (contract: parameters of retrieve). */
export interface ArchivedPopulation {
  readonly days: readonly ArchivedDay[];
  /** As sent to the service; `start_time` and `end_time` are `YYYY-MM-DD HH:MM:SS`, inclusive. */
  readonly filters: CallLogFilters;
}

/**
 * One question to the archive. Calls that were read live for the same question are added first: they are the newest
 * reading, and take the place of archived calls of the same id. Close it, whatever happens.
 */
export interface ArchiveQuestion {
  /** Adds calls read live; every id at most once over all additions. */
  add(calls: readonly CallLog[]): Promise<void>;
  count(question: CountQuestion, signal: AbortSignal): Promise<CountedCalls>;
  /**
   * How calls print ids that the question filters by, where they do it with other zeros before them: of each such filter
   * what the last of those calls has.
   */
  otherSpellings(signal: AbortSignal): Promise<ReadonlyMap<IdFilter, string>>;
  /** All calls, archived and added, each id once, in batches, oldest first (by call date, then as stored). */
  read(signal: AbortSignal): AsyncIterable<readonly CallLog[]>;
  close(): Promise<void>;
}

/**
 * Calls of one account by day, wherever they are kept. Every method throws Failure in words when the place cannot be
 * reached or holds what it should not; nothing it does loses a day that was archived before.
 */
export interface ArchiveStore {
  /** Where it is, in words, without credentials: for status and errors. */
  readonly place: string;
  /** Archived days in order of date, from their manifests alone. */
  days(): Promise<readonly ArchivedDay[]>;
  /**
   * Archived days from `from` to `to` (dates, inclusive) whose calls are not those that were stored, with what is wrong, in
   * sentences. A version of a day is checked once in the life of a process, before its calls count in any answer.
   */
  damaged(from: string, to: string): Promise<ReadonlyMap<string, string>>;
  /** The first day (`YYYY-MM-DD`) that the last sync was asked to have; undefined when none was noted. */
  askedFrom?(): Promise<string | undefined>;
  /** Notes it, for its one writer. Absent where the place has no room for it. */
  noteAskedFrom?(date: string): Promise<void>;
  /** Whether the owner's token is known to reach the account of these calls: it began the archive, or was confirmed. */
  isConfirmed(): Promise<boolean>;
  /** Notes that it is (see confirmAccount). Only for the one writer. */
  confirm(): Promise<void>;
  /**
   * Makes this process the only writer until the function that comes back is called. `writeDay` and `purge` do it by
   * themselves for their own time; a sync does it once for all of its days.
   * @throws Failure that says who is writing, when somebody else is; NoRoom
   */
  lock(): Promise<() => Promise<void>>;
  /**
   * Stores a day, in place of an earlier reading of it, whole or not at all: readers see the old day or the new one.
   * `completeness` is asked for after the last batch; when it is not complete, nothing is stored and undefined comes back.
   * A call whose id another archived day holds counts from then on only in the day read last.
   */
  writeDay(
    facts: DayFacts,
    calls: AsyncIterable<readonly CallLog[]>,
    completeness: () => Completeness,
  ): Promise<ArchivedDay | undefined>;
  /**
   * Removes days, damaged ones too, chosen by date; also where there is no room for a lock. @returns the dates removed, in order
   */
  purge(chosen: (date: string) => boolean): Promise<readonly string[]>;
  /** Reads every stored call again and compares it with the manifest. @returns what is wrong, in sentences, by date */
  verify(signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  ask(population: ArchivedPopulation): Promise<ArchiveQuestion>;
  close(): Promise<void>;
}
