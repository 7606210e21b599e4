import * as z from 'zod';
import { type Provenance, printedStretches, SOURCES } from '../../calls/source.js';
import { choiceOr } from '../../query/arguments.js';
import type { ResolvedFilters } from '../../query/filters.js';
import type { Completeness } from '../../walk/completeness.js';
import type { Population, WalkScope } from '../../walk/walk.js';
import type { CallScope } from '../define-tool.js';

/** Where a question about many calls is answered from. */
export const sourceField = choiceOr(SOURCES, 'auto', 'auto: archived days from the archive, the rest live');

/** Where the calls come from, in structured content: days in a row by place, in order of time. */
export const sourcesOutput = {
  sources: z
    .array(
      z.object({
        source: z.enum(['archive', 'live']),
        start: z.string(),
        end: z.string(),
        read_at: z.string().describe('UTC; later changes are not in it'),
        last_read_at: z.string().optional(),
      }),
    )
    .optional(),
  source_remark: z.string().optional(),
};

export function sourcesResult(
  provenance: Provenance | undefined,
): z.input<z.ZodObject<typeof sourcesOutput>> {
  if (provenance === undefined) return {};
  const { stretches, remark } = provenance;
  return {
    sources: printedStretches(stretches),
    ...(remark === undefined ? {} : { source_remark: remark }),
  };
}

/** How much of a population an answer rests on, in structured content. */
export const completenessOutput = z.object({
  complete: z.boolean(),
  total_found: z
    .int()
    .nullable()
    .describe('Matching calls by the service’s own count; null when it did not say'),
  fetched: z.int().describe('Rows received: unique, duplicates, outside_filter and malformed together'),
  unique: z.int().describe('Calls this answer rests on'),
  duplicates: z.int(),
  outside_filter: z.int(),
  malformed: z.int(),
  windows: z.int().describe('Windows the reading was split into'),
  missing: z
    .array(z.object({ start: z.string(), end: z.string() }))
    .describe('Windows not read: ask again with these as start_time and end_time'),
  unverified: z.array(z.string()).optional().describe('What no row could show, such as a filter'),
  reason: z.string().optional(),
});

export function completenessResult(completeness: Completeness): z.input<typeof completenessOutput> {
  const { missing, unverified, ...counts } = completeness;
  return {
    ...counts,
    missing: missing.map((window) => ({ ...window })),
    ...(unverified === undefined ? {} : { unverified: [...unverified] }),
  };
}

/** What names in the filters were taken for, and among which, in structured content; nothing when there were none. */
export function takenResult({ taken, takenFrom }: ResolvedFilters): {
  taken?: Record<string, string>;
  taken_from?: string;
} {
  return {
    ...(Object.keys(taken).length === 0 ? {} : { taken: { ...taken } as Record<string, string> }),
    ...(takenFrom === undefined ? {} : { taken_from: takenFrom }),
  };
}

/** The calls that filter arguments name, as a source reads them. */
export function populationOf(
  { filters, window, spellings = [] }: ResolvedFilters,
  includeRecordings: boolean,
): Population {
  return {
    filters: { ...filters, start_time: window.start, end_time: window.end },
    includeRecordings,
    spellings,
  };
}

/** What a reading takes from the call of a tool: cancellation, its deadline and progress. */
export function walkScope({ signal, deadline, progress }: CallScope): WalkScope {
  return {
    signal,
    until: deadline,
    onProgress: (done, total) =>
      progress(done, total, total === undefined ? `${done} calls read` : `${done} of ${total} calls read`),
  };
}

/** Whether an answer asked the service for calls: one from the archive alone asks it nothing. */
export function isLive(provenance: Provenance | undefined): boolean {
  return provenance === undefined || provenance.stretches.some(({ source }) => source === 'live');
}
