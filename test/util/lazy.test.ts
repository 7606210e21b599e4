import { expect, it, vi } from 'vitest';
import { Lazy } from '../../src/util/lazy.js';

it('a lazy value is created on first use, once for all who ask', async () => {
  const make = vi.fn(async () => ({ made: true }));
  const kept = new Lazy(make);
  expect(make).not.toHaveBeenCalled();
  const [one, other] = await Promise.all([kept.get(), kept.get()]);
  expect(one).toBe(other);
  expect(await kept.get()).toBe(one);
  expect(make).toHaveBeenCalledTimes(1);
});

it('a lazy value fails for all who wait when its creation fails, and is created again for the next', async () => {
  const make = vi
    .fn<() => Promise<string>>()
    .mockRejectedValueOnce(new Error('down'))
    .mockResolvedValue('up');
  const kept = new Lazy(make);
  const waiting = await Promise.allSettled([kept.get(), kept.get()]);
  expect(waiting.map(({ status }) => status)).toStrictEqual(['rejected', 'rejected']);
  expect(make).toHaveBeenCalledTimes(1);
  expect(await kept.get()).toBe('up');
  expect(await kept.get()).toBe('up');
  expect(make).toHaveBeenCalledTimes(2);
});

it('a lazy value that is released is handed over, and created anew afterwards', async () => {
  let count = 0;
  const kept = new Lazy(async () => {
    count += 1;
    return count;
  });
  expect(await kept.release()).toBeUndefined();
  expect(await kept.get()).toBe(1);
  expect(await kept.release()).toBe(1);
  expect(await kept.release()).toBeUndefined();
  expect(await kept.get()).toBe(2);
});

it('a lazy value created after a release stays when the creation before it fails late', async () => {
  let fail: (error: Error) => void = () => {};
  const late = new Promise<string>((_resolve, reject) => {
    fail = reject;
  });
  const make = vi.fn<() => Promise<string>>().mockReturnValueOnce(late).mockResolvedValue('second');
  const kept = new Lazy(make);
  const first = kept.get();
  const released = kept.release();
  expect(await kept.get()).toBe('second');
  fail(new Error('too late'));
  await expect(first).rejects.toThrow('too late');
  expect(await released).toBeUndefined();
  expect(await kept.get()).toBe('second');
  expect(make).toHaveBeenCalledTimes(2);
});
