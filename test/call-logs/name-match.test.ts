import { describe, expect, it } from 'vitest';
import { matchName, type Named } from '../../src/call-logs/name-match.js';

const named = (names: Record<string, string>): Named[] =>
  Object.entries(names).map(([id, name]) => ({ id, names: [name] }));

const USERS = named({
  1: 'Jane Smith',
  2: 'Jane Okafor',
  3: "Tom O'Brien",
  4: 'Zoë Lindqvist',
  5: 'Bob Smithson',
  6: 'jane',
});

const found = (text: string, things = USERS) => {
  const match = matchName(text, things);
  return match.kind === 'one' ? match.match.id : match.kind;
};
const candidates = (text: string) => {
  const match = matchName(text, USERS);
  if (match.kind === 'one') throw new Error(`${text} was found`);
  return match.candidates.map(({ id }) => id);
};

describe('a name', () => {
  it('is the one written exactly so, before any other', () => {
    const twins = named({ 1: 'Ann Lee', 2: 'ANN LEE' });
    expect(found('Ann Lee', twins)).toBe('1');
    expect(found('ann lee', twins)).toBe('several');
    expect(found('jane')).toBe('6');
  });

  it('is found in any letter case, without its accents and apostrophes', () => {
    expect(found('JANE SMITH')).toBe('1');
    expect(found('zoe lindqvist')).toBe('4');
    expect(found('Tom OBrien')).toBe('3');
    expect(found('Tom O’Brien')).toBe('3');
  });

  it('is found by its beginning or by words of it, in any order, when that fits one only', () => {
    expect(found('Jane S')).toBe('1');
    expect(found('Okafor')).toBe('2');
    expect(found('smith, jane')).toBe('1');
    expect(found('lind')).toBe('4');
  });

  it('says whether the whole name was given', () => {
    expect(matchName('jane smith', USERS)).toMatchObject({ kind: 'one', exact: true });
    expect(matchName('okafor', USERS)).toMatchObject({ kind: 'one', exact: false });
  });

  it('that fits several names them, the closest first', () => {
    expect(found('smith')).toBe('several');
    expect(candidates('smith')).toEqual(['1', '5']);
  });

  it('that is misspelled is not guessed at, but ranks the candidates', () => {
    expect(found('Jnae Smith')).toBe('none');
    expect(candidates('Jnae Smith')[0]).toBe('1');
    expect(candidates('Oakfor')[0]).toBe('2');
    expect(candidates('xyz')).toHaveLength(5);
  });

  it('lists candidates that are equally close in the order of their names, whichever was known first', () => {
    const twins = named({ 9: 'Pat Zed', 8: 'Pat Abe', 7: 'Pat Mid' });
    for (const things of [twins, [...twins].reverse()]) {
      const match = matchName('Pat', things);
      expect(match.kind === 'several' && match.candidates.map(({ id }) => id)).toEqual(['8', '7', '9']);
    }
  });

  it('does not use one word of a name twice', () => {
    expect(found('jane jane')).toBe('none');
  });

  it('of nothing but punctuation, or among no names, is not found', () => {
    expect(matchName('…', USERS)).toEqual({ kind: 'none', candidates: [] });
    expect(matchName('Jane', [])).toEqual({ kind: 'none', candidates: [] });
  });
});
