import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { CallLog } from '../../convoso/call-log.js';
import { type AnswerMasks, Masks } from '../../redact/masks.js';
import { errorCode } from '../../util/error-code.js';
import { Failure } from '../../util/failure.js';
import type { Completeness } from '../../walk/completeness.js';
import { EVIDENCE_VERSION } from '../../walk/evidence.js';
import { COLUMN_LIST, COLUMNS } from '../columns.js';
import { sqlText } from '../sql/duckdb.js';
import {
  type ArchivedDay,
  type ArchivedPopulation,
  type ArchiveOwner,
  type ArchiveQuestion,
  type ArchiveStore,
  type DayFacts,
  NoRoom,
} from '../store.js';
import {
  askedFrom,
  checkOwner,
  claimFolder,
  knowsToken,
  makeFolder,
  noteAskedFrom,
  noteToken,
} from './account-folder.js';
import { CheckedFiles } from './checked-files.js';
import {
  callsFile,
  digestOf,
  type Inventory,
  inventory,
  LAYOUT,
  type Manifest,
  newCallsFile,
  publishDay,
  removeDay,
  removeLeftovers,
  unfinishedName,
} from './day-folder.js';
import { Engine, type EngineLimits } from './engine.js';
import { readFailure, writeFailure } from './file-errors.js';
import { filesSql } from './population.js';
import { ParquetQuestion } from './query-context.js';
import { CallTable } from './table.js';
import { WriterLock } from './writer-lock.js';

export interface ParquetStoreOptions {
  /** Directory of the archive of one account (`CALL_LOGS_ARCHIVE_DIR`). */
  readonly directory: string;
  readonly owner: ArchiveOwner;
  readonly limits: EngineLimits;
}

/** An archive in open files: a folder a day of account time, with its calls in Parquet and a manifest beside them. */
export class ParquetStore implements ArchiveStore {
  readonly place: string;
  readonly #owner: ArchiveOwner;
  readonly #engine: Engine;
  readonly #lock: WriterLock;
  readonly #files: CheckedFiles;

  constructor({ directory, owner, limits }: ParquetStoreOptions) {
    this.place = directory;
    this.#owner = owner;
    this.#engine = new Engine(this.place, limits);
    this.#lock = new WriterLock(this.place);
    this.#files = new CheckedFiles(this.place);
  }

  async days(): Promise<readonly ArchivedDay[]> {
    return (await this.#inventory()).days.map(dayOf);
  }

  async damaged(from: string, to: string): Promise<ReadonlyMap<string, string>> {
    const { days, damaged } = await this.#inventory();
    const isAsked = (date: string) => date >= from && date <= to;
    const problems = await this.#files.problems(days.filter(({ date }) => isAsked(date)));
    return new Map([...[...damaged].filter(([date]) => isAsked(date)), ...problems]);
  }

  async askedFrom(): Promise<string | undefined> {
    await checkOwner(this.place, this.#owner);
    return askedFrom(this.place);
  }

  async noteAskedFrom(date: string): Promise<void> {
    await this.#writing(() => noteAskedFrom(this.place, date));
  }

  async isConfirmed(): Promise<boolean> {
    return knowsToken(this.place, this.#owner);
  }

  async confirm(): Promise<void> {
    await this.#writing(() => noteToken(this.place, this.#owner));
  }

  /** Makes this process the writer; what killed writers left behind is removed. */
  async lock(): Promise<() => Promise<void>> {
    return this.#writing(async () => {
      await checkOwner(this.place, this.#owner);
      await makeFolder(this.place);
      return this.#lock.take(async () => {
        await claimFolder(this.place, this.#owner);
        await removeLeftovers(this.place);
      });
    });
  }

  async writeDay(
    facts: DayFacts,
    calls: AsyncIterable<readonly CallLog[]>,
    completeness: () => Completeness,
  ): Promise<ArchivedDay | undefined> {
    const unlock = await this.lock();
    const unfinished = join(this.place, unfinishedName());
    let connection: DuckDBConnection | undefined;
    try {
      connection = await this.#engine.connect();
      const table = await CallTable.create(connection, 'day');
      const fields = new Set<string>();
      // Recording URLs open without a login: no links are kept. Nothing else is masked, because answers mask what they show.
      const masks: AnswerMasks = new Masks().forAnswer();
      try {
        for await (const batch of calls) {
          const kept = batch.map((call) => masks.stored(call, false));
          for (const call of kept) addFields(fields, call);
          table.add(kept);
        }
        if (!completeness().complete) return undefined;
        table.flush();
      } finally {
        table.close();
      }
      await connection.run(
        `COPY (SELECT ${COLUMN_LIST} FROM day ORDER BY "second" NULLS LAST, "id") TO ${sqlText(unfinished)} (FORMAT parquet, COMPRESSION zstd)`,
      );
      await chmod(unfinished, 0o600);
      const ids = await idRange(connection);
      const manifest: Manifest = {
        layout: LAYOUT,
        date: facts.date,
        window: { start: `${facts.date} 00:00:00`, end: `${facts.date} 23:59:59` },
        timeZone: this.#owner.timeZone,
        rows: table.rows,
        readAt: facts.readAt,
        completeness: { ...completeness(), missing: [...completeness().missing] },
        evidence: EVIDENCE_VERSION,
        fields: COLUMNS.map(([name]) => name).filter((name) => fields.has(name)),
        ...(await digestOf(unfinished)),
        file: newCallsFile(),
        ids,
        moved: await this.#moved(connection, facts.date, ids),
      };
      await this.#lock.check();
      await publishDay(this.place, unfinished, manifest);
      return dayOf(manifest);
    } catch (error) {
      throw isOurs(error) ? writeFailure(error) : error;
    } finally {
      connection?.closeSync();
      await rm(unfinished, { force: true });
      await unlock();
    }
  }

  async purge(chosen: (date: string) => boolean): Promise<readonly string[]> {
    const unlock = await this.lock().catch((error: unknown) => {
      // Removing makes the room that a lock needs, and nobody can write meanwhile.
      if (error instanceof NoRoom) return async () => {};
      throw error;
    });
    try {
      const { days, damaged } = await this.#inventory();
      const dates = [...days.map(({ date }) => date), ...damaged.keys()].filter(chosen).sort();
      for (const date of dates) await removeDay(this.place, date);
      return dates;
    } catch (error) {
      throw error instanceof Failure ? error : writeFailure(error, 'Not all of these days were removed.');
    } finally {
      await unlock();
    }
  }

  async verify(signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const { days, damaged } = await this.#inventory();
    const wrong = new Map(damaged);
    const connection = await this.#engine.connect();
    try {
      for (const day of days) {
        signal.throwIfAborted();
        const problem = await verifyDay(connection, this.place, day);
        if (problem !== undefined) wrong.set(day.date, problem);
      }
    } finally {
      connection.closeSync();
    }
    return new Map([...wrong].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  async ask(population: ArchivedPopulation): Promise<ArchiveQuestion> {
    return ParquetQuestion.open(population, {
      folder: this.place,
      connect: () => this.#engine.connect(),
      inventory: () => this.#inventory(),
    });
  }

  async close(): Promise<void> {
    await this.#engine.close();
  }

  /** @throws Failure in words for what the file system refuses */
  async #writing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw error instanceof Failure ? error : writeFailure(error, 'Nothing was archived.');
    }
  }

  async #inventory(): Promise<Inventory> {
    await checkOwner(this.place, this.#owner);
    return inventory(this.place).catch((error: unknown) => {
      throw readFailure(error);
    });
  }

  /** Ids of the new day (table `day`) that other days hold. */
  async #moved(connection: DuckDBConnection, date: string, ids: Manifest['ids']): Promise<Manifest['moved']> {
    const { days } = await inventory(this.place);
    const others = days.filter((day) => day.date !== date && overlap(day.ids, ids));
    const moved: Manifest['moved'] = [];
    if (others.length === 0) return moved;
    const names = new Map(others.map((day) => [callsFile(this.place, day), day]));
    const found = await connection.runAndReadAll(
      `SELECT filename, id FROM ${filesSql(names.keys())} SEMI JOIN day USING (id) ORDER BY ALL`,
    );
    for (const [name, id] of found.getRowsJS()) {
      const day = names.get(String(name));
      if (day === undefined) continue;
      const last = moved.at(-1);
      if (last?.file === day.file) last.ids.push(String(id));
      else moved.push({ date: day.date, file: day.file, ids: [String(id)] });
    }
    return moved;
  }
}

