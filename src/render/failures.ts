import { Failure } from '../util/failure.js';
import { scrub } from '../util/secrets.js';

/** A failure as text for a model: what failed, why, what to do next. Anything unforeseen says only that it is. */
export function failureText(error: unknown): string {
  if (error instanceof Failure) return scrub(`${error.what}\nWhy: ${error.why}\nNext: ${error.next}`);
  return 'The call failed inside this server.\nWhy: an unexpected error, which has been written to the server’s log.\nNext: try again; if it lasts, report it to the server operator.';
}
