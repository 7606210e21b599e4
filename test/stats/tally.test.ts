import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Tally } from '../../src/stats/tally.js';

describe('Tally', () => {
  it('gives exact statistics of talk, weighted or one by one, whole or added up', () => {
    const length = fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 5_000 }));
    fc.assert(
      fc.property(fc.array(length, { maxLength: 200 }), fc.nat({ max: 200 }), (lengths, cut) => {
        const single = new Tally();
        for (const one of lengths) single.add('human', one);
        const weighted = new Tally();
        for (const one of new Set(lengths))
          weighted.add('human', one, lengths.filter((l) => l === one).length);
        const added = new Tally();
        for (const part of [lengths.slice(0, cut), lengths.slice(cut)]) {
          const tally = new Tally();
          for (const one of part) tally.add('human', one);
          added.addAll(tally);
        }
        const talk = lengths.filter((l) => l > 0).sort((a, b) => a - b);
        const middle = talk.length / 2;
        const expected = {
          calls: talk.length,
          sum: talk.reduce((sum, l) => sum + l, 0),
          mean: talk.length === 0 ? null : talk.reduce((sum, l) => sum + l, 0) / talk.length,
          median:
            talk.length === 0
              ? null
              : talk.length % 2 === 1
                ? talk[Math.floor(middle)]
                : ((talk[middle - 1] ?? 0) + (talk[middle] ?? 0)) / 2,
          // The shortest length that nine in ten do not exceed.
          p90: talk.find((l) => talk.filter((other) => other <= l).length * 10 >= talk.length * 9) ?? null,
          max: talk.at(-1) ?? null,
        };
        for (const tally of [single, weighted, added]) {
          expect(tally.talkSeconds()).toEqual(expected);
          expect(tally.finished).toBe(lengths.length);
          expect(tally.zeroLength).toBe(lengths.filter((l) => l === 0).length);
        }
      }),
    );
  });
});
