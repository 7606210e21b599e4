import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConvosoClient, type ConvosoClientOptions } from '../../src/convoso/client.js';
import type { ConvosoError } from '../../src/convoso/errors.js';
import { retryAfterMs } from '../../src/convoso/retry.js';
import { type Answer, page, row, silence, startUpstream, type Upstream } from '../support/upstream.js';

const QUERY = { limit: 10, offset: 0, order: 'desc', include_recordings: 0 } as const;
const UPDATE = { call_log_id: '1001', fields: { extra_field_01: 'x' } };

let upstream: Upstream;
let open: ConvosoClient[];
beforeEach(async () => {
  upstream = await startUpstream();
  open = [];
});
afterEach(async () => {
  await Promise.all(open.map((one) => one.close()));
  await upstream.close();
});

function client(options: Partial<ConvosoClientOptions> = {}): ConvosoClient {
  const one = new ConvosoClient({
    baseUrl: upstream.url,
    token: 'canary-token-0a1b2c',
    retry: { retries: 3, backoffMs: 2 },
    ...options,
  });
  open.push(one);
  return one;
}

const failure = (request: Promise<unknown>): Promise<ConvosoError> =>
  request.then(
    () => Promise.reject(new Error('the request did not fail')),
    (error: ConvosoError) => error,
  );

/** Fails so many times with this status, then answers. */
function failing(times: number, status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  let left = times;
  return (request, response) => {
    left -= 1;
    if (left < 0) return request.url.endsWith('/update') ? { success: true, ...row() } : page([row()]);
    response.writeHead(status, headers).end();
    return undefined;
  };
}

const down: Answer = (_request, response) => {
  response.writeHead(503).end();
  return undefined;
};

describe('a search', () => {
  it.each([408, 429, 500, 502, 503, 504])('gets over up to three answers of HTTP %i', async (status) => {
    upstream.answer = failing(3, status);
    expect((await client().retrieve(QUERY)).calls).toHaveLength(1);
    expect(upstream.requests).toHaveLength(4);
  });

  it('gets over a reset', async () => {
    let first = true;
    upstream.answer = ({ socket }) => {
      if (!first) return page([row()]);
      first = false;
      socket.resetAndDestroy();
      return undefined;
    };
    expect((await client().retrieve(QUERY)).calls).toHaveLength(1);
  });

  it('gives up after the fourth, and says how often it tried', async () => {
    upstream.answer = failing(4, 503);
    const error = await failure(client().retrieve(QUERY));
    expect([error.kind, error.status, error.why]).toStrictEqual([
      'service',
      503,
      'The service answers with HTTP 503. Attempts: 4.',
    ]);
  });

  it('waits as long as the service asks, and no longer than its own time', async () => {
    upstream.answer = failing(1, 503, { 'Retry-After': '1' });
    const started = performance.now();
    await client().retrieve(QUERY);
    expect(performance.now() - started).toBeGreaterThanOrEqual(1_000);
    upstream.answer = failing(1, 429, { 'Retry-After': '90' });
    const error = await failure(client({ deadlineMs: 60_000 }).retrieve(QUERY));
    expect([error.why, error.next]).toStrictEqual([
      'The service says it gets too many requests (HTTP 429). The service asks to wait 90 s. Attempts: 1.',
      'Ask again after 90 s.',
    ]);
  });

  it('does not begin a pause that its own time does not allow', async () => {
    upstream.answer = down;
    const error = await failure(
      client({ deadlineMs: 5_000, retry: { retries: 3, backoffMs: 1e9 } }).retrieve(QUERY),
    );
    expect(error.why).toMatch(/HTTP 503.*Attempts: 1\./);
  });

  it('is not repeated when its time-out is over', async () => {
    upstream.answer = silence;
    const error = await failure(client({ attemptTimeoutMs: 80 }).retrieve(QUERY));
    expect([error.kind, upstream.requests.length]).toStrictEqual(['timeout', 1]);
  });
});

describe('an update', () => {
  it('is repeated after HTTP 429, which says that it was not carried out', async () => {
    upstream.answer = failing(2, 429);
    expect((await client().update(UPDATE)).call?.id).toBe('1001');
    expect(upstream.requests).toHaveLength(3);
  });

  it.each([408, 500, 502, 503, 504])(
    'is sent once when HTTP %i leaves its outcome unknown',
    async (status) => {
      upstream.answer = failing(1, status, { 'Retry-After': '0' });
      const error = await failure(client().update(UPDATE));
      expect([error.what, error.outcome, upstream.requests.length]).toStrictEqual([
        'The update may or may not have been made.',
        'unknown',
        1,
      ]);
      expect(error.next).toContain('look at the call’s extra fields');
    },
  );

  it('travels on a connection of its own', async () => {
    upstream.answer = (request) => (request.url.endsWith('/update') ? { success: true, ...row() } : page([]));
    const one = client({ connections: 1 });
    await one.retrieve(QUERY);
    await one.update(UPDATE);
    await one.update(UPDATE);
    await one.retrieve(QUERY);
    const [search, update, again, last] = upstream.requests.map(({ socket }) => socket);
    expect(new Set([search, update, again]).size).toBe(3);
    expect(last).toBe(search);
  });
});

