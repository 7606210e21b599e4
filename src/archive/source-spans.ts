import { ordinalOf, type Window } from '../account-time/stamps.js';
import type { SourceSpan } from '../calls/source.js';
import type { ArchivedDay } from './store.js';

/** Archived days, in order of date, as the stretches they make up. */
export function archivedSpans(days: readonly ArchivedDay[]): SourceSpan[] {
  const stretches: SourceSpan[] = [];
  for (const { date, readAt } of days) {
    const last = stretches.at(-1);
    if (last !== undefined && dayNumber(date) === dayNumber(last.end) + 1) {
      stretches[stretches.length - 1] = {
        ...last,
        end: date,
        readAt: readAt < last.readAt ? readAt : last.readAt,
        lastReadAt: readAt > last.lastReadAt ? readAt : last.lastReadAt,
      };
    } else stretches.push({ source: 'archive', start: date, end: date, readAt, lastReadAt: readAt });
  }
  return stretches;
}

/** A window of account time that is read live from this moment on. */
export function liveSpan({ start, end }: Window, now: Date): SourceSpan {
  const readAt = now.toISOString();
  return { source: 'live', start: start.slice(0, 10), end: end.slice(0, 10), readAt, lastReadAt: readAt };
}

function dayNumber(date: string): number {
  return (ordinalOf(date) ?? 0) / 86_400;
}
