import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unpackExtension } from '@anthropic-ai/mcpb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settingList } from '../../src/index.js';
import { cleanFolder, ROOT, run } from './folder.js';
import { expectAnswer, filledIn, type StartCommand } from './session.js';

interface Manifest {
  readonly manifest_version: string;
  readonly server: { readonly entry_point: string; readonly mcp_config: StartCommand };
  readonly user_config: Readonly<
    Record<string, { readonly sensitive?: boolean; readonly default?: string | boolean }>
  >;
}

let folder: Awaited<ReturnType<typeof cleanFolder>>;
let unpacked: string;
let manifest: Manifest;

beforeAll(async () => {
  folder = await cleanFolder();
  const bundle = join(folder.path, 'call-logs.mcpb');
  unpacked = join(folder.path, 'unpacked');
  const { stdout } = await run(process.execPath, ['scripts/bundle.mjs', bundle], { cwd: ROOT });
  expect(stdout).toContain('Manifest schema validation passes!');
  expect(await unpackExtension({ mcpbPath: bundle, outputDir: unpacked, silent: true })).toBe(true);
  manifest = JSON.parse(await readFile(join(unpacked, 'manifest.json'), 'utf8')) as Manifest;
}, 60_000);

afterAll(() => folder.remove());

/** The values a host puts in for what the manifest asks. */
function answers(token: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(manifest.user_config).map(([name, option]) => [
      `user_config.${name}`,
      option.sensitive === true ? token : String(option.default),
    ]),
  );
}

describe('the MCPB bundle', () => {
  it('starts from where it was unpacked and answers a search', async () => {
    expect(manifest.manifest_version).toBe('0.3');
    const start = filledIn(manifest.server.mcp_config, { ...answers('token'), __dirname: unpacked });
    expect(JSON.stringify(start)).not.toContain('${');
    await expectAnswer({ ...start, args: [...start.args, '--sandbox'] }, folder.path);
  });

  it('refuses to start when the host passes its questions on unanswered', async () => {
    const { command, args, env } = filledIn(manifest.server.mcp_config, { __dirname: unpacked });
    const { PATH = '' } = process.env;
    await expect(run(command, [...args], { env: { PATH, ...env } })).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('CONVOSO_AUTH_TOKEN is not set'),
    });
  });

  it('asks for every secret as a sensitive value, and for nothing else so', () => {
    const secrets = settingList().flatMap(({ secret, title, env }) =>
      secret === true && title !== undefined ? [env?.toLowerCase()] : [],
    );
    const sensitive = Object.entries(manifest.user_config).flatMap(([name, option]) =>
      option.sensitive === true ? [name] : [],
    );
    expect(secrets.length).toBeGreaterThan(0);
    expect(sensitive).toEqual(secrets);
  });

  it('carries the licenses of what is in it', async () => {
    await expect(readFile(join(unpacked, 'server/THIRD-PARTY-NOTICES.txt'), 'utf8')).resolves.toContain(
      'undici',
    );
    await expect(readFile(join(unpacked, 'LICENSE'), 'utf8')).resolves.toContain('MIT');
  });
});
