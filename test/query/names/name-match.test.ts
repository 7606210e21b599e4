import { describe, expect, it } from 'vitest';
import { matchName, type Named } from '../../../src/query/names/name-match.js';
import { outgoingText } from '../../../src/redact/outgoing.js';

const thing = (id: string, ...names: string[]): Named => ({
  id: outgoingText(id),
  names: names.map(outgoingText),
});
const named = (names: Record<string, string>): Named[] =>
  Object.entries(names).map(([id, name]) => thing(id, name));

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
  it('is a whole name before a part of one, and one of several bearers however it is spelled', () => {
    const twins = named({ 1: 'Ann Lee', 2: 'ANN LEE' });
    expect(found('Ann Lee', twins)).toBe('several');
    expect(found('ann lee', twins)).toBe('several');
    expect(found('Jane')).toBe('6');
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
    expect(found('smi')).toBe('several');
    expect(candidates('smi')).toEqual(['1', '5']);
  });

  it('is found by a whole word of it before the beginning of another word', () => {
    const jane = named({ 1: 'Jane Smith', 2: 'Janet Jones', 3: 'Bob Smithson' });
    expect(found('Jane', jane)).toBe('1');
    expect(found('Smith', jane)).toBe('1');
    expect(found('Jan', jane)).toBe('several');
    expect(found('Jane', [...jane, ...named({ 4: 'Okafor, Jane' })])).toBe('several');
  });

  it('gives each of its words a word of its own, whichever order they are in', () => {
    expect(found('jan jane', named({ 1: 'Jane Jan' }))).toBe('1');
    expect(found('j jane', named({ 1: 'Jane Jones' }))).toBe('1');
  });

  it('counts all that it fits where it lists only the closest', () => {
    const many = named(Object.fromEntries(Array.from({ length: 9 }, (_, i) => [i, `Pat ${i}`])));
    const match = matchName('Pat', many);
    expect(match.kind === 'several' && [match.candidates.length, match.fits]).toEqual([5, 9]);
  });

  it('may be an id: as written before any name, in another letter case beside the names', () => {
    const things = [thing('JSMITH', 'Jo'), thing('jo')];
    expect(found('jo', things)).toBe('jo');
    expect(found('jsmith', things)).toBe('JSMITH');
    expect(found('JO', things)).toBe('several');
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
