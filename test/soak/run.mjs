// npm run soak [-- --calls N] [-- --seed N]: mixed calls of all tools against the built bin, with faults in 5 % of the answers
// of the service. Exit code 1 when the heap grew, something stayed open, or an answer was neither valid nor an error in words.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

/** Growth of the heap from the first fifth of the calls to the last. */
const MAX_GROWTH = 0.05;
/** What stands open until the end of every Node process with pipes for stdin, stdout and stderr. */
const ALWAYS_OPEN = new Set(['PipeWrap']);

const { values } = parseArgs({
  options: { calls: { type: 'string', default: '50000' }, seed: { type: 'string', default: '20780' } },
});
const [calls, seed] = [Number(values.calls), Number(values.seed)];

// In the repository, and as deep as the sources, so that packages and the built program are found from it.
const bundle = new URL('../../build/soak/soak.mjs', import.meta.url);
await build({
  entryPoints: [fileURLToPath(new URL('soak.ts', import.meta.url))],
  outfile: fileURLToPath(bundle),
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  logLevel: 'error',
});
const { soak, tally } = await import(bundle.href);

console.log(`${calls} calls, seed ${seed}`);
const { ended, answers, faults, heaps, open, problems } = await soak(calls, seed);
console.table(ended);
console.log(`The service gave ${answers} answers, ${faults} of them faulty.`);
const growth = heaps.at(-1) / heaps[0] - 1;
console.log(`Heap from the first fifth to the last: ${(growth * 100).toFixed(1)} % (bound: 5 %).`);
const left = open.filter((name) => !ALWAYS_OPEN.has(name));
console.log(`Left open at the end: ${tally(left)}.`);
for (const problem of problems) console.log(`PROBLEM: ${problem}`);
if (growth > MAX_GROWTH || left.length > 0 || problems.length > 0) {
  console.log('NOT HELD.');
  process.exitCode = 1;
}
