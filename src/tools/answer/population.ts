import { type Provenance, SOURCES } from '../../calls/source.js';
import { choiceOr } from '../../query/arguments.js';
import type { Selection } from '../../query/row-checks.js';
import type { ResolvedFilters } from '../../query/window.js';
import { filtersSentence, noCallsLines } from '../../render/page.js';
import { THIRD_PARTY_NOTE } from '../../render/third-party.js';
import { historyLines } from '../../render/window.js';
import type { Completeness } from '../../walk/completeness.js';
import type { Population, Spent, WalkScope } from '../../walk/population.js';
import type { CallScope, ToolContext } from '../define-tool.js';
import { completenessPart, completenessSchema } from './completeness.js';
import type { AnswerPart } from './part.js';
import { resolvedNamesPart, resolvedNamesSchema } from './resolved-names.js';
import { selectionPart, selectionSchema } from './selection.js';
import { sourcesPart, sourcesSchema } from './sources.js';
import { windowPart, windowSchema } from './window.js';

/** Where a question about many calls is answered from. */
export const sourceField = choiceOr(SOURCES, 'auto', 'auto: archived days from the archive, the rest live');

/** What every answer about a population says of it: what was asked, and how much of it was read, from where. */
export const populationSchema = {
  ...windowSchema,
  ...resolvedNamesSchema,
  ...completenessSchema,
  ...sourcesSchema,
  ...selectionSchema,
};

/** A population that was read. */
export interface ReadPopulation {
  readonly resolved: ResolvedFilters;
  readonly completeness: Completeness;
  readonly provenance: Provenance | undefined;
  /** What the calls read were checked by, where they were. */
  readonly selection?: Selection | undefined;
  /** Date of the oldest call that was read; undefined when there was none. */
  readonly oldest: string | undefined;
}

export interface PopulationPart extends AnswerPart<typeof populationSchema> {
  /** How complete the answer is and where its calls come from. */
  readonly evidence: readonly string[];
  /** What was asked: filters, window, names. */
  readonly lines: readonly string[];
  /** In place of `lines` where it is certain that there is no such call: what was asked, and why there may be none. */
  readonly none: readonly string[] | undefined;
  /** True where names that people gave are among the lines. */
  readonly isTyped: boolean;
}

/** @throws ConvosoError when the account's first call is looked for and the service fails */
export async function populationPart(
  { resolved, completeness, provenance, selection, oldest }: ReadPopulation,
  { calls, account }: ToolContext,
  scope: CallScope,
): Promise<PopulationPart> {
  // An answer from the archive alone asks the service nothing.
  const begins = isLive(provenance) ? await calls.historyBegins(resolved.window, oldest, scope) : undefined;
  const window = windowPart(resolved.window, account.clock, begins);
  const names = resolvedNamesPart(resolved);
  const complete = completenessPart(completeness);
  const sources = sourcesPart(provenance, account.clock.now());
  const selected = selectionPart(selection);
  const asked = [filtersSentence(resolved), ...window.lines, ...names.lines];
  const typed = names.isTyped ? [THIRD_PARTY_NOTE] : [];
  const { complete: isWhole, unique } = completeness;
  const none = !isWhole
    ? undefined
    : unique === 0
      ? [...noCallsLines(resolved, account.clock), ...historyLines(begins), ...selected.lines]
      : selection?.satisfied === 0
        ? ['No call satisfies all conditions.', ...selected.lines, ...asked, ...typed]
        : undefined;
  return {
    evidence: [...complete.lines, ...sources.lines],
    lines: [...selected.lines, ...asked],
    none,
    isTyped: names.isTyped,
    structured: {
      ...window.structured,
      ...names.structured,
      ...complete.structured,
      ...sources.structured,
      ...selected.structured,
    },
  };
}

/** The calls that filter arguments name, as a source reads them. */
export function populationOf(
  { filters, window, spellings = [], checks = [] }: ResolvedFilters,
  includeRecordings: Population['includeRecordings'],
): Population {
  const asksForRecordings = checks.some(({ field }) => field === 'recording');
  return {
    filters: { ...filters, start_time: window.start, end_time: window.end },
    includeRecordings: includeRecordings || (asksForRecordings && 'presence'),
    checks,
    spellings,
  };
}

/**
 * What a reading takes from the call of a tool: cancellation, its deadline and progress; `spent` is what another reading took
 * before, for the same answer.
 */
export function walkScope({ signal, deadline, progress }: CallScope, spent?: Spent): WalkScope {
  const before = spent?.rows ?? 0;
  return {
    signal,
    until: deadline,
    ...(spent === undefined ? {} : { spent }),
    onProgress: (done, total) => {
      const [read, all] = [before + done, total === undefined ? undefined : before + total];
      progress(read, all, all === undefined ? `${read} calls read` : `${read} of ${all} calls read`);
    },
  };
}

/** Whether any of it was read from the service. */
export function isLive(provenance: Provenance | undefined): boolean {
  return provenance === undefined || provenance.stretches.some(({ source }) => source === 'live');
}
