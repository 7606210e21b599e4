import { homedir } from 'node:os';
import { join } from 'node:path';
import { CallLogs } from '../call-logs/call-logs.js';
import type { AccountClock } from '../call-logs/filters.js';
import { ConvosoClient, type ConvosoClientOptions } from '../convoso/client.js';
import { StatusBook } from '../convoso/statuses.js';
import { instantOf } from '../convoso/time.js';
import type { Log } from '../log.js';
import { requireToken, type Settings } from '../settings.js';
import type { ExportTarget, ToolContext } from '../tools/define-tool.js';
import { VERSION } from '../version.js';

/** A connection to one account, or to the sandbox that stands in for it. */
export interface Account {
  readonly client: ConvosoClient;
  readonly context: ToolContext;
  close(): Promise<void>;
}

/** Opens the account that the settings name. @throws SettingsError without a token and without `--sandbox`. */
export async function openAccount(settings: Settings, log: Log): Promise<Account> {
  const common = {
    attemptTimeoutMs: settings.requestTimeout * 1000,
    deadlineMs: settings.deadline * 1000,
    userAgent: `convoso-call-logs-mcp/${VERSION}`,
  };
  const onUnexpected = (error: unknown) => {
    log('error', 'unexpected error', { error: error instanceof Error ? error.stack : String(error) });
  };
  if (settings.sandbox) {
    const { startSandbox, SANDBOX_NOW, SANDBOX_TIME_ZONE } = await import('../sandbox/server.js');
    const sandbox = await startSandbox({ dialect: settings.dialect });
    const clock = shiftedClock(instantOf(SANDBOX_NOW, SANDBOX_TIME_ZONE), SANDBOX_TIME_ZONE);
    const options = { ...common, baseUrl: sandbox.url, token: sandbox.token };
    return account(settings, options, clock, true, onUnexpected, () => sandbox.close());
  }
  const options = { ...common, baseUrl: settings.baseUrl, token: requireToken(settings) };
  const clock: AccountClock = { zone: settings.timeZone, now: () => new Date() };
  return account(settings, options, clock, false, onUnexpected);
}

function account(
  settings: Settings,
  options: ConvosoClientOptions,
  clock: AccountClock,
  sandbox: boolean,
  onUnexpected: (error: unknown) => void,
  closeMore: () => Promise<void> = async () => {},
): Account {
  const client = new ConvosoClient({
    ...options,
    ...(clock.zone === undefined ? {} : { timeZone: clock.zone }),
  });
  return {
    client,
    context: {
      calls: new CallLogs(client, clock, {
        seconds: settings.walkSeconds,
        rows: settings.walkRows,
        concurrency: settings.walkConcurrency,
      }),
      statuses: new StatusBook(),
      sandbox,
      exports: settings.exportDir === undefined ? undefined : exportTarget(settings.exportDir),
      onUnexpected,
    },
    async close() {
      await client.close();
      await closeMore();
    },
  };
}

/** The context of a server that one person runs for themselves: it may write exports without a directory being set. */
export function withLocalExports(context: ToolContext): ToolContext {
  return { ...context, exports: context.exports ?? exportTarget(join(userDataDirectory(), 'exports')) };
}

function exportTarget(directory: string): ExportTarget {
  return { directory, server: { name: 'convoso-call-logs-mcp', version: VERSION } };
}

/** Where this user's programs keep data, by the conventions of the platform. */
function userDataDirectory(): string {
  const { env, platform } = process;
  const base =
    platform === 'win32'
      ? (env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'))
      : platform === 'darwin'
        ? join(homedir(), 'Library', 'Application Support')
        : (env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'));
  return join(base, 'convoso-call-logs-mcp');
}

/** The sandbox's calls end on a fixed day; its clock starts there and runs on. */
function shiftedClock(start: Date, zone: string): AccountClock {
  const shift = start.getTime() - Date.now();
  return { zone, now: () => new Date(Date.now() + shift) };
}
