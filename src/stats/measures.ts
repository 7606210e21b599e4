import { type AmountDifference, compareAmounts, compareRates, type RateDifference } from './comparison.js';
import type { Proportion, Rate } from './rate.js';
import { isOutbound, possibleParts, RATE_NAMES, RATES, type RateName, rateOf } from './rates.js';
import type { TalkSeconds, Tally } from './tally.js';

/** What a value is: calls, leads or numbers; percent; seconds; or a number of something for each of something else. */
export type Unit = 'count' | 'percent' | 'seconds' | 'ratio';

/** One number of a group of calls. */
export interface Measure {
  readonly unit: Unit;
  /** Absent where the name says it. */
  readonly definition?: string;
  /** Null where there is nothing to divide by; `within`: seconds of the service level. */
  of(tally: Tally, within?: number): number | Rate | null;
  /** Of a rate: all that it may be made of. */
  parts?(tally: Tally, within?: number): readonly Proportion[];
}

/** Seconds within which a call of a queue should be answered, unless it is said otherwise. */
export const SERVICE_LEVEL_SECONDS = 20;

const rate = (name: RateName): Measure => ({
  unit: 'percent',
  definition: RATES[name].definition,
  of: (tally) => rateOf(name, tally),
  parts: (tally) => possibleParts(name, tally),
});
const conversation = (what: string, part: 'mean' | 'median' | 'p90' | 'max'): Measure => ({
  unit: 'seconds',
  definition: `${what} of the calls that reached a person`,
  of: (tally) => talkOf(tally.conversationSeconds(), part),
});

/** To a tenth of a second, as answers give it. */
function talkOf(talk: TalkSeconds, part: 'mean' | 'median' | 'p90' | 'max'): number | null {
  const seconds = talk[part];
  return seconds === null ? null : Math.round(seconds * 10) / 10;
}

/** Everything that can be a column, and that groups can be put in order by. Calls in progress are in none of it. */
export const MEASURES = {
  calls: { unit: 'count', of: (tally) => tally.finished },
  reached: {
    unit: 'count',
    definition: 'calls that reached a person',
    of: (tally) => tally.count('human'),
  },
  contact_rate: rate('contact_rate'),
  successes: { unit: 'count', of: (tally) => tally.countWhere(({ success }) => success) },
  success_rate: rate('success_rate'),
  machine_rate: rate('machine_rate'),
  no_answer_rate: rate('no_answer_rate'),
  abandon_rate: rate('abandon_rate'),
  talk_sum: {
    unit: 'seconds',
    definition: 'length of all calls, machines included',
    of: (tally) => tally.talkSeconds().sum,
  },
  talk_mean: conversation('mean length', 'mean'),
  talk_median: conversation('median length', 'median'),
  talk_p90: conversation('length that nine in ten do not exceed,', 'p90'),
  talk_max: conversation('greatest length', 'max'),
  leads: { unit: 'count', definition: 'different leads', of: (tally) => tally.distinct.leads },
  leads_reached: {
    unit: 'count',
    definition: 'different leads with a call that reached a person',
    of: (tally) => tally.distinct.leads_reached,
  },
  numbers: {
    unit: 'count',
    definition: 'different phone numbers',
    of: (tally) => tally.distinct.numbers,
  },
  outbound: { unit: 'count', definition: 'outbound calls', of: (tally) => tally.countWhere(isOutbound) },
  numbers_called: {
    unit: 'count',
    definition: 'different phone numbers of outbound calls',
    of: (tally) => tally.distinct.numbers_called,
  },
  attempts_per_number: {
    unit: 'ratio',
    definition: 'outbound ÷ numbers_called',
    of(tally) {
      const { numbers_called: numbers } = tally.distinct;
      return numbers === 0 ? null : Math.round((tally.countWhere(isOutbound) / numbers) * 100) / 100;
    },
  },
  offered: {
    unit: 'count',
    definition: 'inbound calls of a queue that have ended, without those after hours',
    of: ({ queue }) => queue.figures.offered,
  },
  answered: {
    unit: 'count',
    definition: 'offered calls that an agent answered',
    of: ({ queue }) => queue.figures.answered,
  },
  queue_abandoned: {
    unit: 'count',
    definition: 'offered calls that no agent answered',
    of: ({ queue }) => queue.figures.abandoned,
  },
  wait_median: {
    unit: 'seconds',
    definition: 'median queue_seconds of the offered calls, abandoned ones too',
    of: ({ queue }) => queue.figures.wait.median,
  },
  wait_p90: {
    unit: 'seconds',
    definition: 'queue_seconds that nine in ten of them do not exceed',
    of: ({ queue }) => queue.figures.wait.p90,
  },
  service_level: {
    unit: 'percent',
    definition: 'offered calls that an agent answered in time ÷ offered',
    of: ({ queue }, within = SERVICE_LEVEL_SECONDS) => queue.serviceLevel(within),
    parts: ({ queue }, within = SERVICE_LEVEL_SECONDS) => queue.answeredWithin(within),
  },
} as const satisfies Record<string, Measure>;

