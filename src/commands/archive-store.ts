import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { ParquetStore } from '../archive/parquet-store.js';
import type { ArchiveOwner, ArchiveStore } from '../archive/store.js';
import type { SyncPlan } from '../archive/sync.js';
import { type Settings, SettingsError } from '../settings.js';

/** More threads than this wait for the disk rather than work. */
const MAX_THREADS = 4;

/** Whose calls these settings reach: nobody gets the token back from it, and another token is another owner. */
export function archiveOwner(settings: Settings, timeZone: string): ArchiveOwner {
  const account = settings.sandbox
    ? `sandbox\n${settings.dialect}`
    : `${settings.baseUrl.replace(/\/+$/, '')}\n${settings.authToken}`;
  return { account: createHash('sha256').update(account).digest('hex'), timeZone };
}

/**
 * The archive that the settings name. Nothing is read, written or loaded before it is used.
 * @throws SettingsError when there is none, or the account's zone is not set
 */
export function openStore(settings: Settings, timeZone: string | undefined): ArchiveStore {
  const directory = archiveDirectory(settings);
  const owner = archiveOwner(settings, requireZone(timeZone));
  const threads = settings.archiveThreads ?? Math.min(MAX_THREADS, availableParallelism());
  return new ParquetStore({ directory, owner, limits: { memory: settings.archiveMemory, threads } });
}

/** @throws SettingsError */
export function archiveDirectory({ archiveDir }: Settings): string {
  if (archiveDir !== undefined) return archiveDir;
  throw new SettingsError({
    what: 'There is no archive.',
    why: 'CALL_LOGS_ARCHIVE_DIR is not set.',
    next: 'Set it to a directory with room for the calls of the days you want to keep.',
  });
}

function requireZone(timeZone: string | undefined): string {
  if (timeZone !== undefined) return timeZone;
  throw new SettingsError({
    what: 'The archive cannot be used.',
    why: 'CONVOSO_TIMEZONE is not set: call dates carry no zone, and without it nobody knows when a day is over.',
    next: 'Set CONVOSO_TIMEZONE to the account’s zone, such as America/Los_Angeles.',
  });
}

/** What the settings say of a sync. */
export function syncPlan(settings: Settings, timeZone: string | undefined): SyncPlan {
  const { archiveFrom } = settings;
  return {
    timeZone: requireZone(timeZone),
    from: /d$/i.test(archiveFrom) ? Number.parseInt(archiveFrom, 10) : archiveFrom,
    recentDays: settings.archiveRecentDays,
    refreshMs: settings.archiveRefreshHours * 3_600_000,
    keepDays: settings.archiveKeepDays,
    concurrency: settings.walkConcurrency,
  };
}
