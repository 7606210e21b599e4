import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { archiveEnv, callsOn, daysAgo } from '../../support/archive.js';
import { INITIALIZE, INITIALIZED, lines, runBin, startBin } from '../../support/bin.js';
import { type StandIn, startStandIn } from '../../support/stand-in.js';

// Many processes are started one after the other, and the machine may have more to do.
vi.setConfig({ testTimeout: 120_000 });

// What of the program is loaded when: nobody pays for an archive before it is asked.

const directory = mkdtempSync(join(tmpdir(), 'loading '));
const DAY = daysAgo(1);
let standIn: StandIn;
let env: Record<string, string>;
beforeAll(async () => {
  standIn = await startStandIn({ calls: callsOn([DAY], 30) });
  env = archiveEnv(standIn, join(directory, 'archive'));
  expect((await runBin(['sync', '--from', '1d'], env)).code).toBe(0);
});
afterAll(async () => {
  await standIn.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Has the process write down every module that it loads, in a file. */
function watched(file: string): Record<string, string> {
  const hooks = `import { appendFileSync } from 'node:fs';
    export async function load(url, context, next) {
      appendFileSync(${JSON.stringify(file)}, url + '\\n');
      return next(url, context);
    }`;
  const module = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;
  const start = `import { register } from 'node:module'; register(${JSON.stringify(module(hooks))});`;
  return { NODE_OPTIONS: `--import=${module(start)}` };
}

/** Modules of src and packages that a process has loaded so far, through the source maps of the chunks. */
function loaded(file: string): string[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .flatMap((url) => {
      const map = url.startsWith('file:') ? `${fileURLToPath(url)}.map` : '';
      if (!existsSync(map) || url.includes('node_modules')) return url;
      return (JSON.parse(readFileSync(map, 'utf8')) as { sources: string[] }).sources;
    });
}

const ofArchive = (modules: readonly string[]) =>
  modules
    .filter((module) => /src\/archive\/|commands\/archive|duckdb|clickhouse/i.test(module))
    .map((module) => module.replace(/^.*(src\/|node_modules\/)/, ''));

const call = (id: number, name: string, args: object) => ({
  id,
  method: 'tools/call',
  params: { name, arguments: args },
});

/** Starts a server, lists the tools, searches, and waits until it has loaded what it loads by itself. */
async function started(more: Readonly<Record<string, string>>) {
  const file = join(directory, `modules ${Math.random()}`);
  const server = startBin([], { ...env, ...watched(file), ...more });
  server.write(
    lines(
      INITIALIZE,
      INITIALIZED,
      { id: 2, method: 'tools/list' },
      call(3, 'search_call_logs', { limit: 1 }),
    ),
  );
  await server.seen(/"id":3\b/);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const idle = loaded(file);
  expect(idle.filter((module) => /src\/tools\/summarize-call-logs/.test(module))).not.toEqual([]);
  return {
    idle,
    async ask(args: object) {
      server.write(lines(call(4, 'summarize_call_logs', { start_time: DAY, end_time: DAY, ...args })));
      const [line] = await server.seen(/^.*"id":4\b.*$/m);
      return line;
    },
    now: () => loaded(file),
    async stop() {
      server.end();
      expect((await server.done).code).toBe(0);
    },
  };
}

describe('modules of the archive', () => {
  it('are never loaded where there is none', async () => {
    const server = await started({ CALL_LOGS_ARCHIVE_DIR: '' });
    expect(ofArchive(server.idle)).toEqual([]);
    expect(await server.ask({})).toContain('30 calls');
    expect(ofArchive(server.now())).toEqual([]);
    await server.stop();
  });

  it('that read or write it are loaded by the first question that needs them', async () => {
    const server = await started({});
    // Only what decides whether a question needs the archive.
    expect(
      ofArchive(server.idle).filter((module) => /duckdb|clickhouse|parquet|engine|sync|store/i.test(module)),
    ).toEqual([]);
    expect(await server.ask({ source: 'live' })).toContain('30 calls');
    expect(
      ofArchive(server.now()).filter((module) => /duckdb|clickhouse|parquet|engine|sync/i.test(module)),
    ).toEqual([]);
    await server.stop();
    const other = await started({});
    expect(await other.ask({})).toContain('archive');
    expect(ofArchive(other.now())).toEqual(
      expect.arrayContaining([
        expect.stringContaining('archive/parquet/store.ts'),
        expect.stringMatching(/duckdb.*\.js$/),
      ]),
    );
    expect(ofArchive(other.now()).filter((module) => /clickhouse/i.test(module))).toEqual([]);
    await other.stop();
  });

  it.runIf(process.platform === 'linux')('map no engine into memory before that', async () => {
    const server = startBin([], env);
    const engineMapped = () => /duckdb\.node/.test(readFileSync(`/proc/${server.pid}/maps`, 'utf8'));
    server.write(lines(INITIALIZE, INITIALIZED, call(3, 'search_call_logs', { limit: 1 })));
    await server.seen(/"id":3\b/);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(engineMapped()).toBe(false);
    server.write(lines(call(4, 'summarize_call_logs', { start_time: DAY, end_time: DAY })));
    await server.seen(/"id":4\b/);
    expect(engineMapped()).toBe(true);
    server.end();
    await server.done;
  });
});
