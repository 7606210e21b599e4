import { setTimeout as sleep } from 'node:timers/promises';
import { isTimeout, type TimeLimit } from '../util/time-limit.js';
import { ConvosoError, type Endpoint, stoppedError, withAttempts } from './errors.js';

/** How often and how fast a failed request is sent again. */
export interface RetryRules {
  /** Attempts after the first. */
  readonly retries: number;
  /** Milliseconds that the longest first pause may take; it doubles with every further one. */
  readonly backoffMs: number;
}

/**
 * Makes an attempt and, where that is safe, repeats it: a search after every passing failure, an update only when it
 * certainly was not carried out (`ConvosoError.repeat`). Pauses grow exponentially with full jitter; a wait that the service
 * asks for (`Retry-After`) is kept exactly. Where the pause would leave less than `leastMs` of the time limit for another
 * attempt, the failure is the answer.
 * @throws ConvosoError, saying how many attempts were made
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  endpoint: Endpoint,
  limit: TimeLimit,
  { retries, backoffMs }: RetryRules,
  leastMs = 0,
): Promise<T> {
  for (let made = 1; ; made += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ConvosoError)) throw error;
      const mayRepeat = error.repeat === 'always' || (error.repeat === 'reads' && endpoint === 'retrieve');
      const pause = error.retryAfterMs ?? Math.random() * backoffMs * 2 ** (made - 1);
      if (!mayRepeat || made > retries || pause + leastMs >= limit.remaining())
        throw withAttempts(error, made);
      try {
        await sleep(pause, undefined, { signal: limit.signal });
      } catch {
        throw withAttempts(stoppedError(endpoint, isTimeout(limit.signal.reason)), made);
      }
    }
  }
}

/**
 * The wait that a `Retry-After` header asks for, in milliseconds: seconds, or a date, which is compared with the service's
 * own clock (`Date`) where it tells. Undefined when the header is absent or is neither.
 */
export function retryAfterMs(
  header: string | undefined,
  serviceDate: string | undefined,
): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  // An HTTP date begins with the day of the week; Date.parse alone would take "5.5" for a day in May.
  const at = /^\s*[A-Z][a-z]{2}/.test(header) ? Date.parse(header) : Number.NaN;
  if (Number.isNaN(at)) return undefined;
  const serviceNow = Date.parse(serviceDate ?? '');
  return Math.max(0, at - (Number.isNaN(serviceNow) ? Date.now() : serviceNow));
}
