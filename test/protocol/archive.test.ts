import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/client/validators/ajv';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { archiveEnv, callsOn, daysAgo, lastDays, newDirectory, TOKEN, tree } from '../support/archive.js';
import { BIN, type Finished, INITIALIZE, INITIALIZED, lines, runBin, startBin } from '../support/bin.js';
import { ordinal, type StandIn, startStandIn } from '../support/stand-in.js';
import { type Connection, connectors, isWhole } from './connectors.js';

// Many processes are started one after the other, and the machine may have more to do.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

// What a host and its model see of an archive, through every client and transport. What follows the `return` does not depend
// on the transport, and a contributor’s run tests it once.

const PER_DAY = 60;
const DATES = lastDays(4);
const [LAST = '', , FIRST = '', BEFORE = ''] = DATES;
const TODAY = daysAgo(0);
const TOOLS = ['summarize_call_logs', 'sample_call_logs', 'export_call_logs'] as const;

const directory = newDirectory();
let standIn: StandIn;
let env: Record<string, string>;

beforeAll(async () => {
  standIn = await startStandIn({ calls: callsOn([TODAY, ...DATES], PER_DAY) });
  env = archiveEnv(standIn, join(directory, 'archive'), {
    CALL_LOGS_EXPORT_DIR: join(directory, 'exports'),
    CALL_LOGS_LOG_LEVEL: 'debug',
  });
  const synced = await runBin(['sync', '--from', '3d'], env);
  expect(synced.code).toBe(0);
});
afterAll(async () => {
  await standIn.close();
  rmSync(directory, { recursive: true, force: true });
});

interface Structured extends Record<string, unknown> {
  readonly window: { end: string };
  readonly completeness: { complete: boolean; unique: number; total_found: number | null; missing: object[] };
  readonly sources?: { source: string; start: string; end: string; read_at: string }[];
}

/** An answer that is none but good: its text, its structured content, and how many requests it took. */
async function ask(connection: Connection, tool: string, args: Record<string, unknown>) {
  const before = standIn.forms.length;
  const result = await connection.callTool(tool, args);
  const text = result.content.map((part) => part.text ?? '').join('\n');
  expect([result.isError ?? false, text]).toEqual([false, text]);
  const listed = (await connection.listTools()).find(({ name }) => name === tool)?.outputSchema;
  const verdict = new AjvJsonSchemaValidator().getValidator(listed ?? {})(result.structuredContent);
  expect([verdict.valid, verdict.errorMessage]).toEqual([true, undefined]);
  return {
    text,
    structured: (result.structuredContent ?? {}) as Structured,
    requests: standIn.forms.length - before,
  };
}

const places = ({ sources = [] }: Structured) =>
  sources.map(({ source, start, end }) => `${source} ${start} ${end}`);

