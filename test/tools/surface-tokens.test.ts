import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { expect, it } from 'vitest';
import { toolSurfaces } from '../../src/index.js';

/** Hosts put the list of tools before every conversation: this many tokens (o200k) are the most it may take. */
const MOST = 4_500;

it('the list of tools is cheap to carry along', () => {
  const listed = toolSurfaces().map(({ name, description, inputSchema }) => ({
    name,
    description,
    inputSchema,
  }));
  const taken = encode(JSON.stringify(listed)).length;
  expect(listed.length).toBeGreaterThan(0);
  expect(taken).toBeLessThanOrEqual(MOST);
});
