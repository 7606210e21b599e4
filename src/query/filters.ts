import type * as z from 'zod';
import { isPlainlyWithin, ordinalOf } from '../account-time/stamps.js';
import type { CallLog } from '../convoso/call-log.js';
import type { CallLogFilters } from '../convoso/query.js';
import { InvalidArguments } from '../util/failure.js';
import { choice, id, oneId, several, text, wholeNumber } from './arguments.js';
import { CODE, type Form, ID, NAME, PHONE, TEXT } from './forms.js';
import type { BoundSql, SqlDialect } from './sql-dialect.js';

const MOMENT =
  'YYYY-MM-DD HH:MM:SS account time, YYYY-MM-DD, ISO 8601 with offset, or today, yesterday (or yesterday 13:00), this/last week (from Monday), this/last month, -7d (7 whole days and today so far), -2h, now';

/** Call types as the contract writes them. */
export const CALL_TYPES = ['OUTBOUND', 'INBOUND', 'MANUAL', '3WAY'] as const;

const ONE_ONLY =
  'is one value in search_call_logs; summarize_call_logs, sample_call_logs and export_call_logs take several';

interface Filter {
  /** The tools' argument, with its description. */
  readonly argument: z.ZodType;
  /** A call satisfies the filter when its field of the filter's name is the same in this form. Times have none. */
  readonly form?: Form;
  /**
   * Where the service is less strict than that: whether it may have taken a row for one that satisfies the filter. The
   * archive takes the strict form.
   */
  readonly mayMatch?: (actual: string, wanted: string) => boolean;
}

/**
 * A service may match names by their beginning, and without regard to case or accents: a row that it returns is taken to
 * satisfy the filter when its name holds it so.
 */
const holds = (actual: string, wanted: string) =>
  withoutAccents(actual).includes(withoutAccents(wanted.trim()));

function withoutAccents(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase();
}

/**
 * Every filter of the contract's search, under its documented name ("Call Log—Retrieve/Search API", parameters). One entry
 * makes the tools' argument, the check of rows in memory and the condition in both databases.
 */
export const FILTERS = {
  id: { argument: oneId('Call log ID', ONE_ONLY), form: ID },
  lead_id: { argument: oneId('Lead ID', ONE_ONLY), form: ID },
  campaign_id: { argument: oneId('Campaign ID or name', ONE_ONLY), form: ID },
  queue_id: { argument: oneId('Queue ID or name', ONE_ONLY), form: ID },
  list_id: { argument: oneId('List ID or name', ONE_ONLY), form: ID },
  user_id: { argument: oneId('Agent user ID or name', ONE_ONLY), form: ID },
  status: {
    argument: oneId(
      'Call status (disposition) code, e.g. COMPLETED, or its meaning; codes vary by account',
      ONE_ONLY,
    ),
    form: CODE,
  },
  phone_number: {
    argument: id('Contact phone number, in inbound and outbound calls; any spelling'),
    form: PHONE,
  },
  number_dialed: { argument: id('Number dialed out to; any spelling'), form: PHONE },
  first_name: { argument: text('Lead first name'), form: NAME, mayMatch: holds },
  last_name: { argument: text('Lead last name'), form: NAME, mayMatch: holds },
  start_time: { argument: text(`Earliest call time: ${MOMENT}`) },
  end_time: {
    argument: text(
      'Latest call time, inclusive, same forms; a date or period means its end. Without it: now, or the end of the period that start_time names',
    ),
  },
  call_type: { argument: choice(CALL_TYPES, 'Call type', ONE_ONLY), form: CODE },
  called_count: {
    argument: wholeNumber({ min: 0, max: 1_000_000 }, 'Number of times the lead was called'),
    form: TEXT,
  },
} as const satisfies Record<keyof CallLogFilters, Filter>;

export type FilterName = keyof typeof FILTERS;
type RowFilterName = Exclude<FilterName, 'start_time' | 'end_time'>;
type Arguments = { readonly [name in FilterName]: (typeof FILTERS)[name]['argument'] };

/** The tools' arguments of all filters. */
export const filterFields = Object.fromEntries(
  Object.entries(FILTERS).map(([name, { argument }]) => [name, argument]),
) as Arguments;

/** Filters as they are given; where several values are taken, those are one text (arguments.ts). */
export type FilterInput = { [name in Exclude<FilterName, 'call_type'>]?: z.output<Arguments[name]> } & {
  call_type?: string | undefined;
};

const ROW_FILTERS = Object.entries(FILTERS).flatMap(([name, filter]: [string, Filter]) => {
  const { form } = filter;
  return form === undefined ? [] : [{ ...filter, name: name as RowFilterName, form }];
});

type NamesOf<Kind extends Form> = {
  [name in RowFilterName]: (typeof FILTERS)[name]['form'] extends Kind ? name : never;
}[RowFilterName];
function filtersOf<Kind extends Form>(kind: Kind): NamesOf<Kind>[] {
  return ROW_FILTERS.flatMap(({ name, form }) => (form === kind ? [name as NamesOf<Kind>] : []));
}

/** The filters that take an id, a phone number or the name of a lead. */
export const ID_FILTERS = filtersOf(ID);
export const PHONE_FILTERS = filtersOf(PHONE);
export const NAME_FILTERS = filtersOf(NAME);
export type IdFilter = (typeof ID_FILTERS)[number];
export type PhoneFilter = (typeof PHONE_FILTERS)[number];

/** The filters that take several values where many calls are asked about. */
export const SEVERAL_FILTERS = [...ID_FILTERS, 'status', 'call_type'] as const;
export type SeveralFilter = (typeof SEVERAL_FILTERS)[number];
type SeveralArguments = { readonly [name in SeveralFilter]: ReturnType<typeof several> };

