import { describe, expect, it } from 'vitest';
import { FEW, ODD_FULL as FULL } from '../support/counts.js';
import { casesOf, chosen, faithfulCases, LARGE } from './cases.js';
import { QUIRKS, titleOf } from './quirks/index.js';
import { WAYS, wrongAnswers } from './tooling.js';

// The tools themselves over services in memory: counts, samples, exports, and search pages followed to their end.

const TIMEOUT = 600_000;
const TURNS = FEW ? WAYS.length : 3;

describe.each(WAYS)('%s over a faithful service', (way) => {
  it('is complete and right, whatever is asked', { timeout: TIMEOUT }, async () => {
    const cases = faithfulCases().filter(({ size }, i) => FULL || (size < LARGE && i % 2 === 0));
    expect(await wrongAnswers(way, cases)).toEqual([]);
  });
});

describe.each(WAYS)('%s over an odd service is right, or says what it does not know', (way) => {
  // Counts, samples and exports rest on the same reading: one of them a quirk; where few are tried, one of all four.
  const isTurn = (place: number) =>
    FULL || (way === 'search pages' && !FEW) || place % TURNS === WAYS.indexOf(way);
  for (const quirk of chosen()) {
    const place = QUIRKS.indexOf(quirk);
    if (chosen() === QUIRKS && !isTurn(place)) continue;
    it(titleOf(quirk), { timeout: TIMEOUT }, async () => {
      const all = casesOf(quirk, place).filter(({ size }) => FULL || size < LARGE);
      const first = (place + WAYS.indexOf(way)) % all.length;
      expect(await wrongAnswers(way, FULL ? all : all.slice(first, first + 1))).toEqual([]);
    });
  }
});
