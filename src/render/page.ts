import { mayGrow } from '../account-time/stamps.js';
import type { FoundPage } from '../calls/search-page.js';
import { MAX_OFFSET, type RetrieveQuery } from '../convoso/query.js';
import type { AccountClock, ResolvedFilters } from '../query/window.js';
import type { OutgoingCall } from '../redact/outgoing.js';
import type { Directions } from '../stats/directions.js';
import { recordLines } from './call-record.js';
import {
  directionLines,
  legendLines,
  resolvedNameLines,
  sharedLine,
  tableLines,
  unreadLines,
} from './call-table.js';
import type { CallView } from './call-view.js';
import { hasThirdPartyText, hasTypedNames, THIRD_PARTY_NOTE } from './third-party.js';
import { historyLines, windowSentence } from './window.js';

/** What an answer about one page is made from. */
export interface PageAnswer {
  /** The arguments that were given, defaults included. */
  readonly asked: Readonly<Record<string, unknown>>;
  readonly query: RetrieveQuery;
  readonly resolved: ResolvedFilters;
  readonly clock: AccountClock;
  readonly found: FoundPage;
  readonly view: CallView;
  /** Rows of the service that the calls shown stand for, those that could not be read included. */
  readonly span: number;
  readonly detailed: boolean;
  /** How many of the calls shown came in and went out; undefined when that was not asked. */
  readonly directions?: Directions | undefined;
  /** Date of the account's first call, where nothing was found and it lies inside the window. */
  readonly begins?: string | undefined;
  /** Whether the rows come in the order asked for, where that was looked at. */
  readonly order?: 'as asked' | 'otherwise';
  /** Arguments of the call that gets the next rows, when there are more. */
  readonly next: Readonly<Record<string, unknown>> | undefined;
  readonly warnings: readonly string[];
}

/** A page of calls as text: how many, which, in which order and window, the calls, their codes, how to go on. */
export function pageText(answer: PageAnswer): string {
  const { view, found, resolved, clock } = answer;
  if (found.received === 0) return emptyText(answer);
  const lines = [headline(answer), windowSentence(resolved.window, clock), ...resolvedNameLines(resolved)];
  if (view.calls.length > 0) lines.push(...directionLines(answer.directions, 'Of the calls shown'));
  lines.push(...(answer.detailed ? detailedLines(view) : conciseLines(view)));
  if (view.calls.some(hasThirdPartyText) || hasTypedNames(resolved.resolvedNames))
    lines.push(THIRD_PARTY_NOTE);
  for (const warning of answer.warnings) lines.push(`Warning: ${warning}`);
  if (answer.next !== undefined) lines.push(`Next page: ${nextWords(answer)}`);
  return lines.join('\n');
}

function conciseLines(view: CallView): string[] {
  const shared = sharedLine(view);
  const lines = [...(shared === undefined ? [] : [shared]), ...tableLines(view), ...legendLines(view)];
  if (view.omitted.length > 0) lines.push(omittedWords(view.omitted));
  return [...lines, ...unreadLines(view.calls)];
}

/** What only the detailed view has: named when few, otherwise counted (structured content names all). */
function omittedWords(fields: readonly string[]): string {
  if (fields.length <= 3) return `Only in detailed: ${fields.join(', ')}.`;
  return `Only in detailed: ${fields.length} more fields.`;
}

/**
 * How to get the next page: by all its arguments, or in short where but the offset changes. The short form leaves out which rows
 * the page follows: it costs less, and what it cannot check is the rarer trouble.
 */
function nextWords({ next = {}, asked, resolved }: PageAnswer): string {
  const { offset, after: _after, ...rest } = next;
  const { start, end } = resolved.window;
  const edges: Readonly<Record<string, string>> = { start_time: start, end_time: end };
  const same = [...Object.entries(rest), ['after', undefined] as const].every(
    ([name, value]) => asked[name] === value || (value === edges[name] && ABSOLUTE.test(String(asked[name]))),
  );
  const short = same && offset !== undefined && resolved.window.askedEnd === undefined;
  return short ? `same arguments, offset ${offset}` : JSON.stringify(next);
}

/** A date that means the same whenever it is given. */
const ABSOLUTE = /^\d{4}-\d{2}-\d{2}/;

function detailedLines(view: CallView): string[] {
  const blocks = view.calls.flatMap((call) => ['', ...recordLines(call)]);
  return [...blocks, '', ...legendLines(view)];
}

function headline({ found, query, view, span, order: runs }: PageAnswer): string {
  const { total_found: total } = found;
  const asked = query.order === 'desc' ? 'newest first' : 'oldest first';
  const order = runs === 'otherwise' ? `not ${asked} as asked` : asked;
  const count = total === null ? 'The service did not say how many calls match.' : `${plural(total)} found.`;
  if (view.calls.length === 0) return `${count} None of this page’s rows can be read.`;
  const rows = `${query.offset + 1}-${query.offset + span}`;
  const pages =
    total === null || query.offset % query.limit !== 0
      ? ''
      : `, page ${Math.floor(query.offset / query.limit) + 1} of ${pageCount(total, query)}`;
  return `${count} Rows ${rows}${pages}, ${order}.`;
}

