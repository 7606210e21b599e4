import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One call of the stand-in. Values that a test does not care for follow from the id. */
export interface StandInCall {
  readonly id: string;
  /** Seconds since 1970-01-01 00:00:00 of account time. */
  readonly at: number;
  readonly status?: string;
  readonly campaign_id?: string;
  readonly call_length?: number | null;
}

export interface StandInOptions {
  readonly calls: readonly StandInCall[];
  readonly dialect?: 'contract' | 'live';
  /** Most rows of a page, whatever the limit asked for. */
  readonly pageCap?: number;
  readonly maxOffset?: number;
  /** Parameters that are ignored, as the live service ignores names it does not know. */
  readonly ignored?: readonly string[];
  /** Answers take this long, in milliseconds. */
  readonly delay?: number;
  /** Each answer waits for this besides. */
  readonly hold?: (form: Readonly<Record<string, string>>) => Promise<unknown> | undefined;
  /** Called before each page is answered, with the number of the request (1 for the first). */
  readonly beforePage?: (standIn: StandIn, request: number) => void;
  /** Replaces the answer to a request: an HTTP status and a body. */
  readonly instead?: (request: number) => { status: number; body: string } | undefined;
  /** Changes the rows of a page on their way out. */
  readonly rewrite?: (rows: Record<string, unknown>[]) => unknown[];
}

export interface StandIn {
  readonly url: string;
  readonly token: string;
  /** Forms of the pages asked for, in order. */
  readonly forms: Readonly<Record<string, string>>[];
  /** Most requests under way at once. */
  readonly busiest: number;
  add(call: StandInCall): void;
  remove(id: string): void;
  /** Calls as they are now, oldest first. */
  readonly calls: readonly StandInCall[];
  close(): Promise<void>;
}

const STATUSES = ['COMPLETED', 'NO_ANSWER', 'ANSWERING_MACHINE', 'BUSY'];

