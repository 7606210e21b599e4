import { ArchivedCalls } from '../../src/archive/archived-calls.js';
import type { ArchiveStore } from '../../src/archive/store.js';
import type { CallLogs } from '../../src/calls/call-logs.js';
import type { CallLogSource } from '../../src/calls/source.js';

/** Archives days of account time as they are now, as if they had been read at a moment. */
export async function archiveDays(
  store: ArchiveStore,
  calls: CallLogs,
  dates: readonly string[],
  readAt: (date: string) => string = () => calls.account.clock.now().toISOString(),
): Promise<void> {
  for (const date of dates) {
    const filters = { start_time: `${date} 00:00:00`, end_time: `${date} 23:59:59` };
    const reading = calls.read(
      { filters, includeRecordings: true },
      { signal: new AbortController().signal },
    );
    const day = await store.writeDay({ date, readAt: readAt(date) }, reading.raw, () => reading.completeness);
    if (day === undefined) throw new Error(`${date} was not archived`);
  }
}

/** Answers from a store before the service; what it complains of is collected. */
export function before(
  open: () => Promise<ArchiveStore>,
  unexpected: unknown[] = [],
): (live: CallLogs) => CallLogSource {
  return (live) => new ArchivedCalls({ live, open, onUnexpected: (error) => unexpected.push(error) });
}

/** Dates from one to another, both inside. */
export function dates(first: string, last: string): string[] {
  const all: string[] = [];
  for (let at = Date.parse(first); at <= Date.parse(last); at += 86_400_000) {
    all.push(new Date(at).toISOString().slice(0, 10));
  }
  return all;
}

/** The text of an answer without what says where it is from. */
export function withoutSource(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('Source: '))
    .join('\n');
}
