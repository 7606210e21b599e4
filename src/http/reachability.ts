import { connect } from 'node:net';

const TIMEOUT_MS = 2_000;
/** How long a result holds: whoever asks for readiness, however often, opens no more connections than this. */
const HOLDS_MS = 5_000;

/** Whether the service takes connections, by opening one and sending nothing. */
export function createReachability(baseUrl: string): () => Promise<boolean> {
  const { hostname, port, protocol } = new URL(baseUrl);
  const address = {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port),
  };
  let latest: { at: number; result: Promise<boolean> } | undefined;
  return () => {
    const now = performance.now();
    if (latest === undefined || now - latest.at > HOLDS_MS) latest = { at: now, result: opens(address) };
    return latest.result;
  };
}

function opens(address: { host: string; port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ ...address, timeout: TIMEOUT_MS });
    const end = (reachable: boolean) => {
      socket.destroy();
      resolve(reachable);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.on('error', () => end(false));
  });
}
