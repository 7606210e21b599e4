import { Agent } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startBin } from '../../support/bin.js';
import { page, row, rows, sendJson, startUpstream } from '../../support/upstream.js';
import {
  bearer,
  LIST_TOOLS,
  makeTokens,
  messageOf,
  post,
  type Reply,
  type Running,
  startServer,
  subscribe,
  textOf,
  toolCall,
  unread,
} from '../running.js';

const SEARCH = toolCall('search_call_logs', { limit: 1 });
const PAGE_MS = 300;

/** A service that takes its time for each page, and has far more calls than a summary reads in a test. */
function slowService() {
  const many = rows(500);
  return startUpstream(({ form }, response) => {
    setTimeout(() => {
      const limit = Number(form['limit']);
      sendJson(response, JSON.stringify(page(many.slice(0, limit), 20_000)));
    }, PAGE_MS);
    return undefined;
  });
}

/** Searches for whole pages with every field, as one batch. */
function largeBatch(count: number) {
  return Array.from({ length: count }, (_, index) =>
    toolCall('search_call_logs', { limit: 500, response_format: 'detailed' }, index + 1),
  );
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const started = performance.now();
  const result = await work();
  return [result, performance.now() - started];
}

describe('a caller who asks much', () => {
  it('with 400 summaries under way, lets another’s search take at most 3 times its time alone', {
    timeout: 120_000,
  }, async () => {
    const upstream = await slowService();
    const tokens = makeTokens();
    // In a process of its own: what this one does as 400 clients is not the server's time.
    const server = startBin(['http', '--port', '0'], {
      ...tokens.env,
      CONVOSO_BASE_URL: upstream.url,
      CONVOSO_AUTH_TOKEN: 'upstream-secret',
    });
    const [, url = ''] = await server.seen(/Serving at (\S+)/);
    const search = async () => {
      const [reply, milliseconds] = await timed(() => post(url, SEARCH, bearer(tokens.editor)));
      expect(textOf(reply)).toContain('20000 calls found');
      return milliseconds;
    };
    await search();
    const alone = Math.max(await search(), await search());
    const agent = new Agent({ maxSockets: 200 });
    const greedy = Array.from({ length: 400 }, () =>
      post(
        url,
        toolCall('summarize_call_logs', {
          start_time: '2026-03-01',
          end_time: '2026-03-02',
          group_by: ['status'],
        }),
        bearer(tokens.reader),
        agent,
      ).catch((error: Error) => error),
    );
    // Their arrival itself is a burst of work; what is compared is the time while they are under way.
    let refusals = 0;
    for (const reply of greedy) {
      void reply.then((one) => {
        if ('status' in one && one.status === 429) refusals += 1;
      });
    }
    await expect.poll(() => refusals, { timeout: 30_000 }).toBeGreaterThanOrEqual(250);
    const times: number[] = [];
    for (let i = 0; i < 8; i++) times.push(await search());
    console.log(
      `a search takes ${alone.toFixed(0)} ms alone, beside 400 summaries of another caller ${times.map((time) => time.toFixed(0)).join(', ')} ms`,
    );
    expect(times.toSorted((one, other) => one - other)[4]).toBeLessThan(alone * 3);
    expect(Math.max(...times)).toBeLessThan(alone * 5);
    agent.destroy();
    const replies = (await Promise.all(greedy)).filter((reply): reply is Reply => 'status' in reply);
    const refused = replies.filter(({ status }) => status === 429);
    console.log(`${refused.length} of 400 summaries were refused at once, with Retry-After`);
    for (const { headers } of refused) expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    server.kill('SIGTERM');
    await server.done;
    await upstream.close();
  });

  it('with batches of large answers under way, has few of them served while another’s search is', {
    timeout: 120_000,
  }, async () => {
    const large = JSON.stringify(page(rows(500, { agent_comment: 'called back '.repeat(20) }), 20_000));
    const upstream = await startUpstream(({ form }, response) =>
      form['limit'] === '500' ? sendJson(response, large) : page([row()]),
    );
    const tokens = makeTokens();
    const server = startBin(['http', '--port', '0'], {
      ...tokens.env,
      CONVOSO_BASE_URL: upstream.url,
      CONVOSO_AUTH_TOKEN: 'upstream-secret',
      CALL_LOGS_REDACT: 'phone',
    });
    const [, url = ''] = await server.seen(/Serving at (\S+)/);
    const search = () => post(url, SEARCH, bearer(tokens.editor));
    await search();
    const ofGreedy = () => upstream.requests.filter(({ form }) => form['limit'] === '500').length;
    const greedy = Array.from({ length: 2 }, () => post(url, largeBatch(20), bearer(tokens.reader)));
    await expect.poll(ofGreedy, { timeout: 30_000 }).toBeGreaterThan(4);
    const passed: number[] = [];
    while (passed.length < 7) {
      const before = ofGreedy();
      expect(textOf(await search())).toContain('1 call found');
      passed.push(ofGreedy() - before);
    }
    console.log(`large pages asked for by one caller during each search of another: ${passed.join(', ')}`);
    expect(ofGreedy()).toBeLessThan(40);
    expect(passed.toSorted((one, other) => one - other)[3]).toBeLessThanOrEqual(2);
    for (const { status } of await Promise.all(greedy)) expect(status).toBe(200);
    server.kill('SIGTERM');
    await server.done;
    await upstream.close();
  });

  it('has no more of a batch answered while it leaves the answers unread', {
    timeout: 120_000,
  }, async () => {
    const large = JSON.stringify(page(rows(500, { agent_comment: 'x'.repeat(4_000) })));
    const upstream = await startUpstream((_request, response) => sendJson(response, large));
    const tokens = makeTokens();
    const server = await startServer({ ...tokens.env, CONVOSO_BASE_URL: upstream.url });
    const reply = await unread(server.url, largeBatch(20), bearer(tokens.reader));
    let asked = -1;
    while (asked < upstream.requests.length) {
      asked = upstream.requests.length;
      await sleep(1_000);
    }
    console.log(`${asked} of 20 large answers were made for a client that reads none`);
    expect(asked).toBeLessThan(12);
    const answers = JSON.parse(await text(reply)) as { id: number; result: object }[];
    const ids = answers.map(({ id }) => id).toSorted((one, other) => one - other);
    expect(ids).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    await server.stop();
    await upstream.close();
  });

  it('may have a bounded number of calls under way, and is told when to come again', async () => {
    const held: (() => void)[] = [];
    const upstream = await startUpstream((_request, response) => {
      held.push(() => sendJson(response, JSON.stringify(page([]))));
      return undefined;
    });
    const tokens = makeTokens();
    const server = await startServer({
      ...tokens.env,
      CONVOSO_BASE_URL: upstream.url,
      CALL_LOGS_HTTP_CALLS_UNDER_WAY: '20',
    });
    const calls = Array.from({ length: 20 }, () => post(server.url, SEARCH, bearer(tokens.reader)));
    await expect.poll(() => held.length, { timeout: 10_000 }).toBeGreaterThan(4);
    await sleep(500);
    const refused = await post(server.url, SEARCH, bearer(tokens.reader));
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(messageOf(refused).error?.message).toMatch(/20 calls under way.*Try again in/);
    // Another caller is served, and so is this one when a call has ended.
    expect((await post(server.url, LIST_TOOLS, bearer(tokens.editor))).status).toBe(200);
    const serving = setInterval(() => {
      for (const answer of held.splice(0)) answer();
    }, 10);
    for (const call of calls) expect((await call).status).toBe(200);
    expect((await post(server.url, SEARCH, bearer(tokens.reader))).status).toBe(200);
    clearInterval(serving);
    await server.stop();
    await upstream.close();
  });

  it('is told at once when a call could not be answered in time, and when to come again', async () => {
    const upstream = await startUpstream((_request, response) => {
      setTimeout(() => sendJson(response, JSON.stringify(page([row()]))), 600);
      return undefined;
    });
    const tokens = makeTokens();
    const server = await startServer({
      ...tokens.env,
      CONVOSO_BASE_URL: upstream.url,
      CALL_LOGS_DEADLINE: '2',
      CALL_LOGS_HTTP_UPSTREAM_CONCURRENCY: '1',
    });
    let lead = 0;
    const search = () => toolCall('search_call_logs', { lead_id: String(++lead) }, lead);
    // How long a place is held is learned from what was asked before.
    expect(textOf(await post(server.url, search(), bearer(tokens.reader)))).toContain('1 call found');
    // Taken in together, they wait at the gate: those whose turn comes in time are answered.
    const batch = (length: number) => post(server.url, Array.from({ length }, search), bearer(tokens.reader));
    const first = batch(2);
    await expect.poll(() => upstream.requests.length).toBe(2);
    const together = Promise.all([first, batch(4)]);
    await sleep(300);
    const [refused, took] = await timed(() => post(server.url, search(), bearer(tokens.reader)));
    expect(refused.status).toBe(429);
    expect(took).toBeLessThan(500);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(messageOf(refused).error?.message).toMatch(
      /could not be answered in time.*Try again in \d+ second/,
    );
    // What needs nothing of the service is served, and so is another caller.
    expect((await post(server.url, LIST_TOOLS, bearer(tokens.reader))).status).toBe(200);
    expect(textOf(await post(server.url, search(), bearer(tokens.editor)))).toContain('1 call found');
    const body = (await together).map((reply) => reply.body).join();
    expect(body).toContain('1 call found');
    expect(body).toMatch(/of this caller are waiting.*Ask again after \d+ s/);
    await server.stop();
    await upstream.close();
  });

  it('leaves places free for the next caller, however slow the requests are', async () => {
    const held: (() => void)[] = [];
    const upstream = await startUpstream(({ form }, response) => {
      if (form['lead_id'] === '1') return page([row()]);
      held.push(() => sendJson(response, JSON.stringify(page([]))));
      return undefined;
    });
    const tokens = makeTokens();
    const server = await startServer({ ...tokens.env, CONVOSO_BASE_URL: upstream.url });
    const calls = Array.from({ length: 12 }, () => post(server.url, SEARCH, bearer(tokens.reader)));
    await expect.poll(() => held.length, { timeout: 10_000 }).toBe(6);
    const other = await post(
      server.url,
      toolCall('search_call_logs', { lead_id: '1' }),
      bearer(tokens.editor),
    );
    expect(textOf(other)).toContain('1 call found');
    expect(held).toHaveLength(6);
    const serving = setInterval(() => {
      for (const answer of held.splice(0)) answer();
    }, 10);
    await Promise.all(calls);
    clearInterval(serving);
    await server.stop();
    await upstream.close();
  });

  it('has a bounded number of subscriptions, and leaves those of others alone', async () => {
    const tokens = makeTokens();
    const server = await startServer(tokens.env);
    const listen = (token: string, id: number) => subscribe(server.url, token, id);
    const streams = [];
    for (let id = 0; id < 16; id++) streams.push(await listen(tokens.reader, id));
    expect(streams.map(({ reply }) => reply.headers.get('content-type'))).toEqual(
      Array(16).fill('text/event-stream'),
    );
    const refused = (await listen(tokens.reader, 17)).reply;
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const other = await listen(tokens.editor, 18);
    expect(other.reply.status).toBe(200);
    streams[0]?.cut.abort();
    await expect
      .poll(
        async () => {
          const next = await listen(tokens.reader, 19);
          streams.push(next);
          return next.reply.status;
        },
        { timeout: 10_000, interval: 200 },
      )
      .toBe(200);
    for (const { cut } of [...streams, other]) cut.abort();
    await server.stop();
  });
});

