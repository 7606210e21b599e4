import * as z from 'zod';
import { answerFrom } from '../calls/source.js';
import { choice, wholeNumber } from '../query/arguments.js';
import { conditionFields } from '../query/conditions.js';
import { manyFilterFields } from '../query/filters.js';
import { GROUPINGS, type Grouping } from '../query/groupings.js';
import { asksForNumber } from '../query/phone-filters.js';
import {
  endedOutcomes,
  hasTypedLabels,
  rounded,
  type SummaryTable,
  summaryLines,
  summaryNotes,
  summaryTable,
  unknownWords,
} from '../render/summary.js';
import { THIRD_PARTY_NOTE } from '../render/third-party.js';
import { RATE_NAMES, RATES, rateOf } from '../stats/rates.js';
import { SORTS, type Summary, summarize, withGroups } from '../stats/summary.js';
import { present } from '../util/present.js';
import { directionsPart, directionsSchema } from './answer/directions.js';
import { fitting, MAX_CHARACTERS } from './answer/fitting.js';
import {
  populationOf,
  populationPart,
  populationSchema,
  sourceField,
  walkScope,
} from './answer/population.js';
import { defineTool } from './define-tool.js';

const MAX_GROUPINGS = 2;

const input = z.strictObject({
  ...manyFilterFields,
  ...conditionFields,
  group_by: z
    .preprocess(groupList, z.array(z.enum(GROUPINGS)).max(MAX_GROUPINGS).default([]))
    .describe('Up to two; dates and hours in account time'),
  sort_by: z
    .preprocess(refuseHandleTime, choice(SORTS, ''))
    .describe('Order of groups; default: calls, or key for time'),
  top: wholeNumber({ min: 1, max: 500 }, 'Groups to show, default 12 (hour: 24); the rest is summed up'),
  source: sourceField,
});

const count = z.int();
const seconds = z.number().nullable();
const rate = z.object({
  percent: z.number().nullable().describe('null: nothing to divide by, or a range'),
  percent_min: z.number().optional().describe('Range over what calls of unknown outcome may be'),
  percent_max: z.number().optional(),
  numerator: count,
  denominator: count,
  definition: z.string(),
});
const cell = z.union([z.string(), z.number(), z.null()]);

const output = z.object({
  total: z.object({
    calls: count.describe('Calls that have ended; everything below is about them'),
    in_progress: count,
    leads: count,
    numbers: count.describe('Different phone_number'),
    outcomes: z.record(z.string(), count),
    unmapped_by_agents: count.optional().describe('Calls of unknown outcome that an agent dispositioned'),
    rates: z.record(z.string(), rate),
    talk_seconds: z
      .object({ calls: count, sum: z.number(), mean: seconds, median: seconds, p90: seconds, max: seconds })
      .describe('call_length of calls longer than 0 s'),
    zero_length: count,
    without_length: count,
  }),
  groups: z
    .object({
      columns: z.array(z.string()),
      rows: z.array(z.array(cell)).describe('Rates in percent (27-100: a range), talk in seconds'),
      other: z
        .object({ groups: count, row: z.array(cell) })
        .optional()
        .describe('The rest, without their values'),
      sorted_by: z.string(),
      system_user_calls: count.optional().describe('Calls of the dialer’s users, in no group'),
    })
    .optional(),
  ...populationSchema,
  ...directionsSchema,
  oldest_call: z.string().optional(),
  newest_call: z.string().optional(),
  notes: z.array(z.string()).optional(),
});

