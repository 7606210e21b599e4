import * as z from 'zod';
import { directionLines } from '../../render/call-table.js';
import type { Directions } from '../../stats/directions.js';
import { present } from '../../util/present.js';
import type { AnswerPart } from './part.js';

/** How many of the calls came in and went out. */
export const directionsSchema = {
  directions: z
    .record(z.string(), z.int())
    .optional()
    .describe('Calls by call_type, when a phone number was asked for'),
};

/** Nothing where no phone number was asked for. */
export function directionsPart(directions: Directions | undefined): AnswerPart<typeof directionsSchema> {
  return {
    lines: directionLines(directions),
    structured: present({ directions: directions && { ...directions } }),
  };
}
