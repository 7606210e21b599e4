import { join } from 'node:path';
import { ServiceClock } from '../account-time/service-clock.js';
import { instantOf } from '../account-time/stamps.js';
import { CallLogs } from '../calls/call-logs.js';
import type { AuditTrail } from '../calls/update-log.js';
import type { AccountFile } from '../config/account-file.js';
import { requireToken } from '../config/read-settings.js';
import { hasArchive, type Settings } from '../config/settings.js';
import { SettingsError } from '../config/settings-error.js';
import { ConvosoClient, type ConvosoClientOptions } from '../convoso/client.js';
import { NORTH_AMERICA, useNumberingPlan } from '../phone/phone.js';
import { accountOf } from '../query/account.js';
import { Masks } from '../redact/masks.js';
import type { Confirmations, UsedMarks } from '../tools/confirmations.js';
import { callMs } from '../tools/deadline.js';
import type { ExportTarget, ToolContext } from '../tools/define-tool.js';
import type { Log } from '../util/log.js';
import { warnIfUnencrypted } from '../util/unencrypted.js';
import { VERSION } from '../version.js';
import { localUser } from './local-user.js';

/** A connection to one account, or to the sandbox that stands in for it. */
export interface OpenAccount {
  readonly client: ConvosoClient;
  readonly context: ToolContext;
  close(): Promise<void>;
}

/** What a command adds to the client: admission of requests, and an observer of attempts. */
export type ClientHooks = Pick<ConvosoClientOptions, 'gate' | 'observe' | 'connections'>;

/** Where an account is reached, and what is known of it before anything is read. */
interface Reached {
  readonly baseUrl: string;
  readonly token: string;
  readonly file: AccountFile;
  readonly clock: ServiceClock;
  close(): Promise<void>;
}

/**
 * Opens the account that the settings name. Which confirmations were used is remembered by this process, unless replicas
 * share `used`.
 * @throws SettingsError without a token and without `--sandbox`.
 */
export async function openAccount(
  settings: Settings,
  log: Log,
  seams: ClientHooks = {},
  used?: UsedMarks,
): Promise<OpenAccount> {
  await readNumbersOf(settings.phoneCountry);
  warnIfUnencrypted('CALL_LOGS_ARCHIVE_URL', settings.archiveUrl, log);
  const masks = new Masks(settings.redact);
  const report = (message: string) => (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log('error', message, { error: masks.log(text) });
  };
  const onUnexpected = report('unexpected error');
  const audit = await auditTrail(
    settings,
    report('the outcome of an update could not be recorded in the audit trail'),
  );
  const reached = settings.sandbox ? await reachSandbox(settings) : reachService(settings);
  const { baseUrl, token, file, clock } = reached;
  const account = accountOf({ file, clock, masks });
  const client = new ConvosoClient({
    ...seams,
    baseUrl,
    token,
    timeZone: clock.zone,
    attemptTimeoutMs: settings.requestTimeout * 1000,
    deadlineMs: settings.deadline * 1000,
    userAgent: `convoso-call-logs-mcp/${VERSION}`,
    sanitizeServiceText: (text: string) => masks.text(text),
  });
  const calls = new CallLogs(client, account, {
    budget: {
      seconds: settings.walkSeconds,
      rows: settings.walkRows,
      concurrency: settings.walkConcurrency,
    },
    audit,
  });
  const archived = hasArchive(settings)
    ? (await import('./archived-source.js')).archivedSource(settings, calls, onUnexpected)
    : undefined;
  return {
    client,
    context: {
      account,
      calls,
      source: archived?.source ?? calls,
      // The sandbox's token is the same in each process: a preview that “call” printed is taken by the next “call”.
      confirmations: await confirmations(settings, token, used),
      sandbox: settings.sandbox,
      exports: settings.exportDir === undefined ? undefined : exportTarget(settings.exportDir),
      callMs: callMs(settings.walkSeconds, settings.deadline),
      onUnexpected,
    },
    async close() {
      await archived?.close();
      await client.close();
      await audit?.close();
      await reached.close();
    },
  };
}

function reachService(settings: Settings): Reached {
  if (settings.today !== undefined) {
    throw new SettingsError({
      what: '--today cannot be used.',
      why: 'Only the sandbox can be asked on another day.',
      next: 'Add --sandbox, or leave --today out.',
    });
  }
  return {
    baseUrl: settings.baseUrl,
    token: requireToken(settings),
    file: settings.account,
    clock: new ServiceClock(settings.timeZone),
    async close() {},
  };
}

async function reachSandbox({ dialect, account, today }: Settings): Promise<Reached> {
  const { startSandbox, SANDBOX_TIME_ZONE } = await import('../sandbox/server.js');
  const { sandboxAccount } = await import('./sandbox-account.js');
  const { url, token, now, close } = await startSandbox({ dialect, today: today ?? 'real' });
  // On a day that was asked for the sandbox's calls end; the clock starts there and runs on.
  const shift = today === undefined ? 0 : instantOf(now, SANDBOX_TIME_ZONE).getTime() - Date.now();
  return {
    baseUrl: url,
    token,
    file: sandboxAccount(account),
    clock: new ServiceClock(SANDBOX_TIME_ZONE, () => new Date(Date.now() + shift)),
    close,
  };
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

/** The context of a server that one person runs for themselves: it may write exports without a directory being set. */
export function withLocalExports(context: ToolContext, { dataDirectory }: Settings): ToolContext {
  return { ...context, exports: context.exports ?? exportTarget(join(dataDirectory, 'exports')) };
}

function exportTarget(directory: string): ExportTarget {
  return { directory, server: { name: 'convoso-call-logs-mcp', version: VERSION } };
}
