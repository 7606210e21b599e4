import { type Dialect, type Floor, ordinal, type StampWindow, stamp, type TrueCall } from './floor.js';
import { type Random, randomOf } from './random.js';

/** A form as it is posted, without the token. */
export type Form = Readonly<Record<string, string>>;
export type Row = Record<string, unknown>;

/** One request, as far as a service understands it. */
export interface Request {
  readonly form: Form;
  /** 1 for the first. */
  readonly number: number;
  readonly order: 'asc' | 'desc';
  readonly offset: number;
  readonly limit: number;
}

/** Moments that a service keeps of calls (milliseconds); both ends inside. */
export interface Bounds {
  readonly start: number;
  readonly end: number;
}

/** What goes onto a page. */
export interface Page {
  readonly calls: readonly TrueCall[];
  /** A number is printed as the dialect prints it, anything else as it is; undefined: the field is absent. */
  readonly total: unknown;
}

/** Something else than a page. */
export type Interruption =
  | { readonly json: unknown }
  | { readonly status: number; readonly body?: string }
  | 'timeout';

/** Ways in which a service departs from a faithful one. Several quirks are applied one after the other. */
export interface Hooks {
  /** The calls themselves, before anybody asks. */
  reshape?(calls: readonly TrueCall[]): readonly TrueCall[];
  /** What happens on the floor before a request is answered. */
  change?(floor: Changing, request: Request): void;
  /** An answer that is no page. */
  interrupt?(request: Request): Interruption | undefined;
  /** The form as the service understands it. */
  form?(form: Form): Form;
  /** The moment that windows and order go by; `kept` is what it would be otherwise. */
  stored?(call: TrueCall, kept: number): number;
  bounds?(bounds: Bounds, request: Request): Bounds;
  /** Whether a call satisfies a filter; undefined leaves it to the others. */
  matches?(filter: string, wanted: string, call: TrueCall): boolean | undefined;
  /** Calls that this request does not see among the rows, or does not count. */
  hidden?(request: Request): { readonly rows?: ReadonlySet<string>; readonly count?: ReadonlySet<string> };
  /** Another order of the calls, which come in ascending order. What has a `key` is worked out once for that key. */
  order?: {
    key(request: Request): string | undefined;
    arrange(calls: readonly TrueCall[], request: Request): readonly TrueCall[];
  };
  /** The page, given everything that matches in the order asked for. */
  page?(page: Page, request: Request, matching: readonly TrueCall[]): Page;
  /** The date as it is printed, from the stamp on the wall clock. */
  date?(printed: unknown, call: TrueCall): unknown;
  row?(row: Row, call: TrueCall): unknown;
  /** The JSON value of the reply. */
  body?(body: Row, request: Request): unknown;
  /** The text of the JSON. */
  text?(json: string): string;
}

/** What a quirk is made for: the floor and the window of the question. */
export interface Setting {
  readonly random: Random;
  readonly window: StampWindow;
  readonly dialect: Dialect;
  readonly calls: readonly TrueCall[];
}

/** The calls of a service while somebody reads them. Everything that ever was is remembered for the oracle. */
export interface Changing {
  readonly calls: readonly TrueCall[];
  /** Adds a call, or replaces the one of its id. */
  put(call: TrueCall): void;
  remove(id: string): void;
}

/** One exchange, as it went over the wire. */
export interface Exchange {
  readonly form: Form;
  readonly rows: readonly unknown[];
  readonly total: unknown;
  /** The envelope is one that a faithful service sends. */
  readonly plain: boolean;
  /** The calls as they were. */
  readonly calls: readonly TrueCall[];
}

export type Answer =
  | { readonly value: unknown; text(): string }
  | { readonly status: number; readonly body: string }
  | 'timeout';

/** Calls that satisfy filters, in order, and those of them that have no date. */
interface Matching {
  readonly calls: readonly TrueCall[];
  readonly undated: readonly TrueCall[];
}

/** Asked more often than this, a service takes the reader for one that does not end. */
class TooManyRequests extends Error {}

const EXACT = ['id', 'lead_id', 'campaign_id', 'queue_id', 'list_id', 'user_id', 'phone_number'] as const;
const ANY_CASE = ['status', 'call_type', 'first_name', 'last_name'] as const;
export const FILTERS: readonly string[] = [...EXACT, ...ANY_CASE, 'number_dialed', 'called_count'];

