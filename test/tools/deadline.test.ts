import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ConvosoClient } from '../../src/convoso/client.js';
import type { ConvosoError } from '../../src/convoso/errors.js';
import { CALL_MS, callMs } from '../../src/tools/deadline.js';
import { type Bench, type BenchOptions, openBench } from '../support/tools.js';
import { page, row, sendJson, startUpstream, type Upstream } from '../support/upstream.js';

let upstream: Upstream;
const benches: Bench[] = [];

beforeAll(async () => {
  // Loaded by the first request otherwise, which takes its time on a busy machine.
  await import('undici');
});
beforeEach(async () => {
  upstream = await startUpstream();
});
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close();
  await upstream.close();
});

function bench(options: Partial<BenchOptions>): Bench {
  const opened = openBench({ url: upstream.url, ...options });
  benches.push(opened);
  return opened;
}

/** An upstream that takes this long for each reply. */
function slow(milliseconds: number, reply: () => object = () => page([row({ user: 'Jane Smith' })])): void {
  upstream.answer = (_request, response) => {
    setTimeout(() => sendJson(response, JSON.stringify(reply())), milliseconds).unref();
    return undefined;
  };
}

/** How long it took, in milliseconds, and what came of it. */
async function timed<T>(work: Promise<T>): Promise<[number, T]> {
  const started = performance.now();
  const result = await work;
  return [performance.now() - started, result];
}

/** An answer has this long after its deadline to be worded, on a busy machine too. */
const LATE = 1_400;

describe('the deadline of a tool call', () => {
  it('lies within 55 seconds, unless the operator gives questions or requests more time', () => {
    expect(CALL_MS).toBeLessThanOrEqual(55_000);
    expect(callMs(45, 50)).toBe(CALL_MS);
    expect(callMs(600, 50)).toBeGreaterThan(600_000);
    expect(callMs(45, 120)).toBeGreaterThan(120_000);
  });

  it.each(['search_call_logs', 'summarize_call_logs', 'sample_call_logs'])(
    'holds %s by a name, whose look-up took most of the time',
    async (tool) => {
      const opened = bench({ callMs: 2_000 });
      slow(300);
      const asked = opened.run(tool, { user_id: 'Jane Smith' });
      await sleep(150);
      slow(10_000);
      const [took, result] = await timed(asked);
      expect(took).toBeLessThan(2_000 + LATE);
      expect(result.isError).toBe(true);
      expect(result.text).toMatch(/in time|time for the whole answer|first page/);
    },
  );

  it('leaves no time for a request that could not end in it, which is then not sent', async () => {
    slow(500);
    const [took, result] = await timed(
      bench({ callMs: 600 }).run('search_call_logs', { user_id: 'Jane Smith' }),
    );
    expect(took).toBeLessThan(600 + LATE);
    expect(result.text).toContain('The time for the whole answer was over');
    expect(upstream.requests.length).toBe(1);
  });

  it('ends a summary with what was read by then', async () => {
    let pages = 0;
    upstream.answer = ({ form }, response) => {
      const offset = Number(form['offset']);
      const rows = Array.from({ length: 500 }, (_, i) => {
        const second = offset + i;
        const time = new Date(Date.UTC(2026, 2, 1, 8, 0, second))
          .toISOString()
          .slice(0, 19)
          .replace('T', ' ');
        return row({ id: String(1000 + second), call_date: time });
      });
      pages += 1;
      setTimeout(() => sendJson(response, JSON.stringify(page(rows, 30_000))), pages < 6 ? 1 : 5_000).unref();
      return undefined;
    };
    const [took, result] = await timed(
      bench({ callMs: 1_500, zone: 'UTC' }).run('summarize_call_logs', { start_time: '2026-03-01' }),
    );
    expect(took).toBeGreaterThan(1_000);
    expect(took).toBeLessThan(1_500 + LATE);
    expect(result.text).toContain('PARTIAL');
  });

  it('ends a wait for admission', async () => {
    const gate = {
      enter: (signal: AbortSignal) =>
        new Promise<() => void>((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason)),
        ),
    };
    const [took, result] = await timed(
      bench({ callMs: 400, client: { gate } }).run('get_call_log', { id: '1001' }),
    );
    expect(took).toBeLessThan(400 + LATE);
    expect(result.text).toContain('The time for the whole answer was over');
    expect(upstream.requests).toHaveLength(0);
  });

  it('ends the pauses between attempts', async () => {
    upstream.answer = (_request, response) => {
      response.writeHead(503, { 'Retry-After': '1' }).end();
      return undefined;
    };
    const [took, result] = await timed(bench({ callMs: 900 }).run('get_call_log', { id: '1001' }));
    expect(took).toBeLessThan(900 + LATE);
    expect(result.text).toContain('HTTP 503');
  });

  it('lets an update that was made be answered as made, when it cannot be read back in time', async () => {
    upstream.answer = ({ url }, response) => {
      if (url.endsWith('/update')) return { success: true };
      setTimeout(() => response.writeHead(503).end(), 300).unref();
      return undefined;
    };
    const change = { call_log_id: '1001', extra_field_01: 'reviewed' };
    const [took, result] = await timed(bench({ callMs: 1_500 }).run('update_call_log_fields', change));
    expect(took).toBeLessThan(1_500 + LATE);
    expect(result.isError).toBe(false);
    expect(result.text).toMatch(/Updated call 1001.*\n.*The change was stored/s);
    slow(5_000);
    upstream.answer = (
      (answer) => (request, response) =>
        request.url.endsWith('/update') ? { success: true } : answer(request, response)
    )(upstream.answer);
    const late = await bench({ callMs: 1_500 }).run('update_call_log_fields', change);
    expect(late.text).toContain('could not be read back in the time for this answer');
  });

  it('is not begun with too little time left for an update to be known', async () => {
    const result = await bench({ callMs: 800 }).run('update_call_log_fields', {
      call_log_id: '1001',
      extra_field_01: 'reviewed',
    });
    expect(result.text).toContain('The update was not made.');
    expect(upstream.requests).toHaveLength(0);
  });

  it('holds whatever else an answer waits for', async () => {
    const opened = bench({
      callMs: 100,
      source: () => ({ open: () => sleep(60_000, undefined, { ref: false }) as Promise<never> }),
    });
    const [took, result] = await timed(opened.run('summarize_call_logs', {}));
    expect(took).toBeLessThan(1_600 + LATE);
    expect(result.text).toContain('The call was given up.');
  });
});

describe('a request', () => {
  it('that its caller’s deadline cut short says nothing of the service', async () => {
    slow(5_000);
    const client = new ConvosoClient({
      baseUrl: upstream.url,
      token: 't',
      circuit: { failures: 1, restMs: 60_000 },
    });
    const query = { limit: 1, offset: 0, order: 'asc', include_recordings: 0 } as const;
    for (const _time of [1, 2]) {
      const error: ConvosoError = await client.retrieve(query, { deadline: performance.now() + 300 }).then(
        () => expect.unreachable(),
        (failed) => failed,
      );
      expect(error.kind).toBe('deadline');
    }
    await client.close();
  });
});
