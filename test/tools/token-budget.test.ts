import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { tools } from '../../src/tools/index.js';

/** Tokens (o200k) of what a model is given of every tool on every turn: names, descriptions, input schemas. */
const BUDGET = 4_500;

it(`the tools cost a model at most ${BUDGET} tokens`, () => {
  const costs = tools.map(({ name, title, description, input }) => {
    const schema = JSON.stringify(z.toJSONSchema(input, { io: 'input' }));
    return { name, tokens: countTokens(`${name}\n${title}\n${description}\n${schema}`) };
  });
  const total = costs.reduce((sum, { tokens }) => sum + tokens, 0);
  expect(total, JSON.stringify(costs)).toBeLessThanOrEqual(BUDGET);
  // A count of nothing would pass too.
  expect(total).toBeGreaterThan(100 * tools.length);
});
