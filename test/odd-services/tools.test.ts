import { describe, expect, it } from 'vitest';
import { casesOf, chosen, FULL, faithfulCases, LARGE } from './cases.js';
import { QUIRKS, titleOf } from './quirks/index.js';
import { WAYS, wrongAnswers } from './tooling.js';

// The tools themselves over services in memory: counts, samples, exports, and search pages followed to their end.

const TIMEOUT = 600_000;

describe.each(WAYS)('%s over a faithful service', (way) => {
  it('is complete and right, whatever is asked', { timeout: TIMEOUT }, async () => {
    const cases = faithfulCases().filter(({ size }, i) => FULL || (size < LARGE && i % 3 === 0));
    expect(await wrongAnswers(way, cases)).toEqual([]);
  });
});

describe.each(WAYS)('%s over an odd service is right, or says what it does not know', (way) => {
  for (const quirk of chosen()) {
    it(titleOf(quirk), { timeout: TIMEOUT }, async () => {
      const place = QUIRKS.indexOf(quirk);
      const turn = place + WAYS.indexOf(way);
      const all = casesOf(quirk, place).filter(({ size }) => FULL || size < LARGE);
      const cases = FULL ? all : all.slice(turn % all.length).slice(0, 1);
      expect(await wrongAnswers(way, cases)).toEqual([]);
    });
  }
});
