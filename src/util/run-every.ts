import { setTimeout as sleep } from 'node:timers/promises';

/** Does a piece of work again and again, at this pace, until the signal aborts. What it throws is told, and it goes on. */
export async function runEvery(
  everyMs: number,
  signal: AbortSignal,
  work: () => Promise<void>,
  onError: (error: unknown) => void,
): Promise<void> {
  while (!signal.aborted) {
    const started = performance.now();
    try {
      await work();
    } catch (error) {
      if (!signal.aborted) onError(error);
    }
    const left = Math.max(0, everyMs - (performance.now() - started));
    await sleep(left, undefined, { signal }).catch(() => {});
  }
}
