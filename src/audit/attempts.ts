import { stampOf } from '../account-time/stamps.js';
import { placeOf } from '../phone/area-codes.js';
import { type Burst, Bursts, type Span } from './bursts.js';
import { ATTEMPT_STATES } from './rules.js';
import {
  certainFirst,
  counted,
  type Ending,
  type Finding,
  foundWords,
  type Labels,
  numeral,
  type Screen,
  type ScreenContext,
  type ScreenResult,
  word,
} from './screen.js';
import type { KeptCall, SeenCall } from './seen-call.js';

/** More than so many outbound attempts to one number in rolling hours of real time. */
export class Attempts24h implements Screen {
  readonly #most: number;
  readonly #hours: number;
  readonly #bursts: Bursts;
  readonly #basis = new AttemptBasis();

  constructor({ rules }: ScreenContext) {
    const { most, hours } = rules.attempts24h;
    this.#most = most;
    this.#hours = hours;
    this.#bursts = new Bursts(most, rollingSpan(hours * 3600));
  }

  add(call: SeenCall): void {
    if (call.place === 'after' || call.attempt === 'no') return;
    this.#basis.add(call);
    if (call.number !== undefined) this.#bursts.add(call.number, call);
  }

  result({ labels }: Ending): ScreenResult {
    const found = this.#bursts.ended();
    const findings = findingsOf(found, labels, (burst) => [burst.most, burst.mostOfCampaign]);
    const numbers = new Set(found.map(([number]) => number)).size;
    const inStates = found.filter(([number]) =>
      regionsOf(number).some((region) => ATTEMPT_STATES.has(region)),
    );
    const across = found.filter(([, burst]) => burst.certain && burst.mostOfCampaign <= this.#most).length;
    return {
      headline: `${foundWords(findings, 'finding')} of more than ${this.#most} attempts to a number within ${this.#hours} hours${findings.length === 0 ? '' : `, on ${counted(numbers, 'number')}`}`,
      basis: [
        ...this.#basis.words(),
        'A number is counted once, whoever’s lead it is and whichever campaign calls; hours are real hours, across changes of the clock.',
        ...(findings.length === 0
          ? []
          : [
              `${numeral(inStates.length)} of the ${numeral(findings.length)} are on numbers with an area code of Florida, Maryland or Oklahoma; ${numeral(across)} pass the limit only with the campaigns together.`,
            ]),
      ],
      counted: { ...this.#basis.counted(), numbers_found: numbers },
      columns: ['number', 'region', 'attempts', 'in_one_campaign', 'leads', 'from', 'to'],
      findings,
    };
  }
}

/** Attempts less than so many seconds apart, on a clock that is not changed. */
function rollingSpan(seconds: number): Span {
  return {
    longest: seconds,
    holds: (earlier, later) =>
      earlier.id === later.id
        ? { surely: true, possibly: true }
        : {
            surely: later.latest - earlier.earliest < seconds,
            possibly: later.earliest - earlier.latest < seconds,
          },
  };
}

/** Findings of bursts, most attempts first; `counts` are the cells between region and leads. */
export function findingsOf(
  found: readonly (readonly [number: string, burst: Burst])[],
  labels: Labels,
  counts: (burst: Burst) => readonly number[],
): Finding[] {
  const sorted = found.toSorted(
    ([, a], [, b]) => b.most - a.most || b.mostPossible - a.mostPossible || firstOf(a) - firstOf(b),
  );
  return certainFirst(
    sorted.map(([number, burst]) => {
      const calls = [...burst.calls.values()].sort((a, b) => a.ordinal - b.ordinal);
      return {
        certain: burst.certain,
        ...(burst.certain ? {} : { why: whyPossible(calls) }),
        cells: [
          labels.number(number),
          word(regionsOf(number).join(' ')),
          ...counts(burst),
          new Set(calls.map(({ lead }) => lead)).size,
          labels.value('call_date', calls[0]?.callDate ?? ''),
          labels.value('call_date', calls.at(-1)?.callDate ?? ''),
        ],
        calls,
        callCount: calls.length,
      };
    }),
  );
}

function firstOf({ calls }: Burst): number {
  return Math.min(...[...calls.values()].map(({ ordinal }) => ordinal));
}

/** Why attempts are not certainly too many. */
export function whyPossible(calls: readonly KeptCall[]): string {
  return calls.some(({ attempt }) => attempt === 'maybe')
    ? 'some of the calls were blocked, and may never have been placed, or have no direction'
    : 'a change of the clock decides, and the log does not tell on which side of it calls were placed';
}

/** ISO codes of where an area code lies; none for numbers that lie nowhere. */
export function regionsOf(number: string): readonly string[] {
  const place = placeOf(number);
  return place.kind === 'area' ? place.regions : [];
}

/** How many calls of the window a screen of attempts looked at. */
export class AttemptBasis {
  #attempts = 0;
  #blocked = 0;
  #undirected = 0;
  #numberless = 0;

  add({ place, attempt, direction, number }: SeenCall): void {
    if (place !== 'inside' || attempt === 'no') return;
    if (number === undefined) this.#numberless += 1;
    if (attempt === 'yes') this.#attempts += 1;
    else if (direction === 'unknown') this.#undirected += 1;
    else this.#blocked += 1;
  }

  /** `first` says what the count is, such as the denominator. */
  words(first = 'Denominator'): string[] {
    return [
      `${first}: ${counted(this.#attempts, 'outbound attempt')} of the window (call_type OUTBOUND and MANUAL; inbound calls and third parties brought in, 3WAY, are none).`,
      ...(this.#blocked === 0
        ? []
        : [
            `${counted(this.#blocked, 'blocked call')} may never have been placed: counted as possible only.`,
          ]),
      ...(this.#undirected === 0
        ? []
        : [`${counted(this.#undirected, 'call')} without a known direction: counted as possible only.`]),
      ...(this.#numberless === 0
        ? []
        : [`${counted(this.#numberless, 'attempt')} without a number: not screened.`]),
    ];
  }

  counted(): Record<string, number> {
    return {
      attempts: this.#attempts,
      blocked: this.#blocked,
      without_direction: this.#undirected,
      without_number: this.#numberless,
    };
  }
}

/** A day as a number. */
export function dayOf(ordinal: number): number {
  return Math.floor(ordinal / 86_400);
}

/** A day's number as `YYYY-MM-DD`. */
export function dayWords(day: number): string {
  return stampOf(day * 86_400).slice(0, 10);
}
