import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { settingList } from '../../src/index.js';
import { cleanFolder, ROOT, run } from './folder.js';

const readJson = async (path: string): Promise<unknown> =>
  JSON.parse(await readFile(join(ROOT, path), 'utf8'));

/** Something that each generated file says, in a part that the code makes. */
const GENERATED = {
  'README.md': '170 calls found',
  'docs/answer.svg': 'all 2558 matching calls',
  'docs/errors.md': 'There is no Convoso token.',
  'docs/settings.md': '`CONVOSO_TIMEZONE`',
  'server.json': 'CONVOSO_TIMEZONE',
  'mcp.json': 'CONVOSO_TIMEZONE',
  'mcpb/manifest.json': 'CONVOSO_TIMEZONE',
  '.claude-plugin/plugin.json': 'CONVOSO_TIMEZONE',
};

/** What they are made from. */
const SOURCES = ['package.json', 'scripts', 'src', 'docs', 'dist'];

describe('generated files', () => {
  let copy: Awaited<ReturnType<typeof cleanFolder>>;

  beforeAll(async () => {
    copy = await cleanFolder();
    for (const path of [...Object.keys(GENERATED), ...SOURCES]) {
      await mkdir(join(copy.path, path, '..'), { recursive: true });
      await cp(join(ROOT, path), join(copy.path, path), { recursive: true });
    }
    await symlink(join(ROOT, 'node_modules'), join(copy.path, 'node_modules'), 'junction');
  });
  afterAll(() => copy.remove());

  const check = () => run(process.execPath, ['scripts/docs.mjs', '--check'], { cwd: copy.path });

  // Each check runs the program for every output that a page shows.
  it('are those that the code makes now', { timeout: 120_000 }, async () => {
    await expect(check()).resolves.toMatchObject({ stderr: '' });
  });

  it('are named when they drift from the code', { timeout: 120_000 }, async () => {
    for (const [path, words] of Object.entries(GENERATED)) {
      const file = join(copy.path, path);
      const current = await readFile(file, 'utf8');
      expect(current).toContain(words);
      await writeFile(file, current.replace(words, 'Something else'));
    }
    const named = Object.keys(GENERATED).map(
      (path) => `${path} is not current: run \`npm run docs\` and commit it.\n`,
    );
    const failed = await check().catch((error: { code: number; stderr: string }) => error);
    expect(failed).toMatchObject({ code: 1 });
    expect(failed.stderr.split(/(?<=\n)/).sort()).toEqual(named.sort());
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
