import * as z from 'zod';
import type { FoundPage } from '../call-logs/call-logs.js';
import { choiceOr, flag, wholeNumberOr } from '../call-logs/fields.js';
import { type AccountClock, filterFields, type ResolvedFilters } from '../call-logs/filters.js';
import { MAX_LIMIT, MAX_OFFSET, type RetrieveQuery } from '../convoso/query.js';
import { mayGrow } from '../convoso/time.js';
import type { OutgoingCall } from '../redact/outgoing.js';
import { type CallView, viewOf } from '../text/call-view.js';
import {
  beyondOffset,
  dateOf,
  givenFilters,
  likelyCauses,
  type PageAnswer,
  pageCount,
  pageText,
} from '../text/page.js';
import { shortened } from '../text/short-call.js';
import { quoted } from '../text/third-party.js';
import { callFields, callOutput, pick, takenOutput, windowOutput, windowResult } from './call-output.js';
import { defineTool } from './define-tool.js';
import { fitting, MAX_CHARACTERS } from './fitting.js';

const input = z.strictObject({
  ...filterFields,
  limit: wholeNumberOr({ min: 1, max: MAX_LIMIT, default: 10 }, 'Rows per page'),
  offset: wholeNumberOr({ min: 0, max: MAX_OFFSET, default: 0 }, 'Rows to skip'),
  order: choiceOr(['asc', 'desc'], 'desc', 'asc: earliest first; desc: latest first'),
  include_recordings: flag(0, '1 (or true) to include recording links'),
  response_format: choiceOr(
    ['concise', 'detailed'],
    'concise',
    'concise: a table; detailed: every field of each call, of any length',
  ),
});

const output = z.object({
  total_found: z.int().optional().describe('All matching calls; absent when the service did not say'),
  returned: z.int(),
  offset: z.int(),
  limit: z.int(),
  page: z.int(),
  pages: z.int().optional(),
  order: z.enum(['asc', 'desc']),
  window: windowOutput,
  taken: takenOutput,
  shared: z.object(callFields).partial().optional().describe('Values that every call below has'),
  calls: z.array(callOutput),
  names: z
    .record(z.string(), z.record(z.string(), z.string()))
    .optional()
    .describe('Names of ids, by id field'),
  statuses: z.record(z.string(), z.string()).optional().describe('Meaning of each status that occurs'),
  left_out: z.array(z.string()).optional().describe('Fields that only response_format detailed shows'),
  next: z.record(z.string(), z.unknown()).optional().describe('Arguments that get the next page'),
  filters: z
    .record(z.string(), z.string())
    .optional()
    .describe('Filters searched for, when nothing was found'),
  likely_causes: z.array(z.string()).optional().describe('Why nothing may have been found'),
  warnings: z.array(z.string()).optional(),
});

export const searchCallLogs = defineTool({
  name: 'search_call_logs',
  title: 'Search call logs',
  description:
    'Finds calls by any of the documented filters, newest first, a page at a time, with the total, the meaning of each status and the arguments of the next page. Use it to look up the calls of a lead, phone number, agent, campaign or list. Without dates it searches all history. Agents, campaigns, lists and queues go by id or name. A blank filter counts as not given. Do not page through large results to count or compare them.',
  access: 'read',
  input,
  output,
  async handle(args, { calls, statuses }, { signal }) {
    const resolved = await calls.resolve(args, signal);
    const { limit, offset, order } = args;
    const query: RetrieveQuery = {
      ...resolved.filters,
      limit,
      offset,
      order,
      include_recordings: args.include_recordings === 1 ? 1 : 0,
    };
    const found = await calls.search(query, signal);
    const detailed = args.response_format === 'detailed';
    const showing = (shown: number) => {
      const span = rowsCovered(found, shown, limit);
      const rows = found.calls.slice(0, shown);
      const { calls: fit, cut } = detailed ? { calls: rows, cut: undefined } : shortened(rows);
      const view = viewOf(fit, statuses, calls.names);
      const next = nextPage(args, resolved, found, { shown, span }, calls.clock);
      const warnings = warningsOf(query, found, view.calls, shown, next);
      if (cut !== undefined) warnings.push(cut);
      const answer = {
        ...{ asked: args, query, resolved, clock: calls.clock },
        ...{ found, view, span, detailed, next, warnings },
      };
      return { text: pageText(answer), structured: structuredPage(answer) };
    };
    return detailed ? showing(found.calls.length) : fitting(found.calls.length, showing);
  },
});

/** Rows of the service that the first `shown` calls stand for: the service counts rows that could not be read, too. */
function rowsCovered(found: FoundPage, shown: number, limit: number): number {
  if (shown === found.calls.length) return Math.min(found.received, limit);
  return found.malformed.reduce((place, { index }) => (index <= place ? place + 1 : place), shown);
}

type Arguments = z.output<typeof input>;

