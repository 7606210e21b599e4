import type { Page } from '../service.js';
import { type Quirk, simple } from './quirk.js';

const total = (name: string, tell: (page: Page, all: number, number: number) => unknown): Quirk =>
  simple('totals', name, {
    page: (page, { number }, all) => ({ ...page, total: tell(page, all.length, number) }),
  });

export const TOTALS: readonly Quirk[] = [
  total('null', () => null),
  total('absent', () => undefined),
  total('a sentence', (_page, all) => `${all} calls`),
  total('with a comma', (_page, all) => all.toLocaleString('en-US')),
  total('empty text', () => ''),
  total('the rows of the page', ({ calls }) => calls.length),
  total('seven too few', (_page, all) => Math.max(0, all - 7)),
  total('seven too many', (_page, all) => all + 7),
  total('at most 1,000', (_page, all) => Math.min(all, 1000)),
  total('at most 500', (_page, all) => Math.min(all, 500)),
  total('behind at first', (_page, all, number) => (number <= 2 ? Math.max(0, all - 5) : all)),
  total('right at first, then behind', (_page, all, number) => (number <= 2 ? all : Math.max(0, all - 5))),
  total('always zero', () => 0),
  total('minus one', () => -1),
  {
    name: 'a little different each time',
    kind: 'totals',
    hooks: ({ random }) => ({
      page: (page, _request, all) => ({ ...page, total: Math.max(0, all.length - 3 + random.below(7)) }),
    }),
  },
  simple('totals', 'of what is left', {
    page: (page, { offset }, all) => ({ ...page, total: Math.max(0, all.length - offset) }),
  }),
  simple('totals', 'of pages', {
    page: (page, { limit }, all) => ({ ...page, total: Math.ceil(all.length / limit) }),
  }),
  simple('totals', 'told on the first page only', {
    page: (page, { offset }) => (offset === 0 ? page : { ...page, total: undefined }),
  }),
  simple('totals', 'zero beyond the first page', {
    page: (page, { offset }) => (offset === 0 ? page : { ...page, total: 0 }),
  }),
  {
    name: 'of the whole account',
    kind: 'totals',
    hooks: ({ calls }) => ({ page: (page) => ({ ...page, total: calls.length }) }),
  },
];
