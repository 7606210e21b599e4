import * as z from 'zod';
import { answerFrom } from '../calls/source.js';
import { codeKey } from '../convoso/status-key.js';
import { choice, text, wholeNumber } from '../query/arguments.js';
import { conditionFields } from '../query/conditions.js';
import { manyFilterFields } from '../query/filters.js';
import { GROUPINGS, type Grouping, isPartOfPhone, isSequence } from '../query/groupings.js';
import { asksForNumber } from '../query/phone-filters.js';
import type { ResolvedFilters } from '../query/window.js';
import {
  definitionLines,
  hasTypedLabels,
  headline,
  summaryLines,
  summaryNotes,
  unknownWords,
} from '../render/summary.js';
import {
  definitions,
  endedOutcomes,
  knowsSuccess,
  MOST_STATUSES,
  type SummaryTable,
  type SummaryView,
  summaryColumns,
  summaryTable,
} from '../render/summary-table.js';
import { THIRD_PARTY_NOTE } from '../render/third-party.js';
import { spokenWindow } from '../render/window.js';
import { DEFAULT_MEASURES, isOfQueue, METRIC_NAMES, SUCCESS_MEASURES } from '../stats/measures.js';
import { RATE_NAMES, rateOf } from '../stats/rates.js';
import { SORT_ORDERS, SORTS, type Sort, type Summary, summarize, withGroups } from '../stats/summary.js';
import { InvalidArguments } from '../util/failure.js';
import { present } from '../util/present.js';
import {
  comparedWith,
  comparisonPart,
  comparisonSchema,
  pairWith,
  readComparison,
} from './answer/comparison.js';
import { directionsPart, directionsSchema } from './answer/directions.js';
import { fitting, MAX_CHARACTERS } from './answer/fitting.js';
import { focusKey, focusPart, focusSchema } from './answer/focus.js';
import {
  populationOf,
  populationPart,
  populationSchema,
  sourceField,
  walkScope,
} from './answer/population.js';
import { type CallScope, defineTool, type ToolContext } from './define-tool.js';

const MAX_GROUPINGS = 2;

const input = z.strictObject({
  ...manyFilterFields,
  ...conditionFields,
  group_by: z
    .preprocess(words, z.array(z.enum(GROUPINGS)).max(MAX_GROUPINGS).default([]))
    .describe(
      'Up to two, in account time; week: from Monday; attempt: first, second … outbound call to the number',
    ),
  metrics: z
    .preprocess(words, z.array(z.enum(METRIC_NAMES)).max(METRIC_NAMES.length).default([]))
    .describe(
      'More columns: outcomes; rates (machine, no answer, abandon); talk; leads; attempts; queue (offered, answered, wait, service level); statuses (most frequent)',
    ),
  count_statuses: z
    .preprocess(texts, z.array(z.string().max(200)).max(MOST_STATUSES).default([]))
    .describe(
      'Up to six statuses (codes or meanings), each a column with its share of the calls that reached a person',
    ),
  sort_by: z
    .preprocess(refuseHandleTime, choice(SORTS, ''))
    .describe('Order of groups; default: calls, or key for time'),
  sort_order: choice(SORT_ORDERS, 'Default: desc, for key asc'),
  min_calls: wholeNumber({ min: 2, max: 1_000_000 }, 'Fewest calls of a group'),
  top: wholeNumber({ min: 1, max: 500 }, 'Groups to show, default 12, with time 31; the rest is summed up'),
  service_level_seconds: wholeNumber({ min: 1, max: 86_400 }, 'Of metric queue; default 20'),
  compare_to: text(
    'previous_period, last_week (same days and times, a week earlier), or a window: 2026-10-01..2026-10-31',
  ),
  focus: text('One group by ID or name, such as an agent: its rank, and the others on the same base'),
  source: sourceField,
});

const count = z.int();
const rate = z.object({
  percent: z.number().nullable().describe('null: nothing to divide by, or a range'),
  percent_min: z.number().optional().describe('Range over what calls of unknown outcome may be'),
  percent_max: z.number().optional(),
  numerator: count,
  denominator: count,
});
const cell = z.union([z.string(), z.number(), z.null()]);

