import { ArchivedCalls } from '../archive/archived-calls.js';
import type { ArchiveStore } from '../archive/store.js';
import type { CallLogs } from '../calls/call-logs.js';
import type { CallLogSource } from '../calls/source.js';
import type { Settings } from '../config/settings.js';
import { Lazy } from '../util/lazy.js';

/** An archive before the service. */
export interface ArchivedSource {
  readonly source: CallLogSource;
  close(): Promise<void>;
}

/** Answers from the archive that the settings name; it is opened by the first question that may need it. */
export function archivedSource(
  settings: Settings,
  live: CallLogs,
  onUnexpected: (error: unknown) => void,
): ArchivedSource {
  const opened = new Lazy<ArchiveStore>(async () => {
    const { openStore } = await import('./open-archive.js');
    return openStore(settings, live.account.clock.zone);
  });
  return {
    source: new ArchivedCalls({
      live,
      open: () => opened.get(),
      onUnexpected,
    }),
    async close() {
      const store = await opened.release();
      await store?.close();
    },
  };
}
