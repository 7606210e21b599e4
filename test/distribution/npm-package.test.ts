import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanEnv, PACKAGE_VERSION } from '../support/bin.js';
import { cleanFolder, ROOT, run } from './folder.js';
import { expectAnswer, filledIn, type StartCommand } from './session.js';

let folder: Awaited<ReturnType<typeof cleanFolder>>;
let tarball: string;
let packed: readonly string[];
/** Node and npm, and no compiler, Python or shell tool. */
let env: Record<string, string>;

beforeAll(async () => {
  folder = await cleanFolder();
  const { stdout } = await run(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', folder.path],
    { cwd: ROOT },
  );
  const [entry] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[];
  tarball = join(folder.path, entry?.filename ?? '');
  packed = (entry?.files ?? []).map(({ path }) => path);
  const bin = join(folder.path, 'bin');
  await mkdir(bin);
  await symlink(process.execPath, join(bin, 'node'));
  for (const tool of ['npm', 'npx']) await symlink(onPath(tool), join(bin, tool));
  // npx hands its command to a shell.
  await symlink('/bin/sh', join(bin, 'sh'));
  env = {
    PATH: bin,
    HOME: folder.path,
    npm_config_cache: join(folder.path, 'cache'),
    npm_config_offline: 'true',
  };
  await writeFile(join(folder.path, 'package.json'), '{ "private": true, "type": "module" }\n');
  await run('npm', ['install', '--no-audit', '--no-fund', tarball], { cwd: folder.path, env });
}, 120_000);

afterAll(() => folder.remove());

/** Where a program is. The Node that runs the tests need not be the one npm came with. */
function onPath(tool: string): string {
  const folder = (process.env['PATH'] ?? '').split(delimiter).find((one) => existsSync(join(one, tool)));
  if (folder === undefined) throw new Error(`${tool} is not on the PATH`);
  return join(folder, tool);
}

const installed = (path: string) => join(folder.path, 'node_modules', 'convoso-call-logs-mcp', path);

describe('the package from npm', () => {
  it('carries the program, its types and notices, and nothing else', () => {
    const known =
      /^(dist\/[\w-]+\.js(\.map)?|dist\/THIRD-PARTY-NOTICES\.txt|dist\/types\/src\/(index|version)\.d\.ts|\.claude-plugin\/plugin\.json|account\.schema\.json|mcp\.json|package\.json|(README|CHANGELOG|SECURITY)\.md|LICENSE)$/;
    expect(packed.filter((path) => !known.test(path))).toEqual([]);
    expect(packed).toEqual(
      expect.arrayContaining(['dist/cli.js', 'dist/index.js', 'dist/types/src/index.d.ts', 'LICENSE']),
    );
  });

  it('installs without a network, since it depends on no other package', async () => {
    const lock = JSON.parse(await readFile(join(folder.path, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, unknown>;
    };
    expect(Object.keys(lock.packages)).toEqual(['', 'node_modules/convoso-call-logs-mcp']);
  });

  it('answers a search when its bin is started', async () => {
    const bin = join(folder.path, 'node_modules', '.bin', 'convoso-call-logs-mcp');
    await expectAnswer({ command: bin, args: ['--sandbox'], env }, folder.path);
  });

  it('answers a search through npx from a folder without it', async () => {
    const elsewhere = join(folder.path, 'elsewhere');
    await mkdir(elsewhere);
    const args = ['--yes', '--package', tarball, 'convoso-call-logs-mcp', '--sandbox'];
    await expectAnswer({ command: onPath('npx'), args, env }, elsewhere);
  }, 60_000);

  it('is a Claude Code plugin that starts from its own folder', async () => {
    const plugin = JSON.parse(await readFile(installed('.claude-plugin/plugin.json'), 'utf8')) as {
      mcpServers: Record<string, StartCommand>;
      userConfig: Record<string, { sensitive?: boolean; default?: string | boolean }>;
    };
    const start = plugin.mcpServers['convoso-call-logs'];
    if (start === undefined) throw new Error('the plugin has no server');
    const values = Object.fromEntries(
      Object.entries(plugin.userConfig).map(([name, option]) => [
        `user_config.${name}`,
        option.sensitive === true ? 'token' : String(option.default),
      ]),
    );
    const filled = filledIn(start, { ...values, CLAUDE_PLUGIN_ROOT: installed('.') });
    expect(JSON.stringify(filled)).not.toContain('${');
    await expectAnswer({ ...filled, args: [...filled.args, '--sandbox'] }, folder.path);
  });

  it('can be imported as data, with types that need no other package', async () => {
    const program = [
      "import { settingList, toolSurfaces, VERSION } from 'convoso-call-logs-mcp';",
      'const names: string[] = toolSurfaces().map((tool) => tool.name);',
      'const secrets: number = settingList().filter((setting) => setting.secret === true).length;',
      "if (!names.includes('search_call_logs') || secrets === 0) throw new Error(VERSION);",
      '',
    ].join('\n');
    await writeFile(join(folder.path, 'consumer.ts'), program);
    const strict = ['--strict', '--exactOptionalPropertyTypes', '--types', '', '--outDir', 'out'];
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    await run(
      process.execPath,
      [tsc, '--module', 'nodenext', '--target', 'es2023', ...strict, 'consumer.ts'],
      { cwd: folder.path },
    );
    await run(process.execPath, ['out/consumer.js'], { cwd: folder.path, env: cleanEnv() });
  });

  it('is what publint expects of a package', async () => {
    const { messages, pkg } = await publint({ pkgDir: installed('.'), strict: true, pack: false });
    // The repository's public address is set at the first release.
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it('resolves to the right types wherever ES modules can be imported', async () => {
    const data = await readFile(tarball);
    const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(data)));
    if (!analysis.types) throw new Error('no types were found in the package');
    const esm = analysis.problems.filter(
      (problem) =>
        // `require` of an ES module and the resolution of Node 10 are not supported: engines asks for 20.19.
        !('resolutionKind' in problem && ['node10', 'node16-cjs'].includes(problem.resolutionKind)),
    );
    expect(esm).toEqual([]);
  }, 60_000);

  it('names the version that it prints', async () => {
    const { stdout } = await run(process.execPath, [installed('dist/cli.js'), '--version'], {
      env: cleanEnv(),
    });
    expect(stdout.trim()).toBe(PACKAGE_VERSION);
  });
});
