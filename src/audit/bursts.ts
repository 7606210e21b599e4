import { type KeptCall, kept, type SeenCall } from './seen-call.js';

/** Calls to one number that stand together in a finding. */
export interface Burst {
  readonly calls: Map<string, KeptCall>;
  certain: boolean;
  /** Most attempts in one span: those that certainly are, and all that may be. */
  most: number;
  mostPossible: number;
  /** Most certain attempts of one campaign in one span. */
  mostOfCampaign: number;
}

/** When an attempt counts with a later one. */
export interface Span {
  /** Whether they are certainly, or possibly, in one span. */
  holds(earlier: KeptCall, later: KeptCall): { readonly surely: boolean; readonly possibly: boolean };
  /** Seconds after which an attempt counts with no later one, whatever the clock did. */
  readonly longest: number;
}

interface Line {
  recent: KeptCall[];
  open: Burst | undefined;
}

/** Calls may come out of order by this many seconds: where the clock is set back their dates run backward. */
const DISORDER = 2 * 3600;

/**
 * Finds numbers with more than so many attempts in a span, in one pass. Of each number it holds the attempts of the last span,
 * and forgets it when that has passed. Spans over the limit that share a call are one burst.
 */
export class Bursts {
  readonly #most: number;
  readonly #span: Span;
  readonly #lines = new Map<string, Line>();
  readonly #done: [number: string, burst: Burst][] = [];
  #swept = Number.NEGATIVE_INFINITY;

  constructor(most: number, span: Span) {
    this.#most = most;
    this.#span = span;
  }

  /** Adds an attempt to a number: a call whose `attempt` is not `no`. */
  add(number: string, call: SeenCall): void {
    this.#sweep(call.earliest);
    let line = this.#lines.get(number);
    if (line === undefined) {
      line = { recent: [], open: undefined };
      this.#lines.set(number, line);
    }
    const attempt = kept(call);
    line.recent = line.recent.filter(({ latest }) => latest > call.earliest - this.#span.longest - DISORDER);
    line.recent.push(attempt);
    if (line.recent.length > this.#most) this.#look(number, line, attempt);
  }

  /** Every burst with its number, in the order in which they ended. Ends the pass. */
  ended(): readonly (readonly [number: string, burst: Burst])[] {
    for (const [number, line] of this.#lines) this.#close(number, line);
    this.#lines.clear();
    return this.#done;
  }

  #look(number: string, line: Line, attempt: KeptCall): void {
    const held = line.recent.map((one) => [one, this.#span.holds(one, attempt)] as const);
    const possible = held.filter(([, { possibly }]) => possibly).map(([one]) => one);
    if (possible.length <= this.#most) return;
    const sure = held
      .filter(([one, { surely }]) => surely && one.attempt === 'yes' && attempt.attempt === 'yes')
      .map(([one]) => one);
    if (line.open !== undefined && !possible.some(({ id }) => line.open?.calls.has(id))) {
      this.#close(number, line);
    }
    line.open ??= { calls: new Map(), certain: false, most: 0, mostPossible: 0, mostOfCampaign: 0 };
    const { open } = line;
    for (const one of possible) open.calls.set(one.id, one);
    open.certain ||= sure.length > this.#most;
    open.most = Math.max(open.most, sure.length);
    open.mostPossible = Math.max(open.mostPossible, possible.length);
    open.mostOfCampaign = Math.max(open.mostOfCampaign, mostAlike(sure));
  }

  #close(number: string, line: Line): void {
    // Nothing is shown of a burst without a call that was asked about.
    if (line.open !== undefined && [...line.open.calls.values()].some(({ isAsked }) => isAsked)) {
      this.#done.push([number, line.open]);
    }
    line.open = undefined;
  }

  /** Forgets numbers that nothing can be added to any more, now and then. */
  #sweep(now: number): void {
    if (now < this.#swept + this.#span.longest / 4) return;
    this.#swept = now;
    for (const [number, line] of this.#lines) {
      const last = line.recent.at(-1)?.latest ?? 0;
      if (last > now - this.#span.longest - DISORDER) continue;
      this.#close(number, line);
      this.#lines.delete(number);
    }
  }
}

/** How many calls the campaign with the most of them has. */
function mostAlike(calls: readonly KeptCall[]): number {
  const counts = new Map<string | undefined, number>();
  for (const { campaign } of calls) counts.set(campaign, (counts.get(campaign) ?? 0) + 1);
  return Math.max(0, ...counts.values());
}
