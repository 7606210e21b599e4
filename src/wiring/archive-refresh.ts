import { hasArchive, type Settings } from '../config/settings.js';
import { Failure } from '../util/failure.js';
import type { Log } from '../util/log.js';
import type { OpenAccount } from './open-account.js';

/** The archive being kept up to date beside a server. */
export interface Refresh {
  /** Stops it, in the middle of a day if need be: that day is then read by the next round. */
  stop(): Promise<void>;
}

/**
 * Keeps the archive up to date while a server runs, when the settings ask for it. It reads through the account's own client,
 * one request at a time, and lets the tools that are being called go first. A round that fails is told, and the next one
 * goes on; what is wrong for good with the settings is told and ends it.
 */
export function startRefresh(
  settings: Settings,
  account: OpenAccount,
  isBusy: () => boolean,
  log: Log,
): Refresh | undefined {
  const { archiveEvery } = settings;
  if (!hasArchive(settings) || archiveEvery === undefined) return undefined;
  const stop = new AbortController();
  const told = (error: unknown) => {
    if (error instanceof Failure) log('warn', 'archive', { error: `${error.what} ${error.why}` });
    else account.context.onUnexpected(error);
  };
  const running = run().catch(told);
  return {
    async stop() {
      stop.abort();
      await running;
    },
  };

  async function run(): Promise<void> {
    const [{ openStore, syncPlan }, { outcomeFailure, sync, yielding }, { runEvery }] = await Promise.all([
      import('./open-archive.js'),
      import('../archive/sync.js'),
      import('../util/run-every.js'),
    ]);
    const { clock } = account.context.account;
    const plan = { ...syncPlan(settings, clock.zone), concurrency: 1 };
    const store = await openStore(settings, clock.zone);
    const parts = {
      store,
      service: yielding(account.client, isBusy),
      now: clock.now,
      signal: stop.signal,
      report: {
        archived: ({ date, rows }: { date: string; rows: number }, milliseconds: number) =>
          log('info', 'archive: day read', { date, rows, ms: Math.round(milliseconds) }),
        purged: (dates: readonly string[]) => log('info', 'archive: days removed', { dates }),
      },
    };
    const round = async () => {
      const failure = outcomeFailure(await sync(plan, parts));
      if (failure !== undefined) throw failure;
    };
    try {
      await runEvery(archiveEvery ?? 0, stop.signal, round, told);
    } finally {
      await store.close();
    }
  }
}
