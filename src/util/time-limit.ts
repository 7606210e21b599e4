/** A signal that aborts when the time is over or when the outer signal does, whichever is first. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  /** Milliseconds left; never below zero. */
  remaining(): number;
  /** Ends the timer. Without it every request would leave one behind for as long as its time-out is long. */
  clear(): void;
}

/** Starts a time limit of so many milliseconds. Once over, the signal's reason is a `TimeoutError`. */
export function timeLimit(milliseconds: number, outer: AbortSignal | undefined): TimeLimit {
  const controller = new AbortController();
  const ends = performance.now() + milliseconds;
  const timer = setTimeout(() => {
    controller.abort(new DOMException('The time limit is over.', 'TimeoutError'));
  }, milliseconds);
  timer.unref();
  const follow = () => controller.abort(outer?.reason);
  if (outer?.aborted) follow();
  else outer?.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    remaining: () => Math.max(0, ends - performance.now()),
    clear() {
      clearTimeout(timer);
      outer?.removeEventListener('abort', follow);
    },
  };
}

/** True for the reason of a signal whose time limit is over. */
export function isTimeout(reason: unknown): boolean {
  return reason instanceof Error && reason.name === 'TimeoutError';
}