/** An in-memory Call Logs API over true calls, with quirks. */
export class Service {
  readonly #dialect: Dialect;
  readonly #hooks: readonly Hooks[];
  readonly #harmless = new Set<Hooks>();
  readonly exchanges: Exchange[] = [];
  /** Every state of the calls that changed while they were read; undefined: there was no such call. */
  readonly changed = new Map<string, (TrueCall | undefined)[]>();
  #calls: TrueCall[];
  #requests = 0;
  #most: number;
  readonly #matching = new Map<string, Matching>();
  readonly #arranged = new Map<string, readonly TrueCall[]>();
  readonly #stored = new Map<TrueCall, number>();
  readonly #rows: Map<TrueCall, unknown>;
  /** Rows are others than a faithful service prints. */
  readonly #printsOddly: boolean;
  /** Moments are kept otherwise than to the second. */
  readonly #storesOddly: boolean;

  constructor(
    floor: Floor,
    quirks: readonly { hooks(setting: Setting): Hooks; harmless?: boolean }[],
    seed: number,
  ) {
    this.#dialect = floor.dialect;
    let calls = floor.calls;
    const hooks: Hooks[] = [];
    for (const [place, quirk] of quirks.entries()) {
      const setting = {
        random: randomOf(seed + 977 * place),
        window: floor.window,
        dialect: floor.dialect,
        calls,
      };
      const own = quirk.hooks(setting);
      calls = own.reshape?.(calls) ?? calls;
      hooks.push(own);
      if (quirk.harmless === true) this.#harmless.add(own);
    }
    this.#hooks = hooks;
    this.#printsOddly = hooks.some(({ row, date }) => row !== undefined || date !== undefined);
    this.#rows = this.#printsOddly ? new Map() : floor.rows;
    this.#storesOddly = hooks.some(({ stored }) => stored !== undefined);
    this.#calls = this.#sorted(calls);
    this.#most = 3000 + 6 * calls.length;
  }

  /** The calls as they are now. */
  get calls(): readonly TrueCall[] {
    return this.#calls;
  }

  /** Replies differ from their JSON value in how it is written: they have to be parsed. */
  get isTextual(): boolean {
    return this.#hooks.some((hooks) => hooks.text !== undefined);
  }

  /** Calls that there are or were. */
  get everKnown(): number {
    const gone = [...this.changed.values()].filter((states) => states.at(-1) === undefined);
    return this.#calls.length + gone.length;
  }

  get requests(): number {
    return this.#requests;
  }

