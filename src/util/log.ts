import { scrub } from './secrets.js';

/** Levels of a log record, the most severe first. */
export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Writes one JSON line a record. No line holds a secret (see secrets.ts). */
export type Log = (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>) => void;

/** A log that writes records of this level and worse. The command line writes them to stderr: stdout belongs to the protocol. */
export function createLog(least: LogLevel, write: (line: string) => void): Log {
  const depth = LOG_LEVELS.indexOf(least);
  return (level, message, fields = {}) => {
    if (LOG_LEVELS.indexOf(level) > depth) return;
    write(`${scrub(JSON.stringify({ time: new Date().toISOString(), level, message, ...fields }))}\n`);
  };
}
