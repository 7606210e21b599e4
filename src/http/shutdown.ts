import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setImmediate as afterAccepting, setTimeout as sleep } from 'node:timers/promises';
import type { InFlight } from './in-flight.js';

export interface DrainOptions {
  readonly server: Server;
  readonly inFlight: InFlight;
  /** Milliseconds for which connections are still taken, so that load balancers see it is not ready before it is gone. */
  readonly noticeMs: number;
  /** From now on every connection ends with its answer. */
  readonly endConnections: () => void;
  /** Ends what is still open at the end: subscriptions, and calls that took too long. */
  readonly endCalls: () => Promise<void>;
}

/** How long a connection without a request is kept: its client may just be sending one. */
const IDLE_MS = 200;
/** How long all of it may take. */
const DRAIN_MS = 10_000;

/**
 * Stops without dropping anything that was accepted. Readiness is off already; the server goes on as usual for a moment,
 * then takes no more connections and ends each one with its next answer, and closes when nothing is being served.
 */
export async function drain(options: DrainOptions): Promise<void> {
  const { server, inFlight, noticeMs, endConnections, endCalls } = options;
  const deadline = sleep(DRAIN_MS, undefined, { ref: false });
  await sleep(noticeMs);
  await afterAccepting();
  // An HTTP server's own close() would also cut connections that only look idle: their next request is on its way.
  NetServer.prototype.close.call(server);
  endConnections();
  await Promise.race([settled(inFlight), deadline]);
  await endCalls();
  server.close();
  server.closeAllConnections();
}

/** Resolves when nothing has been served for a moment. */
async function settled(inFlight: InFlight): Promise<void> {
  do {
    await inFlight.idle();
    await sleep(IDLE_MS);
  } while (inFlight.count > 0);
}
