import { HttpRefusal } from '../refusal.js';
import type { Limiter } from './limiter.js';

/** Requests a minute for each principal, when no setting says otherwise. */
export const DEFAULT_REQUEST_RATE = 600;

/** Counts messages of a principal. @throws HttpRefusal (429, with `Retry-After` in seconds) beyond the rate */
export async function countRequest(limiter: Limiter, principal: string, messages = 1): Promise<void> {
  const wait = await limiter.take(principal, messages);
  if (wait === 0) return;
  const seconds = Math.ceil(wait / 1000);
  throw new HttpRefusal(
    429,
    {
      what: 'The request was not served.',
      why: 'There were more requests than this server takes from one principal in a minute.',
      next: `Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
    },
    { headers: { 'retry-after': String(seconds) } },
  );
}
