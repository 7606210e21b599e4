import { writeFileSync } from 'node:fs';
import type { CallLogs } from '../calls/call-logs.js';
import { accountFileJsonSchema } from '../config/account-file.js';
import { readAccountFile, type Settings, SettingsError } from '../config/settings.js';
import { starterFile } from '../config/starter-file.js';
import { MAX_LIMIT } from '../convoso/query.js';
import type { OutgoingCall } from '../redact/outgoing.js';
import { createLog } from '../util/log.js';
import { openAccount } from '../wiring/open-account.js';

/** Most recent calls that a starter file is made from. */
const SAMPLE = 2_000;

/** The account file: checks one, writes a first one from recent calls, or prints the JSON Schema for editors. */
export async function config(settings: Settings, operands: readonly string[]): Promise<void> {
  const [action, file, ...rest] = operands;
  if (rest.length === 0) {
    if (action === 'check' && file !== undefined) return check(file);
    if (action === 'learn') return learn(settings, file);
    if (action === 'schema' && file === undefined) return print(accountFileJsonSchema());
  }
  throw new SettingsError({
    what: 'config cannot be run.',
    why: 'It does not know these operands.',
    next: 'Use: config check FILE, config learn [FILE], or config schema.',
  });
}

function check(file: string): void {
  const account = readAccountFile(file);
  const counts = (['statuses', 'extra_fields', 'users', 'campaigns', 'lists', 'queues'] as const).map(
    (part) => `${Object.keys(account[part]).length} ${part}`,
  );
  process.stdout.write(`ok: ${file}: ${counts.join(', ')}; time zone ${account.time_zone ?? 'not given'}\n`);
}

async function learn(settings: Settings, file: string | undefined): Promise<void> {
  const account = await openAccount(settings, createLog(settings.logLevel));
  let starter: ReturnType<typeof starterFile>;
  let read: number;
  try {
    const calls = await newestCalls(account.context.calls);
    read = calls.length;
    starter = starterFile(calls, account.context.statuses, account.context.calls.clock.zone);
  } finally {
    await account.close();
  }
  if (file === undefined) return print(starter);
  try {
    // Never over a file that a person has worked on; for its owner alone, because it names agents.
    writeFileSync(file, `${JSON.stringify(starter, null, 2)}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SettingsError({
      what: `${file} was not written.`,
      why: code === 'EEXIST' ? 'There is a file of this name already.' : `It cannot be created (${code}).`,
      next: 'Choose another name.',
    });
  }
  process.stdout.write(
    `Wrote ${file} from the newest ${read} calls. Fill in the blank names, the meanings and the groups of the codes, then check it with “config check”.\n`,
  );
}

async function newestCalls(source: CallLogs): Promise<OutgoingCall[]> {
  const calls: OutgoingCall[] = [];
  while (calls.length < SAMPLE) {
    const rows = await source.sample(MAX_LIMIT, calls.length);
    if (rows.length === 0) break;
    calls.push(...rows);
  }
  return calls;
}

function print(value: object): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