describe.each(connectors)('$name', ({ name, connect }) => {
  const whole = isWhole(name);
  let connection: Connection;
  beforeAll(async () => {
    connection = await connect(env);
  });
  afterAll(async () => {
    expect(connection.log()).not.toContain(TOKEN);
    await connection.close();
  });

  it.each(whole ? TOOLS : TOOLS.slice(0, 1))(
    '%s on archived days asks the service nothing, and says how old its answer is',
    async (tool) => {
      const window = { start_time: FIRST, end_time: LAST };
      for (const source of whole ? [{}, { source: 'auto' }, { source: 'archive' }] : [{}]) {
        const { text, structured, requests } = await ask(connection, tool, { ...window, ...source });
        expect(requests).toBe(0);
        expect(structured.completeness).toMatchObject({ complete: true, unique: 3 * PER_DAY, missing: [] });
        expect(places(structured)).toEqual([`archive ${FIRST} ${LAST}`]);
        const age = Date.now() - Date.parse(structured.sources?.[0]?.read_at ?? '');
        expect(age).toBeGreaterThan(0);
        expect(text).toMatch(
          new RegExp(
            `^Source: archive ${FIRST} to ${LAST} \\(read \\d+ min(?: to \\d+ min)? ago\\)\\. Archived calls are as they were when read: later changes are not in them\\.$`,
            'm',
          ),
        );
      }
    },
  );

  if (!whole) return;

  it.each(TOOLS)('%s beyond them reads the rest live, and names each part', async (tool) => {
    const { text, structured, requests } = await ask(connection, tool, {
      start_time: BEFORE,
      end_time: TODAY,
    });
    // Two windows, each read and then looked at from its other end, and at hours without calls where it has some.
    expect([5, 6]).toContain(requests);
    // Today's calls so far: the window ends now.
    const { end } = structured.window;
    expect(end.slice(0, 10)).toBe(TODAY);
    const soFar = standIn.calls.filter(({ at }) => at >= ordinal(`${TODAY} 00:00:00`) && at <= ordinal(end));
    expect(soFar.length).toBeGreaterThan(0);
    expect(structured.completeness).toMatchObject({
      complete: true,
      unique: 4 * PER_DAY + soFar.length,
      missing: [],
    });
    expect(places(structured)).toEqual([
      `live ${BEFORE} ${BEFORE}`,
      `archive ${FIRST} ${LAST}`,
      `live ${TODAY} ${TODAY}`,
    ]);
    expect(text).toMatch(
      new RegExp(
        `^Source: live ${BEFORE}, archive ${FIRST} to ${LAST} \\(read \\d+ min(?: to \\d+ min)? ago\\), live ${TODAY}\\.`,
        'm',
      ),
    );
  });

  it.each(TOOLS)('%s of the archive alone declares missing what it does not hold', async (tool) => {
    const asked = { start_time: BEFORE, end_time: TODAY, source: 'archive' };
    const { text, structured, requests } = await ask(connection, tool, asked);
    expect(requests).toBe(0);
    expect(structured.completeness).toMatchObject({
      complete: false,
      total_found: null,
      unique: 3 * PER_DAY,
      missing: [
        { start: `${BEFORE} 00:00:00`, end: `${BEFORE} 23:59:59` },
        { start: `${TODAY} 00:00:00`, end: expect.stringContaining(TODAY) },
      ],
    });
    expect(text).toContain(
      `PARTIAL: ${3 * PER_DAY} matching calls were read. What is not archived was not read`,
    );
  });

  it('gives the same numbers from either place', async () => {
    const asked = { start_time: FIRST, end_time: LAST, group_by: ['campaign', 'hour'], top: 40 };
    const [archived, live] = [
      await ask(connection, TOOLS[0], asked),
      await ask(connection, TOOLS[0], { ...asked, source: 'live' }),
    ];
    expect([archived.requests, places(live.structured)]).toEqual([0, [`live ${FIRST} ${LAST}`]]);
    expect(live.requests).toBeGreaterThan(0);
    for (const part of ['total', 'groups', 'completeness']) {
      const { windows: _one, ...ours } = archived.structured[part] as Record<string, unknown>;
      const { windows: _other, ...theirs } = live.structured[part] as Record<string, unknown>;
      expect(ours).toEqual(theirs);
    }
  });

  it('exports the archived calls, and the manifest says where they are from', async () => {
    const { structured } = await ask(connection, 'export_call_logs', {
      start_time: FIRST,
      end_time: LAST,
      format: 'ndjson',
    });
    // Over HTTP an answer names no folder: each caller has one of its own below that of all exports.
    const exports = join(directory, 'exports');
    const written = readdirSync(exports, { recursive: true }).map((name) => join(exports, String(name)));
    const [file, manifest] = ['file', 'manifest'].map((name) =>
      readFileSync(written.find((path) => path.endsWith(basename(String(structured[name])))) ?? '', 'utf8'),
    );
    const ids = (file ?? '')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { id: string }).id);
    expect(ids).toEqual(standIn.calls.slice(PER_DAY, 4 * PER_DAY).map(({ id }) => id));
    expect(JSON.parse(manifest ?? '')).toMatchObject({ complete: true, sources: structured.sources });
  });

  it('refuses what the archive cannot give, and a source that is none', async () => {
    for (const [args, words] of [
      [{ include_recordings: true, source: 'archive' }, /Recordings.*not archived.*\nNext: Omit source/s],
      [{ source: 'tape' }, /source.*auto.*live.*archive/s],
    ] as const) {
      const result = await connection.callTool('export_call_logs', {
        start_time: FIRST,
        end_time: LAST,
        ...args,
      });
      expect(result).toMatchObject({ isError: true, content: [{ text: expect.stringMatching(words) }] });
      expect(result).not.toHaveProperty('structuredContent');
    }
  });
});

