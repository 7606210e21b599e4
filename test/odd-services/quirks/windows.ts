import { byId } from '../service.js';
import { type Quirk, simple } from './quirk.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const down = (moment: number, step: number) => Math.floor(moment / step) * step;

const EXCLUDED =
  'A search page asks for the window as it is: a call in the excluded second looks like one that is not there.';

export const WINDOWS: readonly Quirk[] = [
  simple(
    'windows',
    'start exclusive',
    { bounds: ({ start, end }) => ({ start: start + 1, end }) },
    { undetectableInPages: EXCLUDED },
  ),
  simple(
    'windows',
    'end exclusive',
    { bounds: ({ start, end }) => ({ start, end: end - 1 }) },
    { undetectableInPages: EXCLUDED },
  ),
  simple(
    'windows',
    'both ends exclusive',
    { bounds: ({ start, end }) => ({ start: start + 1, end: end - 1 }) },
    { undetectableInPages: EXCLUDED },
  ),
  simple('windows', 'ends rounded down to the minute', {
    bounds: ({ start, end }) => ({ start: down(start, MINUTE), end: down(end, MINUTE) }),
  }),
  simple('windows', 'ends rounded outward to the minute', {
    bounds: ({ start, end }) => ({ start: down(start, MINUTE), end: down(end, MINUTE) + MINUTE - 1 }),
  }),
  simple('windows', 'ends rounded inward to the minute', {
    bounds: ({ start, end }) => ({ start: down(start + MINUTE - 1, MINUTE), end: down(end, MINUTE) }),
  }),
  simple('windows', 'ends rounded down to the hour', {
    bounds: ({ start, end }) => ({ start: down(start, HOUR), end: down(end, HOUR) }),
  }),
  simple('windows', 'ends rounded outward to the day', {
    bounds: ({ start, end }) => ({ start: down(start, DAY), end: down(end, DAY) + DAY - 1 }),
  }),
  simple(
    'windows',
    'ends rounded down to the day',
    { bounds: ({ start, end }) => ({ start: down(start, DAY), end: down(end, DAY) }) },
    { undetectable: 'The last day of the window looks like one without calls.' },
  ),
  simple('windows', 'dates ignored', {
    bounds: () => ({ start: Number.MIN_SAFE_INTEGER, end: Number.MAX_SAFE_INTEGER - 1 }),
  }),
  simple('windows', 'start ignored', {
    bounds: ({ end }) => ({ start: Number.MIN_SAFE_INTEGER, end }),
  }),
  simple('windows', 'end ignored', {
    bounds: ({ start }) => ({ start, end: Number.MAX_SAFE_INTEGER - 1 }),
  }),
  simple('windows', 'start equal to end refused', {
    interrupt: ({ form }) =>
      form['start_time'] === form['end_time']
        ? { json: { success: false, code: 6031, error: 'Invalid date range' } }
        : undefined,
  }),
  simple('windows', 'start equal to end finds nothing', {
    bounds: ({ start, end }) => (start === end ? { start, end: start - 1 } : { start, end }),
  }),
  simple(
    'windows',
    'no more than a day from the start',
    { bounds: ({ start, end }) => ({ start, end: Math.min(end, start + DAY - 1000) }) },
    { undetectable: 'A service that searches the first day only looks like one without later calls.' },
  ),
  simple(
    'windows',
    'no more than a day before the end',
    { bounds: ({ start, end }) => ({ start: Math.max(start, end - DAY + 1000), end }) },
    { undetectable: 'A service that searches the last day only looks like one without earlier calls.' },
  ),
  simple('windows', 'more than 31 days refused', {
    interrupt: ({ form }) =>
      Date.parse(form['end_time'] ?? '') - Date.parse(form['start_time'] ?? '') > 31 * DAY
        ? { json: { success: false, error: 'Invalid date range' } }
        : undefined,
  }),
  {
    name: 'the oldest calls are beyond retention',
    kind: 'windows',
    hooks: ({ calls }) => ({ reshape: () => calls.slice(Math.floor(calls.length / 3)).toSorted(byId) }),
    harmless: true,
  },
];
