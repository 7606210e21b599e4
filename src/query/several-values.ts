import type { CallLogFilters } from '../convoso/query.js';
import { InvalidArguments } from '../util/failure.js';
import { listOf } from './arguments.js';
import { CALL_TYPES, formOf, SEVERAL_FILTERS, type SeveralFilter } from './filters.js';
import type { FiltersById, NamedFilters } from './names/name-filters.js';
import type { RowCheck } from './row-checks.js';

/** How values are looked up. */
export interface ValueLookup {
  /** Whether a text with commas is one name. @throws what looking it up throws */
  isOneName(filter: SeveralFilter, text: string): Promise<boolean>;
  /** What one value stands for. @throws InvalidArguments, and what looking it up throws */
  resolve(filters: NamedFilters): Promise<FiltersById<NamedFilters>>;
}

/** Filters of which each has one value, and what the others come to. */
export interface SeparatedValues<Filters> {
  /** To be resolved and sent. */
  readonly filters: Filters;
  /** Ids that lists come to and that are sent, because no other is wanted. */
  readonly sent: CallLogFilters;
  readonly checks: readonly RowCheck[];
  readonly resolvedNames: Readonly<Record<string, string>>;
  readonly resolvedFrom?: string;
}

interface GivenValue {
  readonly text: string;
  readonly isNot: boolean;
}

/** More values are a list that nobody reads, and a statement that no database likes. */
const MAX_VALUES = 100;

/** Whether a filter that takes one value was given several, or one that is not wanted. @throws what looking it up throws */
export async function hasSeveral(
  filter: SeveralFilter,
  given: string,
  lookup: Pick<ValueLookup, 'isOneName'>,
): Promise<boolean> {
  const [only, ...others] = await valuesIn(filter, given, lookup);
  return others.length > 0 || only?.isNot !== false || only.text !== given.trim();
}

/**
 * Takes filters with several values apart. A filter that comes to one value is sent, as ever. Several values, or values that
 * are not wanted, are checked on the rows that come: each is looked up like a value that is given alone.
 * @throws InvalidArguments for a value that cannot be used; what looking values up throws
 */
export async function separateValues<Filters extends CallLogFilters>(
  given: Filters,
  lookup: ValueLookup,
): Promise<SeparatedValues<Filters>> {
  const filters: { -readonly [name in keyof CallLogFilters]: CallLogFilters[name] } = { ...given };
  const sent: Record<string, string> = {};
  const checks: RowCheck[] = [];
  const resolvedNames: Record<string, string> = {};
  let resolvedFrom: string | undefined;
  for (const filter of SEVERAL_FILTERS) {
    const text = given[filter];
    if (text === undefined) continue;
    const values = await valuesIn(filter, text, lookup);
    const [only, ...others] = values;
    if (only !== undefined && !only.isNot && others.every((one) => one.text === only.text && !one.isNot)) {
      filters[filter] = only.text;
      continue;
    }
    delete filters[filter];
    const meant: Meant[] = [];
    for (const value of values) {
      const {
        filters: byId,
        resolvedNames: said,
        resolvedFrom: from,
      } = await lookup.resolve({
        [filter]: value.text,
      });
      const id = byId[filter as keyof NamedFilters] ?? value.text;
      meant.push({ ...value, id, said: said[filter as keyof NamedFilters] });
      resolvedFrom ??= from;
    }
    const known = meant.flatMap(({ said }) => said ?? []);
    if (known.length > 0) resolvedNames[filter] = known.join('; ');
    const { wanted, unwanted } = idsOf(filter, meant);
    const [single, ...rest] = wanted;
    if (single !== undefined && rest.length === 0) sent[filter] = single;
    else checks.push(valueCheck(filter, wanted, unwanted));
  }
  return {
    // What was given, less what is checked or sent otherwise.
    filters: filters as Filters,
    sent,
    checks,
    resolvedNames,
    ...(resolvedFrom === undefined ? {} : { resolvedFrom }),
  };
}