/** Pages of this size that the total makes. */
export function pageCount(total: number, query: Pick<RetrieveQuery, 'limit'>): number {
  return Math.max(1, Math.ceil(total / query.limit));
}

function plural(total: number): string {
  return total === 1 ? '1 call' : `${total} calls`;
}

function emptyText({ found, query, resolved, clock, begins, warnings }: PageAnswer): string {
  const { total_found: total } = found;
  const lines =
    (total ?? query.offset) > 0
      ? [
          `${total === null ? 'No more calls' : `${plural(total)} found, but none`} from row ${query.offset + 1} on${total !== null && total <= query.offset ? `: the last row is ${total}` : ''}.`,
          filtersSentence(resolved),
          windowSentence(resolved.window, clock),
          ...resolvedNameLines(resolved),
          ...(hasTypedNames(resolved.resolvedNames) ? [THIRD_PARTY_NOTE] : []),
        ]
      : [...noCallsLines(resolved, clock), ...historyLines(begins)];
  for (const warning of warnings) lines.push(`Warning: ${warning}`);
  return lines.join('\n');
}

/** That nothing matches: the filters and the window searched, and why that may be. */
export function noCallsLines(resolved: ResolvedFilters, clock: AccountClock): string[] {
  return [
    'No calls match.',
    filtersSentence(resolved),
    windowSentence(resolved.window, clock),
    ...resolvedNameLines(resolved),
    `Likely causes: ${likelyCauses(resolved, clock).join('; ')}.`,
    ...(hasTypedNames(resolved.resolvedNames) ? [THIRD_PARTY_NOTE] : []),
  ];
}

/** The filters that were sent, the window aside, as one sentence. */
export function filtersSentence(resolved: ResolvedFilters): string {
  const filters = Object.entries(givenFilters(resolved));
  return `Filters: ${filters.length === 0 ? 'none' : filters.map(([name, value]) => `${name}=${value}`).join(', ')}.`;
}

/** The filters that were sent, without the window. */
export function givenFilters({ filters }: ResolvedFilters): Record<string, string> {
  return Object.fromEntries(
    Object.entries(filters)
      .filter(([name, value]) => value !== undefined && name !== 'start_time' && name !== 'end_time')
      .map(([name, value]) => [name, String(value)]),
  );
}

/** Why a search may have found nothing, the likeliest first. */
export function likelyCauses(resolved: ResolvedFilters, clock: AccountClock): string[] {
  const { window } = resolved;
  const names = new Set(Object.keys(givenFilters(resolved)));
  const causes: string[] = [];
  if (window.startGiven && mayGrow(window.start, clock.zone, clock.now())) {
    causes.push('the window lies in the future, or nearly');
  } else if (window.startGiven || window.endGiven) {
    causes.push(
      clock.zone === undefined
        ? 'the window is in the account’s own time, which may be hours from yours'
        : 'the window holds no such calls; try a wider one',
    );
  }
  if (names.has('status'))
    causes.push('status codes vary by account: search without status to see those that occur');
  if (names.has('phone_number') || names.has('number_dialed')) {
    causes.push(
      'the number stands in the other field: phone_number is the contact’s, number_dialed the one dialed out to',
    );
  }
  if (names.has('first_name') || names.has('last_name')) causes.push('the lead is spelled otherwise');
  if (names.size > 1) causes.push('no call satisfies all filters together; drop one');
  if (names.size === 1 && causes.length === 0) {
    const [name = ''] = names;
    causes.push(
      name.endsWith('id')
        ? 'the id does not exist in this account'
        : `no call of this account has this ${name}`,
    );
  }
  if (causes.length === 0) causes.push('the account has no calls that this token may see');
  return causes;
}

/** The date of a call as an argument can hold it; none where the service gave something else in its place. */
export function dateOf(call: OutgoingCall | undefined): string | undefined {
  const date = call?.call_date;
  return date !== undefined && /^\d{4}-\d\d-\d\d([ T][\d:.Z+-]+)?$/.test(date) ? date : undefined;
}

/** How to reach calls past the largest offset, when the total goes beyond it. */
export function beyondOffset(
  total: number | null,
  query: RetrieveQuery,
  calls: readonly OutgoingCall[],
): string | undefined {
  if (total === null || total <= MAX_OFFSET + query.limit) return undefined;
  const edge = query.order === 'desc' ? 'end_time' : 'start_time';
  const last = dateOf(calls.at(-1));
  const example =
    last === undefined ? '' : `, for example ${edge} "${last}" to go on from this page’s last row`;
  return `offset stops at ${MAX_OFFSET}, so rows past ${MAX_OFFSET + query.limit} of this window cannot be paged to: narrow it with start_time and end_time${example}.`;
}
