import { describe, expect, it } from 'vitest';
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
});
