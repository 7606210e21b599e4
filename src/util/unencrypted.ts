import type { Log } from './log.js';
import { isLoopback } from './loopback.js';

/** Warns of a database on another machine that is reached without TLS: its password and what it holds can be read on the way. */
export function warnIfUnencrypted(setting: string, address: string | undefined, log: Log): void {
  if (address === undefined || !URL.canParse(address)) return;
  const { protocol, hostname, searchParams } = new URL(address);
  const encrypted = /^(rediss|clickhouses):$/.test(protocol) || searchParams.has('tls');
  if (encrypted || hostname === '' || isLoopback(hostname)) return;
  log(
    'warn',
    `${setting} leads to another machine without TLS: its password and what it holds can be read on the way`,
    {
      instead: protocol.replace(':', 's://'),
    },
  );
}
