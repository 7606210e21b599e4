import * as z from 'zod';
import { type Provenance, printedSpans } from '../../calls/source.js';
import { sourceLines } from '../../render/sources.js';
import { present } from '../../util/present.js';
import { open } from '../advertised-schema.js';
import type { AnswerPart } from './part.js';

/** Where the calls come from: days in a row by place, in order of time. */
export const sourcesSchema = {
  sources: z
    .array(
      open(
        z.object({
          source: z.enum(['archive', 'live']),
          start: z.string(),
          end: z.string(),
          read_at: z.string(),
          last_read_at: z.string().optional(),
        }),
      ),
    )
    .optional()
    .describe('Days by where their calls come from: archive (as they were at read_at, UTC) or live'),
  source_remark: z.string().optional(),
};

/** Nothing where there is but one place calls can come from. */
export function sourcesPart(provenance: Provenance | undefined, now: Date): AnswerPart<typeof sourcesSchema> {
  if (provenance === undefined) return { lines: [], structured: {} };
  const { stretches, remark } = provenance;
  return {
    lines: sourceLines(provenance, now),
    structured: present({ sources: printedSpans(stretches), source_remark: remark }),
  };
}
