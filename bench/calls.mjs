// What a search costs beyond the service's own time.
import { startServer } from './server.mjs';
import { interleaved, quantile } from './statistics.mjs';
import { startUpstream } from './upstream.mjs';

const PAGE = { end_time: '2026-03-03 14:40:00', limit: 10 };
const CALLS = 20;
/** Calls after which V8 has compiled what a call runs, in the server as in the program that measures. */
const WARM_UP = 1_000;

/**
 * Milliseconds of a 10-row search over stdio, less those of the same request sent by plain fetch: once both are warm, as
 * over HTTP, and as a new process has it, to be compared with.
 */
export async function stdioCalls({ rounds = 15 } = {}) {
  const upstream = await startUpstream('contract');
  const server = await startServer(upstream);
  const search = () => server.call('search_call_logs', PAGE);
  const fetched = () => upstream.rows(PAGE);
  const compared = async (what, bound) => {
    const { ours, theirs, added } = await interleaved(
      rounds,
      () => median(search),
      () => median(fetched),
    );
    return { what, baseline: 'fetch of the page', ratios: added, ours, theirs, bound };
  };
  try {
    const first = await compared(`10-row search over stdio, added ms, first ${(rounds + 1) * CALLS} calls`);
    for (let call = 0; call < WARM_UP; call += 1) {
      await search();
      await fetched();
    }
    return [first, await compared('10-row search over stdio, added ms, warm', 1)];
  } finally {
    await server.close();
    upstream.close();
  }
}

/** Median milliseconds of some calls, one after another. */
async function median(once) {
  const times = [];
  for (let call = 0; call < CALLS; call += 1) {
    const started = performance.now();
    await once();
    times.push(performance.now() - started);
  }
  return quantile(times, 0.5);
}
