import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, afterEach, beforeEach } from 'vitest';
import {
  rowOf,
  type StandIn,
  type StandInCall,
  type StandInOptions,
  spread,
  startStandIn,
} from './stand-in.js';

/** What no text of an archive may hold. */
export const TOKEN = 'canary-token-7f3a9d';

// The bin runs by the machine's clock. In this zone it is around noon now, so that no midnight passes while tests run.
const HOURS = 12 - new Date().getUTCHours();
/** An account's zone without clock changes. */
export const ZONE = `Etc/GMT${HOURS > 0 ? '-' : '+'}${Math.abs(HOURS)}`;
/** The same days, in a zone that is another one by name and by offset. */
export const OTHER_ZONE = `Etc/GMT${HOURS > 0 ? '-' : '+'}${Math.abs(HOURS - Math.sign(HOURS || 1))}`;

/** The date some days ago in the account's zone; 0 is today. */
export function daysAgo(days: number): string {
  return new Date(Date.now() + HOURS * 3_600_000 - days * 86_400_000).toISOString().slice(0, 10);
}

/** Dates of the last days that are over, newest first, as a sync reads them. */
export function lastDays(count: number): string[] {
  return Array.from({ length: count }, (_, i) => daysAgo(i + 1));
}

/** So many calls on each of these dates, over ten hours of the day, ids in order of time. */
export function callsOn(dates: readonly string[], perDay: number): StandInCall[] {
  return [...dates]
    .sort()
    .flatMap((date, i) => spread(perDay, `${date} 08:00:00`, 36_000, 1, 1 + i * perDay));
}

/** The environment of an account at a stand-in that keeps an archive in a directory. */
export function archiveEnv(
  standIn: Pick<StandIn, 'url'>,
  directory: string,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    CONVOSO_BASE_URL: standIn.url,
    CONVOSO_AUTH_TOKEN: TOKEN,
    CONVOSO_TIMEZONE: ZONE,
    CALL_LOGS_ARCHIVE_DIR: directory,
    CALL_LOGS_ARCHIVE_MEMORY: '200',
    ...more,
  };
}

/** A directory of its own, in which an archive may be made. Remove it. */
export function newDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'archive '));
}

/** What each test of a file has for itself. */
export interface Place {
  /** A directory of its own, in which an archive may be made; removed at the end. */
  readonly directory: string;
  /** Called after the test, the last one first. */
  readonly closing: (() => unknown)[];
  /** A service of its own. */
  serve(options: StandInOptions): Promise<StandIn>;
}

/** Gives every test of the file that calls it a place of its own. */
export function placeForEach(): Place {
  const scratch: string[] = [];
  const closing: (() => unknown)[] = [];
  let directory = '';
  beforeEach(() => {
    directory = newDirectory();
    scratch.push(directory);
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  afterAll(() => {
    for (const one of scratch) rmSync(one, { recursive: true, force: true });
  });
  return {
    get directory() {
      return directory;
    },
    closing,
    async serve(options) {
      const standIn = await startStandIn(options);
      closing.push(standIn.close);
      return standIn;
    },
  };
}

/** Everything below a directory: paths from it, folders with a slash at their end. */
export function tree(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const path = relative(directory, join(entry.parentPath, entry.name));
      return entry.isDirectory() ? `${path}/` : path;
    })
    .sort();
}

/** Permissions of a file or folder, as chmod takes them. */
export function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

/** The file with the calls of a day. */
export function callsFileOf(directory: string, date: string): string {
  const folder = join(directory, `date=${date}`);
  const [name, ...others] = readdirSync(folder).filter((file) => file.endsWith('.parquet'));
  if (name === undefined || others.length > 0) throw new Error(`not one file of ${date}`);
  return join(folder, name);
}

/**
 * The rows of an archive as any engine that reads Parquet by Hive's folders finds them, with the date of their folder,
 * in order of time. Nothing of the product is used.
 */
export async function rowsByHive(directory: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    const files = join(directory, 'date=*', '*.parquet').replaceAll("'", "''");
    const found = await connection.runAndReadAll(
      `SELECT date::VARCHAR AS date, * EXCLUDE (date, second) FROM read_parquet('${files}', hive_partitioning = true)
       ORDER BY call_date, id::BIGINT`,
    );
    return found
      .getRowObjectsJS()
      .map(({ recording, ...row }) => ({ ...row, recording: JSON.parse(String(recording)) }))
      .map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** What an archive of these dates must hold: every call of the service, and every field of it. */
export function upstreamRows(
  { calls }: Pick<StandIn, 'calls'>,
  dates: readonly string[],
): Record<string, unknown>[] {
  return calls
    .map(rowOf)
    .map((row): Record<string, unknown> => ({ ...row, date: String(row['call_date']).slice(0, 10) }))
    .filter(({ date }) => dates.includes(String(date)))
    .map((row) => ({ ...row, call_type: String(row['call_type']).toUpperCase() }));
}
