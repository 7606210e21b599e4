import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ordinalOf, stampOf } from '../../src/account-time/stamps.js';
import { callsIn } from '../support/answers.js';
import { type Bench, openBench } from '../support/tools.js';
import { row, startUpstream, type Upstream } from '../support/upstream.js';

// Services that differ from a faithful one: following the next pages meets every call once, or an answer warns.

/** A call as the service stores it: seconds with a fraction, of account time. */
interface Stored {
  readonly id: string;
  readonly at: number;
}

/** How a service departs from the contract; what is not given is faithful. */
interface Service {
  readonly print?: (at: number) => string;
  readonly inside?: (at: number, start: number, end: number) => boolean;
  /** The rows of one request, from all that are inside, oldest first. */
  readonly order?: (inside: Stored[], asked: string, offset: number, request: number) => Stored[];
  readonly total?: (inside: number, sent: number) => number | undefined;
  readonly most?: number;
  readonly ignoresOffset?: boolean;
  /** What becomes of the calls before a request. */
  readonly before?: (calls: Stored[], request: number) => void;
}

let upstream: Upstream;
let bench: Bench;
beforeAll(async () => {
  upstream = await startUpstream();
  bench = openBench({ url: upstream.url, zone: 'America/Los_Angeles' });
});
afterAll(async () => {
  await bench.close();
  await upstream.close();
});

const FIRST = ordinalOf('2026-03-02 08:00:00') ?? 0;

/** Calls so many a second, dated with a fraction, ids upward from 1000. */
function stored(count: number, perSecond: number): Stored[] {
  return Array.from({ length: count }, (_, index) => ({
    id: String(1000 + index),
    at: FIRST + Math.floor(index / perSecond) + ((index % perSecond) + 0.5) / (perSecond + 1),
  }));
}

function serve(calls: Stored[], service: Service): void {
  const {
    print = (at: number) => stampOf(Math.floor(at)),
    inside = (at: number, start: number, end: number) => Math.floor(at) >= start && Math.floor(at) <= end,
    order = (all: Stored[], asked: string) => (asked === 'asc' ? all : all.toReversed()),
    total = (all: number) => all,
    most = 500,
  } = service;
  let request = 0;
  upstream.answer = ({ form }) => {
    service.before?.(calls, request);
    const [start = 0, end = 0] = [ordinalOf(form['start_time'] ?? ''), ordinalOf(form['end_time'] ?? '')];
    const all = calls.filter(({ at }) => inside(at, start, end)).sort((a, b) => a.at - b.at);
    const offset = service.ignoresOffset === true ? 0 : Number(form['offset']);
    const rows = order(all, form['order'] ?? '', offset, request).slice(
      offset,
      offset + Math.min(most, Number(form['limit'])),
    );
    request += 1;
    const found = total(all.length, rows.length);
    return {
      ...(found === undefined ? {} : { total_found: found }),
      results: rows.map(({ id, at }) => row({ id, call_date: print(at) })),
    };
  };
}

interface Walked {
  readonly ids: string[];
  readonly warnings: string[];
}

async function walk(args: object): Promise<Walked> {
  const ids: string[] = [];
  const warnings: string[] = [];
  let next: object | undefined = args;
  for (let turn = 0; next !== undefined; turn += 1) {
    if (turn > 300) throw new Error('the pages do not end');
    const { structured } = await bench.ask('search_call_logs', next);
    ids.push(...(callsIn(structured) as { id: string }[]).map(({ id }) => id));
    warnings.push(...((structured['warnings'] ?? []) as string[]));
    next = structured['next'] as object | undefined;
  }
  return { ids, warnings };
}

const DAY = { start_time: '2026-03-02', end_time: '2026-03-02' };

/** A number that only its arguments decide, between 0 and 1. */
function noise(id: string, seed: number): number {
  const x = Math.sin(Number(id) * 12.9898 + seed * 78.233) * 43_758.5453;
  return x - Math.floor(x);
}

const shuffled = (seed: number) => (all: Stored[], asked: string) =>
  all.toSorted(
    (a, b) =>
      (asked === 'asc' ? 1 : -1) * (Math.floor(a.at) - Math.floor(b.at)) ||
      noise(a.id, seed) - noise(b.id, seed),
  );

describe('services whose pages lead through every call once, without a warning', () => {
  const services: Record<string, Service> = {
    'a faithful one': {},
    'dates stored with milliseconds and compared as such': {
      inside: (at, start, end) => at >= start && at <= end,
    },
    'an exclusive end': { inside: (at, start, end) => at >= start && at < end },
    'ends rounded to the minute': {
      inside: (at, start, end) => at >= Math.floor(start / 60) * 60 && at <= Math.floor(end / 60) * 60,
    },
    'dates printed to the minute': { print: (at) => stampOf(Math.floor(at)).slice(0, 16) },
    'dates printed with the account’s own zone': { print: (at) => `${stampOf(Math.floor(at))} PST` },
    'dates printed with an offset of hours': { print: (at) => `${stampOf(Math.floor(at))} -08` },
    'pages of at most 100 rows': { most: 100 },
    'pages of at most 100 rows and no total': { most: 100, total: () => undefined },
    'a total that counts the rows of the page': { total: (_all, sent) => sent },
    'calls of one second in an order of its own': { order: shuffled(1) },
  };
  it.each(Object.entries(services))('%s', async (_name, service) => {
    const calls = stored(350, 5);
    serve(calls, service);
    for (const order of ['desc', 'asc']) {
      for (const args of [{ ...DAY, limit: 90 }, { start_time: DAY.start_time, limit: 100 }, { limit: 33 }]) {
        const { ids, warnings } = await walk({ ...args, order });
        expect(ids.length).toBe(350);
        expect(new Set(ids).size).toBe(350);
        expect(warnings).toEqual([]);
      }
    }
  });
});

