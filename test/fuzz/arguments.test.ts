import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mismatches } from '../../src/query/filters.js';
import { tools } from '../../src/tools/index.js';
import { argumentsOf } from '../faults/bench.js';
import { healthy } from '../faults/canaries.js';
import { checkResult, PATIENCE, RUN, SEED } from './results.js';
import { anyTool, FIELDS, type Fuzzed, hostileText, scalar, startFuzzed } from './service.js';

let fuzzed: Fuzzed;
beforeAll(async () => {
  fuzzed = await startFuzzed();
  fuzzed.upstream.answer = healthy;
});
afterAll(() => fuzzed.end());

const value = fc.oneof(
  { weight: 4, arbitrary: scalar },
  fc.constantFrom('2026-03-01', '2026-03-01T00:00:00Z', 'yesterday', '9999-12-31', '1', 'random', 'campaign'),
  fc.anything({ maxDepth: 2 }),
);

/** A tool and arguments for it: some of its own names, and some that it does not know. */
const call = anyTool(tools).chain((tool) => {
  const own = fc.constantFrom(...Object.keys(tool.input.shape));
  const name = fc.oneof({ weight: 9, arbitrary: own }, { weight: 1, arbitrary: hostileText });
  const some = fc.dictionary(name, value, { maxKeys: 5 }).map((args) => ({ ...argumentsOf(tool), ...args }));
  return fc.tuple(fc.constant(tool), fc.oneof({ weight: 8, arbitrary: some }, fc.anything()));
});

describe(`arguments, with seed ${SEED}`, () => {
  it(
    'of every shape are answered or refused in words, by every tool',
    async () => {
      await fc.assert(
        fc.asyncProperty(call, async ([tool, args]) => {
          const result = await fuzzed.bench.run(tool.name, args);
          const sent = inspect(args, { depth: 6, maxStringLength: null });
          // What the caller sent itself may come back to it: masks are for what the service knows.
          if (!/0177|canary/.test(sent)) {
            checkResult(fuzzed.bench, tool, result, sent.includes('response_format'));
          } else expect(fuzzed.bench.unexpected).toStrictEqual([]);
        }),
        RUN,
      );
    },
    PATIENCE,
  );

  it('as filters are compared with whatever a row holds', () => {
    const some = fc.dictionary(fc.constantFrom(...FIELDS), hostileText);
    fc.assert(
      fc.property(some, some, (fields, filters) => {
        const failed = mismatches({ id: '1', call_length: null, ...fields }, filters);
        expect(new Set(failed).size).toBe(failed.length);
      }),
      RUN,
    );
  });
});
