import { ordinal, type StampWindow, type TrueCall } from './floor.js';
import type { Question } from './questions.js';
import { type Quirk, titleOf, UNDETECTABLE_PAIRS } from './quirks/index.js';
import { type Exchange, FILTERS, type Form, type Service } from './service.js';

// What is right, found out from the true calls alone. Nothing of the product is used here.

/** The calls of a question: those that an answer must rest on, and those that it may rest on. */
export interface Truth {
  readonly must: ReadonlyMap<string, TrueCall>;
  readonly may: ReadonlySet<string>;
}

/** What a reading came to. */
export interface Outcome {
  /** Ids in the order they were counted; undefined where the answer gives their number only. */
  readonly ids: readonly string[] | undefined;
  /** Calls counted. */
  readonly count: number;
  /** Declared complete, with nothing unverified. */
  readonly complete: boolean;
  /** What the reading says of itself. */
  readonly said: string;
  /** It ended in a failure that it explained. */
  readonly failed?: string;
}

export interface Verdict {
  readonly right: boolean;
  /** Why it is wrong, or why it is excused. */
  readonly reason?: string;
  readonly excused?: true;
}

/** The truth of a question, over the whole time in which it was read. */
export function truthOf(
  service: Service,
  window: StampWindow,
  question: Question,
  quirks: readonly Quirk[],
): Truth {
  const must = new Map<string, TrueCall>();
  const may = new Set<string>();
  const look = (id: string, states: readonly (TrueCall | undefined)[]) => {
    const fits = states.map((call) => rank(call, window, question, quirks));
    const call = states.findLast((state) => state !== undefined);
    if (call !== undefined && fits.every((one) => one === 'must')) must.set(id, call);
    if (fits.some((one) => one !== 'not')) may.add(id);
  };
  for (const call of service.calls) if (!service.changed.has(call.id)) look(call.id, [call]);
  for (const [id, states] of service.changed) look(id, states);
  return { must, may };
}

function rank(
  call: TrueCall | undefined,
  window: StampWindow,
  question: Question,
  quirks: readonly Quirk[],
): 'must' | 'may' | 'not' {
  if (call === undefined) return 'not';
  const wanted = question.wants(call) ? 'must' : question.allows?.(call) === true ? 'may' : 'not';
  if (wanted === 'not') return 'not';
  if (call.undated === true || quirks.some((quirk) => quirk.either?.(call, window))) return 'may';
  const second = Math.floor(call.at / 1000);
  return second >= ordinal(window.start) && second <= ordinal(window.end) ? wanted : 'not';
}

/** What an answer must be over these quirks. */
export interface Demand {
  readonly quirks: readonly Quirk[];
  /** Rows have the fields that are filtered by. */
  readonly checked: boolean;
  readonly service: Service;
  readonly question: Question;
}

/** Whether an outcome is right, or says what it does not know. */
export function judge(outcome: Outcome, truth: Truth, demand: Demand): Verdict {
  const wrong = mistake(outcome, truth, demand);
  if (wrong === undefined) return { right: true };
  const { quirks, service, question } = demand;
  const fewer = outcome.complete && isOfFewerCalls(service.exchanges, question, truth);
  const excuse = fewer ? excuseOf(quirks) : undefined;
  if (excuse !== undefined) return { right: true, excused: true, reason: `${wrong} Excused: ${excuse}` };
  return {
    right: false,
    reason: fewer ? `${wrong} Its replies are those of a faithful service with fewer calls.` : wrong,
  };
}

function mistake(outcome: Outcome, truth: Truth, demand: Demand): string | undefined {
  const { complete, said, failed } = outcome;
  const { quirks, checked } = demand;
  const { wrong, doubles, counted } = compare(outcome, truth);
  if (complete && wrong !== undefined) return `Declared complete with ${counted}: ${wrong}.`;
  if (doubles > 0) return `Counted ${doubles} calls twice: ${counted}.`;
  if (complete && !checked) return 'Declared complete though no row carries the field that it filters by.';
  if (outcome.count > demand.service.everKnown)
    return `Counted ${outcome.count} calls, of ${demand.service.everKnown} that there ever were.`;
  if (quirks.some((quirk) => quirk.harmless !== true)) return undefined;
  if (failed !== undefined) return `Failed over a service that gives all it is asked: ${failed}`;
  if (checked && !complete)
    return `Not declared complete (${counted}) over a service that gives all it is asked: ${said}`;
  if (wrong !== undefined) return `Counted ${counted} over a service that gives all it is asked: ${wrong}.`;
  return undefined;
}

