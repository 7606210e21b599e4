// Bundles the program into dist/: one small door (cli.js), and chunks that each command loads when it runs.
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = new URL('..', import.meta.url);
const dist = new URL('dist/', root);
rmSync(dist, { recursive: true, force: true });

const common = {
  absWorkingDir: fileURLToPath(root),
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
};

/** The tools' surfaces, as the sources make them, in the place of the file that says there are none. */
async function surfacesWrittenDown() {
  const { outputFiles } = await build({ ...common, entryPoints: ['src/index.ts'], write: false });
  const { toolSurfaces } = await import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
  );
  // Parsing JSON costs less than evaluating the same as code.
  const contents = `export const builtSurfaces = JSON.parse(${JSON.stringify(JSON.stringify(toolSurfaces()))});`;
  return {
    name: 'surfaces written down',
    setup: ({ onLoad }) => onLoad({ filter: /src\/tools\/surfaces\.ts$/ }, () => ({ contents })),
  };
}

const { metafile } = await build({
  ...common,
  plugins: [await surfacesWrittenDown()],
  alias: { '@modelcontextprotocol/server/_shims': './scripts/sdk-shims.mjs' },
  // The door keeps the name of the bin; what it opens is a chunk like the commands.
  entryPoints: { cli: 'src/bin.ts', index: 'src/index.ts' },
  outdir: 'dist',
  splitting: true,
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'none',
  metafile: true,
  // Engines of the archive are installed beside the program by those who keep one, and loaded when it is first used.
  external: ['@duckdb/node-api'],
  // CommonJS packages inside the bundle ask for Node's own modules with require().
  banner: {
    js: "import { createRequire as nodeRequire } from 'node:module'; const require = nodeRequire(import.meta.url);",
  },
});
chmodSync(new URL('cli.js', dist), 0o755);

// The licences of what was bundled travel with it.
const packages = new Set();
for (const input of Object.keys(metafile.inputs)) {
  const match = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
  if (match) packages.add(match[1]);
}
const notices = [...packages].sort().map((name) => {
  const folder = new URL(`node_modules/${name}/`, root);
  const { version, license } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'));
  const text = ['LICENSE', 'LICENSE.md', 'license', 'LICENSE.txt', 'license.md', 'License']
    .map((file) => {
      try {
        return readFileSync(new URL(file, folder), 'utf8').trim();
      } catch {
        return undefined;
      }
    })
    .find((found) => found !== undefined);
  return `${name} ${version} (${license})\n\n${text ?? 'No licence file is published with this package.'}`;
});
writeFileSync(new URL('THIRD-PARTY-NOTICES.txt', dist), `${notices.join('\n\n────────\n\n')}\n`);
