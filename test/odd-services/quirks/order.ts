import type { TrueCall } from '../floor.js';
import { hashOf } from '../random.js';
import { byId, type Request } from '../service.js';
import { type Quirk, simple } from './quirk.js';

type Order = (a: TrueCall, b: TrueCall) => number;

const inOrder = (order: Order) => (calls: readonly TrueCall[], request: Request) => {
  const sorted = calls.toSorted(order);
  return request.order === 'asc' ? sorted : sorted.reverse();
};
const directed = (request: Request) => request.order;

/** Calls in their order, those of one second by another key. */
const tied =
  (key: (call: TrueCall, request: Request) => number) => (calls: readonly TrueCall[], request: Request) => {
    const keys = new Map(calls.map((call) => [call, key(call, request)]));
    const sign = request.order === 'asc' ? 1 : -1;
    const second = ({ at }: TrueCall) => Math.floor(at / 1000);
    return calls.toSorted(
      (a, b) => sign * (second(a) - second(b)) || (keys.get(a) ?? 0) - (keys.get(b) ?? 0) || byId(a, b),
    );
  };

export const ORDER: readonly Quirk[] = [
  simple('order', 'always oldest first', { order: { key: () => '', arrange: (calls) => calls } }),
  simple('order', 'always newest first', {
    order: { key: () => '', arrange: (calls) => calls.toReversed() },
  }),
  simple('order', 'the other way round', {
    order: {
      key: directed,
      arrange: (calls, { order }) => (order === 'desc' ? calls : calls.toReversed()),
    },
  }),
  simple('order', 'by id', { order: { key: directed, arrange: inOrder(byId) } }),
  simple('order', 'by id, whatever the order asked for', {
    order: { key: () => '', arrange: (calls) => calls.toSorted(byId) },
  }),
  simple('order', 'by ids as texts', {
    order: { key: directed, arrange: inOrder((a, b) => (a.id < b.id ? -1 : 1)) },
  }),
  simple('order', 'by length', {
    order: {
      key: directed,
      arrange: inOrder((a, b) => (a.call_length ?? 0) - (b.call_length ?? 0) || byId(a, b)),
    },
  }),
  simple('order', 'none that lasts', {
    order: { key: directed, arrange: inOrder((a, b) => hashOf(a.id) - hashOf(b.id)) },
  }),
  {
    name: 'at random on each request',
    kind: 'order',
    hooks: ({ random }) => ({
      order: {
        key: () => undefined,
        arrange(calls) {
          const keys = new Map(calls.map((call) => [call, random.below(1_000_000_000)]));
          return calls.toSorted((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
        },
      },
    }),
  },
  simple('order', 'by time, some places wrong', {
    order: {
      key: directed,
      arrange: inOrder(
        (a, b) =>
          a.at + (hashOf(a.id) % 23 === 0 ? 90_000 : 0) - (b.at + (hashOf(b.id) % 23 === 0 ? 90_000 : 0)) ||
          byId(a, b),
      ),
    },
  }),
];

/** The order of calls of one second. */
export const TIES: readonly Quirk[] = [
  simple(
    'ties',
    'the other way round beyond row 400',
    {
      order: {
        key: ({ order, offset }) => `${order} ${offset < 400}`,
        arrange: tied(({ id }, { offset }) => (offset < 400 ? 1 : -1) * Number(id.replace(/\D/g, ''))),
      },
    },
    {
      undetectable: 'A call that trades places with one on the page before can be on neither page.',
    },
  ),
  {
    name: 'at random on each request',
    kind: 'ties',
    hooks: ({ random }) => ({
      order: { key: () => undefined, arrange: tied(() => random.below(1_000_000_000)) },
    }),
  },
  simple('ties', 'by a hash of the offset', {
    order: {
      key: ({ order, offset }) => `${order} ${offset}`,
      arrange: tied(({ id }, { offset }) => hashOf(`${id} ${offset}`)),
    },
  }),
  simple('ties', 'by a hash of the window', {
    order: {
      key: ({ order }) => order,
      arrange: tied(({ id }, { form }) => hashOf(`${id} ${form['start_time']} ${form['end_time']}`)),
    },
  }),
  simple(
    'ties',
    'by id in both directions',
    { order: { key: directed, arrange: tied(() => 0) } },
    { harmless: true },
  ),
  simple(
    'ties',
    'newest id first in both directions',
    { order: { key: directed, arrange: tied(({ id }) => -Number(id.replace(/\D/g, ''))) } },
    { harmless: true },
  ),
];
