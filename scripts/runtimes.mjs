// Runs the tests on other versions of Node, from a copy whose path has spaces and in a time zone far from UTC.
// Arguments: versions of Node (20, 22 and 24 when none is given), then paths of tests (all when none is given).
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const asked = process.argv.slice(2);
const versions = asked.filter((argument) => /^\d+$/.test(argument));
const tests = asked.filter((argument) => !/^\d+$/.test(argument));

const copy = mkdtempSync(join(tmpdir(), 'call logs on another node '));
try {
  const left = new Set(['.git', 'node_modules', 'build', 'coverage']);
  cpSync(ROOT, copy, { recursive: true, filter: (path) => !left.has(path.slice(ROOT.length)) });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  for (const version of versions.length === 0 ? ['20', '22', '24'] : versions) {
    // The npm package `node` carries the program itself.
    const found = spawnSync('npx', ['-y', '-p', `node@${version}`, 'node', '-p', 'process.execPath'], {
      encoding: 'utf8',
    });
    const node = found.stdout.trim();
    if (found.status !== 0) throw new Error(`Node ${version} cannot be had: ${found.stderr}`);
    console.log(`\n== Node ${version}, ${tests.length === 0 ? 'all tests' : tests.join(' ')}`);
    const { status } = spawnSync(node, ['node_modules/vitest/vitest.mjs', 'run', ...tests], {
      cwd: copy,
      stdio: 'inherit',
      env: { ...process.env, TZ: 'Pacific/Kiritimati', PATH: `${dirname(node)}:${process.env.PATH}` },
    });
    if (status !== 0) process.exitCode = 1;
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