/** The smallest and the largest id of the table `day`, byte by byte. */
async function idRange(connection: DuckDBConnection): Promise<Manifest['ids']> {
  const [row] = (await connection.runAndReadAll('SELECT min(id), max(id) FROM day')).getRowsJS();
  const [min, max] = row ?? [];
  return typeof min === 'string' && typeof max === 'string' ? { min, max } : null;
}

/** Whether two days can have an id in common. Ids are mostly given out in order of time, so that few days can. */
function overlap(a: Manifest['ids'], b: Manifest['ids']): boolean {
  if (a === null || b === null) return false;
  const upTo = (low: string, high: string) => Buffer.compare(Buffer.from(low), Buffer.from(high)) <= 0;
  return upTo(a.min, b.max) && upTo(b.min, a.max);
}

/** Fields that a call has, added to those of its day. */
function addFields(fields: Set<string>, call: CallLog): void {
  for (const [field, value] of Object.entries(call)) {
    if (value !== null && value !== undefined) fields.add(field);
  }
}

async function verifyDay(
  connection: DuckDBConnection,
  folder: string,
  day: Manifest,
): Promise<string | undefined> {
  const path = callsFile(folder, day);
  try {
    const { digest } = await digestOf(path);
    if (digest !== day.digest) return `Its file ${day.file} is not the one that was written.`;
    const counted = await connection.runAndReadAll(
      `SELECT count(*), count(DISTINCT id), ${COLUMN_LIST.split(', ')
        .map((column) => `count(${column})`)
        .join(', ')} FROM ${filesSql([path])}`,
    );
    const [rows, ids] = (counted.getRowsJS()[0] ?? []).map(Number);
    if (rows !== day.rows) return `It holds ${rows} calls where its manifest says ${day.rows}.`;
    return ids === rows ? undefined : `It holds ${rows} rows of ${ids} calls.`;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return `Its file ${day.file} is missing.`;
    return 'Its file cannot be read as calls in Parquet.';
  }
}

function dayOf({ date, rows, readAt, completeness, evidence, fields, digest }: Manifest): ArchivedDay {
  return { date, rows, readAt, completeness, evidence, fields, digest };
}

/** Errors of the archive's own files or engine, as opposed to those of whoever hands in the calls. */
function isOurs(error: unknown): boolean {
  if (error instanceof Failure || !(error instanceof Error)) return false;
  return (
    errorCode(error) !== '' || /^(IO|Out of Memory|Invalid Input|Internal|Permission)/.test(error.message)
  );
}
