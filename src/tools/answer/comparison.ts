import * as z from 'zod';
import { answerFrom, type SourceChoice } from '../../calls/source.js';
import { type ComparedWindow, comparedWindow } from '../../query/compared-window.js';
import type { ResolvedFilters } from '../../query/window.js';
import { comparedTitle, comparisonSentences } from '../../render/comparison.js';
import { completenessLines } from '../../render/completeness.js';
import type { Before } from '../../render/summary-table.js';
import { windowWords } from '../../render/window.js';
import { type ComparedMeasure, compareMeasure, type MeasureName } from '../../stats/measures.js';
import { type Summary, type SummaryQuestion, summarize } from '../../stats/summary.js';
import { type PairedSummary, paired } from '../../stats/windows-compared.js';
import { Failure } from '../../util/failure.js';
import { present } from '../../util/present.js';
import type { CallScope, ToolContext } from '../define-tool.js';
import type { AnswerPart } from './part.js';
import { isLive, populationOf, type ReadPopulation, walkScope } from './population.js';
import { sourcesPart } from './sources.js';
import { windowPart } from './window.js';

const open = z.record(z.string(), z.unknown());

/** What another window held, and how far the answer is from it. */
export const comparisonSchema = {
  comparison: z
    .object({
      compare_to: z.string(),
      window: open.describe('As window'),
      completeness: open.optional().describe('As completeness, of that window'),
      sources: z.array(open).optional(),
      problem: z.string().optional().describe('Why there is no comparison, or what it does not hold'),
      notes: z.array(z.string()).optional(),
      measures: z
        .record(z.string(), open)
        .optional()
        .describe('value, before and their difference; rates in percentage points with 95 % interval'),
    })
    .optional(),
};

/** The other window of a comparison, read. */
export interface Comparison {
  readonly compared: ComparedWindow;
  /** Absent where it could not be read. */
  readonly before?: ReadPopulation & { readonly summary: Summary };
  /** Why there are no figures to compare. */
  readonly problem?: string;
  /** The account's first call, where it lies after the beginning of that window. */
  readonly begins?: string | undefined;
}

/** The window that `compare_to` means. @throws InvalidArguments */
export function comparedWith(
  compareTo: string | undefined,
  { window }: ResolvedFilters,
  { account }: ToolContext,
): ComparedWindow | undefined {
  return compareTo === undefined ? undefined : comparedWindow(compareTo, window, account.clock);
}

/**
 * Reads the other window by the same filters through the same source, in the time that is left of the one deadline; what fails
 * there takes nothing from the answer.
 */
export async function readComparison(
  compared: ComparedWindow,
  asked: {
    readonly read: ReadPopulation;
    /** Seconds that reading it took. */
    readonly seconds: number;
    readonly question: SummaryQuestion;
    readonly source: SourceChoice;
  },
  context: ToolContext,
  scope: CallScope,
): Promise<Comparison> {
  const { read, seconds, question, source } = asked;
  const resolved = { ...read.resolved, window: compared.window };
  try {
    const { summary, provenance } = await answerFrom(
      context.source,
      [populationOf(resolved, false), walkScope(scope, { seconds, rows: read.completeness.unique }), source],
      async (reading) => ({
        summary: await summarize(
          reading,
          { ...question, top: 0, window: undefined, keepsAll: true },
          context.account,
        ),
        provenance: reading.provenance,
      }),
    );
    const { completeness, oldest } = summary;
    const union = {
      ...compared.window,
      startGiven: true,
      end: read.resolved.window.end > compared.window.end ? read.resolved.window.end : compared.window.end,
    };
    const begins = isLive(provenance)
      ? await context.calls.historyBegins(union, oldest ?? read.oldest, scope)
      : undefined;
    const before = { resolved, completeness, provenance, oldest, summary };
    if (begins !== undefined && begins > compared.window.end) {
      return {
        compared,
        before,
        begins,
        problem: `The account’s first call is of ${begins}: there is nothing before it to compare with.`,
      };
    }
    return { compared, before, begins };
  } catch (error) {
    if (!(error instanceof Failure) || scope.signal.aborted) throw error;
    return { compared, problem: `That window could not be read. ${error.what} ${error.why}` };
  }
}

/** The groups and totals of a summary beside those of the other window; undefined where there is nothing to compare. */
export function pairWith(
  { before, problem, compared }: Comparison,
  told: Summary,
  minCalls: number | undefined,
): (PairedSummary & Before) | undefined {
  if (before === undefined || problem !== undefined) return undefined;
  return { ...paired(told, before.summary, minCalls), share: compared.overlaps };
}

/** What a comparison says: first what keeps it from being one, then both figures and their difference. */
export function comparisonPart(
  { compared, before, problem, begins }: Comparison,
  summary: Summary,
  names: readonly MeasureName[],
  { account }: ToolContext,
): AnswerPart<typeof comparisonSchema> {
  const { clock } = account;
  const title = comparedTitle(compared);
  const partial = [
    ...(summary.completeness.complete ? [] : ['the window asked for']),
    ...(before === undefined || before.completeness.complete ? [] : [title]),
  ];
  const measures: (readonly [MeasureName, ComparedMeasure])[] =
    before === undefined || problem !== undefined
      ? []
      : names.map((name) => [
          name,
          compareMeasure(name, [summary.total, before.summary.total], {
            within: summary.within,
            share: compared.overlaps,
          }),
        ]);
  const warnings = [
    ...(partial.length === 0 || measures.length === 0
      ? []
      : [
          `The comparison is not certain: not every call of ${partial.join(' and of ')} was read and verified.`,
        ]),
    ...(problem === undefined ? [] : [`No comparison. ${problem}`]),
  ];
  const notes = [
    ...(begins === undefined || problem !== undefined
      ? []
      : [`The account’s first call is of ${begins}: ${title} holds days without any calls.`]),
    ...(compared.unequal === undefined ? [] : [`The windows are not equally long: ${compared.unequal}.`]),
    ...(compared.overlaps
      ? ['The windows have days in common, so that no interval can be given for the difference of rates.']
      : []),
  ];
  const sources = sourcesPart(before?.provenance, clock.now());
  return {
    lines: [
      ...warnings,
      ...comparisonSentences(measures, title),
      `Compared with ${title}: ${windowWords(compared.window)}.${before === undefined ? '' : ` ${completenessLines(before.completeness).join(' ')}`}`,
      ...sources.lines,
      ...notes,
    ],
    structured: {
      comparison: present({
        compare_to: compared.as,
        window: windowPart(compared.window, clock, begins).structured.window,
        completeness: before === undefined ? undefined : { ...before.completeness },
        sources: sources.structured.sources,
        problem: warnings.length === 0 ? undefined : warnings.join(' '),
        notes: notes.length === 0 ? undefined : notes,
        measures:
          measures.length === 0
            ? undefined
            : Object.fromEntries(
                measures.map(([name, { now, before: then, difference }]) => [
                  name,
                  { value: now, before: then, ...difference },
                ]),
              ),
      }),
    },
  };
}
