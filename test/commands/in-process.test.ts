import { PassThrough } from 'node:stream';
import { Client } from '@modelcontextprotocol/client';
import { describe, expect, it } from 'vitest';
import { run } from '../../src/cli.js';
import { cleanEnv, PACKAGE_VERSION } from '../support/bin.js';
import { runHere } from '../support/run.js';

describe('run(argv, env, io)', () => {
  it('prints the help and the version to the stdout it is given', async () => {
    expect(await runHere(['--version'])).toEqual({ code: 0, stdout: `${PACKAGE_VERSION}\n`, stderr: '' });
    expect((await runHere(['--help'])).stdout).toContain('archive purge [DAY…]');
  });

  it('answers a call of a tool, with arguments from the stdin it is given', async () => {
    const { code, stdout } = await runHere(['call', 'get_call_log', '-', '--sandbox'], {}, '{"id":"789"}');
    expect([code, stdout]).toEqual([0, expect.stringContaining('id: 789')]);
  });

  it('ends with 1 for an answer that is an error, and leaves the exit code of this process alone', async () => {
    const before = process.exitCode;
    expect((await runHere(['call', 'search_call_logs', '{"limit":-1}', '--sandbox'])).code).toBe(1);
    expect(process.exitCode).toBe(before);
  });

  it('reads settings from the environment it is given, and says what is wrong on its stderr', async () => {
    expect(await runHere(['doctor'], { CALL_LOGS_LOG_LEVEL: 'loud' })).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('CALL_LOGS_LOG_LEVEL cannot be used.'),
    });
  });

  it('runs doctor, config, token and archive', async () => {
    expect(await runHere(['doctor', '--sandbox'])).toMatchObject({ code: 0, stderr: '' });
    expect((await runHere(['config', 'schema'])).stdout).toContain('"extra_fields"');
    expect((await runHere(['token'])).stdout).toContain('clt_');
    expect(await runHere(['archive', 'status', '--sandbox'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no archive.'),
    });
  });

  it.each([
    ['sandbox', ['sandbox'], 'Sandbox (contract dialect)'],
    ['http', ['http', '--sandbox', '--port', '0'], 'Serving at '],
  ])('serves with %s until the signal aborts', async (_name, argv, words) => {
    const stop = new AbortController();
    const done = runHere(argv, {}, '', stop.signal);
    setTimeout(() => stop.abort('SIGTERM'), 500);
    expect(await done).toEqual({ code: 0, stdout: expect.stringContaining(words), stderr: '' });
  });

  it('serves over HTTP, and reads its files again, when it is told to reload while it starts', async () => {
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const stop = new AbortController();
    let log = '';
    stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
    const done = run(['http', '--sandbox', '--port', '0', '--log-level', 'info'], cleanEnv(), {
      stdin,
      stdout,
      stderr,
      signal: stop.signal,
      process: {
        onReload: (listener) => listener(),
        onUnhandledRejection() {},
        onUncaughtException() {},
      },
    });
    await expect.poll(() => log, { timeout: 30_000 }).toContain('"reloaded: ');
    stop.abort('SIGTERM');
    expect(await done).toBe(0);
  });

  it('serves a host over the streams it is given until stdin ends', async () => {
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const { signal } = new AbortController();
    const done = run(['stdio', '--sandbox'], {}, { stdin, stdout, stderr, signal });
    const client = new Client({ name: 'test', version: '0.0.0' });
    await client.connect({
      async start() {
        let rest = '';
        stdout.setEncoding('utf8').on('data', (text: string) => {
          const lines = (rest + text).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) this.onmessage?.(JSON.parse(line));
        });
      },
      async send(message) {
        stdin.write(`${JSON.stringify(message)}\n`);
      },
      async close() {},
      onmessage: undefined,
    } as Parameters<Client['connect']>[0]);
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('search_call_logs');
    stdin.end();
    expect(await done).toBe(0);
  });
});
