import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stampInZone } from '../../src/account-time/stamps.js';
import { type Bench, openBench } from '../support/tools.js';
import { page, row, startUpstream, type Upstream } from '../support/upstream.js';

let upstream: Upstream;
let bench: Bench;
beforeEach(async () => {
  upstream = await startUpstream();
  bench = openBench({ url: upstream.url, zone: 'UTC', now: new Date() });
});
afterEach(async () => {
  await bench.close();
  await upstream.close();
});

const MINUTE = 60_000;

/** A service whose clock is ahead, with a call made there a minute ago: the bench's own clock stands still meanwhile. */
function serveAhead(milliseconds: number): void {
  const now = new Date(Date.now() + milliseconds);
  const made = stampInZone(new Date(now.getTime() - MINUTE), 'UTC');
  upstream.answer = ({ form }, response) => {
    const found = made >= (form['start_time'] ?? '') && made <= (form['end_time'] ?? '');
    response.setHeader('Date', now.toUTCString());
    return page(found ? [row({ id: '7', call_date: made })] : []);
  };
}

const found = async (tool: string, args: object) => {
  const { structured } = await bench.ask(tool, args);
  return (structured['total_found'] ?? structured['found']) as number | boolean;
};

describe('a service whose clock is ahead', () => {
  it('has the calls made just now found', async () => {
    serveAhead(4 * MINUTE);
    expect(await found('search_call_logs', {})).toBe(1);
    // The page, the two requests that show whether its 0 can be right, and the page again.
    expect(upstream.requests).toHaveLength(4);
    expect(await found('search_call_logs', { start_time: 'today' })).toBe(1);
    expect(upstream.requests).toHaveLength(5);
    expect(await found('get_call_log', { id: '7' })).toBe(true);
  });

  it('has a call opened by its id whatever the clocks say', async () => {
    serveAhead(9 * 60 * MINUTE);
    expect(await found('get_call_log', { id: '7' })).toBe(true);
  });

  it('is not believed when it is far ahead', async () => {
    serveAhead(60 * MINUTE);
    expect(await found('search_call_logs', {})).toBe(0);
    expect(upstream.requests).toHaveLength(3);
  });
});
