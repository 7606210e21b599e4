import { stampOf } from '../account-time/stamps.js';
import { codeKey } from '../convoso/status-key.js';
import { DISPUTED_STATUSES } from '../convoso/statuses.js';
import {
  counted,
  type Ending,
  type Finding,
  numeral,
  type Screen,
  type ScreenContext,
  type ScreenResult,
  word,
} from './screen.js';
import { type KeptCall, kept, type SeenCall } from './seen-call.js';

const DAY = 86_400;

/** Calls of one campaign in one period. */
interface Part {
  readonly campaign: string | undefined;
  readonly period: number;
  human: number;
  abandoned: number;
  /** Outcome unknown: any of them may be in either number. */
  unknown: number;
  /** Without a direction: answered or abandoned, and outbound perhaps. */
  undirected: { human: number; abandoned: number };
  isAsked: boolean;
  readonly calls: KeptCall[];
}

/** Abandoned ÷ (answered by a person + abandoned) of the calls that the dialer placed, per campaign and period. */
export class Abandonment implements Screen {
  readonly #context: ScreenContext;
  readonly #parts = new Map<string, Part>();
  #disputed = 0;
  #machines = 0;

  constructor(context: ScreenContext) {
    this.#context = context;
  }

  add(call: SeenCall): void {
    if (call.place !== 'inside' || !(call.isDialers || call.direction === 'unknown')) return;
    const { group } = call.kind;
    if (group === 'machine') this.#machines += 1;
    if (group !== 'human' && group !== 'abandoned' && group !== 'unmapped') return;
    const part = this.#partOf(call);
    part.isAsked ||= call.isAsked;
    if (call.direction === 'unknown') {
      if (group !== 'unmapped') part.undirected[group] += 1;
      return;
    }
    part[group === 'unmapped' ? 'unknown' : group] += 1;
    if (group !== 'abandoned') return;
    part.calls.push(kept(call));
    if (DISPUTED_STATUSES.has(codeKey(call.call.status ?? ''))) this.#disputed += 1;
  }

  result({ complete, labels }: Ending): ScreenResult {
    const { percent: bound, days } = this.#context.rules.abandonment;
    const asked = [...this.#parts.values()]
      .filter(({ isAsked }) => isAsked)
      .map((part) => ({ part, rate: rateOf(part) }))
      .filter(({ part, rate }) => rate.denominator + part.unknown > 0);
    const over = asked
      .filter(({ rate }) => rate.most > bound)
      .sort((a, b) => b.rate.least - a.rate.least || b.rate.most - a.rate.most);
    const findings = over.map(({ part, rate }): Finding => {
      const certain = rate.least > bound && complete;
      const why = complete
        ? 'calls of unknown outcome or direction decide'
        : 'the reading is not complete: the rate is that of the calls read';
      return {
        certain,
        ...(certain ? {} : { why }),
        cells: [
          labels.campaign(part.campaign),
          word(this.#periodWords(part.period)),
          word(rateWords(rate, bound)),
          part.abandoned,
          rate.denominator,
          part.unknown + part.undirected.human + part.undirected.abandoned,
        ],
        calls: part.calls,
        callCount: part.calls.length,
      };
    });
    findings.sort((a, b) => Number(b.certain) - Number(a.certain));
    const campaigns = new Set(asked.map(({ part }) => part.campaign)).size;
    const numerator = asked.reduce((sum, { part }) => sum + part.abandoned, 0);
    const denominator = asked.reduce((sum, { rate }) => sum + rate.denominator, 0);
    const unknown = asked.reduce((sum, { part }) => sum + part.unknown, 0);
    const periods = new Set(asked.map(({ part }) => part.period)).size;
    const of = periods > 1 ? 'campaign periods' : 'campaigns';
    const all = periods > 1 ? asked.length : campaigns;
    const certain = findings.filter((one) => one.certain);
    const shown = over
      .filter(({ rate }) => rate.least > bound)
      .slice(0, 3)
      .map(
        ({ part, rate }) =>
          `${labels.campaign(part.campaign)} ${rateWords(rate, bound)} (${numeral(part.abandoned)} of ${numeral(rate.denominator)})`,
      );
    const possible = findings.length - certain.length;
    const headline = [
      `${certain.length} of ${numeral(all)} ${of} over ${bound} %`,
      ...(possible === 0 ? [] : [`${possible} possibly`]),
    ].join(', ');
    return {
      headline: shown.length === 0 ? headline : `${headline} — ${shown.join(', ')}`,
      basis: [
        `Denominator: ${counted(denominator, 'call')} of the dialer (call_type OUTBOUND) that a person answered or that ${denominator === 1 ? 'was' : 'were'} abandoned, ${numeral(numerator)} of them abandoned; ${counted(this.#machines, 'machine')} in neither term, calls that agents dial by hand (MANUAL) not counted.`,
        ...(unknown === 0
          ? []
          : [`${counted(unknown, 'call')} of unknown outcome: each rate is a range over what they may be.`]),
        ...(this.#disputed === 0
          ? []
          : [`Sources disagree on PDROP (${counted(this.#disputed, 'call')}); counted as abandoned.`]),
        `Periods of ${days} days from the window’s first day; the last may be shorter.`,
      ],
      counted: {
        campaigns,
        answered_or_abandoned: denominator,
        abandoned: numerator,
        unknown_outcome: unknown,
      },
      columns: ['campaign', 'period', 'abandon_rate', 'abandoned', 'answered_or_abandoned', 'unknown'],
      findings,
    };
  }

  #partOf(call: SeenCall): Part {
    const { rules, start } = this.#context;
    const first = Math.floor(start / DAY);
    const period = Math.floor((Math.floor(call.ordinal / DAY) - first) / rules.abandonment.days);
    const key = `${period}\0${call.campaign ?? ''}`;
    let part = this.#parts.get(key);
    if (part === undefined) {
      part = {
        campaign: call.campaign,
        period,
        human: 0,
        abandoned: 0,
        unknown: 0,
        undirected: { human: 0, abandoned: 0 },
        isAsked: false,
        calls: [],
      };
      this.#parts.set(key, part);
    }
    return part;
  }

  #periodWords(period: number): string {
    const { rules, start, end } = this.#context;
    const { days } = rules.abandonment;
    const first = Math.floor(start / DAY) + period * days;
    const last = Math.min(first + days - 1, Math.floor(end / DAY));
    return `${stampOf(first * DAY).slice(0, 10)} to ${stampOf(last * DAY).slice(0, 10)}`;
  }
}

interface RateRange {
  /** Percent. */
  readonly least: number;
  readonly most: number;
  readonly denominator: number;
}

function rateOf({ human, abandoned, unknown, undirected }: Part): RateRange {
  const denominator = human + abandoned;
  return {
    least: percent(abandoned, denominator + unknown + undirected.human),
    most: percent(abandoned + unknown + undirected.abandoned, denominator + unknown + undirected.abandoned),
    denominator,
  };
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : (part * 100) / whole;
}

function rateWords({ least, most }: RateRange, bound: number): string {
  const [from, to] = [decimals(least, bound), decimals(most, bound)];
  return from === to ? `${from} %` : `${from} % to ${to} %`;
}

/** To one decimal, unless that would hide on which side of the bound it is. */
function decimals(value: number, bound: number): string {
  for (let places = 1; places < 4; places += 1) {
    const text = String(Number(value.toFixed(places)));
    if (Number(text) !== bound || value === bound) return text;
  }
  return String(value);
}