/** How the calls of an outcome differ from the truth. */
function compare({ ids, count }: Outcome, { must, may }: Truth) {
  const range = must.size === may.size ? `${must.size}` : `${must.size} to ${may.size}`;
  if (ids === undefined) {
    const wrong = count >= must.size && count <= may.size ? undefined : 'another number';
    return { wrong, doubles: 0, counted: `${count} of ${range}` };
  }
  const distinct = new Set(ids);
  const missing = [...must.keys()].filter((id) => !distinct.has(id));
  const alien = [...distinct].filter((id) => !may.has(id));
  const doubles = ids.length - distinct.size;
  const parts = [
    ...(missing.length > 0 ? [`${missing.length} missing (${missing.slice(0, 3).join(', ')})`] : []),
    ...(alien.length > 0 ? [`${alien.length} too many (${alien.slice(0, 3).join(', ')})`] : []),
    ...(doubles > 0 ? [`${doubles} counted twice`] : []),
  ];
  return {
    wrong: parts.length === 0 ? undefined : parts.join(', '),
    doubles,
    counted: `${distinct.size} of ${range}`,
  };
}

function excuseOf(quirks: readonly Quirk[]): string | undefined {
  const own = quirks.find(({ undetectable }) => undetectable !== undefined)?.undetectable;
  if (own !== undefined) return own;
  const titles = quirks.map(titleOf);
  return UNDETECTABLE_PAIRS.find(([a, b]) => titles.includes(a) && titles.includes(b))?.[2];
}

/**
 * Whether every reply of a reading is the very one that a faithful service would have sent that has just the calls which
 * occur in them: nothing could be noticed then.
 */
export function isOfFewerCalls(exchanges: readonly Exchange[], question: Question, { must }: Truth): boolean {
  const rows = new Map<string, { text: string; date: number }>();
  const controls = new Set<string>();
  for (const exchange of exchanges) {
    if (!exchange.plain) return false;
    const isControl = !isAbout(exchange.form, question);
    for (const row of exchange.rows) {
      const { id, call_date: date } = (row ?? {}) as { id?: unknown; call_date?: unknown };
      if (isControl) {
        controls.add(String(id));
        continue;
      }
      if (id === undefined || typeof date !== 'string' || !PLAIN_DATE.test(date)) return false;
      const text = JSON.stringify(row);
      const known = rows.get(String(id));
      if (known !== undefined && known.text !== text) return false;
      rows.set(String(id), { text, date: ordinal(date) });
    }
  }
  // Another question showed a call of this one.
  for (const id of controls) if (must.has(id) && !rows.has(id)) return false;
  const dates = new Map([...rows].map(([id, { date }]) => [id, date]));
  const sorted = [...dates.values()].sort((a, b) => a - b);
  return exchanges
    .filter(({ form }) => isAbout(form, question))
    .every((exchange) => isFaithful(exchange, dates, sorted));
}

/** Whether a request has the filters of the question, and not others as a control. */
function isAbout(form: Form, question: Question): boolean {
  const filters = Object.entries(form).filter(([name]) => FILTERS.includes(name));
  return (
    filters.length === Object.keys(question.filters).length &&
    filters.every(([name, value]) => question.filters[name] === value)
  );
}

const PLAIN_DATE = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;

function isFaithful(
  { form, rows, total }: Exchange,
  dates: ReadonlyMap<string, number>,
  sorted: readonly number[],
): boolean {
  const start = ordinal(form['start_time'] ?? '');
  const end = ordinal(form['end_time'] ?? '');
  const from = firstFrom(sorted, start);
  const to = firstFrom(sorted, end + 1);
  const offset = Number(form['offset']);
  const expected = Math.max(0, Math.min(Number(form['limit']), to - from - offset));
  if (Number(total) !== to - from || rows.length !== expected) return false;
  const seen = new Set<unknown>();
  return rows.every((row, i) => {
    const { id } = row as { id: unknown };
    if (seen.has(id)) return false;
    seen.add(id);
    const at = form['order'] === 'asc' ? sorted[from + offset + i] : sorted[to - 1 - offset - i];
    return dates.get(String(id)) === at;
  });
}

/** Place of the first value that is not less. */
function firstFrom(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
