import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallKind } from '../../src/query/call-kinds.js';
import { RATES, type RateName, rateOf } from '../../src/stats/rates.js';
import { Tally } from '../../src/stats/tally.js';

const kind = (outcome: CallKind['outcome'], facts: Partial<CallKind> = {}): CallKind => ({
  outcome,
  success: false,
  direction: 'outbound',
  status: '',
  ...facts,
});
const HUMAN = kind('human');

describe('Tally', () => {
  it('gives exact statistics of talk, weighted or one by one, whole or added up', () => {
    const length = fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 5_000 }));
    fc.assert(
      fc.property(fc.array(length, { maxLength: 200 }), fc.nat({ max: 200 }), (lengths, cut) => {
        const single = new Tally();
        for (const one of lengths) single.add(HUMAN, one);
        const weighted = new Tally();
        for (const one of new Set(lengths)) weighted.add(HUMAN, one, lengths.filter((l) => l === one).length);
        const added = new Tally();
        for (const part of [lengths.slice(0, cut), lengths.slice(cut)]) {
          const tally = new Tally();
          for (const one of part) tally.add(HUMAN, one);
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
          expect(tally.conversationSeconds()).toEqual(expected);
          expect(tally.finished).toBe(lengths.length);
          expect(tally.zeroLength).toBe(lengths.filter((l) => l === 0).length);
        }
      }),
    );
  });

  it('tells conversations from other calls that took time', () => {
    const tally = new Tally();
    tally.add(HUMAN, 100, 2);
    tally.add(kind('machine'), 30, 3);
    tally.add(kind('in_progress'), 50);
    expect([tally.talkSeconds().sum, tally.conversationSeconds().sum]).toEqual([290, 200]);
    expect([tally.finished, tally.count('in_progress')]).toEqual([5, 1]);
  });
});

describe('a rate', () => {
  const counts = (name: RateName, tally: Tally) => {
    const { numerator, denominator } = rateOf(name, tally);
    return [numerator, denominator];
  };

  it('of contact and abandoned calls is of outbound calls alone, a success rate of all that reached a person', () => {
    const tally = new Tally();
    tally.add(kind('human', { success: true, status: 'SALE' }), 60, 2);
    tally.add(kind('human', { direction: 'inbound', success: true }), 60, 1);
    tally.add(kind('human', { direction: 'inbound' }), 60, 4);
    tally.add(kind('human', { direction: 'other' }), 60, 1);
    tally.add(kind('abandoned', { direction: 'inbound' }), 5, 7);
    tally.add(kind('abandoned'), 5, 1);
    tally.add(kind('no_answer'), 0, 5);
    tally.add(kind('machine'), 9, 2);
    expect(counts('contact_rate', tally)).toEqual([2, 10]);
    expect(counts('abandon_rate', tally)).toEqual([1, 3]);
    expect(counts('success_rate', tally)).toEqual([3, 8]);
    expect(counts('machine_rate', tally)).toEqual([2, 10]);
    expect(counts('no_answer_rate', tally)).toEqual([5, 10]);
  });

  it('takes calls without a direction for outbound where it is said so, and for none elsewhere', () => {
    for (const [undirected, expected] of [
      ['outbound', [2, 3]],
      [undefined, [1, 2]],
    ] as const) {
      const tally = new Tally(undefined, undirected);
      tally.add(HUMAN, 60);
      tally.add(kind('busy'), 0);
      tally.add(kind('human', { direction: undefined }), 60);
      expect(counts('contact_rate', tally)).toEqual(expected);
    }
  });

  it('depends on unknown outcomes of its own calls alone, and unknown calls are no successes', () => {
    const tally = new Tally();
    tally.add(kind('human', { success: true }), 60, 1);
    tally.add(kind('busy'), 0, 1);
    tally.add(kind('unmapped', { direction: 'inbound' }), 60, 2);
    expect(rateOf('contact_rate', tally)).toEqual({ percent: 50, numerator: 1, denominator: 2 });
    expect(rateOf('success_rate', tally)).toEqual({
      percent: null,
      percent_min: 33.3,
      percent_max: 100,
      numerator: 1,
      denominator: 1,
    });
  });

  it('is defined in words', () => {
    for (const { definition } of Object.values(RATES)) expect(definition).toMatch(/ ÷ /);
  });
});
