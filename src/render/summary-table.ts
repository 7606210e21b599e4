import { OUTCOME_GROUPS, type OutcomeGroup } from '../convoso/statuses.js';
import type { Grouping } from '../query/groupings.js';
import type { RateDifference } from '../stats/comparison.js';
import {
  type ComparedMeasure,
  compareMeasure,
  DEFAULT_MEASURES,
  MEASURES,
  METRICS,
  type Measure,
  type MeasureName,
  type Metric,
  SUCCESS_MEASURES,
} from '../stats/measures.js';
import type { Rate } from '../stats/rates.js';
import type { Summary } from '../stats/summary.js';
import type { Tally } from '../stats/tally.js';
import { quoted } from './third-party.js';

/** A cell: text, a count, seconds, or a percentage (a range of them as `27.4-100`); null where there is none. */
export type Cell = string | number | null;

/** What is shown of a summary. */
export interface SummaryView {
  readonly groupBy: readonly Grouping[];
  /** Beside the default columns. */
  readonly metrics: readonly Metric[];
  /** Statuses with a column each (`codeKey`). */
  readonly statuses: readonly string[];
  /** Calls a group has to have to be told by itself. */
  readonly minCalls?: number | undefined;
}

export interface Column {
  readonly name: string;
  readonly unit: Measure['unit'];
  /** What the name means, where it does not say it. */
  readonly definition?: string | undefined;
  of(tally: Tally): Cell;
  /** The measure that it is of. */
  readonly measure?: MeasureName;
}

/** Groups as a table, the same for the text and the structured content. */
export interface SummaryTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** The groups past those shown, summed up; the columns of values and names aside. */
  readonly other: readonly Cell[] | undefined;
  /** Everything, likewise: only where more than the default columns was asked for, because the first line has those. */
  readonly total: readonly Cell[] | undefined;
}

/** Groupings whose groups differ in the very thing that rates are made of: their share of all calls says more. */
const BY_KIND: ReadonlySet<Grouping> = new Set(['status', 'outcome', 'success']);
/** Most statuses that have a column where none are named. */
export const MOST_STATUSES = 6;

/** The columns of numbers: the default ones, what is asked for, and what the groups are in order of. */
export function summaryColumns(summary: Summary, view: SummaryView): Column[] {
  const { total, sortedBy } = summary;
  const isByKind = view.groupBy.some((grouping) => BY_KIND.has(grouping));
  const own: readonly MeasureName[] = isByKind
    ? ['calls']
    : [...DEFAULT_MEASURES, ...(knowsSuccess(summary) ? SUCCESS_MEASURES : [])];
  const asked = view.metrics.flatMap((metric): readonly MeasureName[] =>
    metric === 'queue' && total.queue.figures.offered === 0 ? [] : METRICS[metric],
  );
  const names = new Set<MeasureName>([...own, ...asked, ...(sortedBy === 'key' ? [] : [sortedBy])]);
  const measured = [...names].map((name): Column => measureColumn(name, summary));
  const outcomes = view.metrics.includes('outcomes') ? endedOutcomes(total) : [];
  return [
    ...measured.slice(0, 1),
    ...(isByKind ? [shareOf(total)] : []),
    ...measured.slice(1),
    ...outcomes.map(
      (outcome): Column => ({ name: outcome, unit: 'count', of: (tally) => tally.count(outcome) }),
    ),
    ...statusesOf(summary, view).flatMap((status) => statusColumns(status, summary)),
  ];
}

/** Whether a success rate says something: where no status is known for one, none of it would mean nothing. */
export function knowsSuccess({ total, definesSuccess }: Summary): boolean {
  return definesSuccess || total.countWhere(({ success }) => success) > 0;
}

function measureColumn(name: MeasureName, summary: Summary): Column {
  const { unit, definition, of }: Measure = MEASURES[name];
  const details = DETAILS_OF[name]?.(summary);
  return {
    name,
    unit,
    measure: name,
    definition: details === undefined ? definition : [definition, details].filter(Boolean).join(', '),
    of(tally) {
      const value = of(tally, summary.within);
      return value === null || typeof value === 'number' ? value : rateCell(value);
    },
  };
}

/** Measures that rest on what statuses mean say which of them occurred, and one of a bound says that. */
const DETAILS_OF: { readonly [name in MeasureName]?: (summary: Summary) => string | undefined } = {
  reached: (summary) => statusWords(summary, ({ outcome }) => outcome === 'human'),
  successes: (summary) => statusWords(summary, ({ success }) => success) ?? 'none occurred',
  service_level: ({ within }) => `in time: within ${within} s`,
};

/** Statuses that are named one by one; more of them are counted. */
const MOST_NAMED = 10;

function statusWords(
  { total, statusLabels }: Summary,
  condition: Parameters<Tally['countWhere']>[0],
): string | undefined {
  const counts = new Map<string, number>();
  for (const [kind, count] of total.ended())
    if (condition(kind)) counts.set(kind.status, (counts.get(kind.status) ?? 0) + count);
  const statuses = [...counts]
    .sort(([a, many], [b, few]) => few - many || (a < b ? -1 : 1))
    .map(([status]) => statusLabels.get(status) ?? '(no status)');
  if (statuses.length === 0) return undefined;
  const more = statuses.length > MOST_NAMED ? ` and ${statuses.length - MOST_NAMED} more` : '';
  return `status ${statuses
    .slice(0, MOST_NAMED)
    .map((status) => quoted(status))
    .join(', ')}${more}`;
}

function shareOf(total: Tally): Column {
  return {
    name: 'share',
    unit: 'percent',
    definition: 'calls ÷ all calls',
    of: (tally) => percentOf(tally.finished, total.finished),
  };
}

