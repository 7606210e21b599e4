// Time from starting the process to its answer, against an empty SDK server; the two take turns.
import { fileURLToPath } from 'node:url';
import { startServer } from './server.mjs';
import { interleaved } from './statistics.mjs';
import { CLI } from './upstream.mjs';

const EMPTY = [fileURLToPath(new URL('empty-server.mjs', import.meta.url))];
// A real account, so that the sandbox is no part of it; nothing is asked of the service.
const env = { CONVOSO_AUTH_TOKEN: 'bench', CONVOSO_TIMEZONE: 'America/Los_Angeles' };

async function timed(program, afterwards) {
  const started = performance.now();
  const server = await startServer({ env }, program);
  await afterwards(server);
  const taken = performance.now() - started;
  await server.close();
  return taken;
}

export async function startUp({ rounds = 25 } = {}) {
  const rows = [];
  for (const [what, afterwards] of [
    ['initialize', () => {}],
    ['initialize and tools/list', (server) => server.request('tools/list')],
  ]) {
    const { ratios, ours, theirs } = await interleaved(
      rounds,
      () => timed([CLI], afterwards),
      () => timed(EMPTY, afterwards),
    );
    rows.push({ what: `start to ${what}`, baseline: 'empty SDK server', ratios, ours, theirs, bound: 0.9 });
  }
  return rows;
}
