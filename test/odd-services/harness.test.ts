import { expect, it } from 'vitest';
import { caseName, prepare, ZONE } from './cases.js';
import type { Dialect } from './floor.js';
import { judge, truthOf } from './oracle.js';
import { FAITHFUL, QUIRKS, type Quirk, titleOf } from './quirks/index.js';
import type { Row } from './service.js';

// The simulator and the oracle themselves, with a reader that pages by offset and believes whatever it is told.

function naively(quirk: Quirk, dialect: Dialect, seed: number): { right: boolean; reason?: string } {
  const one = { quirks: [quirk], dialect, size: 2000, seed, question: 'all', zone: ZONE };
  const prepared = prepare(one);
  const { service, floor, question } = prepared;
  const ids: string[] = [];
  for (let offset = 0; offset < 100_000; offset += 500) {
    const answer = service.answer({
      start_time: floor.window.start,
      end_time: floor.window.end,
      limit: '500',
      offset: String(offset),
      order: 'asc',
    });
    if (answer === 'timeout' || !('value' in answer)) break;
    const body = answer.value as Row;
    const page = (body['data'] ?? body) as { results: readonly { id: string }[]; total_found?: unknown };
    ids.push(...page.results.map(({ id }) => id));
    if (ids.length >= Number(page.total_found)) break;
  }
  const truth = truthOf(service, floor.window, question, [quirk]);
  const outcome = { ids, count: ids.length, complete: true, said: '' };
  return judge(outcome, truth, { ...one, ...prepared });
}

const quirkOf = (title: string): Quirk => {
  const found = QUIRKS.find((quirk) => titleOf(quirk) === title);
  if (found === undefined) throw new Error(`no quirk ${title}`);
  return found;
};

it('knows at least 60 quirks, each under a title of its own', () => {
  const titles = QUIRKS.map(titleOf);
  expect(new Set(titles).size).toBe(titles.length);
  expect(titles.length).toBeGreaterThanOrEqual(60);
});

it('finds a reader right that believes a faithful service', () => {
  for (const dialect of ['contract', 'live'] as const)
    for (let seed = 1; seed <= 5; seed += 1)
      expect(
        naively(FAITHFUL, dialect, seed),
        caseName({ quirks: [FAITHFUL], dialect, size: 2000, seed, question: 'all', zone: ZONE }),
      ).toEqual({ right: true });
});

it.each([
  ['dates: milliseconds kept, seconds printed', 'missing'],
  ['windows: both ends exclusive', 'missing'],
  ['order: at random on each request', 'counted twice'],
  ['paging: offset ignored', 'counted twice'],
  ['totals: the rows of the page', 'missing'],
  ['windows: dates ignored', 'too many'],
  ['replicas: one of two far behind, at random', 'missing'],
])('finds a reader wrong that believes a service with %s', (title, mistake) => {
  const { right, reason } = naively(quirkOf(title), 'contract', 3);
  expect(right).toBe(false);
  expect(reason).toContain(mistake);
});

it('excuses a reader only where every reply could be that of a service with fewer calls', () => {
  expect(naively(quirkOf('replicas: behind throughout'), 'live', 3)).toMatchObject({
    right: true,
    excused: true,
  });
  expect(naively(quirkOf('replicas: rows behind throughout'), 'live', 3)).toMatchObject({ right: false });
});
