// npm run mutation [-- group…]: changes the code in small ways and asks the tests of the same subject whether they notice.
// Prints the score of each file and what survived; a second run repeats only what changed.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { GROUPS } from './groups.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));
const reports = 'reports/mutation';
const KILLED = new Set(['Killed', 'Timeout']);
const LIVING = new Set(['Survived', 'NoCoverage']);
/** Percent of the mutants that the tests must notice. */
const TARGET = 80;

const asked = process.argv.slice(2);
const names = asked.length === 0 ? Object.keys(GROUPS) : asked;
if (!existsSync(`${here}node_modules`)) {
  execFileSync('npm', ['install', '--no-package-lock'], { cwd: here, stdio: 'inherit' });
}
mkdirSync(`${root}${reports}`, { recursive: true });
for (const name of names) mutate(name, GROUPS[name]);
report(names);

function mutate(name, { mutate, tests, without = [] }) {
  const config = `${reports}/${name}.config.json`;
  const settings = {
    mutate,
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
    coverageAnalysis: 'perTest',
    incremental: true,
    incrementalFile: `${reports}/${name}.json`,
    concurrency: 2,
    // Running out of time counts as noticed: a machine busy with something else must not decide that.
    timeoutMS: 10_000,
    reporters: ['progress-append-only'],
    allowEmpty: true,
    tempDirName: `.stryker-tmp/${name}`,
    ignorePatterns: ['dist', 'build', 'reports', '.git', '.stryker-tmp', 'test/mutation/node_modules'],
    // Stryker would rewrite it with an API that TypeScript 7 no longer has; the tests do not need it.
    tsconfigFile: 'left-alone',
  };
  writeFileSync(`${root}${config}`, JSON.stringify(settings, null, 2));
  const stryker = `${here}node_modules/@stryker-mutator/core/bin/stryker.js`;
  const { status } = spawnSync(process.execPath, [stryker, 'run', config], {
    cwd: root,
    stdio: 'inherit',
    // Not Stryker's own `testFiles`: with it, version 9.6 never switches on a mutant of a module's constants.
    env: { ...process.env, MUTATION_TESTS: tests.join(','), MUTATION_WITHOUT: without.join('|') },
  });
  if (status !== 0) throw new Error(`Stryker ended with ${status} on ${name}`);
}

/** The score of each file and every living mutant, from the groups' reports. */
function report(names) {
  const total = { killed: 0, living: 0, late: 0 };
  for (const name of names) {
    const { files } = JSON.parse(readFileSync(`${root}${reports}/${name}.json`, 'utf8'));
    for (const [file, { mutants, source }] of Object.entries(files)) {
      const killed = mutants.filter(({ status }) => KILLED.has(status)).length;
      const living = mutants.filter(({ status }) => LIVING.has(status));
      // A report keeps what it held of files that have gone to another group since.
      if (!GROUPS[name].mutate.includes(file) || killed + living.length === 0) continue;
      total.killed += killed;
      total.living += living.length;
      total.late += mutants.filter(({ status }) => status === 'Timeout').length;
      console.log(
        `${percent(killed, living.length).padStart(6)} ${String(killed + living.length).padStart(5)}  ${file}`,
      );
      const lines = source.split('\n');
      for (const { location, mutatorName, replacement } of living) {
        const { line } = location.start;
        console.log(
          `         ${line}: ${mutatorName} ${replacement?.slice(0, 60).replace(/\s+/g, ' ')}  in  ${lines[line - 1]?.trim()}`,
        );
      }
    }
  }
  console.log(
    `${percent(total.killed, total.living).padStart(6)} of ${total.killed + total.living} mutants noticed, ${total.late} of them by running out of time`,
  );
  if ((total.killed * 100) / (total.killed + total.living) < TARGET) process.exitCode = 1;
}

function percent(killed, living) {
  return `${((killed * 100) / (killed + living)).toFixed(1)} %`;
}
