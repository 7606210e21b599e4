import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cp, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { cleanFolder, ROOT } from '../distribution/folder.js';
import { cleanEnv, type Finished } from '../support/bin.js';
import { runHere } from '../support/run.js';
import { type Block, blocksOf, commandsOf, pages, proseOf, readPage } from './pages.js';

// docs/README.md says how a block is marked. What is run meets the sandbox in the place of Convoso.

const shell = pages().map((path) => ({
  path,
  blocks: blocksOf(readPage(path)).filter(({ language }) => language === 'sh'),
}));

/** What a block that is not run may need. */
const NEEDS = ['network', 'root', 'docker', 'release', 'claude', 'clickhouse', 'time'];

const runs = ({ mark }: Block) => mark === '' || mark === 'serves';

describe('shell blocks in the documents', () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await startSandbox({ token: 'your-token' });
  });
  afterAll(() => sandbox.close());

  it('are marked in a way that docs/README.md explains', () => {
    const unknown = shell.flatMap(({ path, blocks }) =>
      blocks
        .filter((block) => !runs(block) && !NEEDS.includes(block.mark.replace(/^needs=/, '')))
        .map(({ mark }) => `${path}: ${mark}`),
    );
    expect(unknown).toEqual([]);
    for (const need of NEEDS) expect(readPage('docs/README.md')).toContain(`\`${need}\``);
  });

  it.each(shell.filter(({ blocks }) => blocks.some(runs)))(
    'run as they are written in $path',
    { timeout: 120_000 },
    async ({ blocks }) => {
      const folder = await cleanFolder();
      try {
        for (const name of ['package.json', 'account.schema.json'])
          await cp(join(ROOT, name), join(folder.path, name));
        for (const name of ['dist', 'node_modules'])
          await symlink(join(ROOT, name), join(folder.path, name), 'junction');
        const env = {
          HOME: folder.path,
          CONVOSO_BASE_URL: sandbox.url,
          CONVOSO_AUTH_TOKEN: sandbox.token,
          CONVOSO_TIMEZONE: 'America/Los_Angeles',
          CALL_LOGS_HTTP_PORT: '0',
        };
        for (const block of blocks.filter(runs)) {
          // The folder stands for a clone in which `npm ci` has run.
          const script = block.code.replaceAll('npm ci && ', '');
          const finished = await runScript(script, folder.path, env, block.mark === 'serves');
          expect(finished, `${script}${finished.stderr}`).toMatchObject({ code: 0 });
          expect(finished.stdout).not.toBe('');
        }
      } finally {
        await folder.remove();
      }
    },
  );
});

/** Runs a script in a shell that stops at the first failure; one that serves is told to stop when it answers. */
function runScript(
  script: string,
  cwd: string,
  env: Record<string, string>,
  serves: boolean,
): Promise<Finished> {
  const child = spawn('bash', ['-euo', 'pipefail', '-c', serves ? `exec ${script}` : script], {
    cwd,
    env: cleanEnv(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    const [, origin] = /Serving at (\S+)\/mcp/.exec(stdout) ?? [];
    if (serves && origin !== undefined)
      fetch(`${origin}/healthz`).then(
        () => child.kill('SIGTERM'),
        () => child.kill('SIGKILL'),
      );
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
}

describe('commands in the documents', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  let known: ReadonlySet<string>;

  beforeAll(async () => {
    const { stdout } = await runHere(['--help']);
    const [, listed = ''] = /Commands:\n([\s\S]*?)\n\n/.exec(stdout) ?? [];
    known = new Set([...listed.matchAll(/^ {2}(\w+)/gm)].map(([, name = '']) => name));
  });

  /** In blocks, and in the code of sentences and tables. */
  const all = pages().flatMap((path) => {
    const text = readPage(path);
    const inBlocks = blocksOf(text)
      .filter(({ language }) => language === 'sh')
      .flatMap(({ code, mark }) => commandsOf(code).map((words) => ({ path, words, mark })));
    const inProse = [...proseOf(text).matchAll(/`([^`\n]+)`/g)]
      .flatMap(([, code = '']) => commandsOf(code))
      .filter(([program = '', next = '']) => PROGRAMS.has(program) && next !== '')
      .map((words) => ({ path, words, mark: '' }));
    return [...inBlocks, ...inProse];
  });

  it('are of a kind that this test can check, unless their block says what they need', () => {
    const unknown = all.filter(
      ({ words, mark }) => !PROGRAMS.has(programOf(words)) && !/^needs=(?!time)/.test(mark),
    );
    expect(unknown).toEqual([]);
  });

  it('name scripts of package.json and files that exist', () => {
    const wrong = all.filter(({ words }) => {
      const [program = '', first = '', second = ''] = withoutVariables(words);
      if (program === 'npm' && first === 'run') return !Object.hasOwn(scripts, second);
      if (program === 'node' && argumentsOf(words) === undefined) return !existsSync(join(ROOT, first));
      if (program === 'bash') return !existsSync(join(ROOT, first));
      if (program === 'npx' && first === 'vitest')
        return words
          .slice(words.indexOf('run') + 1)
          .some((word) => /^test/.test(word) && !existsSync(join(ROOT, word)));
      return false;
    });
    expect(wrong).toEqual([]);
  });

  it('name commands and options that the program has', { timeout: 120_000 }, async () => {
    const lines = new Map(
      all.flatMap(({ path, words }) => {
        const args = argumentsOf(withoutVariables(words));
        return args === undefined ? [] : [[args.join(' '), { path, args }] as const];
      }),
    );
    expect(lines.size).toBeGreaterThan(20);
    for (const { path, args } of lines.values()) {
      const [command = 'stdio'] = args.filter((word) => !word.startsWith('-'));
      const finished = await runHere([...args, '--help']);
      expect(finished, `${path}: ${args.join(' ')}\n${finished.stderr}`).toMatchObject({ code: 0 });
      if (!args[0]?.startsWith('-')) expect(known, path).toContain(command);
    }
  });
});

/** Programs whose commands are checked; `export` sets what the next commands read. */
const PROGRAMS: ReadonlySet<string> = new Set([
  'npm',
  'npx',
  'node',
  'bash',
  'export',
  'convoso-call-logs-mcp',
]);

/** A command without the variables that are set before it. */
function withoutVariables(words: readonly string[]): readonly string[] {
  const start = words.findIndex((word) => !/^[A-Z_]+=/.test(word));
  return start === -1 ? [] : words.slice(start);
}

function programOf(words: readonly string[]): string {
  return withoutVariables(words)[0] ?? 'export';
}

/** What a command hands to this program; undefined when it runs another. */
function argumentsOf(words: readonly string[]): readonly string[] | undefined {
  const separator = words.indexOf('--');
  if (words[0] === 'claude' && separator !== -1) return argumentsOf(words.slice(separator + 1));
  const [program = '', ...rest] = words;
  if (program === 'convoso-call-logs-mcp') return rest;
  if (program === 'node' && /(^|\/)dist\/cli\.js$/.test(rest[0] ?? '')) return rest.slice(1);
  const at = rest.indexOf('convoso-call-logs-mcp');
  return program === 'npx' && at !== -1 ? rest.slice(at + 1) : undefined;
}
