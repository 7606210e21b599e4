import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { run } from '../../src/cli.js';
import { cleanEnv, type Finished } from './bin.js';

/**
 * Runs a command line in this process, as the bin does in its own, with this on stdin.
 * @param signal tells the command to stop
 */
export async function runHere(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input = '',
  signal: AbortSignal = new AbortController().signal,
): Promise<Finished> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const written = Promise.all([text(stdout), text(stderr)]);
  const code = await run(argv, cleanEnv(env), { stdin: Readable.from([input]), stdout, stderr, signal });
  stdout.end();
  stderr.end();
  const [out, err] = await written;
  return { code, stdout: out, stderr: err };
}
