import { likelyFlags } from '../convoso/status-flags.js';
import { codeKey } from '../convoso/status-key.js';
import { AttemptBasis, dayOf, dayWords } from './attempts.js';
import { businessDaysAfter } from './business-days.js';
import {
  certainFirst,
  counted,
  type Ending,
  type Finding,
  foundWords,
  type Screen,
  type ScreenContext,
  type ScreenResult,
  type Unable,
} from './screen.js';
import { type KeptCall, kept, type SeenCall } from './seen-call.js';

/** What a number asked for, and the calls after it. */
interface Request {
  readonly number: string;
  readonly call: KeptCall;
  readonly status: string;
  /** The last day of grace. */
  readonly graceDay: number;
  readonly after: KeptCall[];
  inGrace: number;
  /** Calls that came in from it afterwards: consent may have been given. */
  inbound: number;
}

/** A comment that may be a request, though the status is none. */
const MENTIONS =
  /\bdnc\b|\b(?:do ?n[o'’]?t|never|stop|quit) (?:call|contact|phon)|\b(?:take|remove)\b.{0,40}\blist\b|\bopt(?:ed)?[ -]?out\b/i;

/** Outbound attempts to a number after it asked for no more calls, once the days of grace have passed. */
export class AfterDnc implements Screen {
  readonly #context: ScreenContext;
  readonly #requests = new Map<string, Request>();
  readonly #basis = new AttemptBasis();
  /** Codes that look like a request and are not marked as one, with how many calls have them. */
  readonly #likely = new Map<string, number>();
  /** By code and name, whether they look like one: statuses are few, and calls many. */
  readonly #looks = new Map<string, boolean>();
  readonly #mentions: string[] = [];
  #inWindow = 0;

  constructor(context: ScreenContext) {
    this.#context = context;
  }

  add(call: SeenCall): void {
    if (call.place === 'after') return;
    this.#basis.add(call);
    const { number, kind } = call;
    if (kind.do_not_call) this.#inWindow += call.place === 'inside' ? 1 : 0;
    else this.#noteLikely(call);
    if (number === undefined) return;
    const request = this.#requests.get(number);
    if (request !== undefined) {
      if (call.direction === 'inbound') request.inbound += 1;
      if (call.attempt === 'no') return;
      if (dayOf(call.ordinal) <= request.graceDay) request.inGrace += call.isAsked ? 1 : 0;
      else request.after.push(kept(call));
    } else if (kind.do_not_call && call.direction !== 'other') {
      const { businessDays } = this.#context.rules.afterDnc;
      this.#requests.set(number, {
        number,
        call: kept(call),
        status: call.call.status ?? '',
        graceDay: businessDaysAfter(dayOf(call.ordinal), businessDays),
        after: [],
        inGrace: 0,
        inbound: 0,
      });
    }
  }

  result({ labels }: Ending): ScreenResult | Unable {
    const marked = this.#context.book.flagged('do_not_call');
    const likely = [...this.#likely].map(
      ([code, calls]) => `${labels.value('status', code)} (${counted(calls, 'call')})`,
    );
    if (marked.length === 0 && this.#requests.size === 0) {
      return {
        why: `No status is marked as a do-not-call request${likely.length === 0 ? ', and no call has a status that looks like one' : `. Statuses that look like one: ${likely.join(', ')}`}.`,
        next: 'In the account file, say "do_not_call": true of each status that agents give when a person asks for no more calls.',
      };
    }
    const requests = [...this.#requests.values()];
    const found = requests
      .filter(({ after }) => after.some(({ isAsked }) => isAsked))
      .sort((a, b) => b.after.length - a.after.length || a.call.ordinal - b.call.ordinal);
    const findings = found.map((request): Finding => {
      const { number, call, status, graceDay, after, inGrace, inbound } = request;
      const certain = after.some(({ attempt, isAsked }) => isAsked && attempt === 'yes');
      return {
        certain,
        ...(certain
          ? {}
          : { why: 'the calls were blocked, and may never have been placed, or have no direction' }),
        cells: [
          labels.number(number),
          labels.value('call_date', call.callDate),
          labels.value('status', status),
          labels.value('call_date', dayWords(graceDay)),
          after.length,
          labels.value('call_date', after[0]?.callDate ?? ''),
          inGrace,
          inbound,
        ],
        calls: [call, ...after],
        callCount: after.length + 1,
      };
    });
    const grace = requests.filter(({ inGrace }) => inGrace > 0);
    const hidden = labels.masks.hides('comment');
    return {
      headline: `${foundWords(findings, 'number')} called after a do-not-call request and its ${this.#context.rules.afterDnc.businessDays} business days`,
      basis: [
        `Denominator: ${counted(requests.length, 'number')} with a request in the evidence (${counted(this.#inWindow, 'call')} of the window with such a status).`,
        ...this.#basis.words('Looked at'),
        `Within the ${this.#context.rules.afterDnc.businessDays} business days ${counted(grace.length, 'number')} ${grace.length === 1 ? 'was' : 'were'} called, which is no finding. The first call of a finding is the request; business days leave out weekends and federal holidays.`,
        ...(likely.length === 0
          ? []
          : [`Not marked as requests, though they look like one: ${likely.join(', ')}.`]),
        ...(hidden
          ? ['Comments are masked here, and were not looked at.']
          : this.#mentions.length === 0
            ? []
            : [
                `Apart from that, ${counted(this.#mentions.length, 'call')} of the window ${this.#mentions.length === 1 ? 'has' : 'have'} a comment that mentions it under another status: ${labels.ids(this.#mentions)}.`,
              ]),
      ],
      counted: {
        ...this.#basis.counted(),
        numbers_with_request: requests.length,
        requests_in_window: this.#inWindow,
        numbers_called_in_grace: grace.length,
        ...(hidden ? {} : { comments_that_mention_it: this.#mentions.length }),
      },
      columns: [
        'number',
        'request',
        'status',
        'last_day_of_grace',
        'attempts_after',
        'first_after',
        'attempts_in_grace',
        'inbound_since',
      ],
      findings: certainFirst(findings),
    };
  }

  #noteLikely({ call, isAsked, kind }: SeenCall): void {
    const { status = '', status_name = '' } = call;
    const key = `${status}\0${status_name}`;
    let looks = this.#looks.get(key);
    if (looks === undefined) {
      looks = likelyFlags(status, status_name).includes('do_not_call') && kind.group !== 'blocked';
      this.#looks.set(key, looks);
    }
    if (looks) {
      const code = codeKey(status);
      this.#likely.set(code, (this.#likely.get(code) ?? 0) + 1);
    } else if (isAsked && call.agent_comment !== undefined && MENTIONS.test(call.agent_comment)) {
      this.#mentions.push(call.id);
    }
  }
}