describe('Retry-After', () => {
  const date = 'Tue, 03 Mar 2026 14:30:00 GMT';
  it.each([
    ['120', undefined, 120_000],
    [' 0 ', undefined, 0],
    ['Tue, 03 Mar 2026 14:31:30 GMT', date, 90_000],
    ['Tue, 03 Mar 2026 14:00:00 GMT', date, 0],
    [undefined, date, undefined],
    ['', date, undefined],
    ['-5', date, undefined],
    ['1.5', date, undefined],
    ['soon', date, undefined],
  ])('%j with the service’s clock at %j is %j ms', (header, serviceDate, milliseconds) => {
    expect(retryAfterMs(header, serviceDate)).toBe(milliseconds);
  });

  it('as a date without the service’s clock is compared with this one', () => {
    const wait = retryAfterMs(new Date(Date.now() + 60_000).toUTCString(), undefined);
    expect(wait).toBeGreaterThan(50_000);
    expect(wait).toBeLessThanOrEqual(60_000);
  });
});

describe('the circuit', () => {
  const rules = { retry: { retries: 0, backoffMs: 1 }, circuit: { failures: 2, restMs: 300 } };

  it('answers at once after a run of failures, says when it tries again, and sends nothing', async () => {
    upstream.answer = down;
    const one = client({ ...rules, circuit: { failures: 2, restMs: 60_000 } });
    await failure(one.retrieve(QUERY));
    await failure(one.retrieve(QUERY));
    const sent = upstream.requests.length;
    const search = await failure(one.retrieve(QUERY));
    expect([search.kind, search.why, search.next]).toStrictEqual([
      'paused',
      'The last 2 requests to the service failed, so this one was not sent. The latest failure: The service answers with HTTP 503. Attempts: 1.',
      'The service is tried again in 60 s: ask again then.',
    ]);
    const update = await failure(one.update(UPDATE));
    expect([update.what, update.outcome]).toStrictEqual(['The update was not made.', 'not_sent']);
    expect(upstream.requests).toHaveLength(sent);
  });

  it('lets one request try after the rest, answers the others meanwhile, and closes when it works', async () => {
    upstream.answer = down;
    const one = client(rules);
    await failure(one.retrieve(QUERY));
    await failure(one.retrieve(QUERY));
    await new Promise((resolve) => setTimeout(resolve, 320));
    let answer = () => {};
    upstream.answer = (_request, response) => {
      answer = () => response.end(JSON.stringify(page([row()])));
      return undefined;
    };
    const before = upstream.requests.length;
    const trial = one.retrieve(QUERY);
    while (upstream.requests.length === before) await new Promise((resolve) => setTimeout(resolve, 5));
    const other = await failure(one.retrieve(QUERY));
    expect([other.kind, other.next]).toStrictEqual([
      'paused',
      'Another request is trying whether the service works again: ask again in a few seconds.',
    ]);
    answer();
    expect((await trial).calls).toHaveLength(1);
    upstream.answer = () => page([]);
    expect((await one.retrieve(QUERY)).calls).toHaveLength(0);
  });

  it('rests again when the trial fails, and lets another try when it was cancelled', async () => {
    upstream.answer = down;
    const one = client(rules);
    await failure(one.retrieve(QUERY));
    await failure(one.retrieve(QUERY));
    await new Promise((resolve) => setTimeout(resolve, 320));
    expect((await failure(one.retrieve(QUERY, { signal: AbortSignal.abort() }))).kind).toBe('cancelled');
    expect((await failure(one.retrieve(QUERY))).kind).toBe('service');
    expect((await failure(one.retrieve(QUERY))).kind).toBe('paused');
  });

  it('is not opened by refusals, a full house or cancelled requests', async () => {
    const one = client(rules);
    for (const answer of [failing(9, 404), failing(9, 429), failing(9, 401)]) {
      upstream.answer = answer;
      for (const _time of [1, 2, 3]) expect((await failure(one.retrieve(QUERY))).kind).not.toBe('paused');
    }
    for (const _time of [1, 2, 3]) await failure(one.retrieve(QUERY, { signal: AbortSignal.abort() }));
    upstream.answer = () => page([]);
    expect((await one.retrieve(QUERY)).calls).toHaveLength(0);
  });
});

describe('the gate', () => {
  it('that keeps a request waiting past its time leaves an update certainly not made', async () => {
    const one = client({
      deadlineMs: 50,
      gate: {
        enter: (signal) =>
          new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      },
    });
    const error = await failure(one.update(UPDATE));
    expect([error.kind, error.what]).toStrictEqual(['busy', 'The update was not made.']);
    expect(upstream.requests).toHaveLength(0);
  });
});