/** Those asked for by name; else, where statuses are asked for, the most frequent. */
function statusesOf({ total }: Summary, { statuses, metrics }: SummaryView): readonly string[] {
  if (statuses.length > 0 || !metrics.includes('statuses')) return statuses;
  return total
    .byStatus()
    .slice(0, MOST_STATUSES)
    .map(([status]) => status);
}

/** How many calls have a status, and as a share of the calls that reached a person. */
function statusColumns(status: string, { statusLabels }: Summary): Column[] {
  const name = statusLabels.get(status) ?? (status === '' ? '(no status)' : status);
  const count = (tally: Tally) => tally.countWhere((kind) => kind.status === status);
  return [
    { name, unit: 'count', of: count },
    {
      name: `${name}_share`,
      unit: 'percent',
      definition: 'of the calls that reached a person',
      of(tally) {
        const reached = (kind: { readonly status: string; readonly outcome: OutcomeGroup }) =>
          kind.status === status && kind.outcome === 'human';
        // Calls of a status that is no person's have no share of those that are.
        return count(tally) > 0 && tally.countWhere(reached) === 0
          ? null
          : percentOf(tally.countWhere(reached), tally.count('human'));
      },
    },
  ];
}

function percentOf(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 1000) / 10;
}

/** The table of a summary; names that no row carries have no column. */
export function summaryTable(summary: Summary, view: SummaryView, before?: Before): SummaryTable {
  const columns = comparedColumns(summaryColumns(summary, view), summary, before);
  return tableOf(summary, view, columns, (tally) => columns.map(({ of }) => of(tally)));
}

/** The table with the numbers of a tally as `numbers` gives them. */
export function tableOf(
  summary: Summary,
  { groupBy, metrics, statuses }: SummaryView,
  columns: readonly Column[],
  numbers: (tally: Tally) => Cell[],
): SummaryTable {
  const named = groupBy.map((_, i) => summary.groups.some(({ names }) => names[i] !== undefined));
  const rows = summary.groups.map(({ keys, names, tally }) => [
    ...keys.flatMap((key, i): Cell[] => (named[i] ? [key, names[i] ?? null] : [key])),
    ...numbers(tally),
  ]);
  return {
    columns: [
      ...groupBy.flatMap((grouping, i) => (named[i] ? [grouping, `${grouping}_name`] : [grouping])),
      ...columns.map(({ name }) => name),
    ],
    rows,
    other: summary.other === undefined ? undefined : numbers(summary.other.tally),
    total: metrics.length + statuses.length === 0 ? undefined : numbers(summary.total),
  };
}

/** Outcome groups that occur among calls that have ended. */
export function endedOutcomes(total: Tally): OutcomeGroup[] {
  return OUTCOME_GROUPS.filter((outcome) => outcome !== 'in_progress' && total.count(outcome) > 0);
}

/** What the columns mean, and what the first line rests on, each once. */
export function definitions(summary: Summary, view: SummaryView): Record<string, string> {
  const columns = summaryColumns(summary, view);
  const first = [...DEFAULT_MEASURES, ...(knowsSuccess(summary) ? SUCCESS_MEASURES : [])].map((name) =>
    measureColumn(name, summary),
  );
  const defined = [...first, ...columns].flatMap(({ name, definition }) =>
    definition === undefined ? [] : [[name.endsWith('_share') ? '…_share' : name, definition] as const],
  );
  return summary.total.finished === 0 ? {} : Object.fromEntries(defined);
}

/** Seconds as h:mm:ss. */
export function cellText(cell: Cell, unit: Measure['unit']): Cell {
  if (unit !== 'seconds' || typeof cell !== 'number') return cell;
  const seconds = Math.round(cell);
  if (seconds < 0) return `-${cellText(-seconds, unit)}`;
  const two = (value: number) => String(value).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

export function rateCell({ percent, percent_min: min, percent_max: max }: Rate): Cell {
  return min === undefined ? percent : `${min}-${max}`;
}

/** The calls of another window that those of a group, of all others or of all groups are compared with. */
export interface Before {
  of(tally: Tally): Tally;
  /** Whether the windows have calls in common. */
  readonly share: boolean;
}

/** The columns, each followed by what it was before and how far it is from that. */
export function comparedColumns(
  columns: readonly Column[],
  { within }: Summary,
  before: Before | undefined,
): readonly Column[] {
  if (before === undefined) return columns;
  return columns.flatMap((column): Column[] => {
    const { name, unit, measure } = column;
    const former: Column = { name: `${name}_before`, unit, of: (tally) => column.of(before.of(tally)) };
    if (measure === undefined) return [column, former];
    const differenceOf = (tally: Tally) =>
      compareMeasure(measure, [tally, before.of(tally)], { within, share: before.share }).difference;
    const change: Column = { name: `${name}_change`, unit, of: (tally) => changeCell(differenceOf(tally)) };
    if (unit !== 'percent') return [column, former, change];
    const certainty = (suffix: string, words: (difference: RateDifference) => Cell): Column => ({
      name: `${name}_${suffix}`,
      unit: 'ratio',
      of(tally) {
        const difference = differenceOf(tally);
        return difference === undefined || !('points' in difference) ? null : words(difference);
      },
    });
    return [
      column,
      former,
      change,
      certainty('interval', ({ interval }) =>
        interval === undefined ? null : `${interval.low} to ${interval.high}`,
      ),
      certainty('chance', ({ could_be_chance: chance }) =>
        chance === undefined ? null : chance ? 'yes' : 'no',
      ),
    ];
  });
}

function changeCell(difference: ComparedMeasure['difference']): Cell {
  if (difference === undefined) return null;
  if ('difference' in difference) return difference.difference;
  const { points, points_min: min, points_max: max } = difference;
  return min === undefined ? points : `${min} to ${max}`;
}
