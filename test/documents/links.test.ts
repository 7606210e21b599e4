import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../distribution/folder.js';
import { pages, proseOf, readPage } from './pages.js';

/** The address of a heading within its page, as GitHub makes it. */
function anchorsOf(path: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  return new Set(
    [...proseOf(readPage(path)).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
      const anchor = heading
        .replace(/\[([^\]]+)\]\([^)]*\)/g, '$1')
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-');
      const times = seen.get(anchor) ?? 0;
      seen.set(anchor, times + 1);
      return times === 0 ? anchor : `${anchor}-${times}`;
    }),
  );
}

/** Every link of a page to another place of the repository. */
function linksOf(path: string): { readonly link: string; readonly file: string; readonly anchor: string }[] {
  return [...proseOf(readPage(path)).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = '']) => {
    const [target = '', anchor = ''] = link.split('#');
    return { link, file: target === '' ? path : posix.join(dirname(path), target), anchor };
  });
}

describe('links in the documents', () => {
  it.each(pages())('of %s lead to files and headings that exist', (path) => {
    const broken = linksOf(path).filter(
      ({ file, anchor }) =>
        !existsSync(join(ROOT, file)) ||
        (anchor !== '' && file.endsWith('.md') && !anchorsOf(file).has(anchor)),
    );
    expect(broken).toEqual([]);
  });

  it.each(pages())('of %s, and the paths that it names in code, lead to files that exist', (path) => {
    // From the root; files of the sources also from src/.
    const named = [
      ...readPage(path).matchAll(/`((?:src|test|scripts|bench|docs)\/[\w./-]+|[\w/-]+\/[\w-]+\.ts)`/g),
    ];
    const missing = named
      .map(([, file = '']) => file)
      .filter((file) => !['', 'src'].some((folder) => existsSync(join(ROOT, folder, file))));
    expect(missing).toEqual([]);
  });

  it('reach every page of docs/ from its index', () => {
    const linked = new Set(linksOf('docs/README.md').map(({ file }) => file));
    const missing = pages().filter(
      (path) => path.startsWith('docs/') && path !== 'docs/README.md' && !linked.has(path),
    );
    expect(missing).toEqual([]);
  });
});

describe('docs/architecture.md', () => {
  it('lists every folder of the sources, in the order that npm run check enforces', () => {
    const { overrides } = JSON.parse(readFileSync(join(ROOT, 'biome.json'), 'utf8')) as {
      overrides: { includes: string[] }[];
    };
    const enforced = overrides.flatMap(({ includes }) =>
      includes.flatMap((glob) => /^src\/([\w-]+)\/\*\*$/.exec(glob)?.[1] ?? []),
    );
    const text = readPage('docs/architecture.md');
    const listed = [...text.matchAll(/^\| `src\/([\w-]+)\/` \|/gm)].map(([, folder = '']) => folder);
    // The top floor may import everything, so that nothing is enforced on it; the sandbox stands aside.
    expect(['sandbox', ...listed.slice(1)]).toEqual(enforced.reverse());
    const folders = readdirSync(join(ROOT, 'src'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    expect([...listed, 'sandbox'].sort()).toEqual(folders.sort());
  });
});

describe('README.md', () => {
  it('has at most 180 lines', () => {
    expect(readPage('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(180);
  });

  it('shows nothing that needs a release before what works from a clone', () => {
    const text = readPage('README.md');
    expect(text.indexOf('npx')).toBeGreaterThan(text.lastIndexOf('node dist/cli.js'));
    expect(text.indexOf('npx')).toBeGreaterThan(text.lastIndexOf('dist/cli.js"]'));
  });
});
