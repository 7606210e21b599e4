import type { CallLog } from '../../convoso/call-log.js';
import { Lazy } from '../../util/lazy.js';
import type { Completeness } from '../../walk/completeness.js';
import type {
  ArchivedDay,
  ArchivedPopulation,
  ArchiveOwner,
  ArchiveQuestion,
  ArchiveStore,
  DayFacts,
} from '../store.js';
import { parseAddress } from './address.js';
import { type ClickHouseBounds, ClickHouseConnection } from './connection.js';
import { CallDigest, DayWriting } from './day-writing.js';
import { DayTable, type StoredDay } from './days.js';
import { Lease } from './lease.js';
import { COLUMN_LIST } from './population.js';
import { ClickHouseQuestion } from './query-context.js';
import { checkSchema, type Initialized, initialize } from './schema.js';

export interface ClickHouseStoreOptions {
  /** `clickhouse://user:password@host:port/database` (`CALL_LOGS_ARCHIVE_URL`). */
  readonly url: string;
  readonly owner: ArchiveOwner;
  readonly bounds: ClickHouseBounds;
}

/** Creates the tables of an archive, or brings them to this version; on a cluster (its name) they are replicated. @throws SettingsError, Failure */
export async function initializeClickHouse(
  url: string,
  bounds: ClickHouseBounds,
  cluster?: string,
): Promise<{ readonly done: Initialized; readonly place: string }> {
  const connection = new ClickHouseConnection(parseAddress(url), bounds);
  try {
    return { done: await initialize(connection, cluster), place: connection.address.place };
  } finally {
    await connection.close();
  }
}

/**
 * An archive in ClickHouse, which any number of machines read while one writes. Connects on first use, and never asks for
 * calls of another account.
 */
export class ClickHouseStore implements ArchiveStore {
  readonly place: string;
  readonly #connection: ClickHouseConnection;
  readonly #owner: ArchiveOwner;
  readonly #days: DayTable;
  readonly #checked = new Lazy(() => checkSchema(this.#connection));
  #lease: Promise<Lease> | undefined;
  #holders = 0;
  /** A token that is known once is known for good. */
  #confirmed = false;

  /** @throws SettingsError */
  constructor({ url, owner, bounds }: ClickHouseStoreOptions) {
    this.#connection = new ClickHouseConnection(parseAddress(url), bounds);
    this.place = this.#connection.address.place;
    this.#owner = owner;
    this.#days = new DayTable(this.#connection, owner);
  }

  /** The server checks what it stores by itself, and refuses what is damaged. */
  async damaged(): Promise<ReadonlyMap<string, string>> {
    return new Map();
  }

  async days(): Promise<readonly ArchivedDay[]> {
    return (await this.#stored()).map(({ day }) => day);
  }

  async isConfirmed(): Promise<boolean> {
    await this.#checked.get();
    this.#confirmed ||= await this.#days.knowsToken();
    return this.#confirmed;
  }

  async confirm(): Promise<void> {
    await this.#days.noteToken();
  }

  async lock(): Promise<() => Promise<void>> {
    const stored = await this.#stored();
    this.#holders += 1;
    this.#lease ??= Lease.take(this.#connection, this.#owner.account);
    const lease = this.#lease;
    let held = true;
    const release = async () => {
      if (!held) return;
      held = false;
      this.#holders -= 1;
      if (this.#holders > 0) return;
      this.#lease = undefined;
      await (await lease).release();
    };
    try {
      await lease;
      // An archive without days is of the token that begins it.
      if (stored.length === 0 && !(await this.isConfirmed())) await this.confirm();
      return release;
    } catch (error) {
      held = false;
      this.#holders -= 1;
      if (this.#lease === lease) this.#lease = undefined;
      throw error;
    }
  }

  async writeDay(
    facts: DayFacts,
    calls: AsyncIterable<readonly CallLog[]>,
    completeness: () => Completeness,
  ): Promise<ArchivedDay | undefined> {
    const unlock = await this.lock();
    try {
      const stored = await this.#write(facts, calls, completeness);
      if (stored === undefined) return undefined;
      await (await this.#lease)?.check();
      await this.#days.publish(stored);
      // What cannot be dropped now is dropped after the next writing.
      await this.#days.dropReplaced().catch(() => {});
      return stored.day;
    } finally {
      await unlock();
    }
  }

  /** A writing of the day that nobody reads yet; nothing is left of one that failed. */
  async #write(
    facts: DayFacts,
    calls: AsyncIterable<readonly CallLog[]>,
    completeness: () => Completeness,
  ): Promise<StoredDay | undefined> {
    const others = (await this.#days.all()).filter(({ date }) => date !== facts.date);
    const writing = await this.#days.next(facts.date);
    const day = new DayWriting(this.#connection, this.#owner, writing);
    try {
      for await (const batch of calls) await day.add(batch);
      const read = completeness();
      if (read.complete) {
        const stored = await day.finish(facts, read);
        await day.noteMoved(others);
        return stored;
      }
    } catch (error) {
      await this.#days.drop(writing).catch(() => {});
      throw error;
    }
    await this.#days.drop(writing);
    return undefined;
  }

  async purge(chosen: (date: string) => boolean): Promise<readonly string[]> {
    const unlock = await this.lock();
    try {
      const dates = (await this.#days.all()).map(({ date }) => date).filter(chosen);
      for (const date of dates) await this.#days.remove(date);
      await this.#days.dropAll(chosen);
      return dates;
    } finally {
      await unlock();
    }
  }

  async verify(signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const wrong = new Map<string, string>();
    for (const stored of await this.#stored()) {
      const problem = await this.#verifyDay(stored, signal);
      if (problem !== undefined) wrong.set(stored.date, problem);
    }
    return wrong;
  }

  async ask(population: ArchivedPopulation): Promise<ArchiveQuestion> {
    return new ClickHouseQuestion(this.#connection, this.#owner.account, population, await this.#stored());
  }

  async close(): Promise<void> {
    await (await this.#lease?.catch(() => undefined))?.release();
    await this.#connection.close();
  }

  async #verifyDay({ date, version, day }: StoredDay, signal: AbortSignal): Promise<string | undefined> {
    const digest = new CallDigest();
    let rows = 0;
    const batches = this.#connection.stream<unknown[]>(
      `SELECT ${COLUMN_LIST} FROM archive_calls
       WHERE account = {account:String} AND date = {date:Date} AND version = {version:UInt64} ORDER BY place`,
      { account: this.#owner.account, date, version },
      signal,
    );
    for await (const batch of batches) {
      rows += batch.length;
      for (const values of batch) digest.add(values);
    }
    if (rows !== day.rows) return `It holds ${rows} calls where ${day.rows} were stored.`;
    return digest.value === day.digest ? undefined : 'Its calls are not the ones that were stored.';
  }

  /** The days of this owner, in a database that is as this version needs it. */
  async #stored(): Promise<StoredDay[]> {
    await this.#checked.get();
    return this.#days.all();
  }
}
