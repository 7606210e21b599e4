import * as z from 'zod';
import { ordinalOf } from '../account-time/stamps.js';
import type { Standing } from '../calls/page-rows.js';
import { spellingWords } from '../calls/row-spellings.js';
import type { FoundPage } from '../calls/search-page.js';
import { ConvosoError } from '../convoso/errors.js';
import { type CallLogFilters, MAX_LIMIT, MAX_OFFSET, type RetrieveQuery } from '../convoso/query.js';
import { nextTurn } from '../convoso/turns.js';
import { choiceOr, flag, text, wholeNumberOr } from '../query/arguments.js';
import { filterFields } from '../query/filters.js';
import { printedWords } from '../query/other-forms.js';
import { asksForNumber } from '../query/phone-filters.js';
import type { ResolvedFilters, ResolvedWindow } from '../query/window.js';
import type { OutgoingCall } from '../redact/outgoing.js';
import { type CallView, viewOf } from '../render/call-view.js';
import { beyondOffset, givenFilters, likelyCauses, type PageAnswer, pageText } from '../render/page.js';
import { shortened } from '../render/short-call.js';
import { quoted } from '../render/third-party.js';
import { directionsOf } from '../stats/directions.js';
import { present } from '../util/present.js';
import { callOutput, callTable, pick, sharedOutput, tabulated } from './answer/call-output.js';
import { directionsPart, directionsSchema } from './answer/directions.js';
import { fitting, MAX_CHARACTERS } from './answer/fitting.js';
import { endOf, nextStep, readAfter, type ShownOrder, shownOrder } from './answer/next-page.js';
import { resolvedNamesPart, resolvedNamesSchema } from './answer/resolved-names.js';
import { windowPart, windowSchema } from './answer/window.js';
import { defineTool } from './define-tool.js';

const input = z.strictObject({
  ...filterFields,
  limit: wholeNumberOr({ min: 1, max: MAX_LIMIT, default: 10 }, 'Rows per page'),
  offset: wholeNumberOr({ min: 0, max: MAX_OFFSET, default: 0 }, 'Rows to skip'),
  order: choiceOr(['asc', 'desc'], 'desc', 'asc: earliest first; desc: latest first'),
  include_recordings: flag(0, '1 (or true) to include recording links'),
  after: text('From an answer’s next page: the rows that it follows'),
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
  order: z.enum(['asc', 'desc']),
  ...windowSchema,
  ...resolvedNamesSchema,
  ...directionsSchema,
  shared: sharedOutput.optional(),
  calls: callTable.optional(),
  calls_in_detail: z.array(callOutput).optional().describe('In place of calls with response_format detailed'),
  names: z
    .record(z.string(), z.record(z.string(), z.string()))
    .optional()
    .describe('Names of ids, by id field'),
  statuses: z.record(z.string(), z.string()).optional().describe('Meaning of each status that occurs'),
  omitted_fields: z.array(z.string()).optional().describe('Fields that only response_format detailed shows'),
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
    'Finds calls by any of the documented filters, newest first, one page at a time. Returns the total, the calls, the meaning of each status and the arguments of the next page. Without dates all history is searched. Agents, campaigns, lists and queues go by id or name; a blank filter counts as not given. Counts, rates and comparisons over many calls: summarize_call_logs.',
  access: 'read',
  input,
  output,
  async handle(args, { calls, account }, scope) {
    const { limit, offset, order } = args;
    const before = readAfter(args.after);
    const ask = async () => {
      const resolved = await calls.resolve(args, scope);
      const query: RetrieveQuery = {
        ...resolved.filters,
        limit,
        offset,
        order,
        include_recordings: args.include_recordings === 1 ? 1 : 0,
      };
      return { resolved, query, found: await calls.search(query, scope, before.ids, resolved.spellings) };
    };
    const known = account.clock.aheadMs;
    let asked = await ask();
    // The first reply told that it is later at the service: a call made just now lies past the end that was sent.
    if (asked.resolved.window.endsNow === 'exactly' && account.clock.aheadMs - known >= 1_000) {
      const first = asked;
      asked = await ask().catch((error: unknown) => {
        if (error instanceof ConvosoError && error.kind === 'deadline') return first;
        throw error;
      });
    }
    const { query, found } = asked;
    const resolved = respelled(asked.resolved, found);
    const begins =
      found.received > 0 || offset > 0
        ? undefined
        : await calls.historyBegins(resolved.window, undefined, scope);
    const placed = { ...query, offset: found.from };
    const detailed = args.response_format === 'detailed';
    if (found.calls.length > 0) await nextTurn('goes on');
    const runs = shownOrder(found.calls, order, account.clock);
    const fewer = fewerWords(before.total, found);
    const showing = (shown: number) => {
      const rows = found.calls.slice(0, shown);
      const { calls: fit, cut } = detailed ? { calls: rows, cut: undefined } : shortened(rows);
      const view = viewOf(fit, account.statuses, account.names);
      const next = nextPage(args, resolved, found, shown, runs);
      const warnings = warningsOf(placed, resolved.window, found, view.calls, shown, runs, next);
      if (fewer !== undefined) warnings.push(fewer);
      if (cut !== undefined) warnings.push(cut);
      const answer = {
        ...{ asked: args, query: placed, resolved, clock: account.clock, order: runs, begins },
        ...{ found, view, span: endOf(found, shown) - found.from, detailed, next, warnings },
        directions: asksForNumber(resolved.filters) ? directionsOf(view.calls) : undefined,
      };
      return { text: pageText(answer), structured: structuredPage(answer) };
    };
    return detailed ? showing(found.calls.length) : fitting(found.calls.length, showing);
  },
});

