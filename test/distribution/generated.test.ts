import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { settingList } from '../../src/index.js';
import { cleanFolder, ROOT, run } from './folder.js';

const readJson = async (path: string): Promise<unknown> =>
  JSON.parse(await readFile(join(ROOT, path), 'utf8'));

/** Something that each generated file says, in a part that the code makes. */
const GENERATED = [
  ['README.md', '186 calls found'],
  ['README.md', '--env CONVOSO_TIMEZONE='],
  ['docs/answer.svg', 'all 2483 matching calls'],
  ['docs/errors.md', 'There is no Convoso token.'],
  ['docs/errors.md', '| update | 6062 |'],
  ['docs/settings.md', '`CONVOSO_TIMEZONE`'],
  ['server.json', 'CONVOSO_TIMEZONE'],
  ['mcp.json', 'CONVOSO_TIMEZONE'],
  ['mcpb/manifest.json', 'CONVOSO_TIMEZONE'],
  ['.claude-plugin/plugin.json', 'CONVOSO_TIMEZONE'],
] as const;

/** What they are made from. */
const SOURCES = ['package.json', 'scripts', 'src', 'docs', 'dist'];

describe('generated files', () => {
  let copy: Awaited<ReturnType<typeof cleanFolder>>;

  beforeAll(async () => {
    copy = await cleanFolder();
    for (const path of [...new Set(GENERATED.map(([file]) => file)), ...SOURCES]) {
      await mkdir(join(copy.path, path, '..'), { recursive: true });
      await cp(join(ROOT, path), join(copy.path, path), { recursive: true });
    }
    await symlink(join(ROOT, 'node_modules'), join(copy.path, 'node_modules'), 'junction');
  });
  afterAll(() => copy.remove());

  const check = () => run(process.execPath, ['scripts/docs.mjs', '--check'], { cwd: copy.path });

  it('are those that the code makes now', async () => {
    await expect(check()).resolves.toMatchObject({ stderr: '' });
  });

  it.each(GENERATED)('a drift in %s is noticed: %s', async (path, words) => {
    const file = join(copy.path, path);
    const current = await readFile(file, 'utf8');
    expect(current).toContain(words);
    await writeFile(file, current.replace(words, 'Something else'));
    await expect(check()).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(path) });
    await writeFile(file, current);
  });
});

/** The registry's rules that concern this server (schema 2025-12-11, and the ownership check of npm packages). */
const registryEntry = z.strictObject({
  $schema: z.literal('https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json'),
  name: z
    .string()
    .regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/)
    .min(3)
    .max(200),
  title: z.string().min(1).max(100),
  description: z.string().min(1).max(100),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  packages: z.array(
    z.strictObject({
      registryType: z.literal('npm'),
      registryBaseUrl: z.literal('https://registry.npmjs.org'),
      identifier: z.string(),
      version: z.string().regex(/^\d+\.\d+\.\d+$/),
      runtimeHint: z.literal('npx'),
      transport: z.strictObject({ type: z.literal('stdio') }),
      environmentVariables: z.array(
        z.strictObject({
          name: z.string().regex(/^[A-Z][A-Z0-9_]*$/),
          description: z.string().min(1),
          format: z.enum(['string', 'number', 'boolean', 'filepath']),
          isSecret: z.boolean().optional(),
          default: z.string().optional(),
          choices: z.array(z.string()).optional(),
        }),
      ),
    }),
  ),
});

describe('server.json', () => {
  it('follows the registry’s schema, and names the package that claims it', async () => {
    const entry = registryEntry.parse(await readJson('server.json'));
    const manifest = (await readJson('package.json')) as Record<string, unknown>;
    expect(entry.name).toBe(manifest['mcpName']);
    expect(entry.version).toBe(manifest['version']);
    expect(entry.packages.map(({ identifier, version }) => [identifier, version])).toEqual([
      [manifest['name'], manifest['version']],
    ]);
  });

  it('lists every variable a local server reads, and marks the secret ones', async () => {
    const entry = registryEntry.parse(await readJson('server.json'));
    const variables = entry.packages.flatMap((one) => one.environmentVariables);
    const expected = settingList().filter(
      ({ env }) => env !== undefined && !/^CALL_LOGS_(HTTP|OAUTH|REDIS)_/.test(env),
    );
    expect(variables.map(({ name }) => name)).toEqual(expected.map(({ env }) => env));
    for (const [index, setting] of expected.entries()) {
      expect(variables[index]?.isSecret ?? false).toBe(setting.secret ?? false);
    }
  });
});
