import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  BIN,
  type Finished,
  INITIALIZE,
  INITIALIZED,
  lines,
  PACKAGE_VERSION,
  type Running,
  runBin,
  startBin,
} from '../support/bin.js';
import { page, row, silence, startUpstream, type Upstream } from '../support/upstream.js';

const TOKEN = 'canary-token-7f3a9d';

let upstream: Upstream;
beforeAll(async () => {
  upstream = await startUpstream();
});
afterAll(() => upstream.close());

const running: Running[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) {
    one.kill('SIGKILL');
    await one.done;
  }
});

function start(args: readonly string[] = [], env: Readonly<Record<string, string>> = account()): Running {
  const one = startBin(args, env);
  running.push(one);
  return one;
}

const account = () => ({ CONVOSO_BASE_URL: upstream.url, CONVOSO_AUTH_TOKEN: TOKEN });

/** Every line of stdout as the JSON-RPC message it must be. */
function messages({ stdout }: Pick<Finished, 'stdout'>): Record<string, unknown>[] {
  expect(stdout).toMatch(/^(.+\n)*$/);
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const message = JSON.parse(line) as Record<string, unknown>;
      expect(message['jsonrpc']).toBe('2.0');
      return message;
    });
}

const search = (id: number) => ({
  id,
  method: 'tools/call',
  params: { name: 'search_call_logs', arguments: { limit: 1 } },
});

/** Seconds that pass until a process has ended, starting now. */
async function secondsUntil(done: Promise<unknown>): Promise<number> {
  const start = performance.now();
  await done;
  return (performance.now() - start) / 1000;
}

describe('stdout', () => {
  it.each([[['--sandbox']], [['stdio', '--sandbox', '--log-level', 'debug']]])(
    'carries the answer to a piped initialize and nothing else: %j',
    async (args) => {
      const finished = await runBin(args, {}, lines(INITIALIZE));
      expect(finished.code).toBe(0);
      expect(messages(finished)).toMatchObject([
        {
          id: 1,
          result: {
            protocolVersion: '2025-11-25',
            serverInfo: { name: 'convoso-call-logs-mcp', version: PACKAGE_VERSION },
            // No list changes while a host is connected.
            capabilities: {
              tools: { listChanged: false },
              prompts: { listChanged: false },
              resources: { listChanged: false },
            },
          },
        },
      ]);
    },
  );

  it('carries the answers to whatever was piped before stdin ended', async () => {
    const input = lines(INITIALIZE, INITIALIZED, { id: 2, method: 'tools/list' }, { id: 3, method: 'ping' });
    for (let turn = 0; turn < 3; turn += 1) {
      const finished = await runBin([], account(), input);
      expect(finished.code).toBe(0);
      expect(messages(finished).map(({ id }) => id)).toStrictEqual([1, 2, 3]);
    }
  });

  it('carries only messages while there is garbage on stdin and trouble upstream', async () => {
    upstream.answer = (_request, response) => {
      response.writeHead(500).end('oops');
      return undefined;
    };
    const server = start(['--log-level', 'debug']);
    server.write('this is not JSON\n{"jsonrpc":"2.0"}\n[]\n');
    server.write(lines(INITIALIZE, INITIALIZED, search(2)));
    await server.seen(/"id":2/);
    server.end();
    const finished = await server.done;
    const answer = messages(finished).find(({ id }) => id === 2);
    expect(answer).toMatchObject({ result: { isError: true } });
    expect(finished.stderr).not.toContain(TOKEN);
    expect(finished.stderr).not.toMatch(/^\s+at /m);
  });
});

