import { GROUP_WORDS, OUTCOME_GROUPS, type OutcomeGroup } from '../convoso/statuses.js';
import { type Grouping, isTime, NONE } from '../query/groupings.js';
import type { Rate } from '../stats/rate.js';
import { ABANDON_BOUND_PERCENT, RATE_NAMES, RATES, type RateName, rateOf } from '../stats/rates.js';
import type { Summary } from '../stats/summary.js';
import type { Tally } from '../stats/tally.js';
import { escapeCell } from './call-table.js';
import { isTyped, opening, quoted } from './third-party.js';

/** A cell: text, a count, seconds, or a percentage (a range of them as `27.4-100`); null where there is none. */
export type Cell = string | number | null;

/** Groups as a table, the same for the text and the structured content. */
export interface SummaryTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** The groups past `top`, summed up; the columns of values and names aside. */
  readonly other: readonly Cell[] | undefined;
}

/**
 * The table of a summary: outcome groups that do not occur, and names that no row carries, have no column; nor has a rate
 * that no known call counts for, unless the groups are in its order.
 */
export function summaryTable(summary: Summary, groupBy: readonly Grouping[]): SummaryTable {
  const named = groupBy.map((_, i) => summary.groups.some(({ names }) => names[i] !== undefined));
  const outcomes = endedOutcomes(summary.total);
  const rates = RATE_NAMES.filter(
    (name) =>
      rateOf(name, summary.total).numerator > 0 || name === 'contact_rate' || name === summary.sortedBy,
  );
  const numbers = (tally: Tally): Cell[] => {
    const talk = tally.talkSeconds();
    return [
      tally.finished,
      tally.distinct.leads,
      tally.distinct.numbers,
      ...outcomes.map((outcome) => tally.count(outcome)),
      ...rates.map((name) => rateCell(rateOf(name, tally))),
      talk.sum,
      rounded(talk.mean),
      talk.median,
      talk.p90,
      talk.max,
      tally.zeroLength,
    ];
  };
  const columns = [
    ...groupBy.flatMap((grouping, i) => (named[i] ? [grouping, `${grouping}_name`] : [grouping])),
    'calls',
    'leads',
    'numbers',
    ...outcomes,
    ...rates,
    'talk_sum',
    'talk_mean',
    'talk_median',
    'talk_p90',
    'talk_max',
    'zero_length',
  ];
  const rows = summary.groups.map(({ keys, names, tally }) => [
    ...keys.flatMap((key, i): Cell[] => (named[i] ? [key, names[i] ?? null] : [key])),
    ...numbers(tally),
  ]);
  const { other } = summary;
  return { columns, rows, other: other === undefined ? undefined : numbers(other.tally) };
}

/** Outcome groups that occur among calls that have ended. */
export function endedOutcomes(total: Tally): OutcomeGroup[] {
  return OUTCOME_GROUPS.filter((outcome) => outcome !== 'in_progress' && total.count(outcome) > 0);
}

/** Why no call has a date, an hour or a weekday. */
function undatedWords(times: readonly Grouping[], zone: string | undefined): string {
  const what = `Calls have no ${times.join(' or ')}`;
  return zone === undefined
    ? `${what}: call dates that name a zone or an offset cannot be placed in account time, because CONVOSO_TIMEZONE, the account’s zone, is not set.`
    : `${what}: the call dates cannot be read as dates.`;
}

/** Totals, then the groups. */
export function summaryLines(summary: Summary, groupBy: readonly Grouping[]): string[] {
  const { total } = summary;
  const progress = total.count('in_progress');
  const lines = [
    `${counted(total.finished, 'call')}${progress === 0 ? '' : ` (and ${progress} in progress, counted nowhere else)`}, ${counted(total.distinct.leads, 'lead')}, ${counted(total.distinct.numbers, 'number')}${span(summary)}.`,
  ];
  if (total.finished > 0) {
    lines.push(
      `Outcomes: ${endedOutcomes(total)
        .map((outcome) => `${outcome} ${total.count(outcome)}`)
        .join(', ')}.`,
      `Rates: ${RATE_NAMES.map((name) => rateWords(name, total)).join('; ')}.`,
      ...unknownWords(summary),
      talkLine(total),
    );
  }
  if (groupBy.length > 0) lines.push(...tableLines(summary, groupBy));
  return lines;
}

/** How many calls the rates cannot count, and why they are ranges: one sentence or two, or none. */
export function unknownWords({ total, unmapped, unmappedByAgents }: Summary): string[] {
  const unknown = total.count('unmapped');
  if (unknown === 0) return [];
  const byAgents =
    unmappedByAgents === 0
      ? ''
      : ` ${unmappedByAgents} of them ${unmappedByAgents === 1 ? 'was' : 'were'} dispositioned by an agent: a person handled ${unmappedByAgents === 1 ? 'it' : 'them'}, whatever came of it.`;
  return [
    `A rate is a range where it depends on ${counted(unknown, 'call')} (${rounded((unknown * 100) / total.finished)} %) with a status whose outcome is unknown: ${counts(unmapped)}.${byAgents}`,
  ];
}

