import { AuditTrail } from '../call-logs/audit.js';
import { CallLogs } from '../call-logs/call-logs.js';
import type { AccountClock } from '../call-logs/filters.js';
import { Masks } from '../call-logs/masks.js';
import { ConvosoClient, type ConvosoClientOptions } from '../convoso/client.js';
import { StatusBook } from '../convoso/statuses.js';
import { instantOf } from '../convoso/time.js';
import type { Log } from '../log.js';
import { requireToken, type Settings } from '../settings.js';
import type { ToolContext } from '../tools/define-tool.js';
import { VERSION } from '../version.js';

/** A connection to one account, or to the sandbox that stands in for it. */
export interface Account {
  readonly client: ConvosoClient;
  readonly context: ToolContext;
  close(): Promise<void>;
}

/** Opens the account that the settings name. @throws SettingsError without a token and without `--sandbox`. */
export async function openAccount(settings: Settings, log: Log): Promise<Account> {
  const masks = new Masks(settings.redact);
  const common = {
    attemptTimeoutMs: settings.requestTimeout * 1000,
    deadlineMs: settings.deadline * 1000,
    userAgent: `convoso-call-logs-mcp/${VERSION}`,
    foreignWords: (text: string) => masks.text(text),
  };
  const told = (message: string) => (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log('error', message, { error: masks.text(text) });
  };
  const audit =
    settings.auditFile === undefined
      ? undefined
      : new AuditTrail({
          file: settings.auditFile,
          values: settings.auditValues,
          onLostOutcome: told('the outcome of an update could not be recorded in the audit trail'),
        });
  const parts = { masks, audit, onUnexpected: told('unexpected error') };
  if (settings.sandbox) {
    const { startSandbox, SANDBOX_NOW, SANDBOX_TIME_ZONE } = await import('../sandbox/server.js');
    const sandbox = await startSandbox({ dialect: settings.dialect });
    const clock = shiftedClock(instantOf(SANDBOX_NOW, SANDBOX_TIME_ZONE), SANDBOX_TIME_ZONE);
    const options = { ...common, baseUrl: sandbox.url, token: sandbox.token };
    return account(options, clock, { ...parts, sandbox: true, closeMore: () => sandbox.close() });
  }
  const options = { ...common, baseUrl: settings.baseUrl, token: requireToken(settings) };
  const clock: AccountClock = { zone: settings.timeZone, now: () => new Date() };
  return account(options, clock, { ...parts, sandbox: false });
}

interface AccountParts {
  readonly masks: Masks;
  readonly audit: AuditTrail | undefined;
  readonly sandbox: boolean;
  readonly onUnexpected: (error: unknown) => void;
  readonly closeMore?: () => Promise<void>;
}

function account(
  options: ConvosoClientOptions,
  clock: AccountClock,
  { masks, audit, sandbox, onUnexpected, closeMore }: AccountParts,
): Account {
  const client = new ConvosoClient({
    ...options,
    ...(clock.zone === undefined ? {} : { timeZone: clock.zone }),
  });
  return {
    client,
    context: {
      calls: new CallLogs(client, clock, { masks, audit }),
      statuses: new StatusBook(),
      sandbox,
      onUnexpected,
    },
    async close() {
      await client.close();
      audit?.close();
      await closeMore?.();
    },
  };
}

/** The sandbox's calls end on a fixed day; its clock starts there and runs on. */
function shiftedClock(start: Date, zone: string): AccountClock {
  const shift = start.getTime() - Date.now();
  return { zone, now: () => new Date(Date.now() + shift) };
}