describe('without its engine installed', () => {
  const folder = join(directory, 'copied');
  const copy = join(folder, 'dist', 'cli.js');
  const version = (
    JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      optionalDependencies: Record<string, string>;
    }
  ).optionalDependencies['@duckdb/node-api'];
  const NO_ENGINE = `Its engine, the optional package @duckdb/node-api, is not installed or does not run on this machine.`;

  beforeAll(() => {
    mkdirSync(folder);
    cpSync(dirname(BIN), join(folder, 'dist'), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  });

  async function runCopy(args: readonly string[], input = ''): Promise<Finished> {
    const running = startBin(args, env, copy);
    running.write(input);
    running.end();
    return running.done;
  }

  it('sync and verify say what to install, and change nothing', async () => {
    const before = tree(directory);
    for (const args of [
      ['sync', '--from', '4d'],
      ['archive', 'verify'],
    ]) {
      const { code, stdout, stderr } = await runCopy(args);
      expect([args, code, stdout]).toEqual([args, 1, '']);
      expect(stderr).toBe(
        `convoso-call-logs-mcp: The archive cannot be used. ${NO_ENGINE} Install it beside this server (npm install @duckdb/node-api@${version}), or unset CALL_LOGS_ARCHIVE_DIR.\n`,
      );
    }
    expect(tree(directory)).toEqual(before);
    expect((await runCopy(['archive', 'status'])).stdout).toContain('Days: 3,');
  });

  it('every tool answers, live, and says why; the archive alone is refused', async () => {
    const server = startBin([], env, copy);
    const call = (id: number, name: string, args: object) => ({
      id,
      method: 'tools/call',
      params: { name, arguments: args },
    });
    const window = { start_time: FIRST, end_time: LAST };
    server.write(
      lines(
        INITIALIZE,
        INITIALIZED,
        ...TOOLS.map((name, i) => call(2 + i, name, window)),
        call(5, TOOLS[0], { ...window, source: 'archive' }),
        call(6, 'search_call_logs', window),
      ),
    );
    for (let id = 2; id <= 6; id += 1) await server.seen(new RegExp(`"id":${id}\\b`));
    server.end();
    const { stdout, code } = await server.done;
    expect(code).toBe(0);
    const answers = new Map(
      stdout
        .trim()
        .split('\n')
        .map(
          (line) =>
            JSON.parse(line) as { id: number; result: { isError?: boolean; content: { text: string }[] } },
        )
        .map(({ id, result }) => [id, result]),
    );
    for (const id of [2, 3, 4]) {
      expect(answers.get(id)?.isError ?? false).toBe(false);
      const text = answers.get(id)?.content?.[0]?.text;
      expect(text).toContain(`Source: live ${FIRST} to ${LAST}.`);
      expect(text).toContain(
        `Everything was read live, because the archive could not answer: The archive cannot be used. ${NO_ENGINE}`,
      );
      expect(text).toContain('Complete: all 180 matching calls were read');
    }
    expect(answers.get(5)).toMatchObject({ isError: true });
    expect(answers.get(5)?.content?.[0]?.text).toContain(NO_ENGINE);
    expect(answers.get(6)?.content?.[0]?.text).toContain('180 calls found');
  });
});
