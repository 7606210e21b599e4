import { allHistory, mayGrow, stampInZone } from '../account-time/stamps.js';
import type { Settings } from '../config/settings.js';
import { failureText } from '../render/failures.js';
import { Failure } from '../util/failure.js';
import { VERSION } from '../version.js';
import { type OpenAccount, openAccount } from '../wiring/open-account.js';
import { type CommandInput, openLog, print } from './command.js';

/** Clocks further apart than this many seconds make windows that end "now" miss calls. */
const MAX_CLOCK_DRIFT = 60;

/** Checks one thing after the other and prints a line each: settings, token, dialect, clock, zone. Prints no secret. */
export async function doctor({ settings, io }: CommandInput): Promise<number> {
  const account = await openAccount(settings, openLog(settings, io));
  const report = (verdict: Verdict, line: string) => void print(io, `${verdict}: ${line}`);
  try {
    return (await examine(settings, account, report)) ? 0 : 1;
  } finally {
    await account.close();
  }
}

type Verdict = 'ok' | 'note' | 'FAILED';
type Report = (verdict: Verdict, line: string) => void;

async function examine(
  settings: Settings,
  { client, context }: OpenAccount,
  report: Report,
): Promise<boolean> {
  const { clock } = context.account;
  report('ok', `version ${VERSION}, Node ${process.versions.node}`);
  report('ok', settings.sandbox ? 'service: the sandbox (generated calls)' : `service: ${settings.baseUrl}`);
  const { start, end } = allHistory(clock.now());
  const query = {
    start_time: start,
    end_time: end,
    limit: 1,
    offset: 0,
    order: 'desc',
    include_recordings: 0,
  } as const;
  const before = Date.now();
  let page: Awaited<ReturnType<typeof client.retrieve>>;
  try {
    page = await client.retrieve(query);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    report('FAILED', failureText(error));
    return false;
  }
  const elapsed = Date.now() - before;
  report('ok', `token accepted; the service answered in ${elapsed} ms`);
  const shape = page.dialect === 'live' ? 'live (rows inside data)' : 'contract (rows at the root)';
  report('ok', `dialect: ${shape}; ${page.total_found ?? 'an unknown number of'} calls in all`);
  const drift =
    page.serviceDate === undefined
      ? undefined
      : (Date.now() - elapsed / 2 - page.serviceDate.getTime()) / 1000;
  reportClock(drift, report);
  if (clock.zone === undefined) {
    report(
      'note',
      'zone: not set. Dates with an offset are refused; set CONVOSO_TIMEZONE to the account’s zone (IANA name)',
    );
    return true;
  }
  report('ok', `zone: ${clock.zone}, where it is now ${stampInZone(clock.now(), clock.zone)}`);
  const newest = page.calls[0]?.call_date;
  if (
    newest !== undefined &&
    mayGrow(newest, clock.zone, new Date(clock.now().getTime() + MAX_CLOCK_DRIFT * 1000))
  ) {
    report(
      'note',
      `the newest call, ${newest}, lies in that zone’s future: CONVOSO_TIMEZONE is probably not the account’s zone`,
    );
  }
  return true;
}

function reportClock(drift: number | undefined, report: Report): void {
  if (drift === undefined) {
    report('note', 'clock: the service does not tell its time, so this clock cannot be compared');
  } else if (Math.abs(drift) <= MAX_CLOCK_DRIFT) {
    report('ok', `clock: within ${Math.max(1, Math.ceil(Math.abs(drift)))} s of the service’s`);
  } else {
    report(
      'note',
      `clock: ${Math.round(Math.abs(drift))} s ${drift > 0 ? 'ahead of' : 'behind'} the service’s; set this machine’s clock`,
    );
  }
}
