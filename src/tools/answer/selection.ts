import * as z from 'zod';
import { printedSelection, type Selection } from '../../query/row-checks.js';
import { selectionLines } from '../../render/selection.js';
import { open } from '../advertised-schema.js';
import type { AnswerPart } from './part.js';

/** What was checked on rows that were read, because the service has no filter for it. */
export const selectionSchema = {
  conditions: open(
    z.object({
      checked: z.record(z.string(), z.string()),
      read: z.int(),
      satisfied: z.int(),
      unknown: z.record(z.string(), z.int()).optional(),
    }),
  )
    .optional()
    .describe(
      'checked on the calls read; satisfied: those this answer is about; unknown: calls that lack what it takes to tell',
    ),
};

/** Nothing where nothing was checked. */
export function selectionPart(selection: Selection | undefined): AnswerPart<typeof selectionSchema> {
  if (selection === undefined) return { lines: [], structured: {} };
  return { lines: selectionLines(selection), structured: { conditions: printedSelection(selection) } };
}