interface Meant extends GivenValue {
  readonly id: string;
  readonly said: string | undefined;
}

/** A list as it is; otherwise the whole text where it is one name, else what stands between its commas. */
async function valuesIn(
  filter: SeveralFilter,
  given: string,
  { isOneName }: Pick<ValueLookup, 'isOneName'>,
): Promise<readonly GivenValue[]> {
  const list = listOf(given);
  const texts = list ?? (await textsIn(filter, given, isOneName));
  const values = texts.map((text) => givenValue(filter, text)).filter(({ text }) => text !== '');
  if (values.length > MAX_VALUES)
    throw refused(filter, `It has more than ${MAX_VALUES} values.`, 'Give fewer, or ask without it.');
  if (values.length === 0) throw refused(filter, 'It names no value.', 'Give one or several, or omit it.');
  return values;
}

async function textsIn(
  filter: SeveralFilter,
  given: string,
  isOneName: ValueLookup['isOneName'],
): Promise<readonly string[]> {
  if (!given.includes(',')) return [given];
  const named = given.replace(/^!\s*/, '');
  return (await isOneName(filter, named)) ? [given] : given.split(',');
}

function givenValue(filter: SeveralFilter, text: string): GivenValue {
  const isNot = text.trim().startsWith('!');
  const value = text.trim().replace(/^!\s*/, '');
  if (filter !== 'call_type' || value === '') return { text: value, isNot };
  const type = CALL_TYPES.find((one) => one === value.toUpperCase());
  if (type === undefined)
    throw refused(
      filter,
      `“${value.slice(0, 40)}” is not one of ${CALL_TYPES.join(', ')}.`,
      'Give one or several of them.',
    );
  return { text: type, isNot };
}

/** Each id once, and those wanted without those that are not. @throws InvalidArguments when nothing is left */
function idsOf(filter: SeveralFilter, meant: readonly Meant[]) {
  const { key } = formOf(filter);
  const of = (isNot: boolean) =>
    new Map(meant.flatMap((one) => (one.isNot === isNot ? [[key(one.id), one.id] as const] : [])));
  const [wanted, unwanted] = [of(false), of(true)];
  const isEmpty = wanted.size === 0;
  for (const one of unwanted.keys()) wanted.delete(one);
  if (!isEmpty && wanted.size === 0)
    throw refused(
      filter,
      'Each value that it names is also named as not wanted.',
      'Name at least one value without “!”.',
    );
  return { wanted: [...wanted.values()], unwanted: isEmpty ? [...unwanted.values()] : [] };
}

/** One of the values wanted; where none is, anything but those that are not. */
function valueCheck(filter: SeveralFilter, wanted: readonly string[], unwanted: readonly string[]): RowCheck {
  const form = formOf(filter);
  const isNot = wanted.length === 0;
  const keys = [...new Set((isNot ? unwanted : wanted).map(form.key))];
  const known = new Set(keys);
  return {
    name: filter,
    value: isNot ? `not ${unwanted.join(', not ')}` : wanted.join(' or '),
    field: filter,
    lacking: `no ${filter}`,
    rule: {
      test: ({ [filter]: actual }) => (actual === undefined ? isNot : known.has(form.key(actual)) !== isNot),
      sql: (dialect, parameter) => {
        const value = form.sql(dialect.column(filter), dialect);
        const list = keys.map((_, place) => dialect.parameter(parameter(place))).join(', ');
        return {
          sql: `coalesce(${value} ${isNot ? 'NOT IN' : 'IN'} (${list}), ${isNot})`,
          parameters: Object.fromEntries(keys.map((key, place) => [parameter(place), key])),
        };
      },
    },
  };
}

function refused(filter: SeveralFilter, why: string, next: string): InvalidArguments {
  return new InvalidArguments({ what: `${filter} cannot be used.`, why, next });
}
