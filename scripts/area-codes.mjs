// Writes src/phone/area-code-table.ts: where each North American area code lies and every time zone that its numbers may be in.
//
//   node scripts/area-codes.mjs FOLDER REVISION
//
// FOLDER is a checkout of github.com/google/libphonenumber (Apache-2.0), REVISION what it is a checkout of. Three of its files
// are read: time zones by prefix, places by prefix, and the numbering plan.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, revision] = process.argv.slice(2);
if (folder === undefined || revision === undefined) {
  throw new Error('Give a checkout of google/libphonenumber and its revision.');
}
const read = (path) => readFileSync(join(folder, 'resources', path), 'utf8');

/** Prefixes of country code 1 with what a file says of each, those of a whole area code and of parts of one. */
function byPrefix(text) {
  return text
    .split('\n')
    .map((line) => /^1(\d{3,})\|(.+)$/.exec(line.trim()))
    .filter((match) => match !== null)
    .map(([, prefix, value]) => [prefix, value]);
}

const STATES =
  'AL Alabama,AK Alaska,AZ Arizona,AR Arkansas,CA California,CO Colorado,CT Connecticut,DE Delaware,FL Florida,GA Georgia,' +
  'HI Hawaii,ID Idaho,IL Illinois,IN Indiana,IA Iowa,KS Kansas,KY Kentucky,LA Louisiana,ME Maine,MD Maryland,' +
  'MA Massachusetts,MI Michigan,MN Minnesota,MS Mississippi,MO Missouri,MT Montana,NE Nebraska,NV Nevada,' +
  'NH New Hampshire,NJ New Jersey,NM New Mexico,NY New York,NC North Carolina,ND North Dakota,OH Ohio,OK Oklahoma,' +
  'OR Oregon,PA Pennsylvania,RI Rhode Island,SC South Carolina,SD South Dakota,TN Tennessee,TX Texas,UT Utah,VT Vermont,' +
  'VA Virginia,WA Washington State,WV West Virginia,WI Wisconsin,WY Wyoming,DC Washington D.C.';
const PROVINCES =
  'AB Alberta,BC British Columbia,BC British Colombia,MB Manitoba,NB New Brunswick,NL Newfoundland and Labrador,' +
  'NS Nova Scotia,NT Northwest Territories,NU Nunavut,ON Ontario,PE Prince Edward Island,QC Quebec,SK Saskatchewan,YT Yukon';
/** ISO 3166-2 by what the places are called: `New Jersey`, and `NJ` after the name of a town. */
const REGION = new Map(
  [
    ['US', STATES],
    ['CA', PROVINCES],
  ].flatMap(([country, list]) =>
    list.split(',').flatMap((entry) => {
      const [code, ...name] = entry.split(' ');
      return [code, name.join(' ')].map((known) => [known, `${country}-${code}`]);
    }),
  ),
);

/**
 * Overlays, by the code that they were laid over: both cover the same places. The source knows an overlay by the exchanges in
 * use so far, so it is given the zones of the older code where those are several, or where the source errs.
 */
const OVERLAYS = {
  208: [986],
  250: [236, 257, 672, 778],
  270: [364],
  306: [474],
  407: [689],
  418: [367, 581],
  423: [729],
  541: [458],
  709: [879],
  812: [930],
  850: [448],
};

function zonesByCode() {
  const zones = new Map();
  for (const [prefix, value] of byPrefix(read('timezones/map_data.txt'))) {
    const code = prefix.slice(0, 3);
    zones.set(code, new Set([...(zones.get(code) ?? []), ...value.split('&')]));
  }
  for (const [code, overlays] of Object.entries(OVERLAYS)) {
    for (const overlay of overlays.map(String)) if (zones.has(overlay)) zones.set(overlay, zones.get(code));
  }
  return zones;
}

