import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareAmounts,
  compareRates,
  differenceInterval,
  wilsonInterval,
} from '../../src/stats/comparison.js';
import type { Proportion } from '../../src/stats/rate.js';

const of = (numerator: number, denominator: number): Proportion => ({ numerator, denominator });

const proportion = fc
  .tuple(fc.nat({ max: 400 }), fc.nat({ max: 400 }))
  .filter(([counted, others]) => counted + others > 0)
  .map(([counted, others]) => of(counted, counted + others));

describe('the interval of a difference of rates', () => {
  it.each([
    // Newcombe 1998, table II, method 10.
    [of(56, 70), of(48, 80), 5.2, 33.4],
    [of(9, 10), of(3, 10), 17.1, 80.9],
    [of(6, 7), of(2, 7), 5.8, 80.6],
    [of(5, 56), of(0, 29), -3.8, 19.3],
    [of(0, 10), of(0, 20), -16.1, 27.8],
    [of(0, 10), of(0, 10), -27.8, 27.8],
    [of(10, 10), of(0, 20), 67.9, 100],
    [of(10, 10), of(0, 10), 60.8, 100],
  ])('is the published one for %o against %o', (one, other, low, high) => {
    expect(differenceInterval(one, other)).toEqual({ low, high });
  });

  it('rests on Wilson intervals, which stay between 0 and 1', () => {
    const { low, high } = wilsonInterval(of(1, 29));
    expect([low, high].map((end) => Math.round(end * 10_000))).toEqual([61, 1718]);
    fc.assert(
      fc.property(proportion, (one) => {
        const interval = wilsonInterval(one);
        const value = one.numerator / one.denominator;
        expect(interval.low).toBeGreaterThanOrEqual(-1e-9);
        expect(interval.high).toBeLessThanOrEqual(1 + 1e-9);
        expect(interval.low).toBeLessThanOrEqual(value + 1e-9);
        expect(interval.high).toBeGreaterThanOrEqual(value - 1e-9);
      }),
    );
  });

  it('holds the difference, and is turned around with it', () => {
    fc.assert(
      fc.property(proportion, proportion, (one, other) => {
        const { points, interval } = compareRates([one], [other]) ?? {};
        const back = compareRates([other], [one]);
        expect(interval?.low).toBeLessThanOrEqual(points ?? Number.NaN);
        expect(interval?.high).toBeGreaterThanOrEqual(points ?? Number.NaN);
        expect(back?.points).toBeCloseTo(-(points ?? 0), 5);
        expect(back?.interval?.low).toBeCloseTo(-(interval?.high ?? 0), 5);
        expect(back?.could_be_chance).toBe(compareRates([one], [other])?.could_be_chance);
      }),
    );
  });
});

describe('comparing two rates', () => {
  it('tells a difference that chance explains from one that it does not', () => {
    expect(compareRates([of(295, 1556)], [of(268, 1556)])).toEqual({
      points: 1.7,
      interval: { low: -1, high: 4.4 },
      could_be_chance: true,
    });
    expect(compareRates([of(300, 1000)], [of(200, 1000)])).toMatchObject({
      points: 10,
      could_be_chance: false,
    });
  });

  it('has no result where either rate has nothing to divide by', () => {
    expect(compareRates([of(0, 0)], [of(1, 2)])).toBeUndefined();
    expect(compareRates([of(1, 2)], [of(0, 0)])).toBeUndefined();
  });

  it('is a range without an interval where calls of unknown outcome make a rate a range', () => {
    expect(compareRates([of(10, 100), of(30, 100)], [of(12, 100)])).toEqual({
      points: null,
      points_min: -2,
      points_max: 18,
    });
  });

  it('says of a range what chance can do only where that holds for all of it', () => {
    expect(compareRates([of(600, 1000), of(700, 1000)], [of(100, 1000)])?.could_be_chance).toBe(false);
    expect(compareRates([of(10, 100), of(11, 100)], [of(10, 100)])?.could_be_chance).toBe(true);
    // Certainly lower at one end and certainly higher at the other: nothing is certain of the difference.
    const wide = compareRates([of(100, 1000), of(900, 1000)], [of(500, 1000)]);
    expect(wide).toEqual({ points: null, points_min: -40, points_max: 40 });
  });

  it('holds what it says of a range for every number of the unknown calls', () => {
    const known = fc.record({
      counted: fc.nat({ max: 300 }),
      others: fc.nat({ max: 300 }),
      unknown: fc.nat({ max: 80 }),
    });
    fc.assert(
      fc.property(known, proportion, ({ counted, others, unknown }, other) => {
        const calls = counted + others + unknown;
        fc.pre(calls > 0);
        const range = [of(counted, calls), of(counted + unknown, calls)];
        const said = compareRates(range, [other])?.could_be_chance;
        if (said === undefined) return;
        for (let more = 0; more <= unknown; more += 1) {
          expect(compareRates([of(counted + more, calls)], [other])?.could_be_chance).toBe(said);
        }
      }),
    );
  });

  it('gives no interval for rates that count some of the same calls', () => {
    expect(compareRates([of(30, 100)], [of(20, 100)], true)).toEqual({ points: 10 });
  });
});

describe('comparing two counts or means', () => {
  it('gives their difference and their ratio', () => {
    expect(compareAmounts(150, 100)).toEqual({ difference: 50, ratio: 1.5 });
    expect(compareAmounts(61.25, 58)).toEqual({ difference: 3.3, ratio: 1.06 });
  });

  it('gives no ratio to nothing', () => {
    expect(compareAmounts(5, 0)).toEqual({ difference: 5, ratio: null });
    expect(compareAmounts(0, 5)).toEqual({ difference: -5, ratio: 0 });
  });
});
