import { HISTORY_START, latestNow, resolveMoment, type Window } from '../account-time/stamps.js';
import { isTimeWord, readTimeWord } from '../account-time/time-words.js';
import type { CallLogFilters } from '../convoso/query.js';
import { InvalidArguments } from '../util/failure.js';
import { type FilterInput, filterFields } from './filters.js';
import type { ResolvedNames } from './names/name-filters.js';
import type { RowCheck } from './row-checks.js';

/** Where the ends of a window come from: `given` by the caller, or open because no date was given. */
export interface ResolvedWindow extends Window {
  readonly startGiven: boolean;
  readonly endGiven: boolean;
  /** Present when the window ends now; where the account's zone is not known, `at the latest` that it can be there. */
  readonly endsNow?: 'exactly' | 'at the latest';
  /** The date given as the end, where it lies in the future: the window ends now instead. */
  readonly askedEnd?: string;
  /** The end that was asked for, given or of a word for a period, where the window ends before it because it is not over. */
  readonly periodEnd?: string;
}

/** Filters ready to send, with the window always explicit. */
export interface ResolvedFilters {
  readonly filters: CallLogFilters;
  readonly window: ResolvedWindow;
  /** What names in the filters stand for; empty when only ids and codes were given. */
  readonly resolvedNames: ResolvedNames;
  /** Numbers among the filters in the other forms that recent rows print; absent when there are none. */
  readonly spellings?: readonly CallLogFilters[];
  /** Where those names were looked up, to follow "names of". */
  readonly resolvedFrom?: string;
  /** What is not sent, and calls are checked by: several values of a filter, and conditions. */
  readonly checks?: readonly RowCheck[];
}

/** What it takes to resolve dates: the account's zone, when known, and the clock. */
export interface AccountClock {
  readonly zone: string | undefined;
  now(): Date;
}

/**
 * Turns filter arguments into what is sent. An end of the window that was not given is made explicit, because some accounts
 * search today only when no dates are sent; a word for a period (yesterday, last month) given as the start alone also gives
 * the end. A window ends now at the latest, unless all of it lies in the future. Names are not looked up here: see
 * CallLogs.resolve.
 * @throws InvalidArguments for impossible dates, a reversed range, or an offset or a word where the account's zone is not
 * known.
 */
export function resolveFilters(input: FilterInput, clock: AccountClock): ResolvedFilters {
  const now = clock.now();
  const start = resolveEdge(input.start_time, 'start', clock.zone, now);
  const period = periodOf(input.end_time ?? input.start_time, clock.zone, now);
  const asked =
    input.end_time === undefined ? period?.end : resolveEdge(input.end_time, 'end', clock.zone, now);
  const latest = latestNow(clock.zone, now);
  const ahead = start !== undefined && start > latest;
  const end = ahead ? (asked ?? `${start.slice(0, 10)} 23:59:59`) : earlier(latest, asked);
  const window: ResolvedWindow = {
    start: start ?? (end < HISTORY_START ? '1970-01-01 00:00:00' : HISTORY_START),
    end,
    startGiven: start !== undefined,
    endGiven: asked !== undefined,
    ...(end === latest ? { endsNow: clock.zone === undefined ? 'at the latest' : 'exactly' } : {}),
    ...(asked !== undefined && asked > end
      ? { periodEnd: asked, ...(period === undefined ? { askedEnd: asked } : {}) }
      : {}),
  };
  if (window.start > window.end) {
    throw new InvalidArguments({
      what: 'The window of the search is reversed.',
      why: `start_time ${window.start} is after end_time ${window.end} (account time).`,
      next: 'Swap them, or give one only.',
    });
  }
  const filters: Record<string, unknown> = {};
  for (const name of Object.keys(filterFields) as (keyof FilterInput)[]) {
    if (input[name] !== undefined) filters[name] = input[name];
  }
  return {
    filters: { ...filters, start_time: window.start, end_time: window.end },
    window,
    resolvedNames: {},
  };
}

/** The period that a date stands for, when it is a word for one. */
function periodOf(given: string | undefined, zone: string | undefined, now: Date): Window | undefined {
  const word = given === undefined || zone === undefined ? undefined : readTimeWord(given, now, zone);
  return word !== undefined && 'period' in word ? word.period : undefined;
}

function resolveEdge(
  given: string | undefined,
  edge: 'start' | 'end',
  zone: string | undefined,
  now: Date,
): string | undefined {
  if (given === undefined) return undefined;
  const word = zone === undefined ? undefined : readTimeWord(given, now, zone);
  if (word !== undefined) return 'period' in word ? word.period[edge] : word.moment(edge);
  const moment = resolveMoment(given, edge, zone);
  if ('stamp' in moment) return moment.stamp;
  const name = `${edge}_time`;
  const isWord = zone === undefined && isTimeWord(given);
  if (moment.problem === 'needs_zone' || isWord) {
    throw new InvalidArguments({
      what: `${name} cannot be used.`,
      why: `It ${isWord ? 'is relative to the account’s clock' : 'carries an offset from UTC'}, and the time zone of the account is not known here.`,
      next: 'Give it in account time as YYYY-MM-DD HH:MM:SS, or have whoever runs this server set CONVOSO_TIMEZONE (an IANA name such as America/Los_Angeles).',
    });
  }
  throw new InvalidArguments({
    what: `${name} cannot be used.`,
    why: `“${given.slice(0, 40)}” is not a date and time that exists, or not in a form this server reads.`,
    next: 'Give YYYY-MM-DD HH:MM:SS in account time, YYYY-MM-DD for a whole day, ISO 8601 with an offset, or a word: today, yesterday, this week, last week, this month, last month, -7d, -2h, now.',
  });
}

function earlier(stamp: string, other: string | undefined): string {
  return other !== undefined && other < stamp ? other : stamp;
}
