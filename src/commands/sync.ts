import { missingDates, notArchived, outcomeFailure, sync } from '../archive/sync.js';
import { Failure } from '../util/failure.js';
import { runEvery } from '../util/run-every.js';
import { openAccount } from '../wiring/open-account.js';
import { archivePlace, openStore, syncPlan } from '../wiring/open-archive.js';
import { aborted, type CommandInput, openLog, print } from './command.js';
import { SyncLines } from './sync-report.js';

/**
 * Brings the archive up to date, once or with `--every` until it is told to stop. Exit code 1 when a day is missing
 * at the end, whatever ended it.
 */
export async function syncCommand({ settings, io }: CommandInput): Promise<number> {
  archivePlace(settings);
  const account = await openAccount(settings, openLog(settings, io));
  const stop = new AbortController();
  let stopped = '';
  const stopFor = (why: string) => {
    if (stopped === '') stopped = why;
    stop.abort();
  };
  void aborted(io.signal).then(() =>
    stopFor(`Sync was stopped (${io.signal.reason}) before it had read them.`),
  );
  io.stdout.on('error', () => stopFor('What reads the output of sync has gone, and sync stopped there.'));
  try {
    const { clock } = account.context.account;
    const plan = syncPlan(settings, clock.zone);
    const store = await openStore(settings, clock.zone);
    const report = new SyncLines(io.stdout, io.stderr.isTTY ? io.stderr : undefined);
    const parts = { store, service: account.client, now: clock.now, signal: stop.signal, report };
    const round = async () => {
      const outcome = await sync(plan, parts);
      if (outcome.ahead.length > 0) print(io, aheadWords(outcome.ahead));
      const failure = outcomeFailure(outcome);
      if (failure !== undefined) throw failure;
    };
    try {
      try {
        if (settings.syncEvery === undefined) await round();
        else await runEvery(settings.syncEvery, stop.signal, round, reportFailure);
      } catch (error) {
        if (!stop.signal.aborted) throw error;
      }
      if (stop.signal.aborted) {
        const missing = await missingDates(plan, store, clock.now());
        if (missing.length > 0) throw notArchived(missing, stopped);
      }
      return 0;
    } finally {
      await store.close();
    }
  } finally {
    await account.close();
  }

  /** With `--every` a round that failed is not the end. */
  function reportFailure(error: unknown): void {
    if (!(error instanceof Failure)) throw error;
    io.stderr.write(`convoso-call-logs-mcp: ${error.what} ${error.why} The next round tries again.\n`);
  }
}

function aheadWords(dates: readonly string[]): string {
  return `By this machine’s clock ${dates.length === 1 ? `the archived day ${dates[0]} is` : `${dates.length} archived days, up to ${dates.at(-1)}, are`} not over yet: the clock is wrong, or was when they were read. They are kept.`;
}
