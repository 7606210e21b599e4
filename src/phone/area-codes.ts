import { AREA_CODE_TABLE, NON_GEOGRAPHIC_CODES, TOLL_FREE_CODES } from './area-code-table.js';

/** Where the holder of a number may be, as far as the number tells. Numbers are carried along when people move. */
export type PhonePlace =
  | {
      readonly kind: 'area';
      readonly areaCode: string;
      /** ISO 3166-2 in the US and Canada (`US-FL`), ISO 3166-1 for other countries of the plan (`JM`). Mostly one. */
      readonly regions: readonly string[];
      /** Every IANA zone that a number with this area code may be in; at least one. */
      readonly zones: readonly string[];
    }
  | {
      /** `unknown`: an area code that the table does not have. `invalid`: no whole number. */
      readonly kind: 'toll_free' | 'non_geographic' | 'unknown' | 'foreign' | 'invalid';
    };

let places: ReadonlyMap<string, PhonePlace> | undefined;

function tabled(): ReadonlyMap<string, PhonePlace> {
  const made = new Map<string, PhonePlace>();
  for (const [regions, zones, codes] of AREA_CODE_TABLE) {
    const where = { kind: 'area', regions: regions.split(' '), zones: zones.split(' ') } as const;
    for (const areaCode of codes.split(' ')) made.set(areaCode, { ...where, areaCode });
  }
  for (const code of TOLL_FREE_CODES.split(' ')) made.set(code, { kind: 'toll_free' });
  for (const code of NON_GEOGRAPHIC_CODES.split(' ')) made.set(code, { kind: 'non_geographic' });
  return made;
}

const UNKNOWN: PhonePlace = { kind: 'unknown' };
const FOREIGN: PhonePlace = { kind: 'foreign' };
const INVALID: PhonePlace = { kind: 'invalid' };

/** The place of a number by its key (`phoneKey`): what the area code says of numbers of the North American plan. */
export function placeOf(key: string): PhonePlace {
  if (!key.startsWith('+')) return INVALID;
  if (!key.startsWith('+1')) return FOREIGN;
  places ??= tabled();
  return places.get(key.slice(2, 5)) ?? UNKNOWN;
}
