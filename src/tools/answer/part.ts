import type * as z from 'zod';

/**
 * A part of an answer: the same facts as lines of text and as structured content, which its schema describes. Made together,
 * so that neither can say what the other does not.
 */
export interface AnswerPart<Schema extends z.ZodRawShape> {
  readonly lines: readonly string[];
  readonly structured: z.input<z.ZodObject<Schema>>;
}
