import { Writable } from 'node:stream';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import type { Settings } from '../config/settings.js';
import { logToolCall, serverFactory } from '../mcp/server.js';
import { loadTools, offeredTools } from '../tools/offered.js';
import { createLog } from '../util/log.js';
import { VERSION } from '../version.js';
import { openAccount, withLocalExports } from '../wiring/open-account.js';

/** Serves one host over stdin and stdout until stdin ends or the process is told to stop. */
export async function stdio(settings: Settings): Promise<void> {
  const log = createLog(settings.logLevel);
  const account = await openAccount(settings, log);
  const { masks } = account.context.calls;
  const tools = await offeredTools(account.context, settings.readOnly);
  const context = withLocalExports(account.context);
  const factory = serverFactory({
    tools,
    context,
    version: VERSION,
    onToolCall: (call) => logToolCall(log, call),
  });
  const handle = serveStdio(factory, {
    transport: new StdioServerTransport(process.stdin, claimStdout()),
    onerror: (error) => log('warn', 'protocol error', { error: masks.log(error.message) }),
  });
  // What hosts ask first needs no tool's code. After that it is loaded without being asked for: the first call finds it
  // there, and an update that replaces the program's files does not take it away from a server that runs.
  setTimeout(
    () => Promise.all([loadTools(), account.client.prepare()]).catch(() => {}),
    LOAD_AFTER_MS,
  ).unref();
  let stopping = false;
  const stop = async (code: number) => {
    if (stopping) return;
    stopping = true;
    await handle.close().catch(() => {});
    await account.close().catch(() => {});
    process.exit(code);
  };
  const end = () => stop(0);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);
  process.stdin.once('end', end).once('close', end);
  // The host closed its end: nobody reads answers any more.
  process.stdout.on('error', end);
  // A promise that nobody waits for harms no other call. After an exception outside every call nothing is certain.
  process.on('unhandledRejection', account.context.onUnexpected);
  process.on('uncaughtException', (error) => {
    account.context.onUnexpected(error);
    void stop(EXIT_INTERNAL_ERROR);
  });
}

/** Time for a host to have asked for the tools. */
const LOAD_AFTER_MS = 1_000;
/** As sysexits.h has it. */
const EXIT_INTERNAL_ERROR = 70;

/** The real stdout for the protocol alone; whatever else writes there from now on ends up on stderr. */
function claimStdout(): Writable {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr) as typeof process.stdout.write;
  return new Writable({
    decodeStrings: false,
    write(chunk: string | Uint8Array, encoding, done) {
      write(chunk, encoding, done);
    },
  });
}
