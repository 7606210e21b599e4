import * as z from 'zod';
import type { ResolvedFilters } from '../../query/window.js';
import { resolvedNameLines } from '../../render/call-table.js';
import { hasTypedNames } from '../../render/third-party.js';
import { present } from '../../util/present.js';
import type { AnswerPart } from './part.js';

/** What names and numbers in the filters stand for, by filter, and where names were looked up. */
export const resolvedNamesSchema = {
  resolved_names: z
    .record(z.string(), z.string())
    .optional()
    .describe('What names and numbers in the filters stand for'),
  resolved_from: z.string().optional().describe('Where names were looked up'),
};

/** Nothing when ids and codes alone were given; `isTyped` where names that people gave are among the lines. */
export function resolvedNamesPart(
  resolved: ResolvedFilters,
): AnswerPart<typeof resolvedNamesSchema> & { readonly isTyped: boolean } {
  const { resolvedNames, resolvedFrom } = resolved;
  return {
    lines: resolvedNameLines(resolved),
    structured: present({
      resolved_names:
        Object.keys(resolvedNames).length === 0
          ? undefined
          : ({ ...resolvedNames } as Record<string, string>),
      resolved_from: resolvedFrom,
    }),
    isTyped: hasTypedNames(resolvedNames),
  };
}
