import { randomBytes } from 'node:crypto';
import { CallLogs } from '../call-logs/call-logs.js';
import type { AccountClock } from '../call-logs/filters.js';
import { NameBook } from '../call-logs/names.js';
import { ConvosoClient, type ConvosoClientOptions } from '../convoso/client.js';
import { StatusBook } from '../convoso/statuses.js';
import { instantOf } from '../convoso/time.js';
import type { Log } from '../log.js';
import { requireToken, type Settings } from '../settings.js';
import { Confirmations } from '../tools/confirmations.js';
import type { ToolContext } from '../tools/define-tool.js';
import { VERSION } from '../version.js';

/** A connection to one account, or to the sandbox that stands in for it. */
export interface Account {
  readonly client: ConvosoClient;
  readonly context: ToolContext;
  close(): Promise<void>;
}

/** What a command adds to the client: admission of requests, and an observer of attempts. */
export type ClientSeams = Pick<ConvosoClientOptions, 'gate' | 'observe' | 'connections'>;

/** Opens the account that the settings name. @throws SettingsError without a token and without `--sandbox`. */
export async function openAccount(settings: Settings, log: Log, seams: ClientSeams = {}): Promise<Account> {
  const common = {
    ...seams,
    attemptTimeoutMs: settings.requestTimeout * 1000,
    deadlineMs: settings.deadline * 1000,
    userAgent: `convoso-call-logs-mcp/${VERSION}`,
  };
  const onUnexpected = (error: unknown) => {
    log('error', 'unexpected error', { error: error instanceof Error ? error.stack : String(error) });
  };
  const confirmations = (token: string) =>
    settings.confirmWrites === 'ask' ? new Confirmations(token) : undefined;
  if (settings.sandbox) {
    const { startSandbox, SANDBOX_NOW, SANDBOX_TIME_ZONE } = await import('../sandbox/server.js');
    const { sandboxAccount } = await import('./sandbox-account.js');
    const sandbox = await startSandbox({ dialect: settings.dialect });
    const clock = shiftedClock(instantOf(SANDBOX_NOW, SANDBOX_TIME_ZONE), SANDBOX_TIME_ZONE);
    const options = { ...common, baseUrl: sandbox.url, token: sandbox.token };
    const facts = {
      account: sandboxAccount(settings.account),
      // The sandbox's token is no secret: its confirmations are this process's own.
      confirmations: confirmations(randomBytes(32).toString('hex')),
      sandbox: true,
      onUnexpected,
    };
    return account(options, clock, facts, () => sandbox.close());
  }
  const token = requireToken(settings);
  const options = { ...common, baseUrl: settings.baseUrl, token };
  const clock: AccountClock = { zone: settings.timeZone, now: () => new Date() };
  const facts = {
    account: settings.account,
    confirmations: confirmations(token),
    sandbox: false,
    onUnexpected,
  };
  return account(options, clock, facts);
}

function account(
  options: ConvosoClientOptions,
  clock: AccountClock,
  facts: Omit<ToolContext, 'calls' | 'statuses'>,
  closeMore: () => Promise<void> = async () => {},
): Account {
  const client = new ConvosoClient({
    ...options,
    ...(clock.zone === undefined ? {} : { timeZone: clock.zone }),
  });
  const statuses = new StatusBook(facts.account.statuses);
  const calls = new CallLogs(client, clock, new NameBook(facts.account, statuses));
  return {
    client,
    context: { ...facts, calls, statuses },
    async close() {
      await client.close();
      await closeMore();
    },
  };
}

/** The sandbox's calls end on a fixed day; its clock starts there and runs on. */
function shiftedClock(start: Date, zone: string): AccountClock {
  const shift = start.getTime() - Date.now();
  return { zone, now: () => new Date(Date.now() + shift) };
}
