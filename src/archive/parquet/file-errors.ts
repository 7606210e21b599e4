import { errorCode } from '../../util/error-code.js';
import { Failure } from '../../util/failure.js';
import { NoRoom } from '../store.js';

const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** The archive could not be written to. What was archived before stands. */
export function writeFailure(error: unknown, what = 'The day was not archived.'): Failure {
  const code = errorCode(error);
  const words = error instanceof Error ? error.message : '';
  if (FULL.has(code) || /No space left on device|File too large|Disk quota/i.test(words)) {
    return new NoRoom(
      {
        what,
        why: `There is no room left for it${code === '' ? '' : ` (${code})`}; days archived before are untouched.`,
        next: 'Free some space, move CALL_LOGS_ARCHIVE_DIR to another disk, or keep fewer days with CALL_LOGS_ARCHIVE_KEEP_DAYS.',
      },
      { cause: error },
    );
  }
  return new Failure(
    {
      what,
      why: `The archive directory cannot be written to${code === '' ? '' : ` (${code})`}; days archived before are untouched.`,
      next: 'Set CALL_LOGS_ARCHIVE_DIR to a directory that this server may write to.',
    },
    { cause: error },
  );
}

/** The archive is there and cannot be read. */
export function readFailure(error: unknown): Failure {
  const code = errorCode(error);
  return new Failure(
    {
      what: 'The archive cannot be read.',
      why: `Its directory cannot be opened${code === '' ? '' : ` (${code})`}.`,
      next: 'Correct CALL_LOGS_ARCHIVE_DIR or the permissions of that directory.',
    },
    { cause: error },
  );
}

/** A stored day that is not what its manifest says. */
export function damagedDay(date: string, why: string, cause?: unknown): Failure {
  return new Failure(
    {
      what: `The archived day ${date} cannot be used.`,
      why,
      next: `Run convoso-call-logs-mcp archive purge ${date} and then sync: the day is read again. “archive verify” checks all days.`,
    },
    { cause },
  );
}
