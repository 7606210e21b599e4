import type { Completeness } from '../walk/completeness.js';

/**
 * How much of a population an answer rests on. Where something is missing: what, why, and how to get it; where all calls
 * came and something could not be checked, that it is not verified.
 */
export function completenessLines(completeness: Completeness): string[] {
  const { complete, missing, reason, outside_filter: outside, duplicates } = completeness;
  const lines = [headline(completeness)];
  for (const { start, end } of missing) {
    lines.push(
      `Missing: ${start} to ${end}. To get it: the same question with start_time "${start}", end_time "${end}".`,
    );
  }
  if (complete && reason !== undefined) lines.push(reason);
  if (outside > 0) {
    lines.push(
      `${outside === 1 ? '1 row that does' : `${outside} rows that do`} not satisfy the filters or the window came as well and ${outside === 1 ? 'is' : 'are'} not counted: the service does not seem to apply them all.`,
    );
  }
  if (duplicates > 0) {
    lines.push(
      duplicates === 1
        ? '1 row came twice and is counted once.'
        : `${duplicates} rows came twice and are counted once.`,
    );
  }
  return lines;
}

function headline(completeness: Completeness): string {
  const { complete, total_found: total, unique, missing, malformed, unverified = [], reason } = completeness;
  if (complete) {
    return unique === 0
      ? 'Complete: no call matches.'
      : unique === 1
        ? 'Complete: the 1 matching call was read.'
        : `Complete: all ${unique} matching calls were read, each once.`;
  }
  const why = [
    ...(unverified.length === 0 ? [] : [`Not verified: ${unverified.join('; ')}.`]),
    ...(reason === undefined ? [] : [reason]),
  ].join(' ');
  const read = unique === 1 ? '1 call was read' : `${unique} calls were read`;
  if (missing.length === 0 && malformed === 0 && unverified.length > 0 && reason === undefined) {
    return `Every page was read, not every call verified: ${read}. ${why}`;
  }
  const of = total === null || total < unique ? '' : ` of ${total}`;
  const verdict =
    missing.length === 0 && malformed === 0
      ? `NOT VERIFIED: ${read}.`
      : `PARTIAL: ${unique}${of} matching calls were read.`;
  return why === '' ? verdict : `${verdict} ${why}`;
}