const output = z.object({
  total: z.object({
    calls: count.describe('Calls that have ended; everything below is about them'),
    in_progress: count,
    outbound: count,
    inbound: count,
    reached: count.describe('Reached a person'),
    successes: count.optional(),
    leads: count,
    leads_reached: count,
    numbers: count.describe('Different phone_number'),
    outcomes: z.record(z.string(), count).optional(),
    unmapped_by_agents: count.optional().describe('Calls of unknown outcome that an agent dispositioned'),
    rates: z.record(z.string(), rate),
    metrics: z.record(z.string(), cell).optional().describe('What else was asked for; seconds, percent'),
  }),
  groups: z
    .object({
      columns: z.array(z.string()),
      rows: z.array(z.array(cell)).describe('Rates in percent (27-100: a range), talk in seconds'),
      other: z
        .object({ groups: count, row: z.array(cell) })
        .optional()
        .describe('The rest, without their values'),
      count: count.describe('Groups in all, of at least min_calls'),
      sorted_by: z.string(),
      sort_order: z.enum(SORT_ORDERS),
      system_user_calls: count.optional().describe('Calls of the dialer’s users, in no group'),
    })
    .optional(),
  meanings: z.record(z.string(), z.string()).optional(),
  ...focusSchema,
  ...comparisonSchema,
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
    'Counts all calls that match the filters, in total and by group: calls, calls that reached a person, contact rate (of outbound calls) and success rate; on request outcomes, machine, no-answer and abandon rates, talk time, leads, attempts and single statuses. Answers how many, how long, what share, whom, and which is best or worst, by agent, campaign, lead, number, day, week, attempt and more, with its definitions, and says whether every call was read. Lists no calls.',
  access: 'read',
  input,
  output,
  async handle(args, context, scope) {
    const { source, account } = context;
    const groupBy = [...new Set(args.group_by)];
    refusePartsOfPhones(groupBy, context);
    const resolved = await context.calls.resolveMany(args, scope);
    const named = await resolveStatuses(args.count_statuses, resolved, context, scope);
    const compared = comparedWith(args.compare_to, resolved, context);
    const focus = await focusKey(args.focus, groupBy, resolved, context, scope);
    const asksQueue = args.service_level_seconds !== undefined || isQueueSort(args.sort_by);
    const view: SummaryView = {
      groupBy,
      metrics: [...new Set([...args.metrics, ...(asksQueue ? (['queue'] as const) : [])])],
      statuses: named.codes,
      minCalls: args.min_calls,
    };
    const question = {
      groupBy,
      sortBy: args.sort_by,
      sortOrder: args.sort_order,
      minCalls: args.min_calls,
      top: args.top ?? (groupBy.some(isSequence) ? 31 : 12),
      window: resolved.window.startGiven ? resolved.window : undefined,
      withDirections: asksForNumber(resolved.filters),
      withQueue: view.metrics.includes('queue'),
      within: args.service_level_seconds,
      keepsAll: compared !== undefined || focus !== undefined,
    };
    const began = performance.now();
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
    const read = { resolved, completeness, provenance, selection, oldest };
    const seconds = (performance.now() - began) / 1000;
    const comparison =
      compared === undefined
        ? undefined
        : await readComparison(compared, { read, seconds, question, source: args.source }, context, scope);
    const population = await populationPart(read, context, scope);
    const measures = summaryColumns(summary, view).flatMap(({ measure }) => measure ?? []);
    const focused = focus === undefined ? undefined : focusPart(focus, summary, measures, args.min_calls);
    const beside =
      comparison === undefined ? undefined : comparisonPart(comparison, summary, measures, context);
    const directions = directionsPart(summary.directions);
    return fitting(summary.groups.length, (shown) => {
      const cutShort = withGroups(summary, shown);
      const pair =
        comparison === undefined || groupBy.some(isDated)
          ? undefined
          : pairWith(comparison, cutShort, args.min_calls);
      const told = pair?.summary ?? cutShort;
      const notes = [...named.notes, ...unknownWords(told), ...summaryNotes(told, view, account.clock.zone)];
      const cut = summary.groups.length - shown;
      if (cut > 0)
        notes.push(
          `Cut to stay within ${MAX_CHARACTERS} characters: ${cut} of the groups asked for are summed up with the others; narrow the filters to see them.`,
        );
      if (comparison !== undefined && groupBy.some(isDated))
        notes.push(
          'Dates of two windows are never the same: the totals are compared; group by weekday or hour to compare those.',
        );
      if (pair !== undefined && groupBy.length > 0) notes.push(...pairNotes(pair.moreFormer));
      const table = groupBy.length === 0 ? undefined : summaryTable(told, view, pair);
      const defined = definitions(told, view);
      const answer = [
        headline(told, spokenWindow(resolved.window, account.clock)),
        ...(focused?.lines ?? []),
        ...(beside?.lines ?? []),
        ...summaryLines(told, view, pair),
      ];
      const basis = [...population.lines, ...directions.lines];
      // What is not the whole truth says so before anything else.
      const found = completeness.complete
        ? [...answer, ...basis, ...population.evidence]
        : [...population.evidence, ...answer, ...basis];
      const isTypedText = hasTypedLabels(told) || population.isTyped;
      const lines =
        population.none === undefined
          ? [...found, ...definitionLines(defined), ...notes, ...(isTypedText ? [THIRD_PARTY_NOTE] : [])]
          : [...population.evidence, ...population.none, ...(beside?.lines ?? [])];
      return {
        text: lines.join('\n'),
        structured: present({
          total: totals(summary, view),
          groups: table === undefined ? undefined : groups(told, table),
          meanings: Object.keys(defined).length === 0 ? undefined : defined,
          ...focused?.structured,
          ...beside?.structured,
          ...population.structured,
          ...directions.structured,
          oldest_call: oldest,
          newest_call: newest,
          notes: notes.length === 0 ? undefined : notes,
        }),
      };
    });
  },
});

