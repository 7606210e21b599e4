import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BIN, cleanEnv, type Finished, startBin } from '../support/bin.js';

const scratch = mkdtempSync(join(tmpdir(), 'ends-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const COMMANDS = [
  [],
  ['stdio', '--sandbox'],
  ['http', '--sandbox', '--port', '0'],
  ['token'],
  ['call', 'search_call_logs', '{}', '--sandbox'],
  ['config', 'schema'],
  ['sync', '--sandbox'],
  ['archive', 'status', '--sandbox'],
  ['doctor', '--sandbox'],
  ['demo'],
  ['sandbox'],
  ['--version'],
  ['--help'],
];

/** Runs the bin after a module that changes the process first. */
function runAfter(code: string, args: readonly string[], env: Record<string, string> = {}) {
  const preload = `--import=data:text/javascript,${encodeURIComponent(code)}`;
  return new Promise<Finished>((resolve) => {
    const child = execFile(
      process.execPath,
      [preload, BIN, ...args],
      { env: cleanEnv(env), timeout: 20_000 },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
    child.stdin?.end();
  });
}

describe('a Node that is too old', () => {
  const pretend = (version: string) =>
    `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });`;

  it.each(COMMANDS.map((args) => [args.join(' '), args] as const))(
    'is refused in one sentence by “%s”',
    async (_words, args) => {
      expect(await runAfter(pretend('18.20.8'), args)).toEqual({
        code: 2,
        stdout: '',
        stderr: 'convoso-call-logs-mcp: Node 18.20.8 is too old: install Node 20.19 or newer.\n',
      });
    },
  );

  it.each([
    ['20.18.3', 2],
    ['20.19.0', 0],
    ['22.0.0', 0],
  ])('begins below the version that the package asks for: %s ends with %i', async (version, code) => {
    expect((await runAfter(pretend(version), ['--version'])).code).toBe(code);
    const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      engines: { node: string };
    };
    expect(engines.node).toBe('>=20.19');
  });
});

describe('an unexpected error', () => {
  // Opening the sandbox's account needs the time of its zone once the sandbox serves, which itself asks for none.
  const broken = `Intl.DateTimeFormat = function () { throw new TypeError('canary-error'); };`;

  it.each([
    ['doctor', '--sandbox'],
    ['call', 'search_call_logs', '{}', '--sandbox'],
    ['sync', '--sandbox'],
  ])('beside a sandbox that serves ends “%s”', async (...args) => {
    const directory = mkdtempSync(join(scratch, 'archive-'));
    const env = {
      CALL_LOGS_ARCHIVE_DIR: directory,
      CALL_LOGS_CONFIRM_WRITES: 'ask',
    };
    const { code, stderr } = await runAfter(broken, args, env);
    expect([code, stderr]).toEqual([
      70,
      expect.stringMatching(/^convoso-call-logs-mcp: unexpected error: TypeError: canary-error\n/),
    ]);
  });

  it('that nothing waits for ends a command in its own words, without the code it came from', async () => {
    const later = `setTimeout(() => { throw new Error('canary-later'); }, 1500);`;
    const { code, stdout, stderr } = await runAfter(later, ['sandbox']);
    expect([code, stdout]).toEqual([70, expect.stringContaining('Sandbox (contract dialect) at ')]);
    expect(stderr).toMatch(/^convoso-call-logs-mcp: unexpected error: Error: canary-later\n/);
  });
});

describe('a reader of the output that has gone', () => {
  it('changes nothing of the exit code', async () => {
    // A failed call prints its answer and ends with 1, whether somebody reads it or not.
    for (const [args, expected] of [
      [['call', 'search_call_logs', '{"limit":-1}', '--sandbox'], 1],
      [['call', 'search_call_logs', '{"limit":1}', '--sandbox'], 0],
      [['--help'], 0],
    ] as const) {
      const running = startBin(args);
      running.closeStdout();
      expect([args, await running.done]).toEqual([args, { code: expected, stdout: '', stderr: '' }]);
    }
  });

  it.runIf(process.platform === 'linux')('does not hide that the disk is full', async () => {
    const child = spawn('bash', ['-c', `"${process.execPath}" "${BIN}" --help > /dev/full`], {
      env: cleanEnv(),
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect([code, stderr]).toEqual([70, expect.stringContaining('ENOSPC')]);
  });
});
