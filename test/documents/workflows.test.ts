import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import * as z from 'zod';
import { ROOT } from '../distribution/folder.js';
import { commandsOf } from './pages.js';

// Workflows run on GitHub alone. Here they are parsed, and what they call is looked for.

const yamlFiles = ['.github/workflows', '.github/ISSUE_TEMPLATE'].flatMap((folder) =>
  readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`),
);

/** A file as data. @throws naming each place that is not YAML, a key that stands twice included. */
function readYaml(path: string): unknown {
  const document = parseDocument(readFileSync(join(ROOT, path), 'utf8'), { uniqueKeys: true });
  if (document.errors.length > 0) throw new Error(`${path}: ${document.errors.join('\n')}`);
  return document.toJS();
}

const step = z
  .strictObject({
    name: z.string().optional(),
    uses: z
      .string()
      .regex(/^[\w-]+\/[\w-]+@v\d+$/)
      .optional(),
    with: z.record(z.string(), z.unknown()).optional(),
    run: z.string().optional(),
    env: z.record(z.string(), z.string()).optional(),
  })
  .refine(({ uses, run }) => (uses === undefined) !== (run === undefined), 'a step uses or runs something');

const workflow = z.strictObject({
  name: z.string(),
  on: z.record(z.string(), z.unknown()),
  permissions: z.strictObject({ contents: z.literal('read') }),
  concurrency: z.unknown().optional(),
  jobs: z.record(
    z.string(),
    z.strictObject({
      name: z.string().optional(),
      needs: z.string().optional(),
      environment: z.string().optional(),
      strategy: z
        .strictObject({
          'fail-fast': z.boolean(),
          matrix: z.strictObject({ os: z.array(z.string()), node: z.array(z.int()) }),
        })
        .optional(),
      'runs-on': z.string(),
      'timeout-minutes': z.int().optional(),
      permissions: z.record(z.string(), z.enum(['read', 'write'])).optional(),
      env: z.record(z.string(), z.string()).optional(),
      steps: z.array(step).min(1),
    }),
  ),
});

const readWorkflow = (name: string) => workflow.parse(readYaml(`.github/workflows/${name}.yml`));

describe('workflows and templates', () => {
  it.each(yamlFiles)('%s is YAML', (path) => {
    expect(readYaml(path)).toBeTypeOf('object');
  });

  it.each(['ci', 'release'])(
    'the workflow %s runs scripts and files that exist, after jobs that exist',
    (name) => {
      const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
        scripts: Record<string, string>;
      };
      const { jobs } = readWorkflow(name);
      const steps = Object.values(jobs).flatMap((job) => job.steps);
      const commands = steps.flatMap(({ run = '' }) => commandsOf(run));
      const missing = commands.filter(
        ([program, first = '', second = '']) =>
          (program === 'npm' && first === 'run' && !Object.hasOwn(scripts, second)) ||
          (program === 'npm' && first === 'test' && !Object.hasOwn(scripts, 'test')) ||
          (program === 'bash' && !existsSync(join(ROOT, first))),
      );
      expect(missing).toEqual([]);
      for (const { needs } of Object.values(jobs))
        if (needs !== undefined) expect(jobs).toHaveProperty(needs);
    },
  );

  it('CI tests Linux, macOS and Windows with each supported line of Node', () => {
    const { jobs } = readWorkflow('ci');
    expect(jobs['test']?.strategy?.matrix).toEqual({
      os: ['ubuntu-latest', 'macos-latest', 'windows-latest'],
      node: [20, 22, 24],
    });
  });

  it('a release publishes the npm package with provenance, the registry entry and the bundle, each after all checks', () => {
    const { jobs } = readWorkflow('release');
    const commandsIn = (job: string) => jobs[job]?.steps.map(({ run = '' }) => run).join('\n') ?? '';
    expect(commandsIn('npm')).toContain('npm publish --provenance');
    expect(jobs['npm']?.permissions?.['id-token']).toBe('write');
    expect(commandsIn('registry')).toContain('mcp-publisher publish');
    expect(commandsIn('bundle')).toContain('npm run bundle');
    expect(commandsIn('bundle')).toContain('.mcpb');
    expect([jobs['npm']?.needs, jobs['registry']?.needs, jobs['bundle']?.needs]).toEqual([
      'check',
      'npm',
      'npm',
    ]);
    expect(commandsIn('check')).toContain('.ci/run');
  });
});
