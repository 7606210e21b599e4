import * as z from 'zod';
import { completenessLines } from '../../render/completeness.js';
import { present } from '../../util/present.js';
import type { Completeness } from '../../walk/completeness.js';
import { open } from '../advertised-schema.js';
import type { AnswerPart } from './part.js';

/** How much of a population an answer rests on. */
export const completenessSchema = {
  completeness: open(
    z.object({
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
    }),
  ).describe(
    'complete: whether every matching call was read. unique: calls this answer rests on; total_found: how many the service counts; missing: windows not read (start, end)',
  ),
};

/** Whether every matching call was read, and what is missing or could not be verified. */
export function completenessPart(completeness: Completeness): AnswerPart<typeof completenessSchema> {
  const { missing, unverified, ...counts } = completeness;
  return {
    lines: completenessLines(completeness),
    structured: {
      completeness: present({
        ...counts,
        missing: missing.map((window) => ({ ...window })),
        unverified: unverified && [...unverified],
      }),
    },
  };
}
