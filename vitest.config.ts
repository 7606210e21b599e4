import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/**
 * What costs minutes: packages that are built and installed, months of calls, processes that are killed, disks that are
 * full, programs in front of the server, and a ClickHouse engine. `.ci/run` runs it after all else.
 */
const SLOW = [
  'test/archive/bad-luck.test.ts',
  'test/archive/clickhouse',
  'test/archive/months.test.ts',
  'test/archive/parquet/damaged.test.ts',
  'test/archive/parquet/engine-loading.test.ts',
  'test/archive/parquet/killed.test.ts',
  'test/commands/clickhouse-archive.test.ts',
  'test/distribution/bundle.test.ts',
  'test/distribution/npm-package.test.ts',
  'test/http/connections.test.ts',
  'test/http/load.test.ts',
  'test/http/proxies.test.ts',
];

/** What starts no process, listens on no port and leaves nothing behind in its process: such files share their modules. */
const PURE = [
  'test/account-time',
  'test/odd-services/harness.test.ts',
  'test/odd-services/outcomes.test.ts',
  'test/odd-services/pairs.test.ts',
  'test/odd-services/tools.test.ts',
  'test/odd-services/walk.test.ts',
  'test/phone',
  'test/query',
  'test/render',
  'test/stats',
  'test/util',
  'test/walk',
];

const files = (paths: readonly string[]): string[] =>
  paths.map((path) => {
    if (!existsSync(new URL(path, import.meta.url))) throw new Error(`vitest.config.ts: ${path} is gone`);
    return path.endsWith('.ts') ? path : `${path}/**/*.test.ts`;
  });

// Much of the time is spent waiting for processes and sockets: a core is worth more than one worker.
const maxWorkers = Math.ceil(availableParallelism() * 1.5);

export default defineConfig({
  test: {
    reporters: ['default', './test/support/plain-line-reporter.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    maxWorkers,
    projects: [
      { extends: true, test: { name: 'pure', include: files(PURE), isolate: false } },
      {
        extends: true,
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: [...files(PURE), ...files(SLOW), '**/node_modules/**'],
        },
      },
      {
        extends: true,
        test: { name: 'slow', include: files(SLOW), sequence: { groupOrder: 1 } },
      },
    ],
  },
});
