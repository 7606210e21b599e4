import type { Completeness } from '../convoso/completeness.js';

/** How much of a population an answer rests on; where something is missing: what, why, and how to get it. */
export function completenessLines(completeness: Completeness): string[] {
  const { complete, total_found: total, unique, missing, reason } = completeness;
  const lines: string[] = [];
  if (complete) {
    lines.push(
      unique === 0
        ? 'Complete: nothing was left out.'
        : `Complete: all ${unique} matching calls were read, each once.`,
    );
  } else {
    const of = total === null ? '' : ` of ${total}`;
    lines.push(
      `PARTIAL: ${unique}${of} matching calls were read.${reason === undefined ? '' : ` ${reason}`}`,
    );
    for (const { start, end } of missing) {
      lines.push(
        `Missing: ${start} to ${end}. To get it: the same question with start_time "${start}", end_time "${end}".`,
      );
    }
  }
  if (complete && reason !== undefined) lines.push(reason);
  if (completeness.outside_filter > 0) {
    lines.push(
      `${completeness.outside_filter} rows did not satisfy the filters and were dropped: the service seems not to apply one of them, and its total_found counts them too.`,
    );
  }
  if (completeness.duplicates > 0)
    lines.push(`${completeness.duplicates} rows came twice and were counted once.`);
  return lines;
}
