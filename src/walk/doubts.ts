import type { Evidence } from './evidence.js';
import type { ListReader } from './list-reader.js';

/** Why a reading that came to its end is not complete, in full sentences. */
export function doubts(
  evidence: Evidence,
  { isOrdered, missing }: Pick<ListReader, 'isOrdered' | 'missing'>,
): string[] {
  const { rows: received, largestTotal: total, foreign, outsideFilter } = evidence;
  const found: string[] = [];
  if (!isOrdered) {
    found.push(
      'The service did not return the calls in the order asked for, so it cannot be shown that each one came.',
    );
  }
  if (foreign > 0) {
    found.push(
      `${rowsWord(foreign)} were dated outside the window asked for: the service applies the window differently, so calls of it may be missing.`,
    );
  }
  if (evidence.taken === 0 && outsideFilter > foreign) {
    found.push(`The service returned ${rowsWord(outsideFilter)}, and none of them satisfies the filters.`);
  }
  if (missing.length > 0 || evidence.agrees) return found;
  if (total === null) found.push('The service did not say how many calls match.');
  else if (total > received) {
    found.push(
      `The service counted up to ${total} rows and returned ${received} different ones: up to ${callsWord(total - received)} may be missing.`,
    );
  } else {
    found.push(
      `The service returned ${received} different rows and counted ${total}: its count cannot confirm that there are no more, or some no longer match.`,
    );
  }
  return found;
}

/** `1 row`, `2 rows` */
export function rowsWord(count: number): string {
  return count === 1 ? '1 row' : `${count} rows`;
}

/** `1 call`, `2 calls` */
export function callsWord(count: number): string {
  return count === 1 ? '1 call' : `${count} calls`;
}
