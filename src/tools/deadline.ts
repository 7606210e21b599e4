/** Milliseconds for everything that an answer needs: hosts give up after 60 seconds, and answers are there within 55. */
export const CALL_MS = 53_000;

/** The same where the operator gave a question about many calls, or one request, more time than usual: hosts then wait, too. */
export function callMs(walkSeconds: number, requestSeconds: number): number {
  return Math.max(CALL_MS, walkSeconds * 1000 + 8_000, requestSeconds * 1000 + 3_000);
}
