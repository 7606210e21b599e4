import { Writable } from 'node:stream';
import { errorLine, run } from './cli.js';
import { EXIT_INTERNAL_ERROR, type Io } from './commands/command.js';
import { errorCode } from './util/error-code.js';

/** Milliseconds that a stalled reader of the output has to take what is left, once nothing more is to come. */
const LAST_WORDS_MS = 1_000;

/** Runs the command line of this process, and ends the process with it. */
export async function runProcess(): Promise<void> {
  const { stderr } = process;
  let uncaught: (error: unknown) => void = endWith;
  process.on('uncaughtException', (error) => uncaught(error));
  // Where nobody reads errors there is nobody to tell.
  stderr.on('error', () => {});
  const stdout = claimStdout();
  // A reader that has gone (a closed pager, `| head`) is no failure: a command goes on to its own end, and its exit code
  // tells how that was.
  stdout.on('error', (error) => {
    if (errorCode(error) !== 'EPIPE') void endWith(error);
  });
  const stop = stopSignals();
  let ending = false;

  const io: Io = {
    get stdin() {
      return process.stdin;
    },
    stdout,
    stderr,
    get signal() {
      return stop.signal();
    },
    process: {
      onReload: stop.onReload,
      onUnhandledRejection: (listener) => process.on('unhandledRejection', listener),
      onUncaughtException: (listener) => {
        uncaught = listener;
      },
    },
  };
  const code = await run(process.argv.slice(2), process.env, io);
  if (code === 0 && !stop.stopped()) await written(stdout);
  else await Promise.race([written(stdout), lastWords()]);
  // An output that failed says so once everything was handed on: that decides how the process ends.
  await new Promise(setImmediate);
  if (!ending) process.exit(code);

  /** Says what went wrong and ends the process, whatever a command has left open. */
  async function endWith(error: unknown): Promise<void> {
    // An output that cannot be written to says so again, when its last line is.
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(EXIT_INTERNAL_ERROR), LAST_WORDS_MS);
    await written(stdout);
    await written(stderr, errorLine(error));
    process.exit(EXIT_INTERNAL_ERROR);
  }
}

/** The real stdout for the command alone; whatever else writes there from now on ends up on stderr. */
function claimStdout(): Writable {
  const { stdout } = process;
  const write = stdout.write.bind(stdout);
  stdout.write = process.stderr.write.bind(process.stderr) as typeof stdout.write;
  // Its errors reach who wrote, through the stream below.
  stdout.on('error', () => {});
  return new Writable({
    decodeStrings: false,
    write(chunk: string | Uint8Array, encoding, done) {
      write(chunk, encoding, done);
    },
  });
}

/**
 * The signals that stop a command, taken from the moment it asks for them: one that never does is ended by the system. The
 * first lets it finish, a second ends the process at once.
 */
function stopSignals() {
  const stop = new AbortController();
  let listening = false;
  let reload: (() => void) | undefined;
  const take = (signal: NodeJS.Signals) => {
    if (signal === 'SIGHUP' && reload !== undefined) return reload();
    if (stop.signal.aborted) process.exit(1);
    stop.abort(signal);
  };
  return {
    signal(): AbortSignal {
      if (!listening) for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, take);
      listening = true;
      return stop.signal;
    },
    stopped: () => stop.signal.aborted,
    /** A terminal that closes sends SIGHUP too, and so does a closed window of Windows: those stop. */
    onReload(listener: () => void): void {
      if (process.platform !== 'win32' && !process.stdin.isTTY) reload = listener;
    },
  };
}

/** Resolves when everything up to this text has been handed on, or cannot be. */
function written(stream: Writable, text = ''): Promise<void> {
  return new Promise((resolve) => {
    stream.write(text, () => resolve());
  });
}

function lastWords(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, LAST_WORDS_MS);
  });
}
