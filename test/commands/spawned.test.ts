import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runBin } from '../support/bin.js';
import { runHere } from '../support/run.js';

// Every command that ends by itself, once as the process that people start: the other tests run it in this process.

const folder = mkdtempSync(join(tmpdir(), 'spawned '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
/** The environment of an account whose archive is in a folder below that of this file. */
const archive = (name: string) => ({ CALL_LOGS_ARCHIVE_DIR: join(folder, name) });

/** What differs from one run to the next: folders, tokens, times, ports and how long something took. */
const alike = (text: string) =>
  text
    .replaceAll(folder, '')
    .replace(
      /\b(?:spawned|here)\b|clt_\S+|\S+T\S+Z|sha256:\S+|127\.0\.0\.1:\d+|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d|[\d.]+ m?s\b/g,
      '…',
    );

describe('the built bin ends and prints as the same code does in a test, for', () => {
  it.each([
    ['a tool', ['call', 'get_call_log', '{"id":"789"}', '--sandbox'], 0],
    ['a tool’s error', ['call', 'search_call_logs', '{"limit":-1}', '--sandbox'], 1],
    ['config check', ['config', 'check', join(folder, 'none.json')], 2],
    ['config learn', ['config', 'learn', '--sandbox', '--dialect', 'live'], 0],
    ['config schema', ['config', 'schema'], 0],
    ['token', ['token', 'desk'], 0],
    ['sync', ['sync', '--sandbox', '--today', '2026-03-03', '--from', '2026-03-02'], 0],
    ['archive status', ['archive', 'status', '--sandbox', '--today', '2026-03-03'], 0],
    ['archive verify', ['archive', 'verify', '--sandbox', '--today', '2026-03-03'], 0],
    [
      'archive purge',
      ['archive', 'purge', '--before', '2026-03-01', '--sandbox', '--today', '2026-03-03'],
      0,
    ],
    ['archive init', ['archive', 'init', '--sandbox'], 2],
    ['doctor', ['doctor', '--sandbox'], 0],
    ['--help', ['--help'], 0],
    ['--version', ['--version'], 0],
  ] as const)('%s', async (_what, args, code) => {
    const [spawned, here] = await Promise.all([
      runBin(args, archive('spawned')),
      runHere(args, archive('here')),
    ]);
    expect([spawned.code, alike(spawned.stdout), alike(spawned.stderr)]).toEqual([
      code,
      alike(here.stdout),
      alike(here.stderr),
    ]);
    expect(here.code).toBe(code);
    expect(spawned.stdout + spawned.stderr).not.toBe('');
  });
});
