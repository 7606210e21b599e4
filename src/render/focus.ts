import type { Focus, FocusMeasure } from '../stats/focus.js';
import { MEASURES, type Measure } from '../stats/measures.js';
import { differenceWords, valueWords } from './comparison.js';
import { counted, number } from './numbers.js';
import { opening } from './third-party.js';

/** One group among all others of its kind: a line that names it, then one for each measure. */
export function focusSentences({ grouping, group, others, measures }: Focus): string[] {
  const [key = '', name] = [group.keys[0], group.names[0]];
  const who = name === undefined ? opening(key) : `${opening(name)} (${opening(key)})`;
  const base = grouping === 'user' ? ' (agents only: calls of system users are not among them)' : '';
  return [
    `${who} compared with ${others === 1 ? '1 other' : `${number(others)} others`} of group_by ${grouping}${base}:`,
    ...measures.map((measure) => `- ${measureWords(measure, others)}`),
  ];
}

function measureWords({ name, value, others, rank, difference }: FocusMeasure, count: number): string {
  const { unit }: Measure = MEASURES[name];
  const isPooled = unit === 'percent' || (unit === 'seconds' && name !== 'talk_sum');
  const average =
    count === 0 ? '' : `; the others ${isPooled ? 'together' : 'on average'} ${valueWords(name, others)}`;
  const apart = difference === undefined ? '' : `: ${differenceWords(name, difference)}`;
  return `${name.replaceAll('_', ' ')} ${valueWords(name, value)}${rankWords(rank)}${average}${apart}.`;
}

function rankWords(rank: FocusMeasure['rank']): string {
  if (rank === undefined) return ' (not ranked: too few calls, or a range)';
  const { place, of, minCalls } = rank;
  return `, ${place === 1 ? '' : `${ordinal(place)} `}highest of ${number(of)} with at least ${counted(minCalls, 'call')}`;
}

const ENDINGS: Readonly<Record<string, string>> = { one: 'st', two: 'nd', few: 'rd', other: 'th' };
const PLURALS = new Intl.PluralRules('en-US', { type: 'ordinal' });

function ordinal(value: number): string {
  return `${number(value)}${ENDINGS[PLURALS.select(value)]}`;
}
