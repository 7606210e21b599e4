import { describe, expect, it } from 'vitest';
import { SharedReading } from '../../src/calls/shared-reading.js';

/** Readings that end when the test says so. */
function readings() {
  const started: { signal: AbortSignal; ends: (value: string) => void; fails: (error: Error) => void }[] = [];
  const read = (signal: AbortSignal) =>
    new Promise<string>((ends, fails) => {
      started.push({ signal, ends, fails });
    });
  return { started, read };
}

describe('a shared reading', () => {
  it('is made once for all who ask while it goes on and while it is fresh', async () => {
    const { started, read } = readings();
    const shared = new SharedReading(read, 60_000);
    const both = Promise.all([shared.get(), shared.get(new AbortController().signal)]);
    started[0]?.ends('names');
    expect(await both).toEqual(['names', 'names']);
    expect(await shared.get()).toBe('names');
    expect(started).toHaveLength(1);
  });

  it('is made again when it is no longer fresh, or has failed', async () => {
    const { started, read } = readings();
    const stale = new SharedReading(read, 0);
    const first = stale.get();
    started[0]?.fails(new Error('down'));
    await expect(first).rejects.toThrow('down');
    const second = stale.get();
    started[1]?.ends('names');
    expect(await second).toBe('names');
    const third = stale.get();
    started[2]?.ends('newer names');
    expect(await third).toBe('newer names');
  });

  it('goes on for the others when one gives up, and stops when all have', async () => {
    const { started, read } = readings();
    const shared = new SharedReading(read, 60_000);
    const [one, other] = [new AbortController(), new AbortController()];
    const asked = [shared.get(one.signal), shared.get(other.signal)];
    one.abort();
    await expect(asked[0]).rejects.toMatchObject({ kind: 'cancelled' });
    expect(started[0]?.signal.aborted).toBe(false);
    other.abort(new DOMException('over', 'TimeoutError'));
    await expect(asked[1]).rejects.toMatchObject({ kind: 'busy' });
    expect(started[0]?.signal.aborted).toBe(true);
    const again = shared.get();
    started[1]?.ends('names');
    expect(await again).toBe('names');
  });

  it('is not begun for one who has given up already', async () => {
    const { started, read } = readings();
    await expect(new SharedReading(read, 60_000).get(AbortSignal.abort())).rejects.toMatchObject({
      kind: 'cancelled',
    });
    expect(started).toHaveLength(0);
  });
});
