// Bundles the program into dist/: one small door (cli.js), and chunks that each command loads when it runs.
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { thirdPartyNotices } from './notices.mjs';

const root = new URL('..', import.meta.url);
const dist = new URL('dist/', root);
rmSync(dist, { recursive: true, force: true });

const common = {
  absWorkingDir: fileURLToPath(root),
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  outdir: 'dist',
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'none',
  metafile: true,
  // CommonJS packages inside the bundle ask for Node's own modules with require().
  banner: {
    js: "import { createRequire as nodeRequire } from 'node:module'; const require = (id) => nodeRequire(import.meta.url)(id);",
  },
};

const programOptions = {
  ...common,
  alias: { '@modelcontextprotocol/server/_shims': './scripts/sdk-shims.mjs' },
  // The door keeps the name of the bin; what it opens is a chunk like the commands.
  entryPoints: { cli: 'src/bin.ts' },
  splitting: true,
  // Engines of the archive are installed beside the program by those who keep one, and loaded when it is first used.
  external: ['@duckdb/node-api'],
};

// What other programs import is one file of its own, so that the program's files are cut for its commands alone.
const library = await build({ ...common, entryPoints: { index: 'src/index.ts' } });

/**
 * The tools' surfaces, as the sources make them, in the place of the file that says there are none. Without this a start
 * takes 1.16 times as long (docs/benchmarks.md).
 */
async function surfacesWrittenDown() {
  const { toolSurfaces } = await import(new URL('index.js', dist));
  // Parsing JSON costs less than evaluating the same as code.
  const contents = `export const builtSurfaces = JSON.parse(${JSON.stringify(JSON.stringify(toolSurfaces()))});`;
  return {
    name: 'surfaces written down',
    setup: ({ onLoad }) => onLoad({ filter: /src\/tools\/surfaces\.ts$/ }, () => ({ contents })),
  };
}

/**
 * Modules go into one file when the same entry points reach them, and a start pays for every file. So whatever is loaded
 * later says that it needs what was loaded before it: the door, and for all but the smallest commands what stdio starts
 * with. The two become one file each. Without this a start takes 1.16 times as long (docs/benchmarks.md).
 */
async function startsFromFewFiles() {
  const door = 'src/run-process.ts';
  const start = 'src/commands/stdio.ts';
  const small = new Set(['src/commands/help.ts', 'src/commands/token.ts', 'src/version.ts']);
  // Whatever is loaded with import() is an entry point to esbuild.
  const { metafile } = await build({ ...programOptions, write: false });
  const entries = Object.values(metafile.outputs).map(({ entryPoint }) => entryPoint);
  const needs = new Map(entries.map((entry) => [entry, small.has(entry) ? [door] : [door, start]]));
  needs.delete('src/bin.ts');
  needs.delete(door);
  return {
    name: 'starts from few files',
    setup: ({ onLoad }) =>
      onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
        const file = relative(common.absWorkingDir, path);
        const imports = needs
          .get(file)
          ?.filter((needed) => needed !== file)
          .map((needed) => `import ${JSON.stringify(resolve(common.absWorkingDir, needed))};`);
        return imports && { contents: [readFileSync(path, 'utf8'), ...imports].join('\n'), loader: 'ts' };
      }),
  };
}

const program = await build({
  ...programOptions,
  plugins: [await surfacesWrittenDown(), await startsFromFewFiles()],
});
chmodSync(new URL('cli.js', dist), 0o755);

// The licenses of what was bundled travel with it.
const inputs = [library, program].flatMap(({ metafile }) => Object.keys(metafile.inputs));
writeFileSync(new URL('THIRD-PARTY-NOTICES.txt', dist), thirdPartyNotices(root, dist, inputs));
