import { AttemptBasis, dayOf, findingsOf, regionsOf } from './attempts.js';
import { Bursts, type Span } from './bursts.js';
import {
  certainFirst,
  counted,
  type Ending,
  type Finding,
  foundWords,
  type Labels,
  type Screen,
  type ScreenContext,
  type ScreenResult,
  type Unable,
  word,
} from './screen.js';
import { type KeptCall, kept, type SeenCall, type Sure } from './seen-call.js';

/** A conversation, and the attempts after it that came too soon. */
interface Talk {
  readonly day: number;
  readonly number: string;
  readonly call: KeptCall;
  readonly sure: Sure;
  readonly after: KeptCall[];
}

/** Campaigns that collect debts: too many attempts in consecutive days, and attempts too soon after a conversation. */
export class Attempts7d implements Screen {
  readonly #most: number;
  readonly #days: number;
  readonly #campaigns: ReadonlySet<string>;
  readonly #bursts: Bursts;
  readonly #basis = new AttemptBasis();
  readonly #talks = new Map<string, Talk>();
  readonly #soon: Talk[] = [];
  #swept = 0;

  constructor({ rules }: ScreenContext) {
    const { most, days, campaigns } = rules.attempts7d;
    this.#most = most;
    this.#days = days;
    this.#campaigns = new Set(campaigns);
    this.#bursts = new Bursts(most, daysSpan(days));
  }

  add(call: SeenCall): void {
    const { number } = call;
    if (call.place === 'after' || number === undefined || !this.#campaigns.has(call.campaign ?? '')) return;
    this.#basis.add(call);
    const day = dayOf(call.ordinal);
    this.#sweep(day);
    const talk = this.#talks.get(number);
    if (call.attempt !== 'no') {
      this.#bursts.add(number, call);
      if (talk !== undefined && day - talk.day < this.#days && call.ordinal >= talk.call.ordinal) {
        talk.after.push(kept(call));
      }
    }
    const sure = conversation(call);
    if (sure === 'no') return;
    // A possible conversation does not end the days after a certain one.
    if (talk?.sure === 'yes' && sure === 'maybe' && day - talk.day < this.#days) return;
    if (talk !== undefined) this.#close(talk);
    this.#talks.set(number, { day, number, call: kept(call), sure, after: [] });
  }

  result({ labels }: Ending): ScreenResult | Unable {
    if (this.#campaigns.size === 0) {
      return {
        why: 'It is about campaigns that collect debts, and the account file names none.',
        next: 'If the account collects debts, list the ids of those campaigns in the account file: audit, attempts_7d, campaigns.',
      };
    }
    for (const talk of this.#talks.values()) this.#close(talk);
    const many = findingsOf(this.#bursts.ended(), labels, ({ most }) => [most]).map((one) => ({
      ...one,
      cells: [word(`more than ${this.#most} attempts`), ...one.cells],
    }));
    const soon = this.#soon.map((talk) => this.#finding(talk, labels));
    const findings = certainFirst([...many, ...soon]);
    return {
      headline: `${foundWords(findings, 'finding')} of more than ${this.#most} attempts in ${this.#days} days, or within ${this.#days} days of a conversation`,
      basis: [
        ...this.#basis.words(),
        `Campaigns that collect debts: ${[...this.#campaigns].map((id) => labels.campaign(id)).join(', ')}. The number stands in for person and debt. Days are days of the account.`,
      ],
      counted: { ...this.#basis.counted(), campaigns: this.#campaigns.size },
      columns: ['kind', 'number', 'region', 'attempts', 'leads', 'from', 'to'],
      findings,
    };
  }

  #finding({ number, call, sure, after }: Talk, labels: Labels): Finding {
    const certain = sure === 'yes' && after.some(({ attempt }) => attempt === 'yes');
    const calls = [call, ...after];
    return {
      certain,
      ...(certain ? {} : { why: 'it is not known whether there was a conversation, or an attempt after it' }),
      cells: [
        word(`after a conversation (${counted(after.length, 'attempt')})`),
        labels.number(number),
        word(regionsOf(number).join(' ')),
        after.length,
        new Set(calls.map(({ lead }) => lead)).size,
        labels.value('call_date', call.callDate),
        labels.value('call_date', after.at(-1)?.callDate ?? ''),
      ],
      calls,
      callCount: calls.length,
    };
  }

  #close(talk: Talk): void {
    if (talk.after.some(({ isAsked }) => isAsked)) this.#soon.push(talk);
    this.#talks.delete(talk.number);
  }

  #sweep(day: number): void {
    if (day === this.#swept) return;
    this.#swept = day;
    for (const talk of this.#talks.values()) if (day - talk.day > this.#days) this.#close(talk);
  }
}

/** Whether a person was spoken to; who called does not matter. */
function conversation({ direction, kind }: SeenCall): Sure {
  if (direction === 'other') return 'no';
  if (kind.group === 'human') return 'yes';
  return kind.group === 'unmapped' ? 'maybe' : 'no';
}

/** Attempts on so many consecutive days of the account. */
function daysSpan(days: number): Span {
  return {
    longest: days * 86_400,
    holds(earlier, later) {
      const within = dayOf(later.ordinal) - dayOf(earlier.ordinal) < days;
      return { surely: within, possibly: within };
    },
  };
}
