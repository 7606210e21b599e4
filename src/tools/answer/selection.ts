import * as z from 'zod';
import { printedSelection, type Selection } from '../../query/row-checks.js';
import { selectionLines } from '../../render/selection.js';
import type { AnswerPart } from './part.js';

/** What was checked on rows that were read, because the service has no filter for it. */
export const selectionSchema = {
  conditions: z
    .object({
      checked: z.record(z.string(), z.string()),
      read: z.int().describe('Calls read'),
      satisfied: z.int().describe('Of them, those that this answer is about'),
      unknown: z.record(z.string(), z.int()).optional().describe('Calls that lack what it takes to tell'),
    })
    .optional(),
};

/** Nothing where nothing was checked. */
export function selectionPart(selection: Selection | undefined): AnswerPart<typeof selectionSchema> {
  if (selection === undefined) return { lines: [], structured: {} };
  return { lines: selectionLines(selection), structured: { conditions: printedSelection(selection) } };
}
