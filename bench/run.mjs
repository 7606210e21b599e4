// `npm run bench` prints every comparison against its bound; with --check it fails when one is past it. Names of parts as
// arguments run those only: start-up, calls, page, tokens.
import { cpus } from 'node:os';
import { stdioCalls } from './calls.mjs';
import { pages } from './page.mjs';
import { startUp } from './start-up.mjs';
import { quantile } from './statistics.mjs';
import { tokens } from './tokens.mjs';

const PARTS = { 'start-up': startUp, calls: stdioCalls, page: pages, tokens };

const asked = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const rows = [];
for (const [name, part] of Object.entries(PARTS)) {
  if (asked.length === 0 || asked.includes(name)) rows.push(...(await part()));
}

const number = (value) => value.toFixed(Math.abs(value) < 10 ? 2 : 1);
const middle = (values) => (values === undefined ? '' : `${number(quantile(values, 0.5))} ms`);
const header = ['What', 'Against', 'Ours', 'Theirs', 'Median ratio', '10–90 %', 'Bound', ''];
const lines = rows.map(({ what, baseline, ratios, ours, theirs, bound }) => {
  const median = quantile(ratios, 0.5);
  return [
    what,
    baseline,
    middle(ours),
    middle(theirs),
    number(median),
    `${number(quantile(ratios, 0.1))}–${number(quantile(ratios, 0.9))}`,
    String(bound),
    median <= bound ? 'ok' : 'PAST ITS BOUND',
  ];
});
const row = (cells) => `| ${cells.join(' | ')} |`;
console.log([row(header), row(header.map(() => '---')), ...lines.map(row)].join('\n'));
console.log(
  `\n${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${cpus().length} × ${cpus()[0].model.trim()}`,
);
if (process.argv.includes('--check') && lines.some((cells) => cells.at(-1) !== 'ok')) process.exitCode = 1;