/**
 * Arguments that get the rows after these. The first page pins the end of a window that can still grow to the newest call
 * seen, so that calls coming in do not shift the pages; past the largest offset the window moves on instead.
 */
function nextPage(
  args: Arguments,
  { filters, window }: ResolvedFilters,
  found: FoundPage,
  { shown, span }: { shown: number; span: number },
  clock: AccountClock,
): Record<string, unknown> | undefined {
  const offset = args.offset + span;
  const cut = shown < found.calls.length;
  const more = found.total_found === null ? cut || found.received >= args.limit : offset < found.total_found;
  if (span === 0 || !more) return undefined;
  const next: Record<string, unknown> = {};
  for (const [name, value] of Object.entries({ ...args, ...filters })) {
    if (value !== undefined && value !== DEFAULTS[name]) next[name] = value;
  }
  const dates = found.calls.flatMap((call) => dateOf(call) ?? []);
  const newest = dates.toSorted().at(-1);
  const pin = args.order === 'desc' && args.offset === 0 && mayGrow(window.end, clock.zone, clock.now());
  if (window.startGiven) next['start_time'] = window.start;
  else delete next['start_time'];
  next['end_time'] = pin && newest !== undefined && newest <= window.end ? newest : window.end;
  if (offset <= MAX_OFFSET) return { ...next, offset };
  const last = dateOf(found.calls.at(shown - 1));
  if (last === undefined) return undefined;
  delete next['offset'];
  next[args.order === 'desc' ? 'end_time' : 'start_time'] = last;
  return next;
}

const DEFAULTS: Readonly<Record<string, unknown>> = input.parse({});

function warningsOf(
  query: RetrieveQuery,
  found: FoundPage,
  calls: readonly OutgoingCall[],
  shown: number,
  next: Record<string, unknown> | undefined,
): string[] {
  const warnings: string[] = [];
  if (shown < found.calls.length) {
    warnings.push(
      `this answer is cut at ${shown} of the ${found.calls.length} rows read, to stay within ${MAX_CHARACTERS} characters; the next page starts with the first row left out.`,
    );
  }
  for (const [name, rows] of found.outsideFilter) {
    warnings.push(
      `${rows} of ${found.calls.length} rows do not satisfy ${name}: the service seems not to apply that filter, so total_found counts other calls too.`,
    );
  }
  if (found.malformed.length > 0) {
    const ids = found.malformed
      .slice(0, 5)
      .map((row) => (row.id === undefined ? `row ${query.offset + row.index + 1}` : quoted(row.id)));
    warnings.push(
      `${found.malformed.length} rows could not be read and are left out (${ids.join(', ')}: ${found.malformed[0]?.problem}).`,
    );
  }
  if (found.surplus > 0)
    warnings.push(`the service sent ${found.surplus} rows more than asked for; they are left out.`);
  const beyond = beyondOffset(found.total_found, query, calls);
  if (beyond !== undefined) warnings.push(beyond);
  if (next !== undefined && next['offset'] === undefined) {
    warnings.push(
      'the next page narrows the window; rows of the same second as this page’s last row can repeat.',
    );
  }
  return warnings;
}

function structuredPage(answer: PageAnswer): z.input<typeof output> {
  const { query, found, view, detailed, next, warnings } = answer;
  const total = found.total_found;
  return {
    ...(total === null ? {} : { total_found: total, pages: pageCount(total, query) }),
    returned: view.calls.length,
    offset: query.offset,
    limit: query.limit,
    page: Math.floor(query.offset / query.limit) + 1,
    order: query.order,
    window: windowResult(answer.resolved.window, answer.clock),
    ...nonEmpty('taken', answer.resolved.taken),
    ...(detailed ? detailedCalls(view) : conciseCalls(view)),
    ...nonEmpty('statuses', view.statuses),
    ...(next === undefined ? {} : { next }),
    ...(found.received > 0
      ? {}
      : {
          filters: givenFilters(answer.resolved),
          ...(total === 0 ? { likely_causes: likelyCauses(answer.resolved, answer.clock) } : {}),
        }),
    ...(warnings.length === 0 ? {} : { warnings: [...warnings] }),
  };
}

function detailedCalls(view: CallView) {
  return { calls: view.calls.map((call) => pick(call)), ...nonEmpty('names', view.names) };
}

function conciseCalls(view: CallView) {
  return {
    ...nonEmpty('shared', view.shared),
    calls: view.calls.map((call) => pick(call, view.columns)),
    ...nonEmpty('names', view.names),
    ...(view.leftOut.length === 0 ? {} : { left_out: [...view.leftOut] }),
  };
}

function nonEmpty<Name extends string, Value extends object>(
  name: Name,
  value: Value,
): { [name in Name]?: Value } {
  return Object.keys(value).length === 0 ? {} : ({ [name]: value } as { [name in Name]?: Value });
}
