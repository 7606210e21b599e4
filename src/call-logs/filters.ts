import type * as z from 'zod';
import type { CallLogFilters } from '../convoso/query.js';
import { allHistory, resolveMoment, type Window } from '../convoso/time.js';
import { InvalidArguments } from '../failure.js';
import { choice, id, text, wholeNumber } from './fields.js';

const MOMENT = 'YYYY-MM-DD HH:MM:SS account time, YYYY-MM-DD, or ISO 8601 with offset';

/** Every filter of the contract's search, under its documented name ("Call Log—Retrieve/Search API", parameters). */
export const filterFields = {
  id: id('Call log ID'),
  lead_id: id('Lead ID'),
  campaign_id: id('Campaign ID'),
  queue_id: id('Queue ID'),
  list_id: id('List ID'),
  user_id: id('Agent user ID'),
  status: id('Call status (disposition) code, e.g. COMPLETED; codes vary by account'),
  phone_number: id('Phone number called'),
  number_dialed: id('Number dialed'),
  first_name: text('Lead first name'),
  last_name: text('Lead last name'),
  start_time: text(`Earliest call time: ${MOMENT}`),
  end_time: text('Latest call time, inclusive; a plain date means its end'),
  call_type: choice(['OUTBOUND', 'INBOUND', 'MANUAL', '3WAY'], 'Call type'),
  called_count: wholeNumber({ min: 0, max: 1_000_000 }, 'Number of times the lead was called'),
};

type FilterInput = { [name in keyof typeof filterFields]?: z.output<(typeof filterFields)[name]> };

/** Where the ends of a window come from: `given` by the caller, or open because no date was given. */
export interface ResolvedWindow extends Window {
  readonly startGiven: boolean;
  readonly endGiven: boolean;
}

/** Filters ready to send, with the window always explicit. */
export interface ResolvedFilters {
  readonly filters: CallLogFilters;
  readonly window: ResolvedWindow;
}

/** What it takes to resolve dates: the account's zone, when known, and the clock. */
export interface AccountClock {
  readonly zone: string | undefined;
  now(): Date;
}

/**
 * Turns filter arguments into what is sent. An end of the window that was not given is made explicit and wide, because
 * some accounts search today only when no dates are sent.
 * @throws InvalidArguments for impossible dates, a reversed range, or an offset where the account's zone is not known.
 */
export function resolveFilters(input: FilterInput, clock: AccountClock): ResolvedFilters {
  const whole = allHistory(clock.now());
  const start = resolveEdge(input.start_time, 'start', clock.zone);
  const end = resolveEdge(input.end_time, 'end', clock.zone);
  const window: ResolvedWindow = {
    start: start ?? earlier(whole.start, end),
    end: end ?? later(whole.end, start),
    startGiven: start !== undefined,
    endGiven: end !== undefined,
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
  return { filters: { ...filters, start_time: window.start, end_time: window.end }, window };
}

function resolveEdge(
  given: string | undefined,
  edge: 'start' | 'end',
  zone: string | undefined,
): string | undefined {
  if (given === undefined) return undefined;
  const moment = resolveMoment(given, edge, zone);
  if ('stamp' in moment) return moment.stamp;
  const name = `${edge}_time`;
  if (moment.problem === 'needs_zone') {
    throw new InvalidArguments({
      what: `${name} cannot be used.`,
      why: 'It carries an offset from UTC, and the time zone of the account is not known here.',
      next: 'Give it in account time as YYYY-MM-DD HH:MM:SS, or have whoever runs this server set CONVOSO_TIMEZONE (an IANA name such as America/Los_Angeles).',
    });
  }
  throw new InvalidArguments({
    what: `${name} cannot be used.`,
    why: `“${given.slice(0, 40)}” is not a date and time that exists, or not in a form this server reads.`,
    next: 'Give YYYY-MM-DD HH:MM:SS in account time, YYYY-MM-DD for a whole day, or ISO 8601 with an offset.',
  });
}

/** An open start must not lie after an end that the caller put before 2000; likewise for an open end in the far future. */
function earlier(stamp: string, end: string | undefined): string {
  return end !== undefined && end < stamp ? '1970-01-01 00:00:00' : stamp;
}

function later(stamp: string, start: string | undefined): string {
  return start !== undefined && start > stamp ? '9999-12-31 23:59:59' : stamp;
}
