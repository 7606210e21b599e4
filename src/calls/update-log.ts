import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Update } from '../convoso/client.js';
import { ConvosoError } from '../convoso/errors.js';
import { errorCode } from '../util/error-code.js';
import { Failure } from '../util/failure.js';
import { scrub } from '../util/secrets.js';

/** How an update ended: `unknown` when the change may or may not have been stored. */
export type AuditOutcome = 'made' | 'not_made' | 'unknown';

/** One attempt that stands in the trail and waits for its outcome. */
export interface AuditEntry {
  /** Records the outcome, the first that it is told. Never rejects: see `onLostOutcome`. */
  ended(outcome: AuditOutcome, error?: unknown): Promise<void>;
}

export interface AuditOptions {
  readonly file: string;
  /** Record new values too, not only which fields change. */
  readonly values: boolean;
  /** Stands in the trail where callers are not told apart: who runs this process. */
  readonly principal: string;
  /** Told when an outcome could not be recorded: the update has been sent by then and cannot be refused any more. */
  readonly onLostOutcome: (error: unknown) => void;
  /** Longest time that one line may take, in milliseconds (default 5,000). */
  readonly lineMs?: number;
}

/** Longer than a busy disk takes, and shorter than a host waits for a tool. */
const LINE_MS = 5_000;
/** Opening waits for nobody (a pipe without a reader), and appends whatever other processes do. */
const OPEN_FLAGS = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | (constants.O_NONBLOCK ?? 0);

/** Why a line could not be written, in words. */
class AuditProblem extends Error {}

/**
 * A file with one JSON line for every attempt to update a call, written before it is sent, and one for its outcome. Lines are
 * appended in one write each, so that several processes can share the file; it is created readable by its owner alone. A disk
 * that does not answer keeps updates waiting, for a limited time, and nothing else.
 */
export class AuditTrail {
  readonly #options: AuditOptions;
  readonly #open = new Set<AuditEntry>();
  /** The line under way: one at a time, so that a disk that hangs takes one thread of this process. */
  #line: Promise<unknown> = Promise.resolve();

  constructor(options: AuditOptions) {
    this.#options = options;
  }

  /** Records that an update is about to be sent. @throws Failure when it cannot be recorded: the update must not be sent */
  async attempt({ call_log_id, fields }: Update, caller: string | undefined): Promise<AuditEntry> {
    const attempt = randomUUID();
    const principal = caller ?? this.#options.principal;
    const names = Object.keys(fields);
    const outcomeOf = (outcome: AuditOutcome, reason: object) => ({
      event: 'outcome',
      attempt,
      principal,
      call_log_id,
      outcome,
      ...reason,
    });
    const line = this.#append({
      event: 'attempt',
      attempt,
      principal,
      call_log_id,
      set: names.filter((name) => fields[name] !== ''),
      cleared: names.filter((name) => fields[name] === ''),
      ...(this.#options.values ? { values: fields } : {}),
    });
    try {
      await line.inTime;
    } catch (error) {
      // One that is written after all, too late, must not look as if it had been sent.
      line.written.then(() => this.#append(outcomeOf('not_made', {})).inTime).catch(() => {});
      throw notRecorded(error);
    }
    let recorded: Promise<void> | undefined;
    const entry: AuditEntry = {
      ended: (outcome, error) => {
        this.#open.delete(entry);
        const reason = error instanceof ConvosoError ? { reason: error.kind } : {};
        recorded ??= this.#append(outcomeOf(outcome, reason)).inTime.catch(this.#options.onLostOutcome);
        return recorded;
      },
    };
    this.#open.add(entry);
    return entry;
  }

  /** Ends the trail: the outcome of what is still under way is recorded as unknown. */
  async close(): Promise<void> {
    await Promise.all([...this.#open].map((entry) => entry.ended('unknown')));
  }

  /** `inTime` rejects when the line was not written in time; `written` settles when it is known what became of it. */
  #append(record: object): { readonly inTime: Promise<void>; readonly written: Promise<void> } {
    const { file, lineMs = LINE_MS } = this.#options;
    const line = scrub(`${JSON.stringify({ time: new Date().toISOString(), ...record })}\n`);
    let late = false;
    const written = this.#line.then(() => {
      if (late) throw new AuditProblem('it was given up before its turn');
      return appendLine(file, line);
    });
    this.#line = written.catch(() => {});
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        late = true;
        reject(new AuditProblem(`it took longer than ${lineMs / 1000} seconds`));
      }, lineMs);
    });
    const inTime = Promise.race([written, limit]).finally(() => clearTimeout(timer));
    return { inTime, written };
  }
}

/** @throws AuditProblem, or the file system's error when the whole line could not be written */
async function appendLine(path: string, line: string): Promise<void> {
  // Opened for each line: a file that was rotated away or made read-only is noticed.
  const file = await open(path, OPEN_FLAGS, 0o600);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new AuditProblem('it is a pipe or a device, not a file');
    // A line that a full disk or a crash cut short is ended first: it spoils itself, and not this one.
    const bytes = Buffer.from((await isTorn(file, stats.size)) ? `\n${line}` : line);
    const { bytesWritten } = await file.write(bytes);
    if (bytesWritten !== bytes.length) throw new AuditProblem('there was no room for the whole line');
  } finally {
    await file.close();
  }
}

/** Whether a file of this size ends in the middle of a line. */
async function isTorn(file: FileHandle, size: number): Promise<boolean> {
  if (size === 0) return false;
  const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(1), position: size - 1 });
  return bytesRead === 1 && buffer[0] !== 0x0a;
}

function notRecorded(error: unknown): Failure {
  return new Failure(
    {
      what: 'The update was not made.',
      why: `The audit trail, which has to record it first, cannot be written (${errorCode(error) || (error instanceof AuditProblem ? error.message : 'error')}).`,
      next: 'The server operator must make the file that CALL_LOGS_AUDIT_FILE names writable.',
    },
    { cause: error },
  );
}
