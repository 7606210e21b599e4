import { writeFileSync } from 'node:fs';
import type { CallLogs } from '../calls/call-logs.js';
import { accountFileJsonSchema, readAccountFile } from '../config/account-file.js';
import { SettingsError } from '../config/settings-error.js';
import { starterFile } from '../config/starter-file.js';
import { MAX_LIMIT } from '../convoso/query.js';
import type { OutgoingCall } from '../redact/outgoing.js';
import { errorCode, withCode } from '../util/error-code.js';
import { openAccount } from '../wiring/open-account.js';
import { type CommandInput, openLog, print } from './command.js';

/** Most recent calls that a starter file is made from. */
const SAMPLE = 2_000;

/** Checks an account file. */
export async function check({ operands: [file = ''], io }: CommandInput): Promise<number> {
  const account = readAccountFile(file);
  const counts = (['statuses', 'extra_fields', 'users', 'campaigns', 'lists', 'queues'] as const).map(
    (part) => `${Object.keys(account[part]).length} ${part}`,
  );
  return print(io, `ok: ${file}: ${counts.join(', ')}; time zone ${account.time_zone ?? 'not given'}`);
}

/** Prints the JSON Schema of account files, for editors. */
export async function schema({ io }: CommandInput): Promise<number> {
  return print(io, JSON.stringify(accountFileJsonSchema(), null, 2));
}

/** Makes a first account file from recent calls, and writes or prints it. */
export async function learn({ settings, operands: [file], io }: CommandInput): Promise<number> {
  const account = await openAccount(settings, openLog(settings, io));
  let starter: string;
  let read: number;
  try {
    const calls = await newestCalls(account.context.calls);
    read = calls.length;
    starter = JSON.stringify(
      starterFile(calls, account.context.account.statuses, account.context.account.clock.zone),
      null,
      2,
    );
  } finally {
    await account.close();
  }
  if (file === undefined) return print(io, starter);
  try {
    // Never over a file that a person has worked on; for its owner alone, because it names agents.
    writeFileSync(file, `${starter}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    throw new SettingsError({
      what: `${file} was not written.`,
      why:
        errorCode(error) === 'EEXIST'
          ? 'There is a file of this name already.'
          : withCode('It cannot be created', error),
      next: 'Choose another name.',
    });
  }
  return print(
    io,
    `Wrote ${file} from the newest ${read} calls. Fill in the blank names, the meanings and the groups of the codes, check the flags proposed for them, then check the file with “config check”.`,
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
