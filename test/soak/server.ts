import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { BIN, cleanEnv } from '../support/bin.js';

/** What the server process says of itself. */
export interface Measured {
  /** Bytes in use after a full collection. */
  readonly heap: number;
  /** Kinds of what is open, as `process.getActiveResourcesInfo()` names them. */
  readonly open: readonly string[];
}

/** A served process under watch. */
export interface Watched {
  readonly client: Client;
  measure(): Promise<Measured>;
  readonly stderr: () => string;
  /** Ends stdin, and tells how the process ended by itself. Rejects when it did not within ten seconds. */
  end(): Promise<{ code: number | null; signal: string | null; open: readonly string[] }>;
}

// Bundled into build/soak: the path is that of the sources, from either place.
const PROBE = fileURLToPath(new URL('../../test/soak/probe.mjs', import.meta.url));

/** Starts the built bin with the probe in it, and connects a 2.x client over its pipes. */
export async function watchedServer(env: Readonly<Record<string, string>>): Promise<Watched> {
  const child = spawn(process.execPath, ['--expose-gc', '--import', PROBE, BIN], {
    env: cleanEnv(env),
    stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
  });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  let last: Partial<Measured> = {};
  child.on('message', (message) => {
    last = message as Partial<Measured>;
  });
  const client = new Client({ name: 'soak', version: '0.0.0' });
  await client.connect(pipes(child));
  return {
    client,
    async measure() {
      child.send('measure');
      await once(child, 'message');
      return { heap: last.heap ?? Number.NaN, open: last.open ?? [] };
    },
    stderr: () => stderr,
    async end() {
      last = {};
      const ended = once(child, 'close', { signal: AbortSignal.timeout(10_000) });
      child.stdin?.end();
      try {
        const [code, signal] = await ended;
        return { code, signal, open: last.open ?? ['unknown: the process did not tell'] };
      } catch {
        child.kill('SIGKILL');
        throw new Error('the server did not end within ten seconds of its stdin');
      }
    },
  };
}

/** A client's transport over the pipes of a process that was started elsewhere. */
function pipes(child: ChildProcess): Parameters<Client['connect']>[0] {
  const transport: Parameters<Client['connect']>[0] = {
    async start() {
      if (child.stdout === null) throw new Error('the process has no stdout');
      createInterface(child.stdout).on('line', (line) => transport.onmessage?.(JSON.parse(line)));
      child.once('exit', () => transport.onclose?.());
    },
    async send(message) {
      child.stdin?.write(`${JSON.stringify(message)}\n`);
    },
    async close() {},
  };
  return transport;
}
