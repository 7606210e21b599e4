import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './folder.js';

const DIST = join(ROOT, 'dist');
const SEPARATOR = '\n\n────────\n\n';

/** The notices of the built package: the first line of each, and its text. */
async function notices(): Promise<Map<string, { heading: string; text: string }>> {
  const all = (await readFile(join(DIST, 'THIRD-PARTY-NOTICES.txt'), 'utf8')).split(SEPARATOR);
  return new Map(
    all.map((notice) => {
      const [heading = '', ...text] = notice.split('\n');
      return [heading.split(' ')[0] ?? '', { heading, text: text.join('\n') }];
    }),
  );
}

/** Names of packages that the source maps of the built files say they were made of. */
async function packagesInside(): Promise<Set<string>> {
  const names = new Set<string>();
  for (const file of await readdir(DIST)) {
    if (!file.endsWith('.map')) continue;
    const { sources } = JSON.parse(await readFile(join(DIST, file), 'utf8')) as { sources: string[] };
    for (const source of sources) {
      const path = source.split('node_modules/');
      const [first = '', second = ''] = path.length > 1 ? (path.at(-1) ?? '').split('/') : [];
      if (first !== '') names.add(first.startsWith('@') ? `${first}/${second}` : first);
    }
  }
  // A part of the SDK's repository that is no package of its own.
  names.delete('@modelcontextprotocol/core-internal');
  return names;
}

describe('the license notices', () => {
  it('name every package that the built files are made of, those inside the bundles of others too', async () => {
    const written = await notices();
    const inside = await packagesInside();
    expect([...inside].filter((name) => !written.has(name))).toEqual([]);
    for (const name of [
      'ajv',
      'ajv-formats',
      'fast-uri',
      'content-type',
      '@cfworker/json-schema',
      'undici',
    ]) {
      expect([name, inside.has(name)]).toEqual([name, true]);
    }
  });

  it('carry the text of every license, with who holds the copyright', async () => {
    for (const [name, { text }] of await notices()) {
      expect([name, text]).toEqual([name, expect.stringMatching(/copyright|\(c\)/i)]);
      expect([name, text]).toEqual([
        name,
        expect.stringMatching(
          /permission is hereby granted|redistribution and use|apache license|permission to use/i,
        ),
      ]);
    }
  });

  it('mark what came within another package, with the version that it has there', async () => {
    const written = await notices();
    expect(written.get('fast-uri')?.heading).toMatch(
      /^fast-uri \d+\.\d+\.\d+ \(BSD-3-Clause\) \[within another package\]$/,
    );
    expect(written.get('undici')?.heading).toMatch(/^undici \d+\.\d+\.\d+ \(MIT\)$/);
  });
});
