import type { IncomingMessage } from 'node:http';

/** What answers of the protocol come as. */
const ANSWERS = ['application/json', 'text/event-stream'];

/**
 * Writes the `Accept` header as the protocol's handlers look for it: those of its two media types that the header means, in
 * lower case. Media types have no letter case, and a range with stars means any (RFC 9110, section 12.5.1). What means neither stays.
 */
export function normalizeAccept({ headers }: IncomingMessage): void {
  if (headers.accept === undefined) return;
  const ranges = headers.accept.toLowerCase().split(',').map(parseRange);
  const accepted = ANSWERS.filter((type) => accepts(ranges, type));
  if (accepted.length > 0) headers.accept = accepted.join(', ');
}

interface MediaRange {
  readonly range: string;
  readonly refused: boolean;
}

function parseRange(text: string): MediaRange {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim());
  return { range, refused: parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter)) };
}

/** The most specific range decides. */
function accepts(ranges: readonly MediaRange[], type: string): boolean {
  const [kind] = type.split('/');
  for (const wanted of [type, `${kind}/*`, '*/*']) {
    const found = ranges.find(({ range }) => range === wanted);
    if (found !== undefined) return !found.refused;
  }
  return false;
}
