import { hashOf } from '../random.js';
import type { Hooks } from '../service.js';
import { type Quirk, simple } from './quirk.js';

const row = (name: string, change: NonNullable<Hooks['row']>, more: Partial<Quirk> = {}): Quirk =>
  simple('rows', name, { row: change }, { harmless: true, ...more });
const recording = (name: string, shape: (list: unknown) => unknown): Quirk =>
  row(`recording as ${name}`, (plain) => ({ ...plain, recording: shape(plain['recording']) }));
const first = (list: unknown) => (Array.isArray(list) ? (list[0] ?? {}) : {});
const two = (value: number) => String(value).padStart(2, '0');
const clock = (seconds: number) =>
  `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
const length = (name: string, print: (seconds: number | null) => unknown, more: Partial<Quirk> = {}): Quirk =>
  row(`length ${name}`, (plain, call) => ({ ...plain, call_length: print(call.call_length) }), more);

/** Four ways to write one number. */
const SPELLINGS = [
  (number: string) => number,
  (number: string) => `1${number}`,
  (number: string) => `+1 (${number.slice(0, 3)}) ${number.slice(3, 6)}-${number.slice(6)}`,
  (number: string) => `${number.slice(0, 3)}-${number.slice(3, 6)}-${number.slice(6)}`,
] as const;

export const ROWS: readonly Quirk[] = [
  recording('an object', first),
  recording('an object by keys', (list) => ({ '0': first(list) })),
  recording('JSON text', (list) => JSON.stringify(list)),
  recording('a URL', () => 'https://example.com/recording/1.mp3'),
  recording('false', () => false),
  recording('a list of texts', () => ['https://example.com/recording/1.mp3']),
  recording('a list of null', () => [null]),
  recording('zero', () => 0),
  length('as a clock', (seconds) => (seconds === null ? null : clock(seconds))),
  length('with a comma', (seconds) => (seconds === null ? null : (seconds + 1000).toLocaleString('en-US'))),
  length('with a fraction', (seconds) => (seconds === null ? null : `${seconds}.00`)),
  length('null on every row', () => null),
  length('as words', () => 'long', { harmless: false }),
  length('negative', () => -1, { harmless: false }),
  length('as a list', () => [], { harmless: false }),
  row('lists in side fields', (plain) => ({ ...plain, queue_position: [], agent_comment: ['a', 'b'] })),
  row('objects in side fields', (plain) => ({
    ...plain,
    agent_comment: { text: 'a' },
    nested: { deep: [1] },
  })),
  row('booleans in side fields', (plain) => ({ ...plain, term_reason: false, agent_comment: true })),
  row('a list as phone number', (plain) => ({ ...plain, number_dialed: [plain['number_dialed']] }), {
    harmless: false,
  }),
  row(
    '200 fields that no document names',
    (plain) => ({
      ...plain,
      ...Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`field_${i}`, `value ${i}`])),
    }),
    { largest: 120 },
  ),
  row('ids as numbers', (plain) => ({
    ...plain,
    id: Number(plain['id']),
    lead_id: Number(plain['lead_id']),
  })),
  {
    name: 'ids past 2^53 without quotes',
    kind: 'rows',
    harmless: true,
    hooks: () => ({
      reshape: (calls) => calls.map((call) => ({ ...call, id: `9007199254${call.id.padStart(8, '0')}` })),
      text: (json) => json.replace(/"id":"(\d{16,})"/g, '"id":$1'),
    }),
  },
  {
    name: 'ids with letters',
    kind: 'rows',
    harmless: true,
    hooks: () => ({ reshape: (calls) => calls.map((call) => ({ ...call, id: `c${call.id}x` })) }),
  },
  {
    name: 'ids that differ in their case only',
    kind: 'rows',
    harmless: true,
    hooks: () => ({
      reshape: (calls) =>
        calls.map((call, i) => ({ ...call, id: `${i % 2 === 0 ? 'a' : 'A'}${calls[i - (i % 2)]?.id}` })),
    }),
  },
  {
    name: 'statuses in mixed case',
    kind: 'rows',
    harmless: true,
    hooks: () => ({
      row: (plain, call) => {
        const status = call.status;
        const spellings = [status, status.toLowerCase(), `${status[0]}${status.slice(1).toLowerCase()}`];
        return { ...plain, status: spellings[hashOf(call.id) % 3] };
      },
    }),
  },
  row(
    'one number in four spellings',
    (plain, call) => {
      const spell = SPELLINGS[hashOf(call.id) % 4] ?? SPELLINGS[0];
      return { ...plain, phone_number: spell(call.phone_number), number_dialed: spell(call.phone_number) };
    },
    { questions: ['all', 'phone_number'] },
  ),
  row('the words null and NULL for nothing', (plain) =>
    Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, value === null ? 'null' : value])),
  ),
  row('spaces around values', (plain) =>
    Object.fromEntries(
      Object.entries(plain).map(([name, value]) => [name, typeof value === 'string' ? ` ${value} ` : value]),
    ),
  ),
  simple('rows', 'null instead of some rows', {
    row: (plain, call) => (hashOf(call.id) % 40 === 0 ? null : plain),
  }),
  simple('rows', 'some rows without an id', {
    row: (plain, call) => (hashOf(call.id) % 40 === 0 ? { ...plain, id: null } : plain),
  }),
  {
    name: 'one id for two calls',
    kind: 'rows',
    hooks: ({ calls }) => {
      const others = new Map<string, string>();
      for (const [i, call] of calls.entries()) {
        const before = calls[i - 1];
        // Both are part of whatever is asked.
        const alike = before?.status === call.status && before.campaign_id === call.campaign_id;
        if (before !== undefined && alike && i % 5 === 2) others.set(call.id, before.id);
      }
      return { row: (plain, call) => ({ ...plain, id: others.get(call.id) ?? call.id }) };
    },
  },
];
