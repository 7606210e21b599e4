import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', './test/support/plain-line-reporter.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Much of the time is spent waiting for processes and sockets: a core is worth more than one worker.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
  },
});