describe('the log', () => {
  it('has a line for each finished call, with nothing of what was asked or answered', async () => {
    const one = start(['--sandbox', '--log-level', 'info'], {});
    const refused = {
      id: 3,
      method: 'tools/call',
      params: { name: 'search_call_logs', arguments: { limit: -1, last_name: 'Canary' } },
    };
    one.write(lines(INITIALIZE, INITIALIZED, search(2)));
    await one.seen(/"id":2/);
    one.write(lines(refused));
    await one.seen(/"id":3/);
    one.end();
    const { stderr } = await one.done;
    const calls = stderr
      .split('\n')
      .filter((line) => line.includes('tool call'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const line = { level: 'info', message: 'tool call', tool: 'search_call_logs', ms: expect.any(Number) };
    expect(calls).toEqual([
      { ...line, time: expect.any(String), outcome: 'ok' },
      { ...line, time: expect.any(String), outcome: 'error' },
    ]);
    expect(stderr).not.toMatch(/Canary|canary/);
  });
});

describe('the process', () => {
  it('ends with its stdin, at once even after a call has left connections open', async () => {
    upstream.answer = () => page([row()]);
    const server = start();
    server.write(lines(INITIALIZE, INITIALIZED, search(2)));
    await server.seen(/"id":2/);
    server.end();
    expect(await secondsUntil(server.done)).toBeLessThan(2);
    expect((await server.done).code).toBe(0);
  });

  it('ends with its stdin while a call is still waiting for the service', async () => {
    upstream.requests.length = 0;
    upstream.answer = silence;
    const server = start();
    server.write(lines(INITIALIZE, INITIALIZED, search(2)));
    await expect.poll(() => upstream.requests.length, { timeout: 10_000 }).toBe(1);
    server.end();
    expect(await secondsUntil(server.done)).toBeLessThan(2);
    expect((await server.done).code).toBe(0);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('ends on %s', async (signal) => {
    const server = start(['--sandbox'], {});
    server.write(lines(INITIALIZE));
    await server.seen(/"id":1/);
    server.kill(signal);
    expect((await server.done).code).toBe(0);
  });
});

describe('the machine’s own time zone', () => {
  it('changes no answer', async () => {
    const ask = (name: string, args: object, id: number) => ({
      id,
      method: 'tools/call',
      params: { name, arguments: args },
    });
    const questions = [
      ask('search_call_logs', { start_time: '2026-03-02', end_time: '2026-03-02', limit: 20 }, 2),
      ask(
        'search_call_logs',
        { start_time: '2026-03-02T08:00:00Z', end_time: '2026-03-03T03:00:00+01:00' },
        3,
      ),
      ask('search_call_logs', { lead_id: '12345' }, 4),
      ask('get_call_log', { id: '789' }, 5),
      ask('search_call_logs', { start_time: '2026-03-08 02:30:00' }, 6),
    ];
    const [there, here] = await Promise.all(
      ['Pacific/Kiritimati', 'UTC'].map(async (TZ) => {
        const server = start(['--sandbox', '--today', '2026-03-03'], { TZ });
        server.write(lines(INITIALIZE, INITIALIZED, ...questions));
        for (const { id } of questions) await server.seen(new RegExp(`"id":${id}\\b`));
        server.end();
        return messages(await server.done).toSorted((a, b) => Number(a['id']) - Number(b['id']));
      }),
    );
    expect(there).toHaveLength(6);
    // The clocks of the sandboxes began a moment apart.
    const alike = (answers: unknown) =>
      JSON.stringify(answers).replace(/((?:Tue )?2026-03-03 20):\d\d(?::\d\d)?/g, '$1');
    expect(alike(there)).toBe(alike(here));
  });
});

describe('a start that cannot work', () => {
  it.each([
    ['without a token', [], {}, /There is no Convoso token\..*CONVOSO_AUTH_TOKEN.*--sandbox/],
    [
      'with a token that the host did not fill in',
      [],
      { CONVOSO_AUTH_TOKEN: `$${'{CONVOSO_AUTH_TOKEN}'}` },
      /no Convoso token/,
    ],
    [
      'with a token for plain http',
      [],
      { CONVOSO_AUTH_TOKEN: TOKEN, CONVOSO_BASE_URL: 'http://example.com/v1' },
      /unencrypted/,
    ],
    ['with an unknown zone', ['--sandbox'], { CONVOSO_TIMEZONE: 'Mars/Olympus' }, /CONVOSO_TIMEZONE/],
    ['with an unknown flag', ['--sandbx'], {}, /--help/],
    ['with an unknown command', ['serve'], {}, /Commands are stdio, /],
    ['with operands that mean nothing', ['stdio', 'now'], {}, /takes no operands/],
  ])('%s is one line on stderr and exit code 2', async (_what, args, env, words) => {
    const { code, stdout, stderr } = await runBin(args, env, lines(INITIALIZE));
    expect([code, stdout]).toStrictEqual([2, '']);
    expect(stderr).toMatch(/^convoso-call-logs-mcp: [^\n]+\n$/);
    expect(stderr).toMatch(words);
    expect(stderr).not.toContain(TOKEN);
  });
});

describe('--read-only', () => {
  it('offers only tools that change nothing at the service', async () => {
    const server = start(['--sandbox', '--read-only'], {});
    server.write(lines(INITIALIZE, INITIALIZED, { id: 2, method: 'tools/list' }));
    await server.seen(/"id":2/);
    server.end();
    const listed = messages(await server.done).find(({ id }) => id === 2)?.['result'] as {
      tools: { name: string; annotations: { readOnlyHint: boolean; destructiveHint: boolean } }[];
    };
    expect(listed.tools.map(({ name }) => name)).not.toContain('update_call_log_fields');
    expect(listed.tools.some(({ annotations }) => annotations.destructiveHint)).toBe(false);
    // An export reads at the service and leaves a file on this machine.
    const changing = listed.tools.filter(({ annotations }) => !annotations.readOnlyHint);
    expect(changing.map(({ name }) => name)).toEqual(['export_call_logs']);
  });
});

describe('the code of the tools', () => {
  it('is loaded after the first answers, and a call that comes too late for it says what to do', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'call-logs-'));
    try {
      cpSync(dirname(BIN), join(folder, 'dist'), { recursive: true });
      writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
      const chunks = readdirSync(join(folder, 'dist')).filter((name) => /^tools-.*\.js$/.test(name));
      expect(chunks).toHaveLength(1);
      for (const chunk of chunks) rmSync(join(folder, 'dist', chunk));
      const one = startBin([], account(), join(folder, 'dist', 'cli.js'));
      running.push(one);
      one.write(lines(INITIALIZE, INITIALIZED, { id: 2, method: 'tools/list' }, search(3)));
      await one.seen(/"id":3/);
      const answers = messages({ stdout: one.stdout() });
      expect(answers.find(({ id }) => id === 2)).toMatchObject({
        result: {
          tools: [{ name: 'search_call_logs' }, {}, {}, {}, {}, {}, { name: 'update_call_log_fields' }],
        },
      });
      expect(answers.find(({ id }) => id === 3)).toMatchObject({
        result: {
          isError: true,
          content: [{ text: expect.stringMatching(/^The tool could not be loaded\./) }],
        },
      });
      expect(one.stdout()).not.toContain(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