export const summarizeCallLogs = defineTool({
  name: 'summarize_call_logs',
  title: 'Summarize call logs',
  description:
    'Counts all calls that match the filters, in total and by group: calls, unique leads and numbers, outcomes, talk seconds, and connect, machine, no-answer and abandon rates with their definitions. Answers how many, how long, what share and which is best, by hour, agent or campaign, and says whether every call was read. Lists no calls. Average handle time is not available: call logs hold no hold or after-call time.',
  access: 'read',
  input,
  output,
  async handle(args, context, scope) {
    const { calls, source, account } = context;
    const resolved = await calls.resolveMany(args, scope);
    const groupBy = [...new Set(args.group_by)];
    const question = {
      groupBy,
      sortBy: args.sort_by,
      top: args.top ?? defaultTop(groupBy),
      withDirections: asksForNumber(resolved.filters),
    };
    const { summary, provenance, selection } = await answerFrom(
      source,
      [populationOf(resolved, false), walkScope(scope), args.source],
      async (reading) => ({
        summary: await summarize(reading, question, account),
        provenance: reading.provenance,
        selection: reading.selection,
      }),
    );
    const { completeness, oldest, newest } = summary;
    const population = await populationPart(
      { resolved, completeness, provenance, selection, oldest },
      context,
      scope,
    );
    const directions = directionsPart(summary.directions);
    return fitting(summary.groups.length, (shown) => {
      const told = withGroups(summary, shown);
      const notes = summaryNotes(told, groupBy, account.clock.zone);
      const cut = summary.groups.length - shown;
      if (cut > 0)
        notes.push(
          `Cut to stay within ${MAX_CHARACTERS} characters: ${cut} of the groups asked for are summed up with the others; narrow the filters to see them.`,
        );
      const structuredNotes = [...unknownWords(told), ...notes];
      const table = groupBy.length === 0 ? undefined : summaryTable(told, groupBy);
      const text = population.none ?? [
        ...population.lines,
        ...directions.lines,
        ...summaryLines(told, groupBy),
        ...notes,
        ...(hasTypedLabels(told) || population.isTyped ? [THIRD_PARTY_NOTE] : []),
      ];
      return {
        text: [...population.evidence, ...text].join('\n'),
        structured: present({
          total: totals(summary),
          groups: table === undefined ? undefined : groups(told, table),
          ...population.structured,
          ...directions.structured,
          oldest_call: oldest,
          newest_call: newest,
          notes: structuredNotes.length === 0 ? undefined : structuredNotes,
        }),
      };
    });
  },
});

/** A day's hours belong together; anything else stays short unless more is asked for. */
function defaultTop(groupBy: readonly Grouping[]): number {
  return groupBy.length === 1 && groupBy[0] === 'hour' ? 24 : 12;
}

function totals({ total, unmappedByAgents }: Summary) {
  const talk = total.talkSeconds();
  return {
    calls: total.finished,
    in_progress: total.count('in_progress'),
    leads: total.distinct.leads,
    numbers: total.distinct.numbers,
    outcomes: Object.fromEntries(endedOutcomes(total).map((outcome) => [outcome, total.count(outcome)])),
    ...(unmappedByAgents === 0 ? {} : { unmapped_by_agents: unmappedByAgents }),
    rates: Object.fromEntries(
      RATE_NAMES.map((name) => [name, { ...rateOf(name, total), definition: RATES[name].definition }]),
    ),
    talk_seconds: { ...talk, mean: rounded(talk.mean) },
    zero_length: total.zeroLength,
    without_length: total.lengthless,
  };
}

function groups(summary: Summary, { columns, rows, other }: SummaryTable) {
  return {
    columns: [...columns],
    rows: rows.map((row) => [...row]),
    ...(summary.other === undefined || other === undefined
      ? {}
      : { other: { groups: summary.other.groups, row: [...other] } }),
    sorted_by: summary.sortedBy,
    ...(summary.systemUsers === undefined ? {} : { system_user_calls: summary.systemUsers.finished }),
  };
}

/** A list, or one word or several with commas; letters of either case. */
function groupList(value: unknown, context: z.RefinementCtx): unknown {
  if (value === null || value === '') return undefined;
  const list = typeof value === 'string' ? value.split(',') : value;
  if (!Array.isArray(list)) return list;
  return list.map((word) => {
    refuseHandleTime(word, context);
    return typeof word === 'string' ? word.trim().toLowerCase() : word;
  });
}

const HANDLE_TIME = /\baht\b|handl|hold|wrap|after.?call|\bacw\b/i;

/** A question for what call logs cannot tell gets the reason, not a list of words. */
function refuseHandleTime(value: unknown, context: z.RefinementCtx): unknown {
  if (typeof value === 'string' && HANDLE_TIME.test(value.replaceAll('_', ' '))) {
    context.addIssue({
      code: 'custom',
      message:
        'asks for handle time, which cannot be computed: call logs hold no hold time and no after-call time (talk_mean is talk time alone)',
      input: value,
    });
  }
  return value;
}
