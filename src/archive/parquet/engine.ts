import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { Failure } from '../../util/failure.js';
import { Lazy } from '../../util/lazy.js';
import { sqlText } from '../sql/duckdb.js';
import { processName } from './process-names.js';

/** DuckDB's module, as it is loaded on first use. */
export type DuckDB = typeof import('@duckdb/node-api');

/** What the engine may take. */
export interface EngineLimits {
  /** Megabytes of memory; what does not fit goes to a folder of the archive while it is needed. */
  readonly memory: number;
  readonly threads: number;
}

const loaded = new Lazy<DuckDB>(() =>
  import('@duckdb/node-api').catch((error: unknown) => {
    throw new Failure(
      {
        what: 'The archive cannot be used.',
        why: 'Its engine, the optional package @duckdb/node-api, is not installed or does not run on this machine.',
        next: 'Install it beside this server (npm install @duckdb/node-api@1.5.5-r.5), or unset CALL_LOGS_ARCHIVE_DIR.',
      },
      { cause: error },
    );
  }),
);

/** @throws Failure that says what to install, when DuckDB is not there */
export function loadDuckDB(): Promise<DuckDB> {
  return loaded.get();
}

/**
 * One embedded database for all questions to one archive, started on first use. It reads and writes files of the archive's
 * own folder and nothing else: no extension is loaded, no network is reached, and no statement can change that.
 */
export class Engine {
  readonly #directory: string;
  readonly #limits: EngineLimits;
  readonly #instance = new Lazy(() => this.#start());

  constructor(directory: string, limits: EngineLimits) {
    this.#directory = directory;
    this.#limits = limits;
  }

  /** A connection of its own, with temporary tables of its own; close it. @throws Failure */
  async connect(): Promise<DuckDBConnection> {
    return (await this.#instance.get()).connect();
  }

  async close(): Promise<void> {
    const instance = await this.#instance.release();
    instance?.closeSync();
  }

  async #start(): Promise<DuckDBInstance> {
    const { DuckDBInstance } = await loadDuckDB();
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: `${this.#limits.memory}MB`,
      threads: String(this.#limits.threads),
      // For this engine alone: two that shared one would write over each other.
      temp_directory: join(this.#directory, processName('spill')),
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      allow_community_extensions: 'false',
    });
    const connection = await instance.connect();
    try {
      await connection.run(`SET allowed_directories = [${sqlText(`${this.#directory}/`)}]`);
      await connection.run('SET enable_external_access = false');
      await connection.run('SET lock_configuration = true');
    } finally {
      connection.closeSync();
    }
    return instance;
  }
}

/** Runs one piece of work on a connection; the signal ends it. @throws the signal's reason when it was that */
export async function interruptible<T>(
  connection: DuckDBConnection,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const stop = () => connection.interrupt();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
