import { setImmediate as loopTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { runForCaller } from '../../src/convoso/caller.js';
import { nextTurn } from '../../src/convoso/turns.js';

/** Work of `steps` steps for a caller, each noted when it is done. */
function work(caller: string, steps: number, done: string[]): Promise<void> {
  return runForCaller(caller, async () => {
    for (let step = 0; step < steps; step += 1) {
      await nextTurn(step === 0 ? 'begins' : 'goes on');
      done.push(caller);
    }
  });
}

describe('turns of the event loop', () => {
  it('give a caller who comes later the very next turn, however many steps another has waiting', async () => {
    const done: string[] = [];
    const greedy = Array.from({ length: 100 }, () => work('alice', 3, done));
    while (done.length < 10) await loopTurn();
    const before = done.length;
    await work('bob', 1, done);
    expect(done.indexOf('bob') - before).toBeLessThanOrEqual(1);
    await Promise.all(greedy);
    expect(done).toHaveLength(301);
  });

  it('alternate between callers who both have much waiting', async () => {
    const done: string[] = [];
    await Promise.all(
      ['alice', 'alice', 'alice', 'bob', 'carol'].map((caller) =>
        work(caller, caller === 'alice' ? 4 : 12, done),
      ),
    );
    for (let round = 0; round < 36; round += 3)
      expect(done.slice(round, round + 3).toSorted()).toEqual(['alice', 'bob', 'carol']);
  });

  it('end what a caller has begun before they begin more of it', async () => {
    let begun = 0;
    let most = 0;
    const one = () =>
      runForCaller('alice', async () => {
        await nextTurn('begins');
        begun += 1;
        most = Math.max(most, begun);
        await nextTurn('goes on');
        await nextTurn('goes on');
        begun -= 1;
      });
    await Promise.all(Array.from({ length: 20 }, one));
    expect(most).toBe(1);
  });

  it('serve the loop between two steps', async () => {
    const done: string[] = [];
    const greedy = Array.from({ length: 20 }, () => work('alice', 2, done));
    await loopTurn();
    await loopTurn();
    expect(done.length).toBeLessThanOrEqual(3);
    await Promise.all(greedy);
  });
});
