import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConvosoClient, type ConvosoClientOptions } from '../../src/convoso/client.js';
import { ConvosoError } from '../../src/convoso/errors.js';
import { GateCongested } from '../../src/convoso/gate.js';
import type { RetrieveQuery } from '../../src/convoso/query.js';
import {
  cut,
  html,
  livePage,
  page,
  row,
  rows,
  sendJson,
  silence,
  startUpstream,
  type Upstream,
} from '../support/upstream.js';

const TOKEN = 'canary-token-0a1b2c';
const QUERY = { limit: 10, offset: 0, order: 'desc', include_recordings: 0 } as const;

let upstream: Upstream;
let open: ConvosoClient[];

beforeEach(async () => {
  upstream = await startUpstream();
  open = [];
});
afterEach(async () => {
  await Promise.all(open.map((client) => client.close()));
  await upstream.close();
});

function client(options: Partial<ConvosoClientOptions> = {}): ConvosoClient {
  const made = new ConvosoClient({
    baseUrl: upstream.url,
    token: TOKEN,
    retry: { retries: 3, backoffMs: 10 },
    ...options,
  });
  open.push(made);
  return made;
}

/** The error of a request that must fail; its words hold no token. */
async function failure(request: Promise<unknown>): Promise<ConvosoError> {
  const error = await request.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConvosoError)) throw new Error('the request did not fail with a ConvosoError');
  expect(`${error.message} ${JSON.stringify(error)}`).not.toContain(TOKEN);
  return error;
}