export type MeasureName = keyof typeof MEASURES;
export const MEASURE_NAMES = Object.keys(MEASURES) as [MeasureName, ...MeasureName[]];

/** The columns of an answer that asks for no others; those of success only where it is known what is one. */
export const DEFAULT_MEASURES: readonly MeasureName[] = ['calls', 'reached', 'contact_rate'];
export const SUCCESS_MEASURES: readonly MeasureName[] = ['successes', 'success_rate'];

/** What can be asked for beside them, by name. `outcomes` and `statuses` are columns of what occurs (render/summary.ts). */
export const METRICS = {
  outcomes: [],
  rates: RATE_NAMES.filter((name) => name !== 'contact_rate' && name !== 'success_rate'),
  talk: ['talk_sum', 'talk_mean', 'talk_median', 'talk_max'],
  leads: ['leads', 'leads_reached', 'numbers'],
  attempts: ['outbound', 'numbers_called', 'attempts_per_number'],
  queue: ['offered', 'answered', 'queue_abandoned', 'wait_median', 'wait_p90', 'service_level'],
  statuses: [],
} as const satisfies Record<string, readonly MeasureName[]>;

export type Metric = keyof typeof METRICS;
export const METRIC_NAMES = Object.keys(METRICS) as [Metric, ...Metric[]];

/** What a measure is sorted by: a rate that is a range by its lower end; undefined where there is none. */
export function sortValue(name: MeasureName, tally: Tally, within: number): number | undefined {
  const measure: Measure = MEASURES[name];
  const value = measure.of(tally, within);
  if (value === null || typeof value === 'number') return value ?? undefined;
  return value.percent ?? value.percent_min;
}

/** Whether a measure is made of the calls that were offered to the agents of a queue. */
export function isOfQueue(name: MeasureName): boolean {
  return METRICS.queue.some((one) => one === name);
}

/** A measure of some calls and of others, and how far the first is from the second. */
export interface ComparedMeasure {
  readonly now: number | Rate | null;
  readonly before: number | Rate | null;
  /** Absent where either has no value. */
  readonly difference?: RateDifference | AmountDifference;
}

/** Compares what a measure is of two groups of calls; `share` as in `compareRates`. */
export function compareMeasure(
  name: MeasureName,
  tallies: readonly [now: Tally, before: Tally],
  { within, share = false }: { readonly within: number; readonly share?: boolean },
): ComparedMeasure {
  const { of, parts }: Measure = MEASURES[name];
  const [now, before] = [of(tallies[0], within), of(tallies[1], within)];
  if (parts !== undefined) {
    const difference = compareRates(parts(tallies[0], within), parts(tallies[1], within), share);
    return { now, before, ...(difference === undefined ? {} : { difference }) };
  }
  return typeof now === 'number' && typeof before === 'number'
    ? { now, before, difference: compareAmounts(now, before) }
    : { now, before };
}
