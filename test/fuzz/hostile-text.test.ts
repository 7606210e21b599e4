import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tools } from '../../src/tools/index.js';
import { argumentsOf } from '../faults/bench.js';
import { callsIn } from '../support/answers.js';
import { readAnswer } from '../support/reading.js';
import { livePage, page, row } from '../support/upstream.js';
import { checkResult, PATIENCE, RUN, SEED } from './results.js';
import { anyTool, FIELDS, type Fuzzed, hostileText, startFuzzed } from './service.js';

let fuzzed: Fuzzed;
beforeAll(async () => {
  fuzzed = await startFuzzed();
});
afterAll(() => fuzzed.end());

const TYPED = FIELDS.filter((name) => !['id', 'recording', 'call_length'].includes(name));
const fields = fc.record(Object.fromEntries(TYPED.map((name) => [name, hostileText])), { requiredKeys: [] });
const extra = fc.dictionary(hostileText, hostileText, { maxKeys: 2 });
const calls = fc.array(fc.tuple(fields, extra, hostileText), { minLength: 1, maxLength: 4 });
const readers = tools.filter((tool) => tool.access === 'read');

describe(`hostile text, with seed ${SEED}`, () => {
  it(
    'in every field stays inside its cell, its line and its bound',
    async () => {
      await fc.assert(
        fc.asyncProperty(anyTool(readers), calls, fc.boolean(), async (tool, made, live) => {
          const whole = made.map(([typed, more, filename], index) =>
            row({
              ...more,
              ...typed,
              id: String(1001 + index),
              call_length: 5,
              recording: [{ filename, recording_id: `r${index}`, src: filename }],
            }),
          );
          fuzzed.upstream.answer = () => (live ? livePage(whole) : page(whole));
          const result = await fuzzed.bench.run(tool.name, argumentsOf(tool));
          checkResult(fuzzed.bench, tool, result);
          expect(result.isError).toBe(false);
          if (tool.name !== 'search_call_logs') return;
          const { structured = {}, text } = result;
          const shown = callsIn(structured);
          expect(readAnswer(text).rows.map(({ id }) => id)).toStrictEqual(shown.map(({ id }) => id));
          const beginning = (word: string) => text.split('\n').filter((line) => line.startsWith(word)).length;
          expect(beginning('Warning: ')).toBe(((structured['warnings'] ?? []) as string[]).length);
          expect(beginning('Next page: ')).toBe('next' in structured ? 1 : 0);
          expect(beginning('SANDBOX DATA')).toBe(0);
        }),
        RUN,
      );
    },
    PATIENCE,
  );
});
