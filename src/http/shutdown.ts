import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { InFlight } from './in-flight.js';

export interface DrainOptions {
  readonly server: Server;
  readonly inFlight: InFlight;
  /** Ends what is still open at the end: subscriptions, and calls that took too long. */
  readonly endCalls: () => Promise<void>;
}

/** How long a stopping server still takes requests, so that load balancers see it is not ready before it is gone. */
const NOTICE_MS = 1_000;
/** How long all of it may take. */
const DRAIN_MS = 10_000;

/**
 * Stops without dropping anything that was accepted: serves on for a moment (readiness is off, and every answer closes its
 * connection), takes no more connections, waits for what is being served, then closes.
 */
export async function drain({ server, inFlight, endCalls }: DrainOptions): Promise<void> {
  const deadline = sleep(DRAIN_MS, undefined, { ref: false });
  inFlight.endConnections();
  await sleep(NOTICE_MS);
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  await Promise.race([inFlight.idle(), deadline]);
  // A connection that was accepted in the last moment may just be sending its request.
  await Promise.race([closed, sleep(LAST_REQUEST_MS), deadline]);
  await Promise.race([inFlight.idle(), deadline]);
  await endCalls();
  server.closeAllConnections();
  await closed;
}

const LAST_REQUEST_MS = 100;
