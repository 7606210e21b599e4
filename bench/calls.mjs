// What a search costs beyond the service's own time.
import { startServer } from './server.mjs';
import { interleaved, quantile } from './statistics.mjs';
import { startUpstream } from './upstream.mjs';

const PAGE = { end_time: '2026-03-03 14:40:00', limit: 10 };
const CALLS = 20;

/** Milliseconds of a 10-row search over stdio, less those of the same request sent by plain fetch. */
export async function stdioCalls({ rounds = 15 } = {}) {
  const upstream = await startUpstream('contract');
  const server = await startServer(upstream);
  const median = async (once) => {
    const times = [];
    for (let call = 0; call < CALLS; call += 1) {
      const started = performance.now();
      await once();
      times.push(performance.now() - started);
    }
    return quantile(times, 0.5);
  };
  try {
    const { ours, theirs } = await interleaved(
      rounds,
      () => median(() => server.call('search_call_logs', PAGE)),
      () => median(() => upstream.rows(PAGE)),
    );
    const added = ours.map((value, index) => value - theirs[index]);
    return [
      {
        what: '10-row search over stdio, added ms',
        baseline: 'fetch of the page',
        ratios: added,
        ours,
        theirs,
        bound: 1,
      },
    ];
  } finally {
    await server.close();
    upstream.close();
  }
}
