import { type Grouping, NONE } from '../call-logs/grouping.js';
import { ABANDON_BOUND_PERCENT, RATE_NAMES, RATES, rateOf } from '../call-logs/rates.js';
import type { Summary } from '../call-logs/summary.js';
import type { Tally } from '../call-logs/tally.js';
import { GROUP_WORDS, OUTCOME_GROUPS, type OutcomeGroup } from '../convoso/statuses.js';
import { escapeCell } from './call-table.js';
import { isTyped, opening, quoted } from './third-party.js';

/** A cell: text, a count, seconds, or a percentage; null where there is none. */
export type Cell = string | number | null;

/** Groups as a table, the same for the text and the structured content. */
export interface SummaryTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** The groups past `top`, summed up; the columns of values and names aside. */
  readonly other: readonly Cell[] | undefined;
}

/** The table of a summary: outcome groups that do not occur, and names that no row carries, have no column. */
export function summaryTable(summary: Summary, groupBy: readonly Grouping[]): SummaryTable {
  const named = groupBy.map((_, i) => summary.groups.some(({ names }) => names[i] !== undefined));
  const outcomes = endedOutcomes(summary.total);
  const rates = RATE_NAMES.filter(
    (name) => rateOf(name, summary.total).numerator > 0 || name === 'connect_rate',
  );
  const numbers = (tally: Tally): Cell[] => {
    const talk = tally.talkSeconds();
    return [
      tally.finished,
      tally.leads,
      tally.numbers,
      ...outcomes.map((outcome) => tally.count(outcome)),
      ...rates.map((name) => rateOf(name, tally).percent),
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

/** Totals, then the groups. */
export function summaryLines(summary: Summary, groupBy: readonly Grouping[]): string[] {
  const { total } = summary;
  const progress = total.count('in_progress');
  const lines = [
    `${total.finished} calls${progress === 0 ? '' : ` (and ${progress} in progress, counted nowhere else)`}, ${total.leads} leads, ${total.numbers} numbers${span(summary)}.`,
  ];
  if (total.finished > 0) {
    lines.push(
      `Outcomes: ${endedOutcomes(total)
        .map((outcome) => `${outcome} ${total.count(outcome)}`)
        .join(', ')}.`,
      `Rates: ${RATE_NAMES.map((name) => rateWords(name, total)).join('; ')}.`,
      talkLine(total),
    );
  }
  if (groupBy.length > 0) lines.push(...tableLines(summary, groupBy));
  return lines;
}

/** What a reader must know to use the numbers: shares unknown, disputed or left out, and what cannot be said. */
export function summaryNotes(summary: Summary, groupBy: readonly Grouping[]): string[] {
  const { total, unmapped, disputed, systemUsers, absent } = summary;
  const notes: string[] = [];
  const unknown = total.count('unmapped');
  if (unknown > 0) {
    notes.push(
      `${unknown} calls (${rounded((unknown * 100) / total.finished)} %) have a status without an outcome group, so they count in no numerator: ${counts(unmapped)}.`,
    );
  }
  if (disputed.size > 0)
    notes.push(`Sources disagree on what ${counts(disputed)} is; counted as ${GROUP_WORDS.abandoned} here.`);
  if (systemUsers !== undefined) {
    notes.push(
      `Left out of the groups, in the totals: ${systemUsers.finished} calls of system users (the dialler).`,
    );
  }
  if (absent.length > 0)
    notes.push(
      `The service returned no ${absent.join(', ')} on any call; where it can be filtered by, one summary a value still tells.`,
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
  const order = summary.sortedBy === 'key' ? groupBy.join(', ') : `${summary.sortedBy}, highest first`;
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
      line([`(${summary.other.groups} other groups)`, ...Array.from({ length: gap }, () => ''), ...other]),
    );
    lines.push(`To see more groups: top, up to ${rows.length + summary.other.groups}.`);
  }
  return lines;
}

function span({ oldest, newest }: Summary): string {
  return oldest === undefined || newest === undefined ? '' : `, dated ${oldest} to ${newest}`;
}

function rateWords(name: (typeof RATE_NAMES)[number], tally: Tally): string {
  const { percent: value, numerator, denominator } = rateOf(name, tally);
  return `${name} ${value === null ? 'none' : `${value} %`} (${numerator} of ${denominator}: ${RATES[name].definition})`;
}

function talkLine(total: Tally): string {
  const talk = total.talkSeconds();
  const unknown = total.lengthless === 0 ? '' : `; ${total.lengthless} calls without a length`;
  const zero = `${total.zeroLength} calls of 0 s${unknown}.`;
  if (talk.calls === 0) return `Talk seconds: no call is longer than 0 s; ${zero}`;
  return `Talk seconds (call_length of the ${talk.calls} calls longer than 0 s, machines and abandoned calls included): sum ${talk.sum}, mean ${rounded(talk.mean)}, median ${talk.median}, p90 ${talk.p90}, max ${talk.max}; ${zero}`;
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
