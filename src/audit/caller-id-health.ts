import { phoneKey } from '../phone/phone.js';
import { dayOf, dayWords } from './attempts.js';
import {
  certainFirst,
  counted,
  type Ending,
  type Finding,
  foundWords,
  numeral,
  type Screen,
  type ScreenContext,
  type ScreenResult,
  type Unable,
  word,
} from './screen.js';
import { type KeptCall, kept, type SeenCall } from './seen-call.js';
import { twoProportions } from './two-proportions.js';

/** What one number dialed on one day, for one campaign. */
interface DayOfNumber {
  readonly number: string;
  readonly campaign: string | undefined;
  readonly day: number;
  dials: number;
  contacts: number;
  short: number;
  /** Of unknown outcome; in none of the counts above. */
  unknown: number;
  isAsked: boolean;
  /** Some of its conversations. */
  readonly calls: KeptCall[];
}

type Counts = Pick<DayOfNumber, 'dials' | 'contacts' | 'unknown'>;

/** A comparison that was made. */
interface Compared {
  readonly of: DayOfNumber;
  readonly with: Counts;
  readonly whom: string;
  readonly pValue: number;
}

/** Conversations that are kept as examples of a day. */
const EXAMPLES = 10;

/** Numbers dialed from whose contact rate differs from their own earlier days, or from the campaign's other numbers that day. */
export class CallerIdHealth implements Screen {
  readonly #rules: ScreenContext['rules']['callerIdHealth'];
  readonly #days = new Map<string, DayOfNumber>();
  #dials = 0;
  #withoutId = 0;

  constructor({ rules }: ScreenContext) {
    this.#rules = rules.callerIdHealth;
  }

  add(call: SeenCall): void {
    if (call.place !== 'inside' || call.attempt !== 'yes' || call.kind.group === 'in_progress') return;
    this.#dials += 1;
    const { caller_id_displayed: shown, call_length: length } = call.call;
    if (shown === undefined) {
      this.#withoutId += 1;
      return;
    }
    const day = this.#dayOf(phoneKey(shown), call.campaign, dayOf(call.ordinal));
    day.isAsked ||= call.isAsked;
    if (call.kind.group === 'unmapped') {
      day.unknown += 1;
      return;
    }
    day.dials += 1;
    if (call.kind.group !== 'human') return;
    day.contacts += 1;
    if (length !== null && length < this.#rules.shortSeconds) day.short += 1;
    if (day.calls.length < EXAMPLES) day.calls.push(kept(call));
  }

  result({ complete, labels }: Ending): ScreenResult | Unable {
    if (this.#dials > 0 && this.#days.size === 0) {
      return {
        why: 'No outbound call that the service returned carries caller_id_displayed, the number dialed from: rows of the contract’s form have none.',
        next: 'It can be made on accounts whose rows carry it.',
      };
    }
    const days = [...this.#days.values()];
    const comparisons = this.#comparisons(days);
    const bound = this.#rules.pValue / Math.max(1, comparisons.length);
    const findings = comparisons
      .filter(({ of, pValue }) => of.isAsked && pValue < bound)
      .sort((a, b) => a.pValue - b.pValue)
      .map(({ of, with: others, whom, pValue }): Finding => {
        const unknown = of.unknown + others.unknown > 0;
        return {
          certain: complete && !unknown,
          ...(!complete
            ? { why: 'the reading is not complete: the rates are of the calls read' }
            : unknown
              ? { why: 'calls of unknown outcome are in neither rate' }
              : {}),
          cells: [
            labels.number(of.number),
            labels.campaign(of.campaign),
            labels.value('call_date', dayWords(of.day)),
            of.dials,
            word(rateWords(of)),
            word(`${whom}: ${rateWords(others)}`),
            word(pValue < 0.0001 ? '< 0.0001' : pValue.toFixed(4)),
            word(`${numeral(of.short)} of ${numeral(of.contacts)}`),
          ],
          calls: of.calls,
          callCount: of.contacts,
        };
      });
    const numbers = new Set(days.map(({ number }) => number)).size;
    return {
      headline: `${foundWords(findings, 'day of a number', 'days of numbers')} with a contact rate that differs${findings.length === 0 ? '' : ` (${counted(numbers, 'number')} dialed from)`}`,
      basis: [
        `Denominator: ${counted(this.#dials, 'outbound attempt')} of the window from ${counted(numbers, 'number')}${this.#withoutId === 0 ? '' : `, ${numeral(this.#withoutId)} without the number dialed from`}; contact is a call answered by a person.`,
        `${counted(comparisons.length, 'comparison')} with at least ${this.#rules.dials} dials on each side: a flag needs p below ${this.#rules.pValue} divided by their number, so that chance alone hardly makes one. Leads repeat, so the evidence is weaker than the dials.`,
        'The calls of a finding are conversations of that day, some of many.',
      ],
      counted: {
        dials: this.#dials,
        without_caller_id: this.#withoutId,
        numbers,
        comparisons: comparisons.length,
      },
      columns: [
        'number_dialed_from',
        'campaign',
        'day',
        'dials',
        'contact_rate',
        'compared_with',
        'p_value',
        'short_conversations',
      ],
      findings: certainFirst(findings),
    };
  }

  #comparisons(days: readonly DayOfNumber[]): Compared[] {
    const earlier = new Map<string, Counts>();
    const ofCampaign = new Map<string, Counts>();
    for (const day of days) add(ofCampaign, `${day.campaign ?? ''}\0${day.day}`, day);
    const made: Compared[] = [];
    for (const day of days.toSorted((a, b) => a.day - b.day)) {
      const own = `${day.number}\0${day.campaign ?? ''}`;
      const before = earlier.get(own);
      if (before !== undefined) this.#compare(made, day, before, 'its own earlier days');
      const all = ofCampaign.get(`${day.campaign ?? ''}\0${day.day}`) ?? day;
      const others = {
        dials: all.dials - day.dials,
        contacts: all.contacts - day.contacts,
        unknown: all.unknown - day.unknown,
      };
      this.#compare(made, day, others, 'the campaign’s other numbers that day');
      add(earlier, own, day);
    }
    return made;
  }

  #compare(made: Compared[], of: DayOfNumber, others: Counts, whom: string): void {
    const { dials } = this.#rules;
    if (of.dials < dials || others.dials < dials) return;
    made.push({ of, with: { ...others }, whom, pValue: twoProportions(of, others) });
  }

  #dayOf(number: string, campaign: string | undefined, day: number): DayOfNumber {
    const key = `${number}\0${campaign ?? ''}\0${day}`;
    let found = this.#days.get(key);
    if (found === undefined) {
      found = {
        number,
        campaign,
        day,
        dials: 0,
        contacts: 0,
        short: 0,
        unknown: 0,
        isAsked: false,
        calls: [],
      };
      this.#days.set(key, found);
    }
    return found;
  }
}

function add(sums: Map<string, Counts>, key: string, { dials, contacts, unknown }: Counts): void {
  const sum = sums.get(key);
  if (sum === undefined) {
    sums.set(key, { dials, contacts, unknown });
    return;
  }
  sum.dials += dials;
  sum.contacts += contacts;
  sum.unknown += unknown;
}

/** `31.2 % (125 of 401)`. */
function rateWords({ contacts, dials }: Counts): string {
  return `${((contacts * 100) / dials).toFixed(1)} % (${numeral(contacts)} of ${numeral(dials)})`;
}
