import type { ComparedWindow } from '../query/compared-window.js';
import { type ComparedMeasure, MEASURES, type Measure, type MeasureName } from '../stats/measures.js';
import type { Rate } from '../stats/rate.js';
import { number, percentWords } from './numbers.js';
import { cellText } from './summary-table.js';

/** How the window that was compared with is called beside the other one. */
const CALLED: Readonly<Record<ComparedWindow['as'], string>> = {
  previous_period: 'the period before',
  last_week: 'the week before',
  given: 'the window given',
};

export function comparedTitle({ as }: Pick<ComparedWindow, 'as'>): string {
  return CALLED[as];
}

/** `Contact rate 19.0 % (295 of 1,556), 17.2 % (268 of 1,558) the week before: +1.8 points (…)`, one for each measure. */
export function comparisonSentences(
  measures: readonly (readonly [MeasureName, ComparedMeasure])[],
  when: string,
): string[] {
  return measures.map(([name, { now, before, difference }]) => {
    const words = name.replaceAll('_', ' ');
    const value = (one: number | Rate | null) => valueWords(name, one);
    return `${words.charAt(0).toUpperCase()}${words.slice(1)} ${value(now)}, ${value(before)} ${when}: ${differenceWords(name, difference)}.`;
  });
}

/** A value with what it is made of. */
export function valueWords(name: MeasureName, value: number | Rate | null): string {
  const { unit }: Measure = MEASURES[name];
  if (value === null) return 'none';
  if (typeof value === 'number') return unit === 'seconds' ? String(cellText(value, unit)) : number(value);
  if (value.denominator === 0) return 'no rate';
  const known = value.percent === null ? ' known' : '';
  return `${percentWords(value)} (${number(value.numerator)} of ${number(value.denominator)}${known})`;
}

/** How far two values are apart, and whether that could be chance. */
export function differenceWords(name: MeasureName, difference: ComparedMeasure['difference']): string {
  const { unit }: Measure = MEASURES[name];
  if (difference === undefined) return 'no difference can be given';
  if ('difference' in difference) {
    const { difference: by, ratio } = difference;
    const amount =
      unit === 'seconds' ? `${by < 0 ? '' : '+'}${cellText(by, unit)}` : signed(by, number(Math.abs(by)));
    const percent = ratio === null ? undefined : Math.round((ratio - 1) * 100);
    return percent === undefined ? amount : `${amount} (${signed(percent, String(Math.abs(percent)))} %)`;
  }
  const { points, points_min: min, points_max: max, interval, could_be_chance: chance } = difference;
  const chanceWords =
    chance === undefined ? undefined : chance ? 'could be chance' : 'more than chance explains';
  if (points === null) {
    const range = `${point(min ?? 0)} to ${point(max ?? 0)} points, by what calls of unknown outcome are`;
    return chanceWords === undefined ? range : `${range} (${chanceWords})`;
  }
  const by = `${point(points)} points`;
  if (interval === undefined) return by;
  return `${by} (95 % interval ${point(interval.low)} to ${point(interval.high)}: ${chanceWords})`;
}

function point(value: number): string {
  return signed(value, Math.abs(value).toFixed(1));
}

function signed(value: number, digits: string): string {
  return `${value < 0 ? '−' : '+'}${digits}`;
}
