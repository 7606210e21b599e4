import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { logToolCall, serverFactory } from '../mcp/server.js';
import { loadTools, offeredTools } from '../tools/offered.js';
import { VERSION } from '../version.js';
import { openAccount, withLocalExports } from '../wiring/open-account.js';
import { aborted, type CommandInput, EXIT_INTERNAL_ERROR, openLog } from './command.js';

/** Serves one host over stdin and stdout until stdin ends or it is told to stop. */
export async function stdio({ settings, io }: CommandInput): Promise<number> {
  const log = openLog(settings, io);
  const account = await openAccount(settings, log);
  const { masks } = account.context.account;
  const tools = await offeredTools(account.context, settings.readOnly);
  const context = withLocalExports(account.context, settings);
  const factory = serverFactory({
    tools,
    context,
    version: VERSION,
    onToolCall: (call) => logToolCall(log, call),
  });
  const handle = serveStdio(factory, {
    transport: new StdioServerTransport(io.stdin, io.stdout),
    onerror: (error) => log('warn', 'protocol error', { error: masks.log(error.message) }),
  });
  // What hosts ask first needs no tool's code. After that it is loaded without being asked for: the first call finds it
  // there, and an update that replaces the program's files does not take it away from a server that runs.
  setTimeout(
    () => Promise.all([loadTools(), account.client.prepare()]).catch(() => {}),
    LOAD_AFTER_MS,
  ).unref();
  const code = await new Promise<number>((resolve) => {
    const end = () => resolve(0);
    // The host closed one of the streams: it asks nothing more, or nobody reads answers any more.
    io.stdin.once('end', end).once('close', end);
    io.stdout.once('error', end);
    void aborted(io.signal).then(end);
    // A promise that nobody waits for harms no other call. After an exception outside every call nothing is certain.
    io.process?.onUnhandledRejection(account.context.onUnexpected);
    io.process?.onUncaughtException((error) => {
      account.context.onUnexpected(error);
      resolve(EXIT_INTERNAL_ERROR);
    });
  });
  await handle.close().catch(() => {});
  await account.close().catch(() => {});
  return code;
}

/** Time for a host to have asked for the tools. */
const LOAD_AFTER_MS = 1_000;
