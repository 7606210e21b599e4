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
  /** What went over the wire for it; default: all that did. */
  readonly exchanges?: readonly Exchange[];
}

/** Whether an outcome is right, or says what it does not know. */
export function judge(outcome: Outcome, truth: Truth, demand: Demand): Verdict {
  const wrong = mistake(outcome, truth, demand);
  if (wrong === undefined) return { right: true };
  const { quirks, service, question, exchanges = service.exchanges } = demand;
  const rest: OtherwiseFaithful = {
    capped: quirks.some(({ kind, harmless }) => kind === 'paging' && harmless === true),
    surplus: Math.max(0, ...quirks.map(({ surplus = 0 }) => surplus)),
    // What a service finds that filters in a way of its own is what it shows.
    finds: quirks.some(({ kind }) => kind === 'filters') ? () => true : question.wants,
  };
  const fewer = outcome.complete && isOfFewerCalls(exchanges, question, truth, rest);
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
 * occur in them, changes to those included: nothing could be noticed then.
 */
export function isOfFewerCalls(
  exchanges: readonly Exchange[],
  question: Question,
  { must }: Truth,
  rest: OtherwiseFaithful = { capped: false, surplus: 0, finds: question.wants },
): boolean {
  const seen = new Set<string>();
  const controls = new Set<string>();
  for (const { form, rows } of exchanges) {
    const ids = isAbout(form, question) ? seen : controls;
    for (const row of rows) ids.add(idOf(row));
  }
  // Another question showed a call of this one.
  for (const id of controls) if (must.has(id) && !seen.has(id)) return false;
  return exchanges.every(
    (exchange) => exchange.plain && (!isAbout(exchange.form, question) || isFaithful(exchange, seen, rest)),
  );
}

const idOf = (row: unknown) => String((row as { id?: unknown } | null)?.id);

/** Whether a request has the filters of the question, and not others as a control. */
function isAbout(form: Form, question: Question): boolean {
  const filters = Object.entries(form).filter(([name]) => FILTERS.includes(name));
  return (
    filters.length === Object.keys(question.filters).length &&
    filters.every(([name, value]) => question.filters[name] === value)
  );
}

/** How a service differs from others without being any less faithful. */
interface OtherwiseFaithful {
  /** Its pages may be shorter than asked for. */
  readonly capped: boolean;
  /** Rows that its pages have beyond the limit. */
  readonly surplus: number;
  /** The calls that it finds for the question. */
  finds(call: TrueCall): boolean;
}

/** Whether a reply is the right one where only the calls that were `seen` exist. */
function isFaithful(
  { form, rows, total, calls }: Exchange,
  seen: ReadonlySet<string>,
  { capped, surplus, finds }: OtherwiseFaithful,
): boolean {
  const start = ordinal(form['start_time'] ?? '');
  const end = ordinal(form['end_time'] ?? '');
  const seconds = new Map<string, number>();
  for (const call of calls) {
    const second = Math.floor(call.at / 1000);
    if (second >= start && second <= end && seen.has(call.id) && finds(call)) seconds.set(call.id, second);
  }
  if (Number(total) !== seconds.size) return false;
  const sorted = [...seconds.values()].sort((a, b) => (form['order'] === 'asc' ? a - b : b - a));
  const offset = Number(form['offset']);
  const expected = sorted.slice(offset, offset + Number(form['limit']) + surplus);
  if (rows.length > expected.length || (!capped && rows.length < expected.length)) return false;
  const ids = rows.map(idOf);
  return new Set(ids).size === ids.length && ids.every((id, i) => seconds.get(id) === expected[i]);
}
