// `npm run bench` prints every comparison against its bound; with --check it fails when one is past it, with --write it puts
// the table into docs/benchmarks.md. Names of parts as arguments run those only: start-up, calls, http, page, tokens. What has no bound is there to be compared with.
import { stdioCalls } from './calls.mjs';
import { httpCalls } from './http-calls.mjs';
import { pages } from './page.mjs';
import { report, writeReport } from './report.mjs';
import { startUp } from './start-up.mjs';
import { quantile } from './statistics.mjs';
import { tokens } from './tokens.mjs';

const PAST = 'PAST ITS BOUND';
const PARTS = { 'start-up': startUp, calls: stdioCalls, http: httpCalls, page: pages, tokens };

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
    bound === undefined ? '' : String(bound),
    bound === undefined ? '' : median <= bound ? 'ok' : PAST,
  ];
});
const text = report('npm run bench', header, lines);
console.log(text);
if (process.argv.includes('--check') && lines.some((cells) => cells.at(-1) === PAST)) process.exitCode = 1;
if (process.argv.includes('--write')) writeReport('measured', text);
