import type { CallLog } from '../convoso/call-log.js';
import type { CallLogFilters } from '../convoso/query.js';
import { otherSpellings } from '../query/filters.js';
import type { AnswerMasks } from '../redact/masks.js';
import type { OutgoingText } from '../redact/outgoing.js';

/** Notes ids that a row prints otherwise than the filters have them, as they may leave the server. */
export function addSpellings(
  spellings: Map<string, OutgoingText>,
  call: CallLog,
  filters: CallLogFilters,
  masks: AnswerMasks,
): void {
  for (const [name, printed] of otherSpellings(call, filters)) {
    spellings.set(name, masks.label(name, printed));
  }
}

/** That rows print an id with other zeros before it, a sentence for each filter. */
export function spellingWords(
  spellings: ReadonlyMap<string, OutgoingText>,
  filters: CallLogFilters,
): string[] {
  return [...spellings].map(
    ([name, printed]) =>
      `Rows print ${name} ${filters[name as keyof CallLogFilters]} as ${printed}: ids that differ only by zeros before them are taken to be the same.`,
  );
}
