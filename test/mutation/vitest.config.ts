import { defineConfig } from 'vitest/config';

const without = process.env['MUTATION_WITHOUT'] ?? '';

/** Only the test files of the group under way: see run.mjs. */
export default defineConfig({
  test: {
    include: (process.env['MUTATION_TESTS'] ?? '').split(','),
    ...(without === '' ? {} : { testNamePattern: new RegExp(`^(?!.*(?:${without}))`) }),
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
