import { SANDBOX_NOW, SANDBOX_TODAY } from '../../src/sandbox/clock.js';
import type { Dialect } from '../../src/sandbox/dialect.js';
import { CallHistory } from '../../src/sandbox/history.js';
import { oneOf, type Random } from '../../src/sandbox/random.js';
import { Refusal, renderRefusal } from '../../src/sandbox/refusals.js';
import { renderPage, renderUpdated } from '../../src/sandbox/replies.js';
import { readRetrieve, retrieve } from '../../src/sandbox/retrieve.js';
import { ExtraFieldStore, update } from '../../src/sandbox/update.js';
import { FAULTS } from '../faults/catalogue.js';
import { startUpstream, type Upstream, type WireRequest } from '../support/upstream.js';

/** The sandbox's calls over a live service that gives a share of its answers a fault of the matrix. */
export interface FaultyUpstream extends Upstream {
  readonly ids: readonly string[];
  readonly counts: { answers: number; faults: number };
}

const KEPT_CALLS = 3_000;

export async function startFaulty(dialect: Dialect, share: number, random: Random): Promise<FaultyUpstream> {
  // The last days of them: this process must stay quicker than the one it watches.
  const calls = new CallHistory(SANDBOX_NOW).until(SANDBOX_NOW).slice(-KEPT_CALLS);
  const stored = new ExtraFieldStore();
  const counts = { answers: 0, faults: 0 };

  function healthy({ url, form: sent }: WireRequest): object {
    const form = new Map(Object.entries(sent));
    try {
      return url.endsWith('/log/update')
        ? renderUpdated(dialect, update(calls, stored, form, dialect))
        : renderPage(dialect, retrieve(calls, readRetrieve(form, dialect, SANDBOX_TODAY)));
    } catch (error) {
      if (error instanceof Refusal) return renderRefusal(dialect, error.reason);
      throw error;
    }
  }

  const upstream = await startUpstream((request, response) => {
    // Only the count is of use here; the requests of a day would fill this process.
    upstream.requests.length = 0;
    counts.answers += 1;
    if (random() >= share) return healthy(request);
    counts.faults += 1;
    return oneOf(random, FAULTS).act(request, response);
  });
  return Object.assign(upstream, { ids: calls.map(({ id }) => id), counts });
}
