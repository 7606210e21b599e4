import { GROUP_WORDS } from '../convoso/statuses.js';
import { type Grouping, isTime, NONE } from '../query/groupings.js';
import { DEFAULT_MEASURES, MEASURES, METRICS, SUCCESS_MEASURES } from '../stats/measures.js';
import { ABANDON_BOUND_PERCENT, rateOf } from '../stats/rates.js';
import type { Summary } from '../stats/summary.js';
import type { Tally } from '../stats/tally.js';
import { escapeCell } from './call-table.js';
import { counted, number, percentWords } from './numbers.js';
import { queueLines, queueNotes } from './queue.js';
import {
  type Before,
  type Cell,
  cellText,
  comparedColumns,
  endedOutcomes,
  knowsSuccess,
  type SummaryTable,
  type SummaryView,
  summaryColumns,
  tableOf,
} from './summary-table.js';
import { isTyped, opening, quoted } from './third-party.js';

/** Why no call has a date, an hour or a weekday. */
function undatedWords(times: readonly Grouping[], zone: string | undefined): string {
  const what = `Calls have no ${times.join(' or ')}`;
  return zone === undefined
    ? `${what}: call dates that name a zone or an offset cannot be placed in account time, because CONVOSO_TIMEZONE, the account’s zone, is not set.`
    : `${what}: the call dates cannot be read as dates.`;
}

/** The answer itself: how many calls, which way they went, and how many reached a person. `when` reads after the calls. */
export function headline(summary: Summary, when: string): string {
  const { total } = summary;
  const progress = total.count('in_progress');
  const reached = total.count('human');
  const rate = rateOf('contact_rate', total);
  const isAllOutbound = rate.denominator === total.finished;
  const contact = isAllOutbound
    ? ` (${percentWords(rate)})`
    : rate.denominator === 0
      ? ''
      : `, ${number(rate.numerator)} of them in the ${counted(rate.denominator, 'outbound call')} (${percentWords(rate)})`;
  const people = total.finished === 0 ? '' : `; ${number(reached)} reached a person${contact}`;
  const success = rateOf('success_rate', total);
  const sold =
    knowsSuccess(summary) && total.finished > 0
      ? `; ${counted(MEASURES.successes.of(total) as number, 'success', 'successes')} (${percentWords(success)} of them)`
      : '';
  const running =
    progress === 0
      ? ''
      : ` ${counted(progress, 'call')} in progress ${progress === 1 ? 'is' : 'are'} not counted.`;
  return `${counted(total.finished, 'call')}${directionWords(total)} ${when}${people}${sold}.${running}`;
}

/** How many calls went which way; nothing where all are outbound. */
function directionWords(total: Tally): string {
  const of = (direction: string | undefined) => total.countWhere((kind) => kind.direction === direction);
  const parts = (
    [
      ['outbound', 'outbound'],
      ['inbound', 'inbound'],
      ['other', 'of other types'],
      [undefined, 'without a type'],
    ] as const
  ).flatMap(([direction, words]) => (of(direction) === 0 ? [] : [`${number(of(direction))} ${words}`]));
  return parts.length === 0 || (parts.length === 1 && of('outbound') > 0) ? '' : ` (${parts.join(', ')})`;
}

/** The groups as a table, or what was asked for of all calls together. */
export function summaryLines(summary: Summary, view: SummaryView, before?: Before): string[] {
  const columns = comparedColumns(
    summaryColumns(summary, view),
    summary,
    view.groupBy.length === 0 ? undefined : before,
  );
  const numbers = (tally: Tally) => columns.map(({ of, unit }) => cellText(of(tally), unit));
  const queues = view.metrics.includes('queue') ? queueLines(summary) : [];
  if (view.groupBy.length > 0)
    return [...queues, ...tableLines(summary, view, tableOf(summary, view, columns, numbers))];
  const { total } = summary;
  if (total.finished === 0) return [];
  const said = [...DEFAULT_MEASURES, ...SUCCESS_MEASURES, ...METRICS.queue, ...METRICS.leads];
  const more = columns.flatMap(({ name }, i) =>
    said.some((own) => own === name) ? [] : [`${name} ${numbers(total)[i] ?? 'none'}`],
  );
  const outcomes = endedOutcomes(total).map((outcome) => `${outcome} ${total.count(outcome)}`);
  return [
    ...queues,
    ...(view.metrics.includes('outcomes') ? [] : [`Outcomes: ${outcomes.join(', ')}.`]),
    `${counted(total.distinct.leads, 'lead')} (${number(total.distinct.leads_reached)} reached by a person), ${counted(total.distinct.numbers, 'phone number')}.`,
    ...(more.length === 0 ? [] : [`${more.join(', ')}.`]),
    ...(view.metrics.includes('talk') ? lengthWords(total) : []),
  ];
}

