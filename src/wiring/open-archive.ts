import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { ClickHouseBounds } from '../archive/clickhouse/connection.js';
import type { ArchiveOwner, ArchiveStore } from '../archive/store.js';
import type { SyncPlan } from '../archive/sync.js';
import type { Settings } from '../config/settings.js';
import { SettingsError } from '../config/settings-error.js';

/** More threads than this wait for the disk rather than work. */
const MAX_THREADS = 4;

/** Whose archive these settings name: the account is the operator's word, the token only shows whether it has changed. */
export function archiveOwner(settings: Settings, timeZone: string): ArchiveOwner {
  const reached = settings.sandbox
    ? `sandbox\n${settings.dialect}\n${settings.today ?? 'real'}`
    : `${settings.baseUrl.replace(/\/+$/, '')}\n${settings.authToken}`;
  const token = createHash('sha256').update(reached).digest('hex');
  return { account: settings.accountName, timeZone, token };
}

/**
 * The archive that the settings name. Nothing of it is read or written before it is used.
 * @throws SettingsError when there is none, or the account's zone is not set
 */
export async function openStore(settings: Settings, timeZone: string | undefined): Promise<ArchiveStore> {
  const place = archivePlace(settings);
  const owner = archiveOwner(settings, requireZone(timeZone));
  if ('url' in place) {
    const { ClickHouseStore } = await import('../archive/clickhouse/store.js');
    return new ClickHouseStore({ url: place.url, owner, bounds: clickHouseBounds(settings) });
  }
  const { ParquetStore } = await import('../archive/parquet/store.js');
  const limits = { memory: settings.archiveMemory, threads: threadsOf(settings) };
  return new ParquetStore({ directory: place.directory, owner, limits });
}

/** What one statement may take of ClickHouse, by the settings of the archive's engine. */
export function clickHouseBounds(settings: Settings): ClickHouseBounds {
  const { archiveMemory, walkSeconds } = settings;
  return { memory: archiveMemory * 1_000_000, threads: threadsOf(settings), seconds: walkSeconds };
}

/** Where the archive is. @throws SettingsError when the settings name none */
export function archivePlace({ archiveDir, archiveUrl }: Settings): { directory: string } | { url: string } {
  if (archiveUrl !== undefined) return { url: archiveUrl };
  if (archiveDir !== undefined) return { directory: archiveDir };
  throw new SettingsError({
    what: 'There is no archive.',
    why: 'Neither CALL_LOGS_ARCHIVE_DIR nor CALL_LOGS_ARCHIVE_URL is set.',
    next: 'Set CALL_LOGS_ARCHIVE_DIR to a directory with room for the calls of the days you want to keep.',
  });
}

function threadsOf({ archiveThreads }: Settings): number {
  return archiveThreads ?? Math.min(MAX_THREADS, availableParallelism());
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
