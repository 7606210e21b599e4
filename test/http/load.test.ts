import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startBin } from '../support/bin.js';
import { page, rows, startUpstream } from '../support/upstream.js';
import { bearer, makeTokens, post, send, textOf, toolCall } from './running.js';

// A short form of `npm run bench:http`, for correctness alone.

const CLIENTS = 64;
const CALLS = 1_280;

it('serves 64 clients at once without an error, each its own answer, and its memory stays flat', {
  timeout: 120_000,
}, async () => {
  const upstream = await startUpstream(({ form }) =>
    page(rows(1, { lead_id: form['lead_id'] }), Number(form['lead_id'])),
  );
  const tokens = makeTokens();
  const server = startBin(['http', '--port', '0'], {
    ...tokens.env,
    CONVOSO_BASE_URL: upstream.url,
    CONVOSO_AUTH_TOKEN: 'upstream-secret',
    CALL_LOGS_HTTP_RATE: '1000000',
  });
  const [, url = ''] = await server.seen(/Serving at (\S+)/);
  const metric = async (name: string) => {
    // The text holds for a second.
    await sleep(1_050);
    const { body } = await send(new URL('/metrics', url).href);
    return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(body)?.[1]);
  };
  const agent = new Agent({ keepAlive: true });
  let next = 1_000;

  async function serve(calls: number): Promise<void> {
    let left = calls;
    const client = async () => {
      while (left-- > 0) {
        const lead = next++;
        const message = toolCall('search_call_logs', { lead_id: String(lead), limit: 1 }, lead);
        const reply = await post(url, message, bearer(tokens.reader), agent);
        expect(reply.status).toBe(200);
        expect(reply.body).toContain(`"id":${lead}`);
        expect(textOf(reply)).toContain(`${lead} calls found`);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
  }

  await serve(CALLS / 2);
  const warm = await metric('process_resident_memory_bytes');
  await serve(CALLS / 2);
  expect(await metric('process_resident_memory_bytes')).toBeLessThan(warm * 1.5);
  expect(await metric('call_logs_http_requests_in_flight')).toBe(1);
  expect(await metric('call_logs_tool_calls_total\\{tool="search_call_logs",outcome="ok"\\}')).toBe(CALLS);
  expect(upstream.requests).toHaveLength(CALLS);
  agent.destroy();
  server.kill('SIGTERM');
  expect((await server.done).code).toBe(0);
  await upstream.close();
});
