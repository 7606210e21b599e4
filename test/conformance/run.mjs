// Runs the official conformance suite against the built bin over HTTP. `npm run conformance`
// The released line runs on the supported Node; the line that knows revision 2026-07-28 needs a newer Node, which npx gets.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LEFT_OUT } from './left-out.mjs';

const SUITE = '@modelcontextprotocol/conformance';
const RUNS = [
  { name: '2025-11-25, released suite 0.1.13', packages: [`${SUITE}@0.1.13`], args: ['--suite', 'all'] },
  {
    name: '2025-11-25, suite 0.2.0-alpha.12',
    packages: ['node@24', `${SUITE}@0.2.0-alpha.12`],
    args: ['--suite', 'all', '--spec-version', '2025-11-25'],
  },
  {
    name: '2026-07-28, suite 0.2.0-alpha.12',
    packages: ['node@24', `${SUITE}@0.2.0-alpha.12`],
    args: ['--suite', 'all', '--spec-version', '2026-07-28'],
  },
];

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const server = spawn(process.execPath, [cli, 'http', '--sandbox', '--port', '0'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const results = mkdtempSync(join(tmpdir(), 'conformance-'));
try {
  const url = await new Promise((resolve, reject) => {
    server.once('exit', (code) => reject(new Error(`the server ended (${code})`)));
    server.stdout.setEncoding('utf8').on('data', (text) => {
      const found = /http:\/\/\S+/.exec(text)?.[0];
      if (found !== undefined) resolve(found);
    });
  });
  const used = new Set();
  for (const [index, run] of RUNS.entries()) {
    const unexpected = report(run, measure(run, url, join(results, String(index))), used);
    if (unexpected > 0) process.exitCode = 1;
  }
  for (const entry of LEFT_OUT) {
    if (!used.has(entry)) console.log(`left-out.mjs: ${entry.scenario} passes; remove it.`);
  }
} finally {
  server.kill();
  rmSync(results, { recursive: true, force: true });
}

/** Runs the suite and returns its checks by scenario. */
function measure({ packages, args }, url, folder) {
  const command = ['-y', ...packages.flatMap((name) => ['-p', name]), 'conformance', 'server', '--url', url];
  // Run elsewhere: here, npx would prefer this project's own packages. The suite's exit code counts what is left out too.
  const { error, stderr } = spawnSync('npx', [...command, ...args, '-o', folder], {
    cwd: results,
    encoding: 'utf8',
    maxBuffer: 2 ** 27,
  });
  let folders = [];
  try {
    folders = readdirSync(folder);
  } catch {
    throw new Error(`the suite did not run: ${error ?? stderr.slice(-2000)}`);
  }
  return folders.map((name) => ({
    scenario: /^server-(.*)-\d{4}-\d\d-\d\dT/.exec(name)?.[1] ?? name,
    checks: JSON.parse(readFileSync(join(folder, name, 'checks.json'), 'utf8')),
  }));
}

/** Prints what passed, what failed and what is left out; returns how many checks failed that should not. */
function report({ name }, scenarios, used) {
  let passed = 0;
  let leftOut = 0;
  const unexpected = [];
  for (const { scenario, checks } of scenarios) {
    for (const { id, status, errorMessage } of checks) {
      if (status === 'SUCCESS') passed += 1;
      if (status !== 'FAILURE') continue;
      const entry = LEFT_OUT.find((one) => one.scenario === scenario && (one.checks?.includes(id) ?? true));
      if (entry === undefined) {
        unexpected.push(`${scenario}: ${id}: ${errorMessage ?? ''}`);
      } else {
        used.add(entry);
        leftOut += 1;
      }
    }
  }
  console.log(
    `${name}: ${scenarios.length} scenarios, ${passed} checks passed, ${unexpected.length} failed, ${leftOut} left out`,
  );
  for (const line of unexpected) console.log(`  FAILED ${line}`);
  return unexpected.length;
}