  answer(posted: Form): Answer {
    this.#requests += 1;
    if (this.#requests > this.#most) throw new TooManyRequests(`${this.#most} requests, and no end`);
    const form = this.#hooks.reduce((sofar, hooks) => hooks.form?.(sofar) ?? sofar, posted);
    const request: Request = {
      form,
      number: this.#requests,
      order: form['order'] === 'asc' ? 'asc' : 'desc',
      offset: Number(form['offset'] ?? 0),
      limit: Number(form['limit'] ?? 10),
    };
    for (const hooks of this.#hooks) hooks.change?.(this.#changing, request);
    for (const hooks of this.#hooks) {
      const instead = hooks.interrupt?.(request);
      if (instead === undefined) continue;
      this.exchanges.push({ form: posted, rows: [], total: undefined, plain: false, calls: this.#calls });
      if (instead === 'timeout') return 'timeout';
      if ('status' in instead) return { status: instead.status, body: instead.body ?? '' };
      return { value: instead.json, text: () => JSON.stringify(instead.json) };
    }
    return this.#page(posted, request);
  }

  #page(posted: Form, request: Request): Answer {
    const { seen, counted } = this.#found(request);
    const first = { calls: seen.slice(request.offset, request.offset + request.limit), total: counted };
    const page = this.#hooks.reduce<Page>((sofar, h) => h.page?.(sofar, request, seen) ?? sofar, first);
    const rows = page.calls.map((call) => this.#row(call));
    const plainBody = this.#body(request, rows, page.total);
    let plain = true;
    let body: unknown = plainBody;
    for (const hooks of this.#hooks) {
      const before = body;
      body = hooks.body?.(body as Row, request) ?? body;
      if (body !== before && !this.#harmless.has(hooks)) plain = false;
    }
    this.exchanges.push({ form: posted, rows, total: page.total, plain, calls: this.#calls });
    return { value: body, text: () => this.#text(body) };
  }

  /** What matches, in the order asked for, and how many of them are counted. */
  #found(request: Request): { seen: readonly TrueCall[]; counted: number } {
    const filters = Object.entries(request.form).filter(([name]) => FILTERS.includes(name));
    const { calls, undated } = this.#filtered(filters);
    const { start, end } = this.#bounds(request);
    const dated = calls.slice(this.#firstFrom(calls, start), this.#firstFrom(calls, end + 1));
    let found = undated.length === 0 ? dated : [...undated, ...dated];
    let counted = found.length;
    for (const hooks of this.#hooks) {
      const hidden = hooks.hidden?.(request);
      if (hidden?.count !== undefined) counted -= found.filter(({ id }) => hidden.count?.has(id)).length;
      if (hidden?.rows !== undefined) found = found.filter(({ id }) => !hidden.rows?.has(id));
    }
    const order = this.#hooks.findLast((hooks) => hooks.order !== undefined)?.order;
    if (order === undefined) return { seen: request.order === 'asc' ? found : found.toReversed(), counted };
    const own = order.key(request);
    const key = own === undefined ? undefined : JSON.stringify([own, start, end, filters, found.length]);
    const known = key === undefined ? undefined : this.#arranged.get(key);
    const seen = known ?? order.arrange(found, request);
    if (key !== undefined) this.#arranged.set(key, seen);
    return { seen, counted };
  }

  #filtered(filters: readonly (readonly [string, string])[]): Matching {
    const key = JSON.stringify(filters);
    let matching = this.#matching.get(key);
    if (matching === undefined) {
      const calls =
        filters.length === 0
          ? this.#calls
          : this.#calls.filter((call) => filters.every(([name, value]) => this.#matches(name, value, call)));
      matching = { calls, undated: calls.filter(({ undated }) => undated === true) };
      this.#matching.set(key, matching);
    }
    return matching;
  }

  #matches(name: string, wanted: string, call: TrueCall): boolean {
    for (const hooks of this.#hooks) {
      const own = hooks.matches?.(name, wanted, call);
      if (own !== undefined) return own;
    }
    const actual = fieldOf(call, name);
    if (actual === null) return false;
    const anyCase = (ANY_CASE as readonly string[]).includes(name);
    return anyCase ? actual.toUpperCase() === wanted.toUpperCase() : actual === wanted;
  }

  #bounds(request: Request): Bounds {
    const asked = {
      start: ordinal(request.form['start_time'] ?? '1970-01-01 00:00:00') * 1000,
      end: ordinal(request.form['end_time'] ?? '9999-12-31 23:59:59') * 1000,
    };
    return this.#hooks.reduce<Bounds>((sofar, hooks) => hooks.bounds?.(sofar, request) ?? sofar, asked);
  }

  #storedOf(call: TrueCall): number {
    if (!this.#storesOddly)
      return call.undated === true ? Number.NEGATIVE_INFINITY : Math.floor(call.at / 1000) * 1000;
    let moment = this.#stored.get(call);
    if (moment === undefined) {
      moment = this.#hooks.reduce(
        (kept, hooks) => hooks.stored?.(call, kept) ?? kept,
        Math.floor(call.at / 1000) * 1000,
      );
      if (call.undated === true) moment = Number.NEGATIVE_INFINITY;
      this.#stored.set(call, moment);
    }
    return moment;
  }

  #sorted(calls: readonly TrueCall[]): TrueCall[] {
    return calls.toSorted((a, b) => {
      const [one, other] = [this.#storedOf(a), this.#storedOf(b)];
      return one === other ? byId(a, b) : one - other;
    });
  }

  /** Place of the first call kept under this moment or a later one. */
  #firstFrom(calls: readonly TrueCall[], moment: number): number {
    let low = 0;
    let high = calls.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const call = calls[middle];
      if (call !== undefined && this.#storedOf(call) < moment) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** A row as a reader's JSON parser would hand it on; made once a call. */
  #row(call: TrueCall): unknown {
    let row = this.#rows.get(call);
    if (row === undefined) {
      if (!this.#printsOddly) {
        const plain = rowOf(call, dateOf(call), this.#dialect);
        this.#rows.set(call, plain);
        return plain;
      }
      const date = this.#hooks.reduce<unknown>(
        (printed, hooks) => (hooks.date === undefined ? printed : hooks.date(printed, call)),
        dateOf(call),
      );
      const printed = this.#hooks.reduce<unknown>(
        (sofar, hooks) => (hooks.row === undefined ? sofar : hooks.row(sofar as Row, call)),
        rowOf(call, date, this.#dialect),
      );
      row = JSON.parse(JSON.stringify(printed));
      this.#rows.set(call, row);
    }
    return row;
  }

  #body(request: Request, results: readonly unknown[], total: unknown): Row {
    const { offset, limit } = request;
    if (this.#dialect === 'contract') {
      // Contract: "Call log not found".
      if (total === 0 && results.length === 0) return { success: true, results };
      return { offset, limit, ...(total === undefined ? {} : { total_found: total }), results };
    }
    const printed = typeof total === 'number' ? String(total) : total;
    const count = printed === undefined ? {} : { total_found: printed };
    return { success: true, data: { offset, limit, ...count, entries: results.length, results } };
  }

  #text(body: unknown): string {
    return this.#hooks.reduce((text, hooks) => hooks.text?.(text) ?? text, JSON.stringify(body));
  }

  get #changing(): Changing {
    const remember = (id: string, before: TrueCall | undefined, after: TrueCall | undefined) => {
      const states = this.changed.get(id) ?? [before];
      states.push(after);
      this.changed.set(id, states);
      this.#matching.clear();
      this.#arranged.clear();
    };
    return {
      calls: this.#calls,
      put: (call) => {
        const before = this.#calls.find(({ id }) => id === call.id);
        this.#calls = this.#sorted([...this.#calls.filter((one) => one !== before), call]);
        remember(call.id, before, call);
      },
      remove: (gone) => {
        const before = this.#calls.find(({ id }) => id === gone);
        if (before === undefined) return;
        this.#calls = this.#calls.filter((one) => one !== before);
        remember(gone, before, undefined);
      },
    };
  }
}

function dateOf(call: TrueCall): string | null {
  return call.undated === true ? null : stamp(call.at);
}

function rowOf(call: TrueCall, date: unknown, dialect: Dialect): Row {
  return dialect === 'contract' ? contractRow(call, date) : liveRow(call, date);
}

/** In order of ids: by number, where they have one. */
export function byId(a: TrueCall, b: TrueCall): number {
  return a.id.length - b.id.length || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** The value that a filter is about. */
export function fieldOf(call: TrueCall, filter: string): string | null {
  if (filter === 'number_dialed') return call.phone_number;
  const value = (call as unknown as Readonly<Record<string, unknown>>)[filter];
  return value === null || value === undefined ? null : String(value);
}

const recordingOf = (call: TrueCall) =>
  (call.call_length ?? 0) > 60
    ? [
        {
          src: `https://example.com/recording/${call.id}`,
          type: 'mp3',
          recording_id: `rec${call.id}`,
          filename: `call_${call.id}.mp3`,
          public_url: `https://example.com/public/${call.id}`,
        },
      ]
    : [];

/** Contract: "Call Log Object". */
function contractRow(call: TrueCall, date: unknown): Row {
  return {
    id: call.id,
    lead_id: call.lead_id,
    list_id: call.list_id,
    campaign_id: call.campaign_id,
    user_id: call.user_id ?? '',
    phone_number: call.phone_number,
    status: call.status,
    call_length: call.call_length,
    call_date: date,
    number_dialed: call.phone_number,
    call_type: call.call_type.toLowerCase(),
    recording: recordingOf(call),
  };
}

const CAMPAIGNS: Readonly<Record<string, string>> = {
  '11': 'Old leads',
  '111': 'Spring',
  '112': 'Summer',
  '205': 'Service',
};

/** As the live service prints it: texts, nulls, and fields that no document names. */
function liveRow(call: TrueCall, date: unknown): Row {
  return {
    id: call.id,
    lead_id: call.lead_id,
    list_id: call.list_id,
    campaign_id: call.campaign_id,
    campaign: CAMPAIGNS[call.campaign_id] ?? null,
    user: call.user_id === null ? null : `Agent ${call.user_id}`,
    user_id: call.user_id,
    phone_number: call.phone_number,
    number_dialed: call.phone_number,
    first_name: call.first_name,
    last_name: call.last_name,
    status: call.status,
    status_name: call.call_length === null ? 'Call in Progress' : null,
    call_length: call.call_length === null ? null : String(call.call_length),
    call_date: date,
    call_type: call.call_type,
    queue_id: call.queue_id,
    queue: call.queue_id === null ? null : `Queue ${call.queue_id}`,
    called_count: String(call.called_count),
    caller_id_displayed: '2125550199',
    inbound_number: null,
    term_reason: 'CALLER',
    agent_comment: '',
    queue_position: 'null',
    queue_seconds: '0',
    originating_agent_id: null,
    session_id: `M${call.id}`,
    recording: recordingOf(call),
  };
}
