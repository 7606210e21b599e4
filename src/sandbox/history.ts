import { compareCalls, type SandboxCall } from './calls.js';
import { dayAfter, dayOf, monthsBetween, secondsBetween } from './clock.js';
import { exampleCalls } from './examples.js';
import { SYSTEM_USER } from './floor.js';
import { Floor } from './generate.js';

/** Months of history before the month it begins in: two changes of the clocks lie in any such span. */
const MONTHS = 13;
/** No call, its wait included, lasts longer. */
const LONGEST_SECONDS = 3600;

/**
 * The calls of the floor, from the first day of the month thirteen months back. Days are generated once, in order, as far as
 * somebody asks; the same `now` gives the same rows in every process and time zone. The contract's two examples are among them.
 */
export class CallHistory {
  readonly #newestMonth: string;
  readonly #examples: readonly SandboxCall[];
  readonly #floor = new Floor();
  readonly #calls: SandboxCall[] = [];
  #next;
  #shown: { readonly now: string; readonly calls: readonly SandboxCall[] } | undefined;

  /** @param now account time */
  constructor(now: string) {
    this.#newestMonth = now.slice(0, 7);
    this.#next = dayOf(firstDay(now));
    this.#examples = exampleCalls(now);
  }

  /**
   * Every call that began before this second of account time, oldest first. What had not ended by then is shown as the
   * service shows it: in progress, or waiting in its queue.
   */
  until(now: string): readonly SandboxCall[] {
    if (this.#shown?.now !== now) this.#shown = { now, calls: this.#callsUntil(now) };
    return this.#shown.calls;
  }

  #callsUntil(now: string): readonly SandboxCall[] {
    const { number: today } = dayOf(now.slice(0, 10));
    while (this.#next.number <= today) {
      const calls = this.#floor.callsOf(this.#next, monthsBetween(this.#next.date, this.#newestMonth));
      const examples = this.#examples.filter(({ call_date }) => call_date.startsWith(this.#next.date));
      if (examples.length > 0) calls.push(...examples);
      for (const call of calls.sort(compareCalls)) this.#calls.push(call);
      this.#next = dayAfter(this.#next);
    }
    let end = this.#calls.length;
    while (end > 0 && (this.#calls[end - 1]?.call_date ?? '') >= now) end -= 1;
    const calls = this.#calls.slice(0, end);
    for (let i = end - 1; i >= 0; i -= 1) {
      const call = calls[i] as SandboxCall;
      const passed = secondsBetween(call.call_date, now);
      if (passed > LONGEST_SECONDS) break;
      calls[i] = asOf(call, passed);
    }
    return calls;
  }
}

/** The first day of the history that ends at this second, account time. */
export function firstDay(now: string): string {
  const months = Number(now.slice(0, 4)) * 12 + Number(now.slice(5, 7)) - 1 - MONTHS;
  return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, '0')}-01`;
}

/** A call as it is shown so many seconds after it began. */
function asOf(call: SandboxCall, passed: number): SandboxCall {
  // Who gave up waiting has a length, and it is the wait.
  const wait = call.status === 'DROP' ? 0 : (call.queue_seconds ?? 0);
  if (passed > wait + (call.call_length ?? 0)) return call;
  const open = {
    ...call,
    call_length: null,
    recording: [],
    agent_comment: null,
    term_reason: null,
    session_id: null,
  };
  const waits = call.queue_id !== null && (call.status === 'DROP' || passed <= wait);
  return waits
    ? { ...open, status: 'QUEUE', user_id: SYSTEM_USER.id, queue_seconds: passed }
    : { ...open, status: 'INCALL' };
}
