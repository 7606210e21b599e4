import { ordinal, type StampWindow, stamp, type TrueCall } from '../floor.js';
import { hashOf } from '../random.js';
import type { Hooks } from '../service.js';
import { type Quirk, simple } from './quirk.js';

const HOUR = 3_600_000;
const some = (call: TrueCall, of = 7) => hashOf(call.id) % of === 0;
const printed = (name: string, date: NonNullable<Hooks['date']>, more: Partial<Quirk> = {}) =>
  simple('dates', name, { date }, more);

/** Ten calls without any date, which every window holds. */
const tenUndated: Hooks['reshape'] = (calls) =>
  calls.map((call, i) =>
    i % Math.max(1, Math.floor(calls.length / 10)) === 3 ? { ...call, undated: true } : call,
  );

function usForm(call: TrueCall): string {
  const date = new Date(call.at);
  const two = (value: number) => String(value).padStart(2, '0');
  const hour = date.getUTCHours();
  const day = `${two(date.getUTCMonth() + 1)}/${two(date.getUTCDate())}/${date.getUTCFullYear()}`;
  return `${day} ${two(hour % 12 || 12)}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} ${hour < 12 ? 'AM' : 'PM'}`;
}

const rounded = (call: TrueCall) => Math.round(call.at / 1000) * 1000;
const isWithin = (at: number, { start, end }: StampWindow) =>
  at >= ordinal(start) * 1000 && at < ordinal(end) * 1000 + 1000;

export const DATES: readonly Quirk[] = [
  simple('dates', 'milliseconds kept, seconds printed', { stored: (call) => call.at }),
  simple('dates', 'milliseconds kept and printed', {
    stored: (call) => call.at,
    date: (_printed, call) => `${stamp(call.at)}.${String(call.at % 1000).padStart(3, '0')}`,
  }),
  simple(
    'dates',
    'milliseconds kept, rounded to seconds where printed',
    { stored: (call) => call.at, date: (_printed, call) => stamp(rounded(call)) },
    { either: (call, window) => isWithin(call.at, window) !== isWithin(rounded(call), window) },
  ),
  printed('printed to the minute', (date) => String(date).slice(0, 16)),
  printed('printed to the minute with seconds of zero', (date) => `${String(date).slice(0, 16)}:00`),
  printed('printed as a date', (date) => String(date).slice(0, 10)),
  printed('printed with PST', (date) => `${date} PST`),
  printed('printed in Eastern time as EST', (_date, call) => `${stamp(call.at + 3 * HOUR)} EST`),
  printed('printed with an offset', (date) => `${date}-08:00`),
  printed('printed with a short offset', (date) => `${date}-08`),
  printed('printed in UTC with Z', (_date, call) => `${stamp(call.utc).replace(' ', 'T')}Z`),
  printed('printed with a T', (date) => String(date).replace(' ', 'T')),
  printed('printed in the US form', (_date, call) => usForm(call)),
  printed('printed with the name of the zone', (date) => `${date} America/Los_Angeles`),
  printed('printed as seconds since 1970', (_date, call) => Math.floor(call.utc / 1000)),
  printed('printed in UTC, filtered in account time', (_date, call) => stamp(call.utc)),
  simple(
    'dates',
    'filtered in UTC, printed in account time',
    { stored: (call) => Math.floor(call.utc / 1000) * 1000 },
    {
      undetectable:
        'Where no call lies between the window and the same window eight hours off, every row is inside the window asked for.',
    },
  ),
  printed('null on some rows', (date, call) => (some(call) ? null : date)),
  printed('null on every row', () => null),
  printed('absent from every row', () => undefined),
  printed('0000-00-00 on some rows', (date, call) => (some(call) ? '0000-00-00 00:00:00' : date)),
  printed('a time only', (date) => String(date).slice(11)),
  printed('a time only on some rows', (date, call) => (some(call) ? String(date).slice(11) : date)),
  printed('garbage on some rows', (date, call) => (some(call) ? 'n/a' : date)),
  printed('impossible dates on some rows', (date, call) => (some(call, 40) ? '2026-02-30 10:00:00' : date)),
  simple('dates', 'calls without a date in every window', { reshape: tenUndated }),
  simple('dates', 'calls of 0000-00-00 in every window', {
    reshape: tenUndated,
    date: (date, call) => (call.undated ? '0000-00-00 00:00:00' : date),
  }),
];