/** Regions by code: what is said of the whole code or, where nothing is, of its parts. Several are written with a slash. */
function regionsByCode() {
  const whole = new Map();
  const parts = new Map();
  const regionsOf = (place) =>
    place
      .replace(/^.*, (?=[A-Z]{2}$)/, '')
      .split('/')
      .flatMap((name) => REGION.get(name) ?? []);
  for (const [prefix, place] of byPrefix(read('geocoding/en/1.txt'))) {
    const code = prefix.slice(0, 3);
    if (prefix.length === 3) whole.set(code, regionsOf(place));
    else parts.set(code, new Set([...(parts.get(code) ?? []), ...regionsOf(place)]));
  }
  return (code) => [...(whole.get(code) ?? parts.get(code) ?? [])];
}

/** Countries and territories that have area codes of their own, by code. */
function countriesByCode(codes, metadata) {
  const countries = new Map();
  const territory = /<territory id="(\w\w)"[^>]*countryCode="1"[^>]*leadingDigits="([^"]+)"/g;
  for (const [, country, digits] of metadata.matchAll(territory)) {
    const leads = new RegExp(`^(?:${digits})`);
    for (const code of codes) if (leads.test(`${code}5550100`)) countries.set(code, country);
  }
  return countries;
}

/** Area codes of which any number is of one of these kinds, in the plans of the US and Canada. */
function codesOfKinds(metadata, kinds) {
  const territories = [...metadata.matchAll(/<territory id="(?:US|CA)"[\s\S]*?<\/territory>/g)];
  const patterns = territories.flatMap(([text]) =>
    kinds.flatMap((kind) =>
      [
        ...text.matchAll(
          new RegExp(
            `<${kind}>[\\s\\S]*?<nationalNumberPattern>([\\s\\S]*?)</nationalNumberPattern>[\\s\\S]*?</${kind}>`,
            'g',
          ),
        ),
      ].map(([, pattern]) => new RegExp(`^(?:${pattern.replace(/\s/g, '')})$`)),
    ),
  );
  const exchanges = Array.from({ length: 800 }, (_, i) => String(200 + i));
  return Array.from({ length: 800 }, (_, i) => String(200 + i)).filter((code) =>
    patterns.some((pattern) => exchanges.some((exchange) => pattern.test(`${code}${exchange}2345`))),
  );
}

const metadata = read('PhoneNumberMetadata.xml');
const zones = zonesByCode();
const regionsOf = regionsByCode();
const countries = countriesByCode([...zones.keys()], metadata);
const groups = new Map();
for (const code of [...zones.keys()].sort()) {
  const country = countries.get(code);
  const regions = country === undefined ? regionsOf(code) : [country];
  if (regions.length === 0) throw new Error(`No region is known of area code ${code}.`);
  const ofCode = [...zones.get(code)].sort();
  for (const zone of ofCode) new Intl.DateTimeFormat('en', { timeZone: zone });
  const key = `  ['${regions.sort().join(' ')}', '${ofCode.join(' ')}', '`;
  groups.set(key, [...(groups.get(key) ?? []), code]);
}
const tollFree = codesOfKinds(metadata, ['tollFree']).filter((code) => !zones.has(code));
const elsewhere = codesOfKinds(metadata, [
  'premiumRate',
  'personalNumber',
  'uan',
  'sharedCost',
  'voip',
]).filter((code) => !zones.has(code) && !tollFree.includes(code));

writeFileSync(
  new URL('../src/phone/area-code-table.ts', import.meta.url),
  `// Written by scripts/area-codes.mjs; not to be edited. From data of google/libphonenumber, ${revision},
// Copyright (C) The Libphonenumber Authors, Apache License 2.0 (scripts/licenses/google+libphonenumber.txt).

/**
 * Area codes of the North American Numbering Plan: regions (ISO 3166-2 in the US and Canada, ISO 3166-1 elsewhere), every
 * IANA time zone that a number with the code may be in, and the codes.
 */
export const AREA_CODE_TABLE: readonly (readonly [regions: string, zones: string, codes: string])[] = [
${[...groups]
  .map(([key, codes]) => [key, codes.join(' ')])
  .sort()
  .map(([key, codes]) => `${key}${codes}'],`)
  .join('\n')}
];

/** Called from anywhere at no charge: they lie nowhere. */
export const TOLL_FREE_CODES = '${tollFree.join(' ')}';

/** Of services, not of places: personal numbers, premium rates and the like. */
export const NON_GEOGRAPHIC_CODES = '${elsewhere.join(' ')}';
`,
);
