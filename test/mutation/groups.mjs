/**
 * What is mutated together, and the test files that are asked about it: those of the same subject, so that a mutant costs
 * seconds. What only other tests would notice counts as survived.
 */
export const GROUPS = {
  wire: {
    mutate: ['wire', 'json', 'query', 'statuses', 'third-party-text'].map(convoso),
    tests: ['wire', 'json', 'query', 'statuses', 'third-party-text'].map(convosoTest),
  },
  time: {
    mutate: ['time', 'time-words'].map(convoso),
    tests: ['time', 'time-words', 'repeated-stretches'].map(convosoTest),
  },
  client: {
    mutate: ['client', 'transport', 'attempts', 'circuit', 'time-limit', 'errors'].map(convoso),
    tests: ['client', 'retries', 'errors'].map(convosoTest),
  },
  walk: { mutate: ['walk', 'part', 'completeness'].map(convoso), tests: ['walk'].map(convosoTest) },
  masks: {
    mutate: [
      ...['masks', 'phone-masks', 'links', 'audit'].map((name) => `src/call-logs/${name}.ts`),
      'src/secrets.ts',
    ],
    tests: ['test/call-logs/masks.test.ts', 'test/call-logs/audit.test.ts', 'test/secrets.test.ts'],
  },
  writes: {
    mutate: ['update-call-log-fields', 'confirm-change', 'confirmations', 'extra-fields'].map(
      (name) => `src/tools/${name}.ts`,
    ),
    tests: ['get-and-update', 'confirmations', 'confirmed-writes', 'extra-fields', 'arguments'].map(
      (name) => `test/tools/${name}.test.ts`,
    ),
  },
  text: {
    mutate: ['src/text/*.ts'],
    tests: [
      ...['call-record', 'call-table', 'failures'].map((name) => `test/text/${name}.test.ts`),
      ...['search-call-logs', 'get-and-update', 'arguments', 'sandbox-pages'].map(
        (name) => `test/tools/${name}.test.ts`,
      ),
    ],
  },
};

function convoso(name) {
  return `src/convoso/${name}.ts`;
}

function convosoTest(name) {
  return `test/convoso/${name}.test.ts`;
}
