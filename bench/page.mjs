// Reading a page of 500 rows into calls, against JSON.parse of the same text.
import { build } from 'esbuild';
import { interleaved } from './statistics.mjs';
import { startUpstream } from './upstream.mjs';

/** The reader as the product carries it: the same sources, bundled the same way. */
async function loadReader() {
  const { outputFiles } = await build({
    stdin: {
      contents:
        "export { parseJson } from './src/convoso/json.ts'; export { readPage } from './src/convoso/wire.ts';",
      resolveDir: new URL('..', import.meta.url).pathname,
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    minify: true,
    keepNames: true,
    write: false,
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

export async function pages({ rounds = 60 } = {}) {
  const { parseJson, readPage } = await loadReader();
  const rows = [];
  for (const dialect of ['contract', 'live']) {
    const upstream = await startUpstream(dialect);
    const text = JSON.stringify(await upstream.rows({ limit: 500, include_recordings: 1 }));
    upstream.close();
    const timed = (once) => () => {
      const started = performance.now();
      for (let time = 0; time < 10; time += 1) once();
      return (performance.now() - started) / 10;
    };
    const { ratios, ours, theirs } = await interleaved(
      rounds,
      timed(() => readPage(parseJson(text), 'America/Los_Angeles')),
      timed(() => JSON.parse(text)),
    );
    rows.push({
      what: `page of 500 ${dialect} rows (${Math.round(text.length / 1000)} kB)`,
      baseline: 'JSON.parse',
      ratios,
      ours,
      theirs,
      bound: 3,
    });
  }
  return rows;
}
