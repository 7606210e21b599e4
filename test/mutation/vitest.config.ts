import { defineConfig } from 'vitest/config';

/** Only the test files of the group under way: see run.mjs. */
export default defineConfig({
  test: {
    include: (process.env['MUTATION_TESTS'] ?? '').split(','),
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
