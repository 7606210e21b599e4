import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../support/tools.js';
import { page, row, startUpstream, type Upstream } from '../support/upstream.js';

let upstream: Upstream;
let bench: Bench;
let directory: string;
beforeEach(async () => {
  upstream = await startUpstream();
  directory = await mkdtemp(join(tmpdir(), 'exports-'));
  bench = openBench({
    url: upstream.url,
    zone: 'UTC',
    exports: { directory, server: { name: 'test', version: '0' } },
  });
});
afterEach(async () => {
  await bench.close();
  await upstream.close();
  await rm(directory, { recursive: true });
});

const CALLS = [
  row({ id: '1', call_date: '2026-02-10 09:00:00', status: 'SALE' }),
  row({ id: '2', call_date: '2026-02-20 09:00:00', status: 'NI' }),
] as { id: string; call_date: string; status: string }[];

/** The calls by window, status and order; `order` may be ignored. */
function serve(calls: typeof CALLS, orders = true): void {
  upstream.answer = ({ form }) => {
    const found = calls.filter(
      ({ call_date, status }) =>
        call_date >= (form['start_time'] ?? '') &&
        call_date <= (form['end_time'] ?? '') &&
        (form['status'] ?? status) === status,
    );
    if (form['order'] === 'desc' || !orders) found.reverse();
    return page(
      found.slice(Number(form['offset']), Number(form['offset']) + Number(form['limit'])),
      found.length,
    );
  };
}

const askedForFirst = () =>
  upstream.requests.filter(({ form }) => form['limit'] === '2' && form['order'] === 'asc').length;

const TOOLS = ['summarize_call_logs', 'sample_call_logs', 'export_call_logs'];
const SAID = 'The account’s first call is of 2026-02-10 09:00:00';

describe('a window that begins before the account’s first call', () => {
  it.each(TOOLS)('is named by %s, with one request in the life of the process', async (tool) => {
    serve(CALLS);
    for (const start_time of ['2026-01-01', '2026-02-01']) {
      const { text, structured } = await bench.ask(tool, { start_time });
      expect(text).toContain(SAID);
      expect(structured['window']).toMatchObject({ history_begins: '2026-02-10 09:00:00' });
    }
    expect(askedForFirst()).toBe(1);
  });

  it.each([...TOOLS, 'search_call_logs'])('is named by %s when it finds nothing', async (tool) => {
    serve(CALLS);
    const { text, structured } = await bench.ask(tool, { start_time: '2026-01-01', status: 'DNC' });
    expect(text).toContain(SAID);
    expect(structured['window']).toMatchObject({ history_begins: '2026-02-10 09:00:00' });
  });

  it.each(TOOLS)(
    'is not looked into by %s where the oldest call found is of its first day, or no start was given',
    async (tool) => {
      serve(CALLS);
      expect((await bench.ask(tool, { start_time: '2026-02-10' })).text).not.toContain('first call');
      expect((await bench.ask(tool, {})).text).not.toContain('first call');
      expect(askedForFirst()).toBe(0);
    },
  );

  it('is distinguished from one whose calls before the oldest found are only filtered out', async () => {
    serve(CALLS);
    const { text } = await bench.ask('summarize_call_logs', { start_time: '2026-02-10', status: 'NI' });
    expect(text).not.toContain('first call');
    expect(askedForFirst()).toBe(1);
  });

  it('is not claimed of a service that ignores order, or that fails', async () => {
    serve(CALLS, false);
    expect(
      (await bench.ask('search_call_logs', { start_time: '2026-01-01', status: 'DNC' })).text,
    ).not.toContain('first call');
    serve(CALLS);
    upstream.answer = ((answer) => (request, response) => {
      if (request.form['limit'] !== '2') return answer(request, response);
      response.writeHead(404).end();
      return undefined;
    })(upstream.answer);
    const { text } = await bench.ask('summarize_call_logs', { start_time: '2026-01-01' });
    expect(text).toContain('2 calls');
    expect(text).not.toContain('first call');
  });
});
