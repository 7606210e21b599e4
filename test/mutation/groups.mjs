/**
 * What is mutated together, and the test files that are asked about it: those of the same subject, so that a mutant costs
 * seconds. What only other tests would notice counts as survived. Tests whose name holds one of `without` are not asked.
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
  errors: { mutate: ['errors'].map(convoso), tests: ['errors'].map(convosoTest) },
  client: {
    mutate: ['client', 'transport', 'attempts', 'circuit', 'time-limit'].map(convoso),
    tests: ['client', 'retries', 'circuit'].map(convosoTest),
  },
  walk: {
    mutate: ['walk', 'part', 'completeness'].map(convoso),
    tests: ['walk', 'completeness'].map(convosoTest),
    // These read hundreds of thousands of calls: seconds for every mutant.
    without: ['a population of 120,000 calls', '45,000 calls of one minute'],
  },
  masks: {
    mutate: [
      ...['decoded', 'inert', 'lead-names', 'links', 'masks', 'phones', 'unknown-fields'].map(
        (name) => `src/redact/${name}.ts`,
      ),
      'src/calls/update-log.ts',
      'src/util/secrets.ts',
    ],
    tests: ['test/redact/masks.test.ts', 'test/calls/update-log.test.ts', 'test/util/secrets.test.ts'],
  },
  updates: {
    mutate: ['update-call-log-fields', 'extra-fields'].map(tool),
    tests: ['get-and-update', 'extra-fields', 'confirmed-writes'].map(toolTest),
  },
  confirmations: {
    mutate: ['confirm-change', 'confirmations'].map(tool),
    tests: ['confirmations', 'confirmed-writes'].map(toolTest),
  },
  // Text is asked of the tests that read its sentences, not of all tools that print them.
  pages: {
    mutate: ['call-record', 'call-table', 'call-view', 'page', 'short-call', 'third-party'].map(text),
    tests: ['call-record', 'call-table', 'call-view', 'page', 'short-call', 'third-party'].map(textTest),
  },
  populations: {
    mutate: ['arguments', 'completeness', 'failures', 'sample', 'sources', 'summary', 'window'].map(text),
    tests: ['failures', 'completeness', 'sample', 'sources', 'summary', 'window'].map(textTest),
  },
};

function convoso(name) {
  return `src/convoso/${name}.ts`;
}

function convosoTest(name) {
  return `test/convoso/${name}.test.ts`;
}

function text(name) {
  return `src/text/${name}.ts`;
}

function textTest(name) {
  return `test/text/${name}.test.ts`;
}

function tool(name) {
  return `src/tools/${name}.ts`;
}

function toolTest(name) {
  return `test/tools/${name}.test.ts`;
}