describe('a caller whose questions fail', () => {
  /** The service cannot answer for one lead, and answers for every other. */
  async function serve(
    bad: 'HTTP 500' | 'no answer in time',
    work: (server: Running, tokens: ReturnType<typeof makeTokens>) => Promise<void>,
  ) {
    const upstream = await startUpstream(({ form }, response) => {
      if (form['lead_id'] !== '666') return page([row()]);
      if (bad === 'HTTP 500') response.writeHead(500).end();
      return undefined;
    });
    const tokens = makeTokens();
    const server = await startServer({
      ...tokens.env,
      CONVOSO_BASE_URL: upstream.url,
      CALL_LOGS_REQUEST_TIMEOUT: '1',
      CALL_LOGS_DEADLINE: '2',
    });
    await work(server, tokens);
    await server.stop();
    await upstream.close();
  }

  it.each(['HTTP 500', 'no answer in time'] as const)(
    'with %s loses the service for a while, and nobody else does',
    { timeout: 60_000 },
    (bad) =>
      serve(bad, async (server, tokens) => {
        const badSearch = () =>
          post(server.url, toolCall('search_call_logs', { lead_id: '666' }), bearer(tokens.reader));
        let asking = true;
        const own: string[] = [];
        const greedy = Array.from({ length: 8 }, async () => {
          while (asking) own.push(textOf(await badSearch()));
        });
        const good: string[] = [];
        const until = performance.now() + 8_000;
        while (performance.now() < until) {
          good.push(textOf(await post(server.url, SEARCH, bearer(tokens.editor))));
          await sleep(50);
        }
        asking = false;
        await Promise.all(greedy);
        const refused = good.filter((answer) => !answer.includes('1 call found'));
        const paused = own.filter((answer) => answer.includes('was not sent'));
        console.log(
          `${bad}: ${refused.length} of ${good.length} good searches refused, ${paused.length} of ${own.length} failing ones not sent`,
        );
        expect(refused).toEqual([]);
        expect(paused.length).toBeGreaterThan(0);
      }),
  );
});