/** That the service counts fewer calls than on the page before, where its rows do not show which are gone. */
function fewerWords(
  before: number | undefined,
  { total_found: now, standing, end }: FoundPage,
): string | undefined {
  if (before === undefined || now === null || now >= before || standing !== 'in place') return undefined;
  // A total below the rows passed so far counts something else, such as the rows of the page.
  if (now < end) return undefined;
  return `the service counted ${before} calls on the page before and counts ${now} now: calls that no longer match, or that it does not show, may be missing from the pages.`;
}

/** The filters as they found calls; what they were sent as stands with the names that were resolved. */
function respelled(resolved: ResolvedFilters, found: FoundPage): ResolvedFilters {
  if (found.respelled === undefined) return resolved;
  const sentAs = Object.entries(found.respelled).map(([name, spelling]) => [
    name,
    `${resolved.filters[name as keyof CallLogFilters]}, sent as ${spelling}`,
  ]);
  return {
    ...resolved,
    filters: { ...resolved.filters, ...found.respelled },
    resolvedNames: { ...resolved.resolvedNames, ...Object.fromEntries(sentAs) },
  };
}

type Arguments = z.output<typeof input>;

const DEFAULTS: Readonly<Record<string, unknown>> = input.parse({});

/** Arguments that get the rows after the first `shown` calls; undefined when there are none, or no way to them. */
function nextPage(
  args: Arguments,
  { filters, window }: ResolvedFilters,
  found: FoundPage,
  shown: number,
  order: ShownOrder,
): Record<string, unknown> | undefined {
  const step = nextStep(args, window, found, shown, order);
  if (step === undefined) return undefined;
  const next: Record<string, unknown> = {};
  for (const [name, value] of Object.entries({ ...args, ...filters })) {
    if (value !== undefined && value !== DEFAULTS[name]) next[name] = value;
  }
  if (!window.startGiven) delete next['start_time'];
  // The end as it is now, so that calls coming in later do not shift the pages.
  next['end_time'] = window.end;
  return { ...next, ...step };
}

