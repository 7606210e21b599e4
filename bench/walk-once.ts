// One way of reading the calls of FIRST to LAST, in a process of its own; reports calls, seconds and peak memory (resident set).

import { CallLogs } from '../src/calls/call-logs.js';
import { ConvosoClient } from '../src/convoso/client.js';
import { accountOf } from '../src/query/account.js';
import { summarize } from '../src/stats/summary.js';

const {
  WAY = 'walk',
  URL: baseUrl = '',
  PAGE = '500',
  FIRST = '2026-03-01',
  LAST = '2026-03-30',
} = process.env;
const client = new ConvosoClient({ baseUrl, token: 'bench' });
const filters = { start_time: `${FIRST} 00:00:00`, end_time: `${LAST} 23:59:59` };

/** What the contract's own example does: one page after the other. */
async function loop(limit: number): Promise<number> {
  let offset = 0;
  let calls = 0;
  let { start_time } = filters;
  for (;;) {
    const query = { ...filters, start_time, limit, offset, order: 'asc', include_recordings: 0 } as const;
    const page = await client.retrieve(query);
    calls += page.received;
    offset += page.received;
    if (page.received === 0 || offset >= (page.total_found ?? 0)) return calls;
    if (offset <= 40_000) continue;
    // Past the offset cap the plain loop goes on from the last second it saw, and may count a call twice.
    start_time = page.calls.at(-1)?.call_date ?? start_time;
    offset = 0;
  }
}

async function run(): Promise<{ calls: number; complete?: boolean }> {
  if (WAY === 'loop') return { calls: await loop(Number(PAGE)) };
  const scope = { signal: new AbortController().signal };
  const budget = { seconds: 3_600, rows: 100_000_000, concurrency: 4 };
  const calls = new CallLogs(client, accountOf({}), { budget });
  const walk = calls.read({ filters, includeRecordings: false }, scope);
  if (WAY === 'summary') {
    await summarize(walk, { groupBy: ['campaign', 'hour'], sortBy: undefined, top: 100 }, accountOf({}));
  } else for await (const batch of walk.raw) if (batch.length === 0) break;
  const { unique, complete } = walk.completeness;
  return { calls: unique, complete };
}

const started = performance.now();
const result = await run();
const seconds = (performance.now() - started) / 1000;
await client.close();
process.send?.({ ...result, seconds, peakMb: process.resourceUsage().maxRSS / 1024 });
process.disconnect();
