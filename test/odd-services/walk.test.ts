import { describe, expect, it } from 'vitest';
import { casesOf, chosen, faithfulCases } from './cases.js';
import { QUIRKS, titleOf } from './quirks/index.js';
import { wrongWalks } from './walking.js';

// Every quirk, read by the walk that stands behind each answer about many calls. ODD_ONLY=words runs the quirks whose title
// holds them; ODD_FULL=1 runs all sizes; ODD_SEED=n makes other floors.

const TIMEOUT = 600_000;

describe('a reading over a faithful service', () => {
  it('is complete and right, whatever is asked', { timeout: TIMEOUT }, async () => {
    expect(await wrongWalks(faithfulCases())).toEqual([]);
  });
});

describe('a reading over an odd service is right, or declared incomplete', () => {
  for (const quirk of chosen()) {
    it(titleOf(quirk), { timeout: TIMEOUT }, async () => {
      expect(await wrongWalks(casesOf(quirk, QUIRKS.indexOf(quirk)))).toEqual([]);
    });
  }
});
