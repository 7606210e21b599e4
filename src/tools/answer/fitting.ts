/**
 * Longest text and longest structured content of an answer, in characters, unless the caller asked for everything; what
 * every answer carries (sandbox, masks, time) included.
 */
export const MAX_CHARACTERS = 25_000;
const ROOM_FOR_MARKS = 300;

/** The answer with as many rows as fit the bound; the same rows in text and structured content. */
export function fitting<T extends { text: string; structured: object }>(
  rows: number,
  make: (shown: number) => T,
): T {
  let shown = rows;
  for (;;) {
    const answer = make(shown);
    const longest = Math.max(answer.text.length, JSON.stringify(answer.structured).length);
    const room = MAX_CHARACTERS - ROOM_FOR_MARKS;
    if (longest <= room || shown <= 1) return answer;
    shown = Math.max(1, Math.min(shown - 1, Math.floor((shown * room * 0.99) / longest)));
  }
}