/** Calls that talk leaves out. */
function lengthWords(total: Tally): string[] {
  const parts = [
    ...(total.zeroLength === 0 ? [] : [`${counted(total.zeroLength, 'call')} of 0 s`]),
    ...(total.lengthless === 0 ? [] : [`${counted(total.lengthless, 'call')} without a length`]),
  ];
  return parts.length === 0 ? [] : [`Not in the talk figures: ${parts.join(', ')}.`];
}

export function definitionLines(defined: Readonly<Record<string, string>>): string[] {
  const words = Object.entries(defined).map(([name, definition]) => `${name}: ${definition}`);
  return words.length === 0 ? [] : [`Definitions: ${words.join('; ')}.`];
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
    `A rate is a range where it depends on ${counted(unknown, 'call')} (${((unknown * 100) / total.finished).toFixed(1)} %) with a status whose outcome is unknown: ${counts(unmapped)}.${byAgents}`,
  ];
}

/**
 * What else a reader must know to use the numbers: what is disputed or left out, and what cannot be said. `zone` is the
 * account's, undefined when it is not known.
 */
export function summaryNotes(summary: Summary, view: SummaryView, zone: string | undefined): string[] {
  const { disputed, systemUsers, absent } = summary;
  const notes: string[] = [];
  const asksOutcomes = view.metrics.some((metric) => metric === 'rates' || metric === 'outcomes');
  if (disputed.size > 0 && asksOutcomes)
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
  if (view.metrics.includes('rates') || summary.sortedBy === 'abandon_rate') {
    notes.push(
      `abandon_rate is a screen, not a finding: the US bound of ${ABANDON_BOUND_PERCENT} % (16 CFR 310.4(b)(4)) is per campaign over 30 days.`,
    );
  }
  if (view.metrics.includes('queue')) notes.push(...queueNotes(summary));
  if (view.metrics.includes('leads') && summary.groups.length > 1)
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

function tableLines(summary: Summary, { groupBy, minCalls }: SummaryView, table: SummaryTable): string[] {
  const { columns, rows, other, total } = table;
  const { sortedBy, sortOrder, groupCount } = summary;
  const isRange = rows.some((row) => /^[\d.]+-[\d.]+$/.test(String(row[columns.indexOf(sortedBy)] ?? '')));
  const way = sortOrder === 'asc' ? 'lowest first' : 'highest first';
  const order =
    sortedBy === 'key'
      ? `${groupBy.join(', ')}${sortOrder === 'asc' ? '' : ', last first'}`
      : `${sortedBy}, ${way}${isRange ? ', ranges by their lower end' : ''}`;
  const enough =
    minCalls === undefined
      ? ''
      : `, ${counted(groupCount, 'group')} of at least ${counted(minCalls, 'call')}`;
  const line = (cells: readonly Cell[]) => cells.map((cell) => escapeCell(String(cell ?? ''))).join('|');
  const summed = (label: string, cells: readonly Cell[]) =>
    line([label, ...Array.from({ length: columns.length - cells.length - 1 }, () => ''), ...cells]);
  return [
    `By ${groupBy.join(' and ')}${enough}, in order of ${order} (rates in %):`,
    line(columns),
    ...rows.map(([first = null, ...cells]) =>
      line([typeof first === 'string' && first !== NONE ? opening(first) : first, ...cells]),
    ),
    ...(other === undefined ? [] : [summed(otherWords(summary, minCalls), other)]),
    ...(total === undefined ? [] : [summed('(all calls)', total)]),
    ...(summary.other === undefined || summary.other.groups === 0
      ? []
      : [`To see more groups: top, up to ${groupCount}.`]),
  ];
}

function otherWords({ other }: Summary, minCalls: number | undefined): string {
  const few = other?.small === true ? `groups of fewer than ${minCalls} calls` : '';
  if (other === undefined || other.groups === 0) return `(${few})`;
  return `(${counted(other.groups, 'other group')}${few === '' ? '' : ` and ${few}`})`;
}

/** The most frequent statuses with their counts. */
function counts(statuses: ReadonlyMap<string, number>): string {
  const sorted = [...statuses].sort(([, a], [, b]) => b - a);
  const shown = sorted.slice(0, 8).map(([status, count]) => `${quoted(status)} ${count}`);
  return `${shown.join(', ')}${sorted.length > 8 ? ` and ${sorted.length - 8} more` : ''}`;
}