describe('services whose pages lead through every call, with a warning', () => {
  it.each(['asc', 'desc'])('that ignores order and always sends %s', async (sent) => {
    serve(stored(350, 5), { order: (all) => (sent === 'asc' ? all : all.toReversed()) });
    const { ids, warnings } = await walk({ ...DAY, limit: 100, order: sent === 'asc' ? 'desc' : 'asc' });
    expect(new Set(ids).size).toBe(350);
    expect(ids.length).toBe(350);
    expect(warnings[0]).toContain('seems to ignore order');
  });

  it('whose dates name no zone that is certain', async () => {
    serve(stored(350, 5), { print: (at) => `${stampOf(Math.floor(at))} EST` });
    const { ids, warnings } = await walk({ ...DAY, limit: 100 });
    expect(new Set(ids).size).toBe(350);
    expect(warnings[0]).toMatch(/^100 of 100 rows have no call_date that is certainly account time/);
  });

  it('into whose list calls come before those shown', async () => {
    const calls = stored(350, 5);
    serve(calls, {
      before: (all, request) => {
        if (request > 0) all.push({ id: String(5000 + request), at: FIRST + 3_000 + request });
      },
    });
    const { ids, warnings } = await walk({ ...DAY, limit: 100 });
    expect(ids.filter((id) => Number(id) < 5000)).toHaveLength(350);
    expect(new Set(ids).size).toBe(ids.length);
    expect(warnings[0]).toContain('rows moved since the page before');
  });

  it('from whose list calls that were shown go away', async () => {
    serve(stored(350, 5), {
      before: (all, request) => {
        if (request === 1 || request === 3) all.splice(all.length - 4, 3);
      },
    });
    const { ids, warnings } = await walk({ ...DAY, limit: 100 });
    expect(new Set(ids).size).toBe(350);
    expect(ids.length).toBe(350);
    expect(warnings[0]).toContain('rows moved since the page before');
  });

  it('that has two orders for the calls of one second, by the place of the page', async () => {
    serve(stored(350, 5), { order: (all, asked, offset) => shuffled(offset < 150 ? 1 : 2)(all, asked) });
    for (const limit of [98, 99, 101, 102]) {
      const { ids, warnings } = await walk({ ...DAY, limit });
      expect(new Set(ids).size === 350 || warnings.length > 0).toBe(true);
      expect(new Set(ids).size).toBe(350);
    }
  });
});

describe('services that nothing can be done about are warned of', () => {
  it('that order the calls of one second anew for each request', async () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      serve(stored(350, 20), {
        order: (all, asked, _offset, request) => shuffled(seed * 100 + request)(all, asked),
      });
      const { ids, warnings } = await walk({ ...DAY, limit: 50 + seed });
      expect(new Set(ids).size === 350 || warnings.length > 0).toBe(true);
    }
  });

  it('that ignore offset', async () => {
    for (const total of [(all: number) => all, () => undefined]) {
      serve(stored(350, 5), { ignoresOffset: true, total });
      const { warnings } = await walk({ ...DAY, limit: 100 });
      expect(warnings.some((warning) => warning.includes('rows moved'))).toBe(true);
    }
  });

  it('whose list changed altogether', async () => {
    const calls = stored(350, 5);
    serve(calls, {
      before: (all, request) => {
        if (request === 1)
          all.splice(0, all.length, ...stored(300, 3).map(({ at }, i) => ({ id: `9${i}`, at })));
      },
    });
    const { warnings } = await walk({ ...DAY, limit: 100 });
    expect(warnings[0]).toContain('Start again without offset and after');
  });
});

describe('past the largest offset', () => {
  const services: Record<string, Service> = {
    'a faithful one': {},
    'dates stored with milliseconds and compared as such': {
      inside: (at, start, end) => at >= start && at <= end,
    },
    'an exclusive end': { inside: (at, start, end) => at >= start && at < end },
    'an exclusive start': { inside: (at, start, end) => at > start && at <= end },
  };
  it.each(Object.entries(services))(
    'the window moves on and every call is met once: %s',
    async (name, service) => {
      serve(stored(41_500, 7), service);
      for (const order of ['desc', 'asc']) {
        const { ids, warnings } = await walk({ limit: 300, offset: 39_700, order, include_recordings: 0 });
        if (name === 'a faithful one')
          expect(warnings.filter((warning) => !/narrow/.test(warning))).toEqual([]);
        expect(ids.length).toBe(41_500 - 39_700);
        expect(new Set(ids).size).toBe(ids.length);
      }
    },
  );
});
