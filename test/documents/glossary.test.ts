import { describe, expect, it } from 'vitest';
import { OUTCOME_GROUPS } from '../../src/convoso/statuses.js';
import { RATES } from '../../src/stats/rates.js';
import { readPage } from './pages.js';

/** The rows of a table under a heading of the glossary: what stands in code in the first cell, and the second cell. */
function rowsUnder(heading: string): [string, string][] {
  const [, section = ''] = readPage('docs/glossary.md').split(`\n## ${heading}\n`);
  const [table = ''] = section.split('\n## ');
  return [...table.matchAll(/^\| `(\w+)` \| (.+) \|$/gm)].map(([, name = '', meaning = '']) => [
    name,
    meaning,
  ]);
}

describe('docs/glossary.md', () => {
  it('lists every outcome group', () => {
    expect(rowsUnder('Outcome groups').map(([name]) => name)).toEqual([...OUTCOME_GROUPS]);
  });

  it('defines every rate as answers do', () => {
    const defined = rowsUnder('Rates').map(([name, meaning]) => [name, meaning.split('. ')[0]]);
    expect(defined).toEqual(Object.entries(RATES).map(([name, { definition }]) => [name, definition]));
  });
});
