// What a search costs over HTTP, next to an empty SDK server and to HTTP alone.
import { ECHO, load, SEARCH, startServers } from './http-load.mjs';
import { interleaved, quantile } from './statistics.mjs';

const CLIENTS = 32;
const CALLS = 1_000;
const CALLS_ALONE = 100;
const WARM_UP = 2_000;

/** Time for as many calls by many clients at once, and the added median of a client alone. */
export async function httpCalls({ rounds = 12 } = {}) {
  const { ours, empty, bare, close } = await startServers();
  const loads = [];
  const open = (url, params, clients) => {
    const one = load(url, params, clients);
    loads.push(one);
    return one;
  };
  try {
    const many = {
      ours: open(ours, SEARCH, CLIENTS),
      empty: open(empty, ECHO, CLIENTS),
      bare: open(bare, ECHO, CLIENTS),
    };
    for (const one of Object.values(many)) await one.make(WARM_UP);
    const time = (one) => async () => {
      const { ms, errors } = await one.make(CALLS);
      if (errors > 0) throw new Error(`${errors} calls failed`);
      return ms / CALLS;
    };
    const againstEmpty = await interleaved(rounds, time(many.ours), time(many.empty));
    const againstBare = await interleaved(rounds, time(many.ours), time(many.bare));
    const middle = (one) => async () => quantile((await one.make(CALLS_ALONE)).times, 0.5);
    const alone = await interleaved(rounds, middle(open(ours, SEARCH, 1)), middle(open(empty, ECHO, 1)));
    return [
      {
        what: `10-row search over HTTP, ${CLIENTS} clients, ms a call`,
        baseline: 'empty SDK server',
        ...againstEmpty,
        // At least 0.8 of its calls a second.
        bound: 1 / 0.8,
      },
      {
        what: `10-row search over HTTP, ${CLIENTS} clients, ms a call`,
        baseline: 'bare node:http echo',
        ...againstBare,
      },
      {
        what: '10-row search over HTTP, one client, added ms',
        baseline: 'empty SDK server',
        ours: alone.ours,
        theirs: alone.theirs,
        ratios: alone.added,
        bound: 1.5,
      },
    ];
  } finally {
    for (const one of loads) await one.close();
    close();
  }
}
