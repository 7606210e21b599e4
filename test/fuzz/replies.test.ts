import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { tools } from '../../src/tools/index.js';
import { argumentsOf, COUNTED } from '../faults/bench.js';
import { page, row } from '../support/upstream.js';
import { checkResult, PATIENCE, RUN, SEED } from './results.js';
import { anyTool, FIELDS, type Fuzzed, scalar, startFuzzed } from './service.js';

let fuzzed: Fuzzed;
beforeAll(async () => {
  fuzzed = await startFuzzed();
});
afterAll(() => fuzzed.end());

const cell = fc.oneof({ weight: 9, arbitrary: scalar }, fc.anything({ maxDepth: 2 }));
const made = fc.dictionary(fc.constantFrom(...FIELDS), cell, { maxKeys: 12 });
const rows = fc.array(fc.oneof({ weight: 4, arbitrary: made }, fc.anything({ maxDepth: 1 })), {
  maxLength: 6,
});
const page6 = fc.record({ total_found: fc.oneof(fc.nat(9), scalar), results: rows });
const envelope = fc.record(
  {
    success: fc.oneof(fc.constantFrom(true, false, 'true', 1, 0), scalar),
    offset: scalar,
    limit: scalar,
    total_found: fc.oneof(fc.nat(50), fc.nat(50).map(String), scalar),
    results: fc.oneof({ weight: 6, arbitrary: rows }, fc.anything({ maxDepth: 1 })),
    data: fc.oneof(fc.constant(undefined), page6, fc.anything({ maxDepth: 1 })),
    error: scalar,
    code: scalar,
    text: scalar,
  },
  { requiredKeys: [] },
);
const good = JSON.stringify(page([row(), row({ id: '1002' })]));
const body = fc.oneof(
  { weight: 4, arbitrary: envelope.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.json({ maxDepth: 4 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  // A good reply with a piece cut out.
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.nat(good.length), fc.nat(20))
      .map(([at, length]) => good.slice(0, at) + good.slice(at + length)),
  },
);
/** Tools that walk ask a service that makes no sense hundreds of times before they give up on it. */
const someTool = fc.oneof(
  { weight: 9, arbitrary: anyTool(tools.filter(({ name }) => COUNTED.has(name))) },
  { weight: 1, arbitrary: anyTool(tools) },
);
const status = fc.constantFrom(200, 200, 200, 200, 400, 403, 500);

describe(`replies, with seed ${SEED}`, () => {
  it(
    'of every shape are understood or refused in words, by every tool',
    async () => {
      await fc.assert(
        fc.asyncProperty(someTool, body, status, async (tool, reply, code) => {
          fuzzed.upstream.answer = (_request, response) => {
            response.writeHead(code, { 'Content-Type': 'application/json' }).end(reply);
            return undefined;
          };
          checkResult(fuzzed.bench, tool, await fuzzed.bench.run(tool.name, argumentsOf(tool)));
        }),
        RUN,
      );
    },
    PATIENCE,
  );
});
