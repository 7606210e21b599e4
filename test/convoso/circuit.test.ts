import { describe, expect, it } from 'vitest';
import { runForCaller } from '../../src/convoso/caller.js';
import { Circuit } from '../../src/convoso/circuit.js';
import { ConvosoError, type ConvosoErrorKind } from '../../src/convoso/errors.js';

const error = (kind: ConvosoErrorKind, status?: number) =>
  new ConvosoError(kind, 'retrieve', {
    what: 'It failed.',
    why: `${kind} ${status ?? ''}.`,
    next: 'Wait.',
    ...(status === undefined ? {} : { status }),
  });

/** What each of a run of requests came to: `ok`, the kind of the failure, or `paused` for one that was not sent. */
async function outcomes(circuit: Circuit, run: readonly (ConvosoError | Error | undefined)[]) {
  const result: string[] = [];
  for (const failure of run) {
    await circuit
      .run('retrieve', () => (failure === undefined ? Promise.resolve() : Promise.reject(failure)))
      .then(
        () => result.push('ok'),
        (reason: unknown) => result.push(reason instanceof ConvosoError ? reason.kind : 'other'),
      );
  }
  return result;
}

const circuit = () => new Circuit({ failures: 3, restMs: 60_000 });
const down = error('service', 500);

describe('the circuit', () => {
  it.each([
    ['unreachable', undefined],
    ['interrupted', undefined],
    ['timeout', undefined],
    ['service', 500],
    ['service', 599],
  ] as const)('opens after three failures of the kind %s %s', async (kind, status) => {
    const failed = error(kind, status);
    expect(await outcomes(circuit(), [failed, failed, failed, undefined])).toStrictEqual([
      kind,
      kind,
      kind,
      'paused',
    ]);
  });

  it.each([
    ['refused', undefined],
    ['token', 401],
    ['unreadable', undefined],
    ['too_large', undefined],
    ['service', 499],
    ['busy', 429],
  ] as const)('begins to count anew where the service answers: %s %s', async (kind, status) => {
    const answered = error(kind, status);
    expect((await outcomes(circuit(), [down, down, answered, down, down, undefined])).at(-1)).toBe('ok');
    expect((await outcomes(circuit(), [down, down, undefined, down, down, undefined])).at(-1)).toBe('ok');
  });

  it.each([
    ['cancelled', error('cancelled')],
    ['busy here', error('busy')],
    ['unforeseen', new TypeError('x')],
  ])('takes what is %s neither for a failure of the service nor for a sign of it', async (_name, own) => {
    expect((await outcomes(circuit(), [own, own, own, undefined])).at(-1)).toBe('ok');
    expect((await outcomes(circuit(), [down, down, own, down, undefined])).at(-1)).toBe('paused');
  });

  it('says what failed last, and does not let a request that was under way lengthen the rest', async () => {
    const one = circuit();
    let fail = (_error: Error) => {};
    const slow = one.run('retrieve', () => new Promise<void>((_resolve, reject) => (fail = reject)));
    await outcomes(one, [down, down, down]);
    fail(error('timeout'));
    await expect(slow).rejects.toThrow('timeout');
    await expect(one.run('update', () => Promise.resolve())).rejects.toMatchObject({
      kind: 'paused',
      endpoint: 'update',
      why: 'The last 4 requests to the service failed, so this one was not sent. The latest failure: timeout .',
      next: expect.stringMatching(/^The service is tried again in (60|59) s: ask again then\.$/),
    });
  });

  it('opens for one caller alone when that caller’s questions fail', async () => {
    const one = circuit();
    const as = (caller: string, failures: readonly (ConvosoError | undefined)[]) =>
      runForCaller(caller, () => outcomes(one, failures));
    expect((await as('greedy', [down, down, down, down, undefined])).at(-1)).toBe('paused');
    expect(await as('other', [undefined])).toStrictEqual(['ok']);
    // Somebody else’s success says nothing of these questions.
    expect(await as('greedy', [undefined])).toStrictEqual(['paused']);
  });

  it('opens for all when several callers fail with no success between them', async () => {
    const one = circuit();
    const as = (caller: string, failure?: ConvosoError) =>
      runForCaller(caller, () => outcomes(one, [failure]));
    await as('first', down);
    await as('second', down);
    await as('third', undefined);
    await as('first', down);
    await as('second', down);
    expect(await as('third', undefined)).toStrictEqual(['ok']);
    for (const caller of ['fourth', 'fifth', 'fourth']) await as(caller, error('timeout'));
    expect(await as('third', undefined)).toStrictEqual(['paused']);
  });

  it('opens for all when there is no connection, whoever asks', async () => {
    const one = circuit();
    await runForCaller('first', () =>
      outcomes(one, [error('unreachable'), error('unreachable'), error('unreachable')]),
    );
    expect(await runForCaller('second', () => outcomes(one, [undefined]))).toStrictEqual(['paused']);
  });

  it('after the rest is not closed to all again by one caller’s failing question', async () => {
    const one = new Circuit({ failures: 2, restMs: 20 });
    const as = (caller: string, failure?: ConvosoError) =>
      runForCaller(caller, () => outcomes(one, [failure]));
    await as('first', down);
    await as('second', down);
    expect(await as('third', undefined)).toStrictEqual(['paused']);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(await as('first', down)).toStrictEqual(['service']);
    expect(await as('third', undefined)).toStrictEqual(['ok']);
  });
});
