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
} from './screen.js';
import { type KeptCall, kept, type SeenCall } from './seen-call.js';

const DAY = 86_400;

/** A callback that was agreed with a lead, and what came after. */
interface Promised {
  readonly call: KeptCall;
  readonly number: string | undefined;
  /** A call that may have kept it: without a direction, or blocked. */
  maybeKept: boolean;
  /** It was kept so close to the end of its time that a change of the clock decides. */
  closeCall: boolean;
  inbound: number;
}

/** Calls dispositioned as callbacks that no outbound attempt to the lead follows in time. */
export class Callbacks implements Screen {
  readonly #days: number;
  /** Open ones by lead, or by number where calls carry no lead. */
  readonly #open = new Map<string, Promised[]>();
  readonly #missed: Promised[] = [];
  #agreed = 0;
  #unasked = 0;
  #leadless = 0;

  constructor({ rules }: ScreenContext) {
    this.#days = rules.callbacks.days;
  }

  add(call: SeenCall): void {
    if (call.place === 'before') return;
    const who = call.lead ?? call.number;
    if (who === undefined) {
      if (call.kind.callback && call.isAsked) this.#leadless += 1;
      return;
    }
    const open = this.#open.get(who);
    if (open !== undefined) this.#settle(who, open, call);
    if (!call.kind.callback || call.place !== 'inside') return;
    if (!call.isAsked) {
      this.#unasked += 1;
      return;
    }
    this.#agreed += 1;
    this.#open.set(who, [
      ...(this.#open.get(who) ?? []),
      { call: kept(call), number: call.number, maybeKept: false, closeCall: false, inbound: 0 },
    ]);
  }

  result({ complete, end, labels }: Ending): ScreenResult {
    let notDue = 0;
    for (const promised of [...this.#open.values()].flat()) {
      if (end - promised.call.latest > this.#days * DAY) this.#missed.push(promised);
      else notDue += 1;
    }
    this.#open.clear();
    const findings = this.#missed
      .toSorted((a, b) => a.call.ordinal - b.call.ordinal)
      .map(({ call, number, maybeKept, closeCall, inbound }): Finding => {
        const why = !complete
          ? 'the reading is not complete: an attempt that was not read may have kept it'
          : maybeKept
            ? 'a call that was blocked, or has no direction, may have kept it'
            : closeCall
              ? 'a change of the clock decides whether the next attempt was in time'
              : undefined;
        return {
          certain: why === undefined,
          ...(why === undefined ? {} : { why }),
          cells: [
            call.lead === undefined ? null : labels.value('lead_id', call.lead),
            number === undefined ? null : labels.number(number),
            labels.campaign(call.campaign),
            labels.value('call_date', call.callDate),
            inbound,
          ],
          calls: [call],
          callCount: 1,
        };
      });
    return {
      headline: `${foundWords(findings, 'callback')} not kept within ${this.#days} days`,
      basis: [
        `Denominator: ${counted(this.#agreed, 'call')} of the window dispositioned as a callback; ${numeral(this.#agreed - findings.length - notDue)} kept, ${numeral(notDue)} not yet due.`,
        ...(this.#leadless === 0
          ? []
          : [`${counted(this.#leadless, 'callback')} without a lead or a number: not screened.`]),
        'An outbound attempt to the lead keeps it, whoever calls; a call that comes in does not, and is counted beside it.',
      ],
      counted: { callbacks: this.#agreed, not_yet_due: notDue, without_lead: this.#leadless },
      columns: ['lead', 'number', 'campaign', 'callback_agreed', 'inbound_since'],
      findings: certainFirst(findings),
    };
  }

  #settle(who: string, open: readonly Promised[], call: SeenCall): void {
    const left: Promised[] = [];
    for (const promised of open) {
      const least = call.earliest - promised.call.latest;
      const most = call.latest - promised.call.earliest;
      const due = this.#days * DAY;
      if (least > due) {
        this.#missed.push(promised);
        continue;
      }
      if (call.direction === 'inbound') promised.inbound += 1;
      if (call.attempt === 'yes' && most <= due) continue;
      if (call.attempt === 'yes') promised.closeCall = true;
      if (call.attempt === 'maybe') promised.maybeKept = true;
      left.push(promised);
    }
    if (left.length === 0) this.#open.delete(who);
    else this.#open.set(who, left);
  }
}
