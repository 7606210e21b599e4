import type { TrueCall } from '../floor.js';
import { hashOf } from '../random.js';
import type { Page, Request } from '../service.js';
import { type Quirk, simple } from './quirk.js';

const capped = (cap: number): Quirk['hooks'] => {
  return () => ({ page: (page) => ({ ...page, calls: page.calls.slice(0, cap) }) });
};
const from = (calls: readonly TrueCall[], at: number, { limit }: Request) =>
  calls.slice(Math.max(0, at), Math.max(0, at) + limit);
/** Every fiftieth call, twice in a row. */
const doubled = (calls: readonly TrueCall[]) =>
  calls.flatMap((call) => (hashOf(call.id) % 50 === 0 ? [call, call] : [call]));

export const PAGING: readonly Quirk[] = [
  simple('paging', 'offset ignored', { form: ({ offset: _offset, ...form }) => form }),
  simple('paging', 'limit ignored, pages of 1,000', { form: (form) => ({ ...form, limit: '1000' }) }),
  simple('paging', 'limit ignored, pages of 10', { form: (form) => ({ ...form, limit: '10' }) }),
  { name: 'pages of at most 100', kind: 'paging', hooks: capped(100), harmless: true },
  { name: 'pages of at most 17', kind: 'paging', hooks: capped(17), harmless: true, largest: 2000 },
  { name: 'pages of one row', kind: 'paging', hooks: capped(1), harmless: true, largest: 501 },
  simple(
    'paging',
    'one row more than the limit',
    { page: (page, { offset, limit }, all) => ({ ...page, calls: all.slice(offset, offset + limit + 1) }) },
    { surplus: 1 },
  ),
  simple('paging', 'offsets beyond 1,000 refused', {
    interrupt: ({ offset }) =>
      offset > 1000 ? { json: { success: false, code: 7231, text: 'Offset too large' } } : undefined,
  }),
  simple('paging', 'offsets beyond 1,000 find nothing', {
    page: (page, { offset }) => (offset > 1000 ? { ...page, calls: [] } : page),
  }),
  simple('paging', 'offsets beyond 1,000 repeat the page at 1,000', {
    page: (page, request, all) =>
      request.offset > 1000 ? { ...page, calls: from(all, 1000, request) } : page,
  }),
  simple('paging', 'offsets beyond 1,000 find nothing and count nothing', {
    page: (page, { offset }) => (offset > 1000 ? { calls: [], total: 0 } : page),
  }),
  simple('paging', 'pages begin three rows early', {
    page: (page, request, all) => ({ ...page, calls: from(all, request.offset - 3, request) }),
  }),
  simple(
    'paging',
    'pages begin a row late',
    {
      page: (page, request, all) =>
        request.offset === 0 ? page : { ...page, calls: from(all, request.offset + 1, request) },
    },
    { undetectable: 'The row between two pages is on neither, unless a page overlaps the one before.' },
  ),
  simple('paging', 'offsets rounded down to whole pages', {
    page: (page, request, all) => ({
      ...page,
      calls: from(all, request.offset - (request.offset % request.limit), request),
    }),
  }),
  simple('paging', 'offset taken for the number of the page', {
    page: (page, request, all) => ({ ...page, calls: from(all, request.offset * request.limit, request) }),
  }),
  simple('paging', 'rows twice on a page, in place of others', {
    page: (page, { limit }) => ({ ...page, calls: doubled(page.calls).slice(0, limit) }),
  }),
  simple('paging', 'rows twice on a page, besides the others', {
    page: (page) => ({ ...page, calls: doubled(page.calls) }),
  }),
  simple('paging', 'rows twice in the list, and counted twice', {
    page: (_page, { offset, limit }, all) => {
      const list = doubled(all);
      return { calls: list.slice(offset, offset + limit), total: list.length };
    },
  }),
  {
    name: 'short pages now and then',
    kind: 'paging',
    hooks: ({ random }) => ({
      page: (page: Page) =>
        random.chance(0.3) ? { ...page, calls: page.calls.slice(0, Math.ceil(page.calls.length / 2)) } : page,
    }),
  },
  {
    name: 'empty pages now and then',
    kind: 'paging',
    hooks: ({ random }) => ({
      page: (page: Page, { number }) => (number > 1 && random.chance(0.2) ? { ...page, calls: [] } : page),
    }),
  },
  {
    name: 'an empty page first',
    kind: 'paging',
    hooks: () => ({ page: (page, { number }) => (number === 1 ? { ...page, calls: [] } : page) }),
  },
  {
    name: 'an empty reply first',
    kind: 'paging',
    hooks: () => ({ page: (page, { number }) => (number === 1 ? { calls: [], total: 0 } : page) }),
  },
];
