import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutcomeGroup } from '../../src/convoso/statuses.js';
import type { CallKind, Direction } from '../../src/query/call-kinds.js';
import { isAnswered, isOfQueue, waitOf } from '../../src/query/queue-calls.js';
import { QueueTally } from '../../src/stats/queue.js';

const kind = (outcome: OutcomeGroup, direction: Direction = 'inbound'): CallKind => ({
  outcome,
  direction,
  success: false,
  status: '',
});

function tallyOf(...offered: readonly (readonly [boolean, number | null])[]): QueueTally {
  const tally = new QueueTally();
  for (const [answered, wait] of offered) tally.add([answered, wait, 1]);
  return tally;
}

describe('a call that was offered to the agents of a queue', () => {
  it.each<[string, CallKind, boolean, boolean | undefined]>([
    ['reached a person', kind('human'), true, true],
    ['has an agent and an outcome that is not known', kind('unmapped'), true, true],
    ['was hung up by the caller while an agent was on it', kind('caller_hangup'), true, true],
    ['was hung up by the caller in the queue', kind('caller_hangup'), false, false],
    ['was dropped', kind('abandoned'), false, false],
    ['was dropped although a row names an agent', kind('abandoned'), true, false],
    ['rang at an agent who did not answer', kind('no_answer'), true, false],
    ['came after hours', kind('after_hours'), true, undefined],
    ['is in progress', kind('in_progress'), true, undefined],
    ['went out', kind('human', 'outbound'), true, undefined],
  ])('that %s', (_, of, hasAgent, answered) => {
    expect(isAnswered(of, hasAgent)).toBe(answered);
  });

  it('is known by its queue or by how long it waited', () => {
    const call = { id: '1', call_length: 5 };
    expect(isOfQueue(call)).toBe(false);
    expect(isOfQueue({ ...call, queue_id: '7' })).toBe(true);
    expect(isOfQueue({ ...call, queue_seconds: '0' })).toBe(true);
  });

  it.each([
    ['12', 12],
    ['0', 0],
    ['12.34', 12.34],
    ['-1', null],
    ['soon', null],
    ['1e3', null],
    ['', null],
  ])('that waited “%s” seconds waited %s', (queue_seconds, wait) => {
    expect(waitOf({ id: '1', call_length: 5, queue_seconds })).toBe(wait);
  });
});

describe('figures of a queue', () => {
  it('count offered, answered and abandoned calls, and how long callers waited', () => {
    const tally = tallyOf([true, 5], [true, 20], [true, 21], [false, 90], [false, 3]);
    expect(tally.figures).toEqual({
      offered: 5,
      answered: 3,
      abandoned: 2,
      wait: { calls: 5, median: 20, p90: 90 },
    });
    expect(tally.answerRate).toEqual({ percent: 60, numerator: 3, denominator: 5 });
  });

  it('hold the share of the offered calls that an agent answered within some seconds, those seconds included', () => {
    const tally = tallyOf([true, 5], [true, 20], [true, 21], [false, 10]);
    expect(tally.serviceLevel(20)).toEqual({ percent: 50, numerator: 2, denominator: 4 });
    expect(tally.serviceLevel(4)).toEqual({ percent: 0, numerator: 0, denominator: 4 });
  });

  it('give a range where answered calls do not say how long they waited', () => {
    const tally = tallyOf([true, 5], [true, null], [false, null], [false, 7]);
    expect(tally.figures.wait).toEqual({ calls: 2, median: 6, p90: 7 });
    expect(tally.serviceLevel(20)).toEqual({
      percent: null,
      percent_min: 25,
      percent_max: 50,
      numerator: 1,
      denominator: 4,
    });
  });

  it('have no rate and no wait without a call', () => {
    expect(new QueueTally().figures.wait).toEqual({ calls: 0, median: null, p90: null });
    expect(new QueueTally().serviceLevel(20).percent).toBeNull();
  });

  it('are the same counted one by one, weighted, or added up', () => {
    const call = fc.tuple(fc.boolean(), fc.option(fc.integer({ min: 0, max: 40 })));
    fc.assert(
      fc.property(fc.array(call, { maxLength: 60 }), fc.nat({ max: 60 }), (calls, cut) => {
        const whole = tallyOf(...calls);
        const added = tallyOf(...calls.slice(0, cut));
        added.addAll(tallyOf(...calls.slice(cut)));
        const twice = new QueueTally();
        for (const [answered, wait] of calls) twice.add([answered, wait, 2]);
        expect(added.figures).toEqual(whole.figures);
        expect(added.serviceLevel(20)).toEqual(whole.serviceLevel(20));
        expect(twice.figures.offered).toBe(2 * whole.figures.offered);
        expect(twice.figures.wait.median).toBe(whole.figures.wait.median);
        const waits = calls.flatMap(([, wait]) => wait ?? []).sort((a, b) => a - b);
        const half = Math.floor(waits.length / 2);
        const middle =
          waits.length % 2 === 1 ? waits[half] : ((waits[half - 1] ?? 0) + (waits[half] ?? 0)) / 2;
        expect(whole.figures.wait.median).toBe(waits.length === 0 ? null : middle);
      }),
    );
  });
});