function warningsOf(
  query: RetrieveQuery,
  window: ResolvedWindow,
  found: FoundPage,
  calls: readonly OutgoingCall[],
  shown: number,
  order: ShownOrder,
  next: Record<string, unknown> | undefined,
): string[] {
  const warnings: string[] = [];
  if (shown < found.calls.length) {
    warnings.push(
      `this answer is cut at ${shown} of the ${found.calls.length} rows read, to stay within ${MAX_CHARACTERS} characters; the next page starts with the first row left out.`,
    );
  }
  const moved = STANDING_WORDS[found.standing];
  if (moved !== undefined) warnings.push(moved);
  if (order === 'otherwise') {
    warnings.push(
      'the rows do not come in the order asked for: the service seems to ignore order. Pages still lead through every row.',
    );
  }
  for (const [name, rows] of found.outsideFilter) {
    warnings.push(
      `${rows} of ${found.calls.length} rows do not satisfy ${name}: the service seems not to apply that filter, so total_found counts other calls too.`,
    );
  }
  warnings.push(...found.remarks);
  if (found.unchecked.length > 0) {
    warnings.push(
      `no row carries ${found.unchecked.join(', ')}: that the service applied ${found.unchecked.length === 1 ? 'this filter' : 'these filters'} could not be checked.`,
    );
  }
  warnings.push(...spellingWords(found.otherSpellings, query));
  const undated = found.calls.filter(({ call_date }) => ordinalOf(call_date ?? '') === undefined).length;
  if (undated > 0 && window.startGiven) {
    warnings.push(
      `${undated} of ${found.calls.length} rows have no call_date that is certainly account time, so whether they lie in the window is not known.`,
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
  for (const said of printedWords(found.hidden)) {
    warnings.push(`other calls ${said}; they are not among these.`);
  }
  if (found.repeated > 0) {
    warnings.push(
      `${found.repeated === 1 ? '1 row carries' : `${found.repeated} rows carry`} the id of another row of this page: calls cannot be told apart by it.`,
    );
  }
  if (found.surplus > 0)
    warnings.push(`the service sent ${found.surplus} rows more than asked for; they are left out.`);
  if (found.received === 0 && (found.total_found ?? 0) > query.offset) {
    warnings.push(
      `the service counts ${found.total_found} calls, but sent none from row ${query.offset + 1} on: those after it cannot be shown.`,
    );
  }
  const beyond = beyondOffset(found.total_found, query, calls);
  if (beyond !== undefined) warnings.push(beyond);
  if (next !== undefined && Number(next['offset']) <= found.from)
    warnings.push('the next page narrows the window, because offset reaches no further.');
  return warnings;
}

const STANDING_WORDS: Readonly<Record<Standing, string | undefined>> = {
  'in place': undefined,
  moved:
    'rows moved since the page before: calls came in or changed, or the service’s order is not fixed. This page goes on after the rows shown last; to see those that came in between, start again without offset and after.',
  lost: 'rows moved since the page before, and the rows shown last are not near their place any more: rows may repeat or be missing here. Start again without offset and after, or with a shorter window.',
};

function structuredPage(answer: PageAnswer): z.input<typeof output> {
  const { query, found, view, detailed, next, warnings } = answer;
  const total = found.total_found;
  return present({
    total_found: total ?? undefined,
    returned: view.calls.length,
    offset: query.offset,
    limit: query.limit,
    order: query.order,
    ...windowPart(answer.resolved.window, answer.clock, answer.begins).structured,
    ...resolvedNamesPart(answer.resolved).structured,
    ...directionsPart(view.calls.length === 0 ? undefined : answer.directions).structured,
    ...(detailed ? detailedCalls(view) : conciseCalls(view)),
    statuses: unlessEmpty(view.statuses),
    next: next === undefined ? undefined : { ...next },
    filters: found.received > 0 ? undefined : givenFilters(answer.resolved),
    likely_causes:
      found.received > 0 || total !== 0 ? undefined : likelyCauses(answer.resolved, answer.clock),
    warnings: unlessEmpty([...warnings]),
  });
}

function detailedCalls(view: CallView) {
  return { calls_in_detail: view.calls.map(pick), names: unlessEmpty(view.names) };
}

function conciseCalls(view: CallView) {
  return {
    shared: unlessEmpty(view.shared as Record<string, string>),
    calls: tabulated(view),
    names: unlessEmpty(view.names),
    omitted_fields: unlessEmpty([...view.omitted]),
  };
}

function unlessEmpty<Value extends object>(value: Value): Value | undefined {
  return Object.keys(value).length === 0 ? undefined : value;
}