/** A live Call Logs API over given calls: pages, windows and the filters id, status and campaign_id, and every way to misbehave. */
export async function startStandIn(options: StandInOptions): Promise<StandIn> {
  const { dialect = 'contract', pageCap = 500, maxOffset = 40_000, ignored = [], delay = 0 } = options;
  const calls = [...options.calls].sort(byTime);
  const forms: Record<string, string>[] = [];
  const filtered = new Map<string, readonly StandInCall[]>();
  let underWay = 0;
  let busiest = 0;

  function answer(form: Record<string, string>): { status: number; body: string } {
    options.beforePage?.(standIn, forms.length);
    const instead = options.instead?.(forms.length);
    if (instead !== undefined) return instead;
    const given = (name: string) => (ignored.includes(name) ? undefined : form[name]);
    const offset = Number(given('offset') ?? 0);
    if (offset > maxOffset) return json({ success: false, code: 7231, text: 'Offset too large' });
    const start = ordinal(given('start_time') ?? '1970-01-01 00:00:00');
    const end = ordinal(given('end_time') ?? '9999-12-31 23:59:59');
    let found: readonly StandInCall[] = calls;
    const [from, to] = [firstFrom(calls, start), firstFrom(calls, end + 1)];
    let total = to - from;
    const status = given('status');
    const campaign = given('campaign_id');
    const id = given('id');
    if (status !== undefined || campaign !== undefined || id !== undefined) {
      // Asked for page by page: worked out once, until a call is added or removed.
      const key = JSON.stringify([start, end, status, campaign, id]);
      const isWanted = (call: StandInCall) =>
        (id ?? call.id) === call.id &&
        (status ?? statusOf(call)) === statusOf(call) &&
        (campaign ?? campaignOf(call)) === campaignOf(call);
      found = filtered.get(key) ?? calls.slice(from, to).filter(isWanted);
      filtered.set(key, found);
      total = found.length;
    }
    const first = found === calls ? from : 0;
    const size = Math.min(Number(form['limit'] ?? 10), pageCap);
    const page: StandInCall[] = [];
    for (let i = offset; i < Math.min(offset + size, total); i += 1) {
      const call = found[form['order'] === 'asc' ? first + i : first + total - 1 - i];
      if (call !== undefined) page.push(call);
    }
    const rows = page.map(rowOf);
    const results = options.rewrite?.(rows) ?? rows;
    const fields = { offset, limit: size, results };
    return dialect === 'contract'
      ? json({ ...fields, total_found: total })
      : json({ success: true, data: { ...fields, total_found: String(total), entries: results.length } });
  }

  async function serve(request: IncomingMessage): Promise<{ status: number; body: string }> {
    underWay += 1;
    busiest = Math.max(busiest, underWay);
    try {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      const { auth_token: _token, ...form } = Object.fromEntries(new URLSearchParams(body));
      forms.push(form);
      if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
      await options.hold?.(form);
      return answer(form);
    } finally {
      underWay -= 1;
    }
  }

  const server = createServer((request, response) => {
    serve(request).then(
      ({ status, body }) => response.writeHead(status, { 'content-type': 'application/json' }).end(body),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const standIn: StandIn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    token: 'stand-in-token',
    forms,
    calls,
    get busiest() {
      return busiest;
    },
    add(call) {
      let place = firstFrom(calls, call.at);
      while (place < calls.length && byTime(calls[place] as StandInCall, call) < 0) place += 1;
      calls.splice(place, 0, call);
      filtered.clear();
    },
    remove(id) {
      const place = calls.findIndex((call) => call.id === id);
      if (place >= 0) calls.splice(place, 1);
      filtered.clear();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return standIn;
}

/** The row of a call as the service prints it. */
export function rowOf(call: StandInCall): Record<string, unknown> {
  const number = Number(call.id);
  return {
    id: call.id,
    lead_id: String(200_000 + (number % 30_000)),
    list_id: '333',
    campaign_id: campaignOf(call),
    user_id: String(12_340 + (number % 12)),
    phone_number: `21255501${String(number % 100).padStart(2, '0')}`,
    status: statusOf(call),
    call_length: call.call_length === undefined ? number % 600 : call.call_length,
    call_date: new Date(call.at * 1000).toISOString().slice(0, 19).replace('T', ' '),
    number_dialed: `21255501${String(number % 100).padStart(2, '0')}`,
    call_type: 'outbound',
    recording: [],
  };
}

const statusOf = (call: StandInCall) => call.status ?? STATUSES[Number(call.id) % STATUSES.length];
const campaignOf = (call: StandInCall) => call.campaign_id ?? String(111 + (Number(call.id) % 3));

/** What `hold` waits for until it is released. */
export function newGate(): { readonly held: Promise<void>; release(): void } {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { held, release: () => release() };
}

/** Seconds of account time of a stamp. */
export function ordinal(stamp: string): number {
  return Date.parse(`${stamp.replace(' ', 'T')}Z`) / 1000;
}

/** `count` calls over a window of `seconds`, ids from `firstId` on; `shape` bends their spread (1: even, 3: most of them early). */
export function spread(count: number, start: string, seconds: number, shape = 1, firstId = 1): StandInCall[] {
  return Array.from({ length: count }, (_, i) => ({
    id: String(firstId + i),
    at: ordinal(start) + Math.floor(seconds * (i / count) ** shape),
  }));
}

function byTime(a: StandInCall, b: StandInCall): number {
  return a.at - b.at || Number(a.id) - Number(b.id);
}

/** Place of the first call at or after a second. */
function firstFrom(calls: readonly StandInCall[], second: number): number {
  let low = 0;
  let high = calls.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((calls[middle] as StandInCall).at < second) low = middle + 1;
    else high = middle;
  }
  return low;
}

function json(body: unknown): { status: number; body: string } {
  return { status: 200, body: JSON.stringify(body) };
}