/** Groupings whose values lie in one window only. */
function isDated(grouping: Grouping): boolean {
  return grouping === 'date' || grouping === 'week' || grouping === 'month';
}

function isQueueSort(sort: Sort | undefined): boolean {
  return sort !== undefined && sort !== 'key' && isOfQueue(sort);
}

function pairNotes(moreFormer: number): string[] {
  return [
    '…_before: the same in the window compared with; …_change: the difference, of rates in percentage points; …_interval: its 95 % interval; …_chance: whether that holds 0.',
    ...(moreFormer === 0
      ? []
      : [`${moreFormer} more groups have calls in the window compared with only; they are not shown.`]),
  ];
}

/** @throws InvalidArguments: together with the last digits such a part tells most of a number */
function refusePartsOfPhones(groupBy: readonly Grouping[], { account }: ToolContext): void {
  const part = groupBy.find(isPartOfPhone);
  if (part === undefined || !account.masks.has('phone')) return;
  throw new InvalidArguments({
    what: `group_by cannot be ${part}.`,
    why: 'It is a part of phone numbers, and this server masks those.',
    next: 'Group by something else.',
  });
}

/** The codes of statuses, named as a filter names them, and what names stand for. */
async function resolveStatuses(
  asked: readonly string[],
  { window }: ResolvedFilters,
  { calls }: ToolContext,
  scope: CallScope,
): Promise<{ readonly codes: readonly string[]; readonly notes: readonly string[] }> {
  const codes = new Set<string>();
  const notes: string[] = [];
  for (const status of asked) {
    const found = await calls.resolve({ status, start_time: window.start, end_time: window.end }, scope);
    codes.add(codeKey(found.filters.status ?? status));
    const { status: said } = found.resolvedNames;
    if (said !== undefined) notes.push(`count_statuses: ${said}.`);
  }
  return { codes: [...codes], notes };
}

function totals(summary: Summary, view: SummaryView) {
  const { total, unmappedByAgents } = summary;
  const own: readonly string[] = [...DEFAULT_MEASURES, ...SUCCESS_MEASURES, ...RATE_NAMES];
  const more = summaryColumns(summary, { ...view, groupBy: [] }).filter(({ name }) => !own.includes(name));
  const rates = RATE_NAMES.filter(
    (name) =>
      name === 'contact_rate' ||
      (name === 'success_rate' ? knowsSuccess(summary) : view.metrics.includes('rates')),
  );
  const isAlone = view.groupBy.length === 0 || view.metrics.includes('outcomes');
  return {
    calls: total.finished,
    in_progress: total.count('in_progress'),
    outbound: total.countWhere(({ direction }) => direction === 'outbound'),
    inbound: total.countWhere(({ direction }) => direction === 'inbound'),
    reached: total.count('human'),
    ...(knowsSuccess(summary) ? { successes: total.countWhere(({ success }) => success) } : {}),
    leads: total.distinct.leads,
    leads_reached: total.distinct.leads_reached,
    numbers: total.distinct.numbers,
    ...(isAlone
      ? {
          outcomes: Object.fromEntries(
            endedOutcomes(total).map((outcome) => [outcome, total.count(outcome)]),
          ),
        }
      : {}),
    ...(unmappedByAgents === 0 ? {} : { unmapped_by_agents: unmappedByAgents }),
    rates: {
      ...Object.fromEntries(rates.map((name) => [name, rateOf(name, total)])),
      ...(total.queue.figures.offered === 0
        ? {}
        : { service_level: total.queue.serviceLevel(summary.within) }),
    },
    ...(more.length === 0
      ? {}
      : { metrics: Object.fromEntries(more.map(({ name, of }) => [name, of(total)])) }),
  };
}

function groups(summary: Summary, { columns, rows, other }: SummaryTable) {
  return {
    columns: [...columns],
    rows: rows.map((row) => [...row]),
    ...(summary.other === undefined || other === undefined
      ? {}
      : { other: { groups: summary.other.groups, row: [...other] } }),
    count: summary.groupCount,
    sorted_by: summary.sortedBy,
    sort_order: summary.sortOrder,
    ...(summary.systemUsers === undefined ? {} : { system_user_calls: summary.systemUsers.finished }),
  };
}

/** A list, or one text or several with commas. */
function texts(value: unknown): unknown {
  if (value === null || value === '') return undefined;
  const list = typeof value === 'string' ? value.split(',') : value;
  if (!Array.isArray(list)) return list;
  return list
    .map((text) => (typeof text === 'number' ? String(text) : typeof text === 'string' ? text.trim() : text))
    .filter((text) => text !== '');
}

/** Likewise, of words in letters of either case. */
function words(value: unknown, context: z.RefinementCtx): unknown {
  const list = texts(value);
  if (!Array.isArray(list)) return list;
  return list.map((word) => {
    refuseHandleTime(word, context);
    return typeof word === 'string' ? word.toLowerCase() : word;
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
