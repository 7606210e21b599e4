import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The built bin. `npm test` builds it first; after a change of src, run `npm run build`. */
export const BIN = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export const PACKAGE_VERSION = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;

/** The environment of a process under test: none of the machine's own settings. */
export function cleanEnv(env: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', ...env };
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly pid: number | undefined;
  readonly stdout: () => string;
  readonly stderr: () => string;
  write(text: string): void;
  /** Ends stdin. */
  end(): void;
  kill(signal: NodeJS.Signals): void;
  /** Reads stdout no further, as `| head` does: the process gets EPIPE. */
  closeStdout(): void;
  /** Resolves when stdout holds the pattern. Rejects when the process ends before. */
  seen(pattern: RegExp): Promise<RegExpExecArray>;
  readonly done: Promise<Finished>;
}

/** Starts the bin, or a copy of it, with these arguments. */
export function startBin(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  bin = BIN,
): Running {
  const child = spawn(process.execPath, [bin, ...args], { env: cleanEnv(env) });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  // A process that refuses to start closes its stdin before all is written.
  child.stdin.on('error', () => {});
  const done = new Promise<Finished>((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  return {
    pid: child.pid,
    stdout: () => stdout,
    stderr: () => stderr,
    write: (text) => child.stdin.write(text),
    end: () => child.stdin.end(),
    kill: (signal) => child.kill(signal),
    closeStdout: () => child.stdout.destroy(),
    seen: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(stdout);
          if (found === null) return;
          child.stdout.off('data', look);
          child.off('close', ended);
          resolve(found);
        };
        const ended = () => reject(new Error(`ended without ${pattern}: ${stdout}${stderr}`));
        child.stdout.on('data', look);
        child.on('close', ended);
        look();
      }),
    done,
  };
}

/** Runs the bin to its end with this on stdin. */
export function runBin(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input = '',
): Promise<Finished> {
  const running = startBin(args, env);
  running.write(input);
  running.end();
  return running.done;
}

/** Lines of JSON-RPC as a client would write them. */
export function lines(...messages: readonly object[]): string {
  return messages.map((message) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`).join('');
}

export const INITIALIZE = {
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'test', version: '0.0.0' },
  },
};
export const INITIALIZED = { method: 'notifications/initialized' };
