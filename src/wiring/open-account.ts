import { homedir } from 'node:os';
import { join } from 'node:path';
import { instantOf } from '../account-time/stamps.js';
import { CallLogs, type CallLogsOptions } from '../calls/call-logs.js';
import type { AuditTrail } from '../calls/update-log.js';
import { hasArchive, requireToken, type Settings, SettingsError } from '../config/settings.js';
import { ConvosoClient, type ConvosoClientOptions } from '../convoso/client.js';
import { StatusBook } from '../convoso/statuses.js';
import { NORTH_AMERICA, useNumberingPlan } from '../phone/phone.js';
import { NameBook } from '../query/names/names.js';
import type { AccountClock } from '../query/window.js';
import { Masks } from '../redact/masks.js';
import type { Confirmations, UsedMarks } from '../tools/confirmations.js';
import { callMs } from '../tools/deadline.js';
import type { ExportTarget, ToolContext } from '../tools/define-tool.js';
import type { Log } from '../util/log.js';
import { warnIfUnencrypted } from '../util/unencrypted.js';
import { VERSION } from '../version.js';
import { localUser } from './local-user.js';

/** A connection to one account, or to the sandbox that stands in for it. */
export interface Account {
  readonly client: ConvosoClient;
  readonly context: ToolContext;
  close(): Promise<void>;
}

/** What a command adds to the client: admission of requests, and an observer of attempts. */
export type ClientSeams = Pick<ConvosoClientOptions, 'gate' | 'observe' | 'connections'>;

/**
 * Opens the account that the settings name. Which confirmations were used is remembered by this process, unless replicas
 * share `used`.
 * @throws SettingsError without a token and without `--sandbox`.
 */
export async function openAccount(
  settings: Settings,
  log: Log,
  seams: ClientSeams = {},
  used?: UsedMarks,
): Promise<Account> {
  await readNumbersOf(settings.phoneCountry);
  warnIfUnencrypted('CALL_LOGS_ARCHIVE_URL', settings.archiveUrl, log);
  const masks = new Masks(settings.redact);
  const common = {
    ...seams,
    attemptTimeoutMs: settings.requestTimeout * 1000,
    deadlineMs: settings.deadline * 1000,
    userAgent: `convoso-call-logs-mcp/${VERSION}`,
    foreignWords: (text: string) => masks.text(text),
  };
  const told = (message: string) => (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log('error', message, { error: masks.log(text) });
  };
  const onUnexpected = told('unexpected error');
  const door: CallLogsOptions = {
    budget: {
      seconds: settings.walkSeconds,
      rows: settings.walkRows,
      concurrency: settings.walkConcurrency,
    },
    masks,
    audit: await auditTrail(
      settings,
      told('the outcome of an update could not be recorded in the audit trail'),
    ),
  };
  const exports = settings.exportDir === undefined ? undefined : exportTarget(settings.exportDir);
  if (settings.sandbox) {
    const { startSandbox, SANDBOX_NOW, SANDBOX_TIME_ZONE } = await import('../sandbox/server.js');
    const { sandboxAccount } = await import('./sandbox-account.js');
    const sandbox = await startSandbox({ dialect: settings.dialect });
    const clock = shiftedClock(instantOf(SANDBOX_NOW, SANDBOX_TIME_ZONE), SANDBOX_TIME_ZONE);
    const options = { ...common, baseUrl: sandbox.url, token: sandbox.token };
    const facts = {
      account: sandboxAccount(settings.account),
      // The same in each process: a preview that “call” printed is taken by the next “call”.
      confirmations: await confirmations(settings, sandbox.token, used),
      sandbox: true,
      exports,
      onUnexpected,
    };
    return account(settings, options, clock, facts, door, () => sandbox.close());
  }
  const token = requireToken(settings);
  const options = { ...common, baseUrl: settings.baseUrl, token };
  const clock: AccountClock = { zone: settings.timeZone, now: () => new Date() };
  const facts = {
    account: settings.account,
    confirmations: await confirmations(settings, token, used),
    sandbox: false,
    exports,
    onUnexpected,
  };
  return account(settings, options, clock, facts, door);
}

/** Numbers without a country code are of this country from now on. @throws SettingsError when it has no numbering plan */
async function readNumbersOf(country: string): Promise<void> {
  if (country === 'US') {
    useNumberingPlan(NORTH_AMERICA);
    return;
  }
  // The plans of all countries take longer to load than most of this program.
  const { usePhoneCountry } = await import('../phone/countries.js');
  if (usePhoneCountry(country)) return;
  throw new SettingsError({
    what: 'The setting CALL_LOGS_PHONE_COUNTRY cannot be used.',
    why: `No country has the code ${country}.`,
    next: 'Use the two letters of ISO 3166, such as US, CA or GB.',
  });
}

// Both need Node's cryptography, which takes longer to load than most of this program: only who asks for them waits for it.

async function auditTrail(
  { auditFile, auditValues }: Settings,
  onLostOutcome: (error: unknown) => void,
): Promise<AuditTrail | undefined> {
  if (auditFile === undefined) return undefined;
  const { AuditTrail } = await import('../calls/update-log.js');
  return new AuditTrail({ file: auditFile, values: auditValues, principal: localUser(), onLostOutcome });
}

async function confirmations(
  { confirmWrites }: Settings,
  secret: string,
  used: UsedMarks | undefined,
): Promise<Confirmations | undefined> {
  if (confirmWrites === 'never') return undefined;
  const { Confirmations } = await import('../tools/confirmations.js');
  return new Confirmations(secret, { used, tokens: confirmWrites === 'ask' });
}

async function account(
  settings: Settings,
  options: ConvosoClientOptions,
  clock: AccountClock,
  facts: Omit<ToolContext, 'calls' | 'source' | 'statuses' | 'callMs'>,
  door: CallLogsOptions,
  closeMore: () => Promise<void> = async () => {},
): Promise<Account> {
  const client = new ConvosoClient({
    ...options,
    ...(clock.zone === undefined ? {} : { timeZone: clock.zone }),
  });
  const statuses = new StatusBook(facts.account.statuses);
  const calls = new CallLogs(client, clock, new NameBook(facts.account, statuses), door);
  const archived = hasArchive(settings)
    ? (await import('./archived-source.js')).archivedSource(settings, calls, facts.onUnexpected)
    : undefined;
  return {
    client,
    context: {
      ...facts,
      calls,
      source: archived?.source ?? calls,
      statuses,
      callMs: callMs(settings.walkSeconds, settings.deadline),
    },
    async close() {
      await archived?.close();
      await client.close();
      await door.audit?.close();
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

/** Where this user's programs keep data, by the conventions of the platform. Relative where the environment is: see `exportDirectory`. */
function userDataDirectory(): string {
  const { env, platform } = process;
  const base =
    platform === 'win32'
      ? env['LOCALAPPDATA'] || join(homedir(), 'AppData', 'Local')
      : platform === 'darwin'
        ? join(homedir(), 'Library', 'Application Support')
        : env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share');
  return join(base, 'convoso-call-logs-mcp');
}

/** The sandbox's calls end on a fixed day; its clock starts there and runs on. */
function shiftedClock(start: Date, zone: string): AccountClock {
  const shift = start.getTime() - Date.now();
  return { zone, now: () => new Date(Date.now() + shift) };
}
