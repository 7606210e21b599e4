import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** The built bin, serving over HTTP in a process of its own. */
export interface Replica {
  readonly url: string;
  readonly origin: string;
  readonly process: ChildProcess;
  /** Code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;
  readonly stderr: () => string;
}

/** Starts the bin and waits until it serves. */
export async function startReplica(
  env: Record<string, string> = {},
  args: readonly string[] = ['--sandbox'],
): Promise<Replica> {
  const child = spawn(process.execPath, [CLI, 'http', '--port', '0', ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<number | string | null>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? code));
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const found = /Serving at (\S+)/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    ended.then((how) => reject(new Error(`the bin ended (${how}): ${stderr}`)));
  });
  return { url, origin: new URL(url).origin, process: child, ended, stderr: () => stderr };
}
