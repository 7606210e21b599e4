import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BIN, cleanEnv } from '../support/bin.js';

// Each test starts processes, and the machine may have more to do.
vi.setConfig({ testTimeout: 120_000 });

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'export-folder-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Exports a day of the sandbox from a process that was started in `directory`. */
function exportDay(env: Record<string, string>) {
  const args = [
    'call',
    'export_call_logs',
    '{"start_time":"2026-03-02","end_time":"2026-03-02"}',
    '--sandbox',
  ];
  return new Promise<{ code: number | null; stdout: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      [BIN, ...args],
      { env: cleanEnv(env), cwd: directory },
      (_, stdout) => resolve({ code: child.exitCode, stdout }),
    );
  });
}

describe.runIf(process.platform === 'linux')('the folder for exports without a setting', () => {
  it.each([
    ['an empty HOME', { HOME: '' }],
    ['a relative HOME', { HOME: 'home' }],
    ['a relative XDG_DATA_HOME', { HOME: '/nowhere', XDG_DATA_HOME: 'data' }],
    ['a dot for XDG_DATA_HOME', { HOME: '/nowhere', XDG_DATA_HOME: '.' }],
  ])('is refused with %s, and nothing is written', async (_name, env) => {
    const { code, stdout } = await exportDay(env);
    expect([code, stdout]).toEqual([
      1,
      expect.stringContaining('No folder for exports is known: HOME, or XDG'),
    ]);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('lies in the data directory, and below HOME where that is blank', async () => {
    const data = join(directory, 'data');
    expect(await exportDay({ HOME: '', XDG_DATA_HOME: data })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`to ${join(data, 'convoso-call-logs-mcp', 'exports')}`),
    });
    expect(await exportDay({ HOME: directory, XDG_DATA_HOME: '' })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`to ${join(directory, '.local/share/convoso-call-logs-mcp/exports')}`),
    });
  });
});
