import { describe, expect, it } from 'vitest';
import { AREA_CODE_TABLE } from '../../src/phone/area-code-table.js';
import { placeOf } from '../../src/phone/area-codes.js';
import { phoneKey } from '../../src/phone/phone.js';

const place = (number: string) => placeOf(phoneKey(number));

describe('the place of a number', () => {
  it.each([
    ['212-555-0100', ['US-NY'], ['America/New_York']],
    ['(850) 555-0101', ['US-FL'], ['America/Chicago', 'America/New_York']],
    ['+1 448 555 0101', ['US-FL'], ['America/Chicago', 'America/New_York']],
    ['6895550100', ['US-FL'], ['America/New_York']],
    ['9285550100', ['US-AZ'], ['America/Denver', 'America/Phoenix']],
    ['7875550100', ['PR'], ['America/Puerto_Rico']],
    ['4165550100', ['CA-ON'], ['America/Toronto']],
    ['9025550100', ['CA-NS', 'CA-PE'], ['America/Halifax']],
  ])('is what the area code of %s says', (number, regions, zones) => {
    expect(place(number)).toMatchObject({ kind: 'area', regions, zones });
  });

  it.each([
    ['800-555-0100', 'toll_free'],
    ['+18885550100', 'toll_free'],
    ['900-555-0100', 'non_geographic'],
    ['500-555-0100', 'non_geographic'],
    ['555-555-0100', 'unknown'],
    ['+44 20 7946 0000', 'foreign'],
    ['911', 'invalid'],
    ['anonymous', 'invalid'],
  ])('of %s is none: %s', (number, kind) => {
    expect(place(number)).toEqual({ kind });
  });
});

describe('the table of area codes', () => {
  const codes = AREA_CODE_TABLE.flatMap(([, , list]) => list.split(' '));

  it('has each code once, and all states', () => {
    expect(new Set(codes).size).toBe(codes.length);
    const states = new Set(AREA_CODE_TABLE.map(([region]) => region).filter((one) => one.startsWith('US-')));
    expect(states.size).toBe(51);
  });

  it('names zones that Node knows', () => {
    for (const [, zones] of AREA_CODE_TABLE) {
      for (const zone of zones.split(' '))
        expect(() => new Intl.DateTimeFormat('en', { timeZone: zone })).not.toThrow();
    }
  });

  it('knows more than one zone of the codes that the states divided by a zone share', () => {
    const several = AREA_CODE_TABLE.filter(([, zones]) => zones.includes(' ')).flatMap(([, , list]) =>
      list.split(' '),
    );
    const known =
      '208 219 270 308 423 541 574 605 606 620 701 775 785 812 850 906 907 928 986 364 448 458 930'.split(
        ' ',
      );
    expect(known.filter((code) => !several.includes(code))).toEqual([]);
  });
});