describe('requests', () => {
  const everything: RetrieveQuery = {
    id: '1',
    lead_id: '2',
    campaign_id: '3',
    queue_id: '4',
    list_id: '5',
    user_id: '6',
    status: 'NO_ANSWER',
    phone_number: '2125550123',
    number_dialed: '2125550124',
    first_name: 'Ana & Zoë',
    last_name: 'O’Neil+Sons',
    start_time: '2026-03-01 08:00:00',
    end_time: '2026-03-03 17:00:00',
    limit: 500,
    offset: 40_000,
    call_type: '3WAY',
    order: 'asc',
    called_count: 3,
    include_recordings: 1,
  };

  it('carry every documented parameter under its documented name, form-encoded', async () => {
    await client().retrieve(everything);
    const [request] = upstream.requests;
    expect([request?.method, request?.url]).toStrictEqual(['POST', '/v1/log/retrieve']);
    expect(request?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(request?.form).toStrictEqual({
      auth_token: TOKEN,
      ...Object.fromEntries(Object.entries(everything).map(([name, value]) => [name, String(value)])),
    });
    expect(request?.body).toContain('end_time=2026-03-03+17%3A00%3A00');
  });

  it('carry nothing for what is not given', async () => {
    await client().retrieve({ ...QUERY, lead_id: '12345' });
    expect(upstream.requests[0]?.form).toStrictEqual({
      auth_token: TOKEN,
      limit: '10',
      offset: '0',
      order: 'desc',
      include_recordings: '0',
      lead_id: '12345',
    });
  });

  it('of an update carry the id, the fields given and empty values for those to clear', async () => {
    upstream.answer = () => ({ success: true });
    await client().update({ call_log_id: '789', fields: { extra_field_01: 'a=b&c', extra_field_02: '' } });
    const [request] = upstream.requests;
    expect([request?.method, request?.url]).toStrictEqual(['POST', '/v1/log/update']);
    expect(request?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(request?.form).toStrictEqual({
      auth_token: TOKEN,
      call_log_id: '789',
      extra_field_01: 'a=b&c',
      extra_field_02: '',
    });
  });

  it('have the token in the body and nowhere else', async () => {
    await client().retrieve(QUERY);
    const [request] = upstream.requests;
    expect(request?.form['auth_token']).toBe(TOKEN);
    expect(`${request?.url} ${JSON.stringify(request?.headers)}`).not.toContain(TOKEN);
  });

  it('go to a base URL with or without a closing slash', async () => {
    await client({ baseUrl: `${upstream.url}/` }).retrieve(QUERY);
    expect(upstream.requests[0]?.url).toBe('/v1/log/retrieve');
  });

  it('reuse connections', async () => {
    const one = client();
    for (let turn = 0; turn < 10; turn += 1) await one.retrieve(QUERY);
    // The pool may open a second one when the first has not quite been handed back.
    expect(new Set(upstream.requests.map(({ socket }) => socket)).size).toBeLessThanOrEqual(2);
  });

  it('open no more connections than allowed', async () => {
    upstream.answer = (_request, response) => {
      setTimeout(() => sendJson(response, JSON.stringify(page([]))), 20);
      return undefined;
    };
    const one = client({ connections: 2 });
    await Promise.all(Array.from({ length: 8 }, () => one.retrieve(QUERY)));
    expect(upstream.requests).toHaveLength(8);
    expect(new Set(upstream.requests.map(({ socket }) => socket)).size).toBeLessThanOrEqual(2);
  });
});

describe('replies', () => {
  it('of both dialects give the same page', async () => {
    upstream.answer = () => page([row()], 150);
    const contract = await client().retrieve(QUERY);
    upstream.answer = () => livePage([row({ call_length: '61', call_type: 'OUTBOUND' })], 150);
    const live = await client().retrieve(QUERY);
    expect(live.calls).toStrictEqual(contract.calls);
    expect([contract.total_found, live.total_found]).toStrictEqual([150, 150]);
    expect([contract.dialect, live.dialect]).toStrictEqual(['contract', 'live']);
  });

  it('tell the service’s clock', async () => {
    upstream.answer = (_request, response) => {
      response.setHeader('Date', 'Wed, 04 Mar 2026 04:00:00 GMT');
      return sendJson(response, JSON.stringify(page([])));
    };
    expect((await client().retrieve(QUERY)).serviceDate?.toISOString()).toBe('2026-03-04T04:00:00.000Z');
  });

  it('with a byte order mark and a trailing comma are read', async () => {
    upstream.answer = (_request, response) => sendJson(response, '\ufeff{"total_found":0,"results":[],}');
    expect((await client().retrieve(QUERY)).total_found).toBe(0);
  });

  it('in many pieces are read whole, characters split between pieces included', async () => {
    const body = Buffer.from(JSON.stringify(page([row({ first_name: 'Zoë' })])));
    upstream.answer = (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      void (async () => {
        for (const byte of body) {
          response.write(Buffer.of(byte));
          await sleep(0);
        }
        response.end();
      })();
      return undefined;
    };
    expect((await client().retrieve(QUERY)).calls[0]?.first_name).toBe('Zoë');
  });

  it('of 500 rows are read', async () => {
    upstream.answer = () => page(rows(500), 25_000);
    const read = await client().retrieve({ ...QUERY, limit: 500 });
    expect(read.calls).toHaveLength(500);
  });
});

describe('refusals', () => {
  it.each([
    ['the contract’s words', 200, { success: false, error: 'Invalid authentication token' }, 'token'],
    ['the live number', 200, { success: false, code: 5001, text: 'Invalid auth_token' }, 'token'],
    ['HTTP 401', 401, { message: 'Unauthorized' }, 'token'],
    ['HTTP 403', 403, { success: false, error: 'Forbidden' }, 'token'],
    ['HTTP 500 with a number', 500, { success: false, code: 6031, text: 'x' }, 'refused'],
    ['HTTP 400 with words', 400, { success: false, error: 'Invalid date range' }, 'refused'],
    ['HTTP 429', 429, { success: false, error: 'Too many requests' }, 'busy'],
    ['HTTP 404', 404, { success: false, error: 'Not found' }, 'service'],
    ['HTTP 500', 500, { success: false, error: 'Oops' }, 'service'],
  ])('by %s are errors of their kind', async (_what, status, body, kind) => {
    upstream.answer = (_request, response) => {
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
      return undefined;
    };
    expect((await failure(client().retrieve(QUERY))).kind).toBe(kind);
  });

  it('by redirect are not followed, so that the token goes nowhere else', async () => {
    const elsewhere = await startUpstream();
    upstream.answer = (_request, response) => {
      response.writeHead(307, { Location: `${elsewhere.url}/log/retrieve` }).end();
      return undefined;
    };
    const error = await failure(client().retrieve(QUERY));
    await elsewhere.close();
    expect([error.kind, elsewhere.requests]).toStrictEqual(['service', []]);
    expect(error.why).toContain('HTTP 307');
  });
});

describe('HTTP statuses', () => {
  const PASSING = 'Try again in a moment; if it lasts, check the service’s status.';
  const LASTING = 'Check CONVOSO_BASE_URL; if it is right, ask Convoso support.';
  const REDIRECTED =
    'which is not followed because it would hand on the token. Set CONVOSO_BASE_URL to the address the API really has.';
  const UNKNOWN = 'Whether the change was stored is unknown, so it was not sent again';

  /** The error that both endpoints answer a status with, without retries. */
  async function failures(status: number, headers: Record<string, string> = {}) {
    upstream.answer = (_request, response) => {
      response.writeHead(status, headers).end();
      return undefined;
    };
    const one = client({ retry: { retries: 0, backoffMs: 1 } });
    return {
      search: await failure(one.retrieve(QUERY)),
      update: await failure(one.update({ call_log_id: '1', fields: { extra_field_01: 'x' } })),
    };
  }

  it.each([
    [300, 'service', `The service answers with a redirect (HTTP 300), ${REDIRECTED}`],
    [399, 'service', `The service answers with a redirect (HTTP 399), ${REDIRECTED}`],
    [400, 'service', `The service answers with HTTP 400. ${LASTING}`],
    [404, 'service', `The service answers with HTTP 404. ${LASTING}`],
    [499, 'service', `The service answers with HTTP 499. ${LASTING}`],
    [
      429,
      'busy',
      'The service says it gets too many requests (HTTP 429). Attempts: 1. Wait a little, then try again.',
    ],
  ])('%i of an update say that it was not made', async (status, kind, words) => {
    const { search, update } = await failures(status);
    expect(search.message).toBe(`The call search failed. ${words}`);
    expect(update.message).toBe(`The update was not made. ${words}`);
    expect([update.kind, update.status, update.outcome]).toStrictEqual([kind, status, 'not_sent']);
  });

  it.each([401, 403])('%i say that access is refused', async (status) => {
    const { search, update } = await failures(status);
    const words = `The service refused access (HTTP ${status}). Check that CONVOSO_AUTH_TOKEN is valid and that this server’s address may use the API.`;
    expect(search.message).toBe(`The call search failed. ${words}`);
    expect(update.message).toBe(`The update was not made. ${words}`);
    expect([update.kind, update.status, update.outcome]).toStrictEqual(['token', status, 'not_sent']);
  });

  it.each([408, 500, 503, 501, 599])('%i of an update leave open whether it was made', async (status) => {
    const { search, update } = await failures(status);
    const attempts = status === 501 || status === 599 ? '' : ' Attempts: 1.';
    expect(search.message).toBe(
      `The call search failed. The service answers with HTTP ${status}.${attempts} ${PASSING}`,
    );
    expect(update.message).toContain(
      `The update may or may not have been made. The service answers with HTTP ${status}.${attempts} ${UNKNOWN}`,
    );
    expect([update.kind, update.status, update.outcome]).toStrictEqual(['service', status, 'unknown']);
  });

  it('429 says how long the service asks to wait', async () => {
    const { update } = await failures(429, { 'Retry-After': '90' });
    expect(update.message).toBe(
      'The update was not made. The service says it gets too many requests (HTTP 429). The service asks to wait 90 s. Attempts: 1. Ask again after 90 s.',
    );
  });
});

describe('what is not the API', () => {
  it.each([
    ['', undefined, 'The reply is empty.'],
    [' \n', 'application/json', 'The reply is empty.'],
    ['\n <p>Sign in', undefined, 'The reply is a web page (HTML), not the API’s JSON;'],
    ['Sign in', 'text/HTML', 'The reply is a web page (HTML), not the API’s JSON;'],
    ['Sign <in>', 'text/plain', 'The reply is not valid JSON, or it was cut short.'],
    ['Sign <in>', undefined, 'The reply is not valid JSON, or it was cut short.'],
  ])('is told apart: %j as %s', async (body, type, why) => {
    upstream.answer = (_request, response) => {
      response.writeHead(200, type === undefined ? {} : { 'Content-Type': type }).end(body);
      return undefined;
    };
    const error = await failure(client().retrieve(QUERY));
    expect(error.why).toContain(why);
    expect([error.kind, error.next]).toStrictEqual([
      'unreadable',
      'Try again; if it lasts, check CONVOSO_BASE_URL and the service’s status.',
    ]);
    expect(error.cause).toBeInstanceOf(Error);
  });

  it('is called a web page where it is one, and its text is not repeated', async () => {
    upstream.answer = html;
    const error = await failure(client().retrieve(QUERY));
    expect(error.kind).toBe('unreadable');
    expect(error.why).toMatch(/web page \(HTML\)/);
    expect(error.message).not.toMatch(/doctype|internal-host-17/);
  });

  it.each([
    ['an empty body', '', /empty/],
    ['half of the JSON', '{"offset":0,"results":[{"id"', /not valid JSON/],
    ['JSON of something else', '{"status":"up"}', /not the API’s/],
    ['a list', '[]', /not the API’s/],
  ])('is unreadable where it is %s', async (_what, body, why) => {
    upstream.answer = (_request, response) => sendJson(response, body);
    const error = await failure(client().retrieve(QUERY));
    expect(error.kind).toBe('unreadable');
    expect(error.why).toMatch(why);
  });

  it('is refused unread where it is compressed', async () => {
    upstream.answer = (_request, response) => {
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end('x');
      return undefined;
    };
    expect((await failure(client().retrieve(QUERY))).why).toMatch(/compressed/);
  });

  it('is given up past the size cap, and the next reply is read', async () => {
    const one = client({ maxBodyBytes: 64 * 1024 });
    upstream.answer = () => page([row({ agent_comment: 'x'.repeat(100_000) })]);
    const error = await failure(one.retrieve(QUERY));
    expect(error.kind).toBe('too_large');
    expect(error.why).toContain('0.1 MiB');
    upstream.answer = () => page([row()]);
    expect((await one.retrieve(QUERY)).calls).toHaveLength(1);
  });

  it('leaves an update that is answered so one that may have been made, which is said', async () => {
    upstream.answer = html;
    const error = await failure(client().update({ call_log_id: '1', fields: { extra_field_01: 'x' } }));
    expect(error.what).toBe('The update may or may not have been made.');
    expect(upstream.requests).toHaveLength(1);
  });
});

describe('broken connections', () => {
  it('end a search whose reply is cut in the middle, and the next one works', async () => {
    upstream.answer = cut;
    const one = client();
    expect((await failure(one.retrieve(QUERY))).kind).toBe('interrupted');
    upstream.answer = () => page([row()]);
    expect((await one.retrieve(QUERY)).calls).toHaveLength(1);
  });

  it('leave the outcome of an update unknown, which is sent once', async () => {
    upstream.answer = cut;
    const error = await failure(client().update({ call_log_id: '1', fields: { extra_field_01: 'x' } }));
    expect(error.what).toBe('The update may or may not have been made.');
    expect(upstream.requests).toHaveLength(1);
  });

  it('are told from a service that nobody listens for', async () => {
    await upstream.close();
    const search = await failure(client().retrieve(QUERY));
    expect(search.kind).toBe('unreachable');
    expect(search.why).toContain('ECONNREFUSED');
    const update = await failure(client().update({ call_log_id: '1', fields: { extra_field_01: 'x' } }));
    expect(update.what).toBe('The update was not made.');
  });
});

describe('time', () => {
  it('is up when no answer comes', async () => {
    upstream.answer = silence;
    expect((await failure(client({ attemptTimeoutMs: 150 }).retrieve(QUERY))).kind).toBe('timeout');
  });

  it('is up when an answer drips without end', async () => {
    let drip: NodeJS.Timeout | undefined;
    upstream.answer = (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
      return undefined;
    };
    expect((await failure(client({ attemptTimeoutMs: 300 }).retrieve(QUERY))).kind).toBe('timeout');
  });

  it('is up for the whole request, queueing included', async () => {
    upstream.answer = silence;
    const one = client({ connections: 1, attemptTimeoutMs: 20_000, deadlineMs: 200 });
    const errors = await Promise.all([failure(one.retrieve(QUERY)), failure(one.retrieve(QUERY))]);
    expect(errors.map(({ kind }) => kind)).toStrictEqual(['timeout', 'timeout']);
  });

  it('that runs out leaves the outcome of an update unknown', async () => {
    upstream.answer = silence;
    const one = client({ attemptTimeoutMs: 150 });
    const error = await failure(one.update({ call_log_id: '1', fields: { extra_field_01: 'x' } }));
    expect([error.kind, error.what]).toStrictEqual(['timeout', 'The update may or may not have been made.']);
  });
});

describe('cancellation', () => {
  it('before sending sends nothing', async () => {
    const error = await failure(client().retrieve(QUERY, { signal: AbortSignal.abort() }));
    expect([error.kind, upstream.requests]).toStrictEqual(['cancelled', []]);
  });

  it('while waiting ends the request at the service too', async () => {
    const stop = new AbortController();
    const gone = new Promise<void>((resolve) => {
      upstream.answer = (_request, response) => {
        response.on('close', resolve);
        stop.abort();
        return undefined;
      };
    });
    const error = await failure(client().retrieve(QUERY, { signal: stop.signal }));
    expect(error.kind).toBe('cancelled');
    await gone;
  });

  it('of an update leaves its outcome unknown', async () => {
    const stop = new AbortController();
    upstream.answer = () => {
      stop.abort();
      return undefined;
    };
    const update = { call_log_id: '1', fields: { extra_field_01: 'x' } };
    const error = await failure(client().update(update, { signal: stop.signal }));
    expect([error.kind, error.what]).toStrictEqual([
      'cancelled',
      'The update may or may not have been made.',
    ]);
  });
});

describe('the observer and the gate', () => {
  it('are told and asked once an attempt, with nothing of the request', async () => {
    const told: unknown[] = [];
    let inside = 0;
    const one = client({
      retry: { retries: 1, backoffMs: 1 },
      observe: ({ endpoint, outcome, status }) => told.push({ endpoint, outcome, status }),
      gate: {
        async enter() {
          inside += 1;
          return () => {
            inside -= 1;
          };
        },
      },
    });
    await one.retrieve(QUERY);
    upstream.answer = cut;
    await failure(one.retrieve(QUERY));
    expect(told).toStrictEqual([
      { endpoint: 'retrieve', outcome: 'ok', status: 200 },
      { endpoint: 'retrieve', outcome: 'interrupted', status: undefined },
      { endpoint: 'retrieve', outcome: 'interrupted', status: undefined },
    ]);
    expect(inside).toBe(0);
  });

  it('end a request that could not be sent in time, with the wait in words', async () => {
    const remaining: number[] = [];
    const one = client({
      deadlineMs: 20_000,
      gate: {
        async enter(_signal, remainingMs) {
          remaining.push(remainingMs);
          throw new GateCongested(4_200);
        },
      },
    });
    for (const deadline of [undefined, performance.now() + 10_000]) {
      const error = await failure(one.retrieve(QUERY, { deadline }));
      expect(error).toMatchObject({ kind: 'busy', repeat: 'never', outcome: 'not_sent' });
      expect(error.message).toMatch(/of this caller are waiting.*Ask again after 5 s/);
    }
    // The end of the caller's answer counts, less the time that an attempt needs at least.
    const [own = 0, answer = 0] = remaining;
    expect(own).toBeGreaterThan(19_000);
    expect(own).toBeLessThanOrEqual(20_000);
    expect(answer).toBeGreaterThan(9_000);
    expect(answer).toBeLessThanOrEqual(9_750);
    expect(upstream.requests).toHaveLength(0);
  });
});