/**
 * What else a reader must know to use the numbers: what is disputed or left out, and what cannot be said. `zone` is the
 * account's, undefined when it is not known.
 */
export function summaryNotes(
  summary: Summary,
  groupBy: readonly Grouping[],
  zone: string | undefined,
): string[] {
  const { total, disputed, systemUsers, absent } = summary;
  const notes: string[] = [];
  if (disputed.size > 0)
    notes.push(`Sources disagree on what ${counts(disputed)} is; counted as ${GROUP_WORDS.abandoned} here.`);
  if (systemUsers !== undefined) {
    notes.push(
      `The totals include ${counted(systemUsers.finished, 'call')} of system users (the dialer), which no group holds.`,
    );
  }
  const times = absent.filter(isTime);
  if (times.length > 0) notes.push(undatedWords(times, zone));
  const fields = absent.filter((grouping) => !isTime(grouping));
  if (fields.length > 0)
    notes.push(
      `No call that the service returned carries ${fields.join(' or ')}. Where that can be a filter, one summary for each value tells the calls apart.`,
    );
  if (total.count('abandoned') > 0) {
    notes.push(
      `abandon_rate is a screen, not a finding: the US bound of ${ABANDON_BOUND_PERCENT} % (16 CFR 310.4(b)(4)) is per campaign over 30 days.`,
    );
  }
  if (groupBy.length > 0 && summary.groups.length > 1)
    notes.push('A lead or number can be in several groups.');
  return notes;
}

/** Whether a summary shows text that people typed: names, and values of more than a word. */
export function hasTypedLabels({ groups, unmapped, disputed }: Summary): boolean {
  return (
    groups.some(({ keys, names }) => keys.some(isTyped) || names.some((name) => name !== undefined)) ||
    [...unmapped.keys(), ...disputed.keys()].some(isTyped)
  );
}

function tableLines(summary: Summary, groupBy: readonly Grouping[]): string[] {
  const { columns, rows, other } = summaryTable(summary, groupBy);
  const sorted = RATE_NAMES.find((name) => name === summary.sortedBy);
  const isRange =
    sorted !== undefined &&
    summary.groups.some(({ tally }) => rateOf(sorted, tally).percent_min !== undefined);
  const order =
    summary.sortedBy === 'key'
      ? groupBy.join(', ')
      : `${summary.sortedBy}, highest first${isRange ? ', ranges by their lower end' : ''}`;
  const line = (cells: readonly Cell[]) => cells.map((cell) => escapeCell(String(cell ?? ''))).join('|');
  const lines = [
    `By ${groupBy.join(' and ')}, in order of ${order} (rates in %, talk in seconds):`,
    line(columns),
    ...rows.map(([first = null, ...cells]) =>
      line([typeof first === 'string' && first !== NONE ? opening(first) : first, ...cells]),
    ),
  ];
  if (summary.other !== undefined && other !== undefined) {
    const gap = columns.length - other.length - 1;
    lines.push(
      line([
        `(${counted(summary.other.groups, 'other group')})`,
        ...Array.from({ length: gap }, () => ''),
        ...other,
      ]),
    );
    lines.push(`To see more groups: top, up to ${rows.length + summary.other.groups}.`);
  }
  return lines;
}

function span({ oldest, newest }: Summary): string {
  return oldest === undefined || newest === undefined ? '' : `, dated ${oldest} to ${newest}`;
}

function rateWords(name: RateName, tally: Tally): string {
  const rate = rateOf(name, tally);
  const { percent, percent_min: min, percent_max: max, numerator, denominator } = rate;
  const value = min === undefined ? (percent === null ? 'none' : `${percent} %`) : `${min} % to ${max} %`;
  const known = min === undefined ? '' : ' known';
  return `${name} ${value} (${numerator} of ${denominator}${known}: ${RATES[name].definition})`;
}

function rateCell({ percent, percent_min: min, percent_max: max }: Rate): Cell {
  return min === undefined ? percent : `${min}-${max}`;
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

function talkLine(total: Tally): string {
  const talk = total.talkSeconds();
  const unknown = total.lengthless === 0 ? '' : `; ${counted(total.lengthless, 'call')} without a length`;
  const zero = `${counted(total.zeroLength, 'call')} of 0 s${unknown}.`;
  if (talk.calls === 0) return `Talk seconds: no call is longer than 0 s; ${zero}`;
  return `Talk seconds (call_length of the ${counted(talk.calls, 'call')} longer than 0 s, machines and abandoned calls included): sum ${talk.sum}, mean ${rounded(talk.mean)}, median ${talk.median}, p90 ${talk.p90}, max ${talk.max}; ${zero}`;
}

/** The most frequent statuses with their counts. */
function counts(statuses: ReadonlyMap<string, number>): string {
  const sorted = [...statuses].sort(([, a], [, b]) => b - a);
  const shown = sorted.slice(0, 8).map(([status, count]) => `${quoted(status)} ${count}`);
  return `${shown.join(', ')}${sorted.length > 8 ? ` and ${sorted.length - 8} more` : ''}`;
}

/** To one decimal. */
export function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 10) / 10;
}
