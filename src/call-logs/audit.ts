import { randomUUID } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Update } from '../convoso/client.js';
import { ConvosoError } from '../convoso/errors.js';
import { Failure } from '../failure.js';
import { scrub } from '../secrets.js';

/** How an update ended: `unknown` when the change may or may not have been stored. */
export type AuditOutcome = 'made' | 'not_made' | 'unknown';

/** One attempt that stands in the trail and waits for its outcome. */
export interface AuditEntry {
  /** Records the outcome, once. */
  ended(outcome: AuditOutcome, error?: unknown): void;
}

export interface AuditOptions {
  readonly file: string;
  /** Record new values too, not only which fields change. */
  readonly values: boolean;
  /** Stands in the trail where callers are not told apart: who runs this process. */
  readonly principal: string;
  /** Told when an outcome could not be recorded: the update has been sent by then and cannot be refused any more. */
  readonly onLostOutcome: (error: unknown) => void;
}

/**
 * A file with one JSON line for every attempt to update a call, written before it is sent, and one for its outcome. Lines are
 * appended in one write each, so that several processes can share the file; it is created readable by its owner alone.
 */
export class AuditTrail {
  readonly #options: AuditOptions;
  readonly #open = new Set<AuditEntry>();

  constructor(options: AuditOptions) {
    this.#options = options;
  }

  /** Records that an update is about to be sent. @throws Failure when it cannot be recorded: the update must not be sent */
  attempt({ call_log_id, fields }: Update, caller: string | undefined): AuditEntry {
    const attempt = randomUUID();
    const principal = caller ?? this.#options.principal;
    const names = Object.keys(fields);
    try {
      this.#append({
        event: 'attempt',
        attempt,
        principal,
        call_log_id,
        set: names.filter((name) => fields[name] !== ''),
        cleared: names.filter((name) => fields[name] === ''),
        ...(this.#options.values ? { values: fields } : {}),
      });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new Failure(
        {
          what: 'The update was not made.',
          why: `The audit trail, which has to record it first, cannot be written (${code ?? 'error'}).`,
          next: 'Whoever runs this server must make the file that CALL_LOGS_AUDIT_FILE names writable.',
        },
        { cause: error },
      );
    }
    const entry: AuditEntry = {
      ended: (outcome, error) => {
        if (!this.#open.delete(entry)) return;
        const reason = error instanceof ConvosoError ? { reason: error.kind } : {};
        try {
          this.#append({ event: 'outcome', attempt, principal, call_log_id, outcome, ...reason });
        } catch (problem) {
          this.#options.onLostOutcome(problem);
        }
      },
    };
    this.#open.add(entry);
    return entry;
  }

  /** Ends the trail: the outcome of what is still under way is recorded as unknown. */
  close(): void {
    for (const entry of this.#open) entry.ended('unknown');
  }

  /** @throws the file system's error when the whole line could not be written */
  #append(record: object): void {
    const line = scrub(`${JSON.stringify({ time: new Date().toISOString(), ...record })}\n`);
    const bytes = Buffer.from(line);
    // Opened for each line: a file that was rotated away or made read-only is noticed.
    const file = openSync(this.#options.file, 'a', 0o600);
    try {
      if (writeSync(file, bytes) !== bytes.length) throw new Error('The line was cut short.');
    } finally {
      closeSync(file);
    }
  }
}
