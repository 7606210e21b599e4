import type { Readable, Writable } from 'node:stream';
import type { Settings } from '../config/settings.js';
import { createLog, type Log } from '../util/log.js';

/** The streams and signals of a run: those of the process, or a test's own. */
export interface Io {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  /** Aborts when the command is told to stop, with the name of the signal as its reason. */
  readonly signal: AbortSignal;
  /** What only a command in a process of its own is told. */
  readonly process?: ProcessEvents;
}

export interface ProcessEvents {
  /** Calls the listener instead of stopping when the files of the settings are to be read again (SIGHUP). */
  onReload(listener: () => void): void;
  /** Calls the listener with a rejection that nobody waits for, which then ends nothing. */
  onUnhandledRejection(listener: (error: unknown) => void): void;
  /** Calls the listener with an exception outside every call, instead of ending the process. */
  onUncaughtException(listener: (error: unknown) => void): void;
}

/** What a command is run with. */
export interface CommandInput {
  readonly settings: Settings;
  readonly operands: readonly string[];
  readonly io: Io;
  /** The same settings, from files as they are now. @throws SettingsError */
  readonly reread: () => Settings;
}

/** Runs a command to its end; resolves to its exit code. @throws Failure in the words for a person */
export type Command = (input: CommandInput) => Promise<number>;

/** As sysexits.h has it. */
export const EXIT_INTERNAL_ERROR = 70;

/** Writes a line to stdout; returns the exit code of a command that ends with it. */
export function print({ stdout }: Pick<Io, 'stdout'>, line: string): number {
  stdout.write(`${line}\n`);
  return 0;
}

/** The log of a command, on stderr. */
export function openLog({ logLevel }: Settings, { stderr }: Io): Log {
  return createLog(logLevel, (line) => stderr.write(line));
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
