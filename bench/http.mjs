// Sustained load over HTTP on loopback: the http command in front of a fixed upstream, against an empty server built as the
// SDK's documentation shows it. Prints figures, their ratio and the memory of one run. Usage: node bench/http.mjs [calls] [clients]
import { ECHO, load, SEARCH, startServers } from './http-load.mjs';
import { quantile } from './statistics.mjs';

const [calls = 20_000, clients = 64] = process.argv.slice(2).map(Number);
const WARM_UP = Math.min(2_000, calls);
const TURNS = 10;

const { ours, empty, close } = await startServers();
const sides = [
  { name: 'empty SDK server, a tool that echoes', load: load(empty, ECHO, clients), runs: [] },
  { name: 'http command, search_call_logs of ten rows', load: load(ours, SEARCH, clients), runs: [] },
];
try {
  console.log(
    `${calls} calls by ${clients} clients each, after ${WARM_UP} to warm up; Node ${process.versions.node}\n`,
  );
  for (const side of sides) await side.load.make(WARM_UP);
  const memory = [await memoryOf(ours)];
  // By turns, so that whatever else the machine does falls on both.
  for (let turn = 0; turn < TURNS; turn++) {
    for (const side of sides) side.runs.push(await side.load.make(calls / TURNS));
    memory.push(await memoryOf(ours));
  }
  const [emptyRate, ourRate] = sides.map(report);
  console.log(`ratio: ${(ourRate / emptyRate).toFixed(2)} of the empty server’s calls a second`);
  const [warm, ...later] = memory;
  console.log(
    `memory of the http command: ${warm} MiB warm, then ${later.join(', ')} MiB (ratio ${(later.at(-1) / warm).toFixed(2)})`,
  );
} finally {
  for (const side of sides) await side.load.close();
  close();
}

/** Prints the figures of a side and returns its calls a second. Any error fails the run. */
function report({ name, runs }) {
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const times = runs.flatMap((run) => run.times);
  const errors = sum(runs.map((run) => run.errors));
  const rate = (times.length * 1000) / sum(runs.map(({ ms }) => ms));
  const ms = (share) => `${quantile(times, share).toFixed(1)} ms`;
  console.log(
    `${name}: ${Math.round(rate)} calls/s, median ${ms(0.5)}, 99 % within ${ms(0.99)}, ${errors} errors`,
  );
  if (errors > 0) process.exitCode = 1;
  return rate;
}

/** Reads the resident memory of the server, in MiB, from its own metrics. */
async function memoryOf(url) {
  const text = await (await fetch(new URL('/metrics', url))).text();
  return Math.round(Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]) / 2 ** 20);
}
