import { ordinal, type TrueCall, utcOf } from '../floor.js';
import type { Changing, Setting } from '../service.js';
import type { Quirk } from './quirk.js';

/** Changes a call from the second request on, now and then. */
function changing(
  name: string,
  change: (floor: Changing, setting: Setting, number: number) => void,
  more: Partial<Quirk> = {},
): Quirk {
  return {
    name,
    kind: 'changes',
    hooks: (setting) => ({
      change: (floor, { number }) => {
        if (number > 1 && setting.random.chance(0.6)) change(floor, setting, number);
      },
    }),
    ...more,
  };
}

/** Any call of the window as it is now. */
function someCall(floor: Changing, { random, window }: Setting): TrueCall | undefined {
  const [start, end] = [ordinal(window.start) * 1000, ordinal(window.end) * 1000 + 999];
  const inside = floor.calls.filter(({ at }) => at >= start && at <= end);
  return inside[random.below(inside.length)];
}

function moved(call: TrueCall, by: number): TrueCall {
  const at = call.at + by;
  return { ...call, at, utc: utcOf(at) };
}

/** A new call of the window at a share of it. */
function newCall({ calls, window, random }: Setting, number: number, share: number): TrueCall | undefined {
  const like = calls[random.below(calls.length)];
  const [start, end] = [ordinal(window.start) * 1000, ordinal(window.end) * 1000 + 999];
  if (like === undefined) return undefined;
  const at = start + Math.floor((end - start) * share);
  return { ...like, id: String(980_000 + number), at, utc: utcOf(at) };
}

const SHIFTS = 'A call that is written down behind the reader, or moves there, is told by totals alone.';

export const CHANGES: readonly Quirk[] = [
  changing('calls come in late', (floor, setting, number) => {
    const call = newCall(setting, number, setting.random.below(1000) / 1000);
    if (call !== undefined) floor.put(call);
  }),
  changing('calls come in at the end', (floor, setting, number) => {
    const call = newCall(setting, number, 1);
    if (call !== undefined) floor.put(call);
  }),
  changing('calls come in at the start', (floor, setting, number) => {
    const call = newCall(setting, number, 0);
    if (call !== undefined) floor.put(call);
  }),
  changing(
    'calls are deleted',
    (floor, setting) => {
      const call = someCall(floor, setting);
      if (call !== undefined) floor.remove(call.id);
    },
    { undetectable: SHIFTS },
  ),
  changing(
    'the oldest calls are deleted',
    (floor) => {
      const call = floor.calls[0];
      if (call !== undefined) floor.remove(call.id);
    },
    { undetectable: SHIFTS },
  ),
  changing(
    'one call goes, another comes',
    (floor, setting, number) => {
      const gone = someCall(floor, setting);
      const call = newCall(setting, number, setting.random.below(1000) / 1000);
      if (gone !== undefined) floor.remove(gone.id);
      if (call !== undefined) floor.put(call);
    },
    { undetectable: SHIFTS },
  ),
  changing(
    'statuses are corrected',
    (floor, setting) => {
      const call = someCall(floor, setting);
      const like = someCall(floor, setting);
      if (call !== undefined && like !== undefined) floor.put({ ...call, status: like.status });
    },
    { questions: ['status', 'all'], undetectable: SHIFTS },
  ),
  changing(
    'dates are corrected forward',
    (floor, setting) => {
      const call = someCall(floor, setting);
      if (call !== undefined) floor.put(moved(call, 600_000 + setting.random.below(20_000_000)));
    },
    { undetectable: SHIFTS },
  ),
  changing(
    'dates are corrected backward',
    (floor, setting) => {
      const call = someCall(floor, setting);
      if (call !== undefined) floor.put(moved(call, -600_000 - setting.random.below(20_000_000)));
    },
    { undetectable: SHIFTS },
  ),
  {
    name: 'some calls come and go',
    kind: 'changes',
    undetectable: SHIFTS,
    hooks: ({ calls, random }) => {
      const flapping = calls.filter(() => random.chance(0.02)).slice(0, 20);
      return {
        change: (floor, { number }) => {
          if (number === 1) return;
          for (const call of flapping) {
            if (random.chance(0.8)) continue;
            if (floor.calls.some(({ id }) => id === call.id)) floor.remove(call.id);
            else floor.put(call);
          }
        },
      };
    },
  },
  changing(
    'lengths are written down later',
    (floor, setting) => {
      const call = someCall(floor, setting);
      if (call !== undefined) floor.put({ ...call, call_length: (call.call_length ?? 0) + 7 });
    },
    { harmless: true },
  ),
];