/** Descriptions where they differ: several tools have these arguments, so that each word is sent several times. */
const SEVERAL_WORDS: Readonly<Partial<Record<SeveralFilter, string>>> = {
  id: 'Call log ID. Ids, status and call_type take several values (A,B), or not (!A)',
  call_type: CALL_TYPES.join(', '),
};

const severalFields = Object.fromEntries(
  SEVERAL_FILTERS.map((name) => [
    name,
    several(SEVERAL_WORDS[name] ?? FILTERS[name].argument.description ?? name),
  ]),
) as SeveralArguments;

/** The arguments of all filters for tools that ask about many calls. */
export const manyFilterFields: Omit<Arguments, SeveralFilter> & SeveralArguments = {
  ...filterFields,
  ...severalFields,
  start_time: text('Earliest call time, e.g. 2026-03-01 14:00, yesterday, last week, -7d, -2h'),
  end_time: text('Latest call time, inclusive; a date or period means its end'),
};

/** How values of a filter are compared. */
export function formOf(name: SeveralFilter): Form {
  return FILTERS[name].form;
}

/** That a filter was given several values where it takes one. */
export function oneOnly(name: SeveralFilter): InvalidArguments {
  return new InvalidArguments({
    what: `${name} cannot be used.`,
    why: 'It is one value in search_call_logs; summarize_call_logs, sample_call_logs and export_call_logs take several.',
    next: 'Make one call for each value, or ask one of those tools; sample_call_logs with pick newest lists calls.',
  });
}

const NO_FIELDS: ReadonlySet<string> = new Set();

/**
 * The filters that a row shows it does not satisfy. The service ignores parameters it does not know, so what comes back is
 * verified, not trusted. `carried` names the fields that rows of the same reply have: a row that has one of them blank does
 * not satisfy a filter on it, while a field that no row has cannot be checked and counts as satisfied.
 */
export function mismatches(
  call: CallLog,
  filters: CallLogFilters,
  carried: ReadonlySet<string> = NO_FIELDS,
): FilterName[] {
  const failed: FilterName[] = [];
  for (const { name, form, mayMatch = isSame(form) } of ROW_FILTERS) {
    const wanted = filters[name];
    if (wanted === undefined) continue;
    const actual = call[name];
    if (actual === undefined ? carried.has(name) : !mayMatch(actual, String(wanted))) failed.push(name);
  }
  const { call_date: date } = call;
  if (date === undefined || isPlainlyWithin(date, filters.start_time, filters.end_time)) return failed;
  const at = ordinalOf(date);
  if (at !== undefined) {
    if (at < (boundary(filters.start_time) ?? at)) failed.push('start_time');
    if (at > (boundary(filters.end_time) ?? at)) failed.push('end_time');
  }
  return failed;
}

/**
 * Whether a row belongs to a question whichever way the service compares, the window aside: where names are concerned, not
 * by a part of the name or without its accents. `carried` as in `mismatches`.
 */
export function belongs(call: CallLog, filters: CallLogFilters, carried: ReadonlySet<string>): boolean {
  return ROW_FILTERS.every(({ name, form }) => {
    const wanted = filters[name];
    const actual = call[name];
    if (wanted === undefined) return true;
    return actual === undefined ? !carried.has(name) : isSame(form)(actual, String(wanted));
  });
}

function isSame(form: Form): (actual: string, wanted: string) => boolean {
  return (actual, wanted) => actual === wanted || form.key(actual) === form.key(wanted);
}

function boundary(stamp: string | undefined): number | undefined {
  return stamp === undefined ? undefined : ordinalOf(stamp);
}

/**
 * Ids that a call satisfies the filters by although it prints them with other zeros before them, by filter: `0111` where
 * the row has 111.
 */
export function otherSpellings(
  call: CallLog,
  filters: CallLogFilters,
): [filter: IdFilter, printed: string][] {
  return ID_FILTERS.flatMap((name): [IdFilter, string][] => {
    const [wanted, actual] = [filters[name], call[name]];
    if (wanted === undefined || actual === undefined || actual === wanted) return [];
    return isSame(ID)(actual, wanted) ? [[name, actual]] : [];
  });
}

/** The ids of filters that rows may print with other zeros before them. */
export function idsWithZeros(filters: CallLogFilters): [filter: IdFilter, wanted: string][] {
  return ID_FILTERS.flatMap((name): [IdFilter, string][] => {
    const wanted = filters[name];
    return wanted !== undefined && /^\d+$/.test(wanted) ? [[name, wanted]] : [];
  });
}

/** Filters of a query that rows cannot be checked by, because none of them carries the field. */
export function uncheckable(filters: CallLogFilters, carried: ReadonlySet<string>): string[] {
  return ROW_FILTERS.flatMap(({ name }) => (filters[name] === undefined || carried.has(name) ? [] : [name]));
}

/** What a stored call must be to satisfy the filters but their times; a value that it does not have satisfies none. */
export function conditionOf(filters: CallLogFilters, dialect: SqlDialect): BoundSql {
  const given = ROW_FILTERS.filter(({ name }) => filters[name] !== undefined && filters[name] !== '');
  const conditions = given.map(
    ({ name, form }) => `${form.sql(dialect.column(name), dialect)} = ${dialect.parameter(`filter_${name}`)}`,
  );
  const parameters = given.map(({ name, form }) => [`filter_${name}`, form.key(String(filters[name]))]);
  return { sql: ['true', ...conditions].join(' AND '), parameters: Object.fromEntries(parameters) };
}
