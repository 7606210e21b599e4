import { type CountryCode, getExampleNumber, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import examples from 'libphonenumber-js/mobile/examples';
import { afterEach, describe, expect, it } from 'vitest';
import { usePhoneCountry } from '../../src/phone/countries.js';
import {
  canonicalPhone,
  NORTH_AMERICA,
  phoneDigits,
  phoneKey,
  phoneSpellings,
  printedPhone,
  samePhone,
  useNumberingPlan,
} from '../../src/phone/phone.js';

afterEach(() => useNumberingPlan(NORTH_AMERICA));

const SPELLINGS = [
  '4155550100',
  '14155550100',
  '+14155550100',
  '415-555-0100',
  '415.555.0100',
  '415 555 0100',
  '(415) 555-0100',
  '+1 (415) 555-0100',
  '+1-415-555-0100',
  '1 (415) 555-0100',
  '1-415-555-0100',
  '1.415.555.0100',
  '(415)555-0100',
  '415‐555‐0100',
  '415–555–0100',
  '415\u00a0555\u00a00100',
  ' 4155550100 ',
  'tel:+1-415-555-0100',
  'tel:4155550100',
  '4155550100x12',
  '415-555-0100 x12',
  '415-555-0100 ext. 12',
  '(415) 555-0100 Extension 12',
  '415-555-0100 #12',
  '+1-415-555-0100;ext=12',
  'tel:+14155550100;phone-context=example.com',
  '011 1 415 555 0100',
  '４１５５５５０１００',
  '٤١٥٥٥٥٠١٠٠',
  '＋１ (４１５) ５５５-０１００',
];

describe('a North American number', () => {
  it.each(SPELLINGS)('written “%s” is +14155550100', (text) => {
    expect(canonicalPhone(text)).toBe('+14155550100');
    expect(samePhone(text, '4155550100')).toBe(true);
  });

  it('is not another number that shares most digits with it', () => {
    for (const other of ['4155550101', '5550100', '24155550100', '41555501001', '+44155550100'])
      expect(samePhone(other, '4155550100')).toBe(false);
  });
});

describe('what is no valid number', () => {
  it.each([
    ['666', '666'],
    ['4012', '4012'],
    ['555-0100', '5550100'],
    ['+666', '666'],
    ['0000000000', '0000000000'],
    ['1155550100', '1155550100'],
    ['11555501000', '11555501000'],
    ['+1 155 555 0100', '11555550100'],
    ['1234567890123456', '1234567890123456'],
  ])('“%s” is known by its digits', (text, digits) => {
    expect(canonicalPhone(text)).toBeUndefined();
    expect(phoneKey(text)).toBe(digits);
    expect(phoneDigits(text)).toBe(digits);
  });

  it.each(['Anonymous', 'Ana 7', '', '-', 'x', 'unknown caller', '+', 'sip:4155550100@example.com'])(
    '“%s” has no number in it',
    (text) => {
      expect(canonicalPhone(text)).toBeUndefined();
      expect(phoneDigits(text)).toBeUndefined();
      expect(phoneKey(text)).toBe(text);
    },
  );
});

describe('a number abroad', () => {
  it.each(['+442079460958', '+44 20 7946 0958', '+44 (0)20 7946 0958', '011442079460958', '442079460958'])(
    'written “%s” is +442079460958 in the US',
    (text) => {
      expect(canonicalPhone(text)).toBe('+442079460958');
    },
  );

  it.each(['020 7946 0958', '(020) 7946 0958', '+44 (0)20 7946 0958', '0044 20 7946 0958', '442079460958'])(
    'written “%s” is +442079460958 in Great Britain',
    (text) => {
      usePhoneCountry('GB');
      expect(canonicalPhone(text)).toBe('+442079460958');
      expect(canonicalPhone('+1 415-555-0100')).toBe('+14155550100');
      expect(canonicalPhone('0014155550100')).toBe('+14155550100');
    },
  );

  it('of any country is what libphonenumber takes it for, in its own country and from the US', () => {
    const wrong: string[] = [];
    for (const country of Object.keys(examples) as CountryCode[]) {
      const example = getExampleNumber(country, examples);
      if (example === undefined) continue;
      usePhoneCountry(country);
      for (const text of [example.formatNational(), example.formatInternational(), example.number]) {
        const expected = parsePhoneNumberFromString(text, country)?.number;
        if (canonicalPhone(text) !== expected) wrong.push(`${country} ${text}: ${canonicalPhone(text)}`);
      }
      useNumberingPlan(NORTH_AMERICA);
      for (const text of [example.formatInternational(), example.number]) {
        if (canonicalPhone(text) !== example.number) wrong.push(`US ${text}: ${canonicalPhone(text)}`);
      }
    }
    // Two national spellings with a second prefix inside them: in E.164 these numbers are known.
    expect(wrong).toStrictEqual(['AR 011 15-2345-6789: undefined', 'BY 8 029 491-19-11: undefined']);
  });

  it('cannot be of a country that there is not', () => {
    expect(usePhoneCountry('XX')).toBe(false);
    expect(canonicalPhone('4155550100')).toBe('+14155550100');
  });
});

describe('the spelling that is sent', () => {
  it('is the form that rows print', () => {
    const forms = [
      ['2125550123', '4155550100'],
      ['12125550123', '14155550100'],
      ['+12125550123', '+14155550100'],
      ['212-555-0123', '415-555-0100'],
      ['(212) 555-0123', '(415) 555-0100'],
      ['+1 212.555.0123', '+1 415.555.0100'],
      ['01112125550123', '01114155550100'],
    ];
    for (const [printed = '', sent] of forms)
      expect(printedPhone('+14155550100', [printed])).toStrictEqual({ spelling: sent, others: [] });
  });

  it('is the form of most rows, and says that there is another one', () => {
    expect(printedPhone('+14155550100', ['12125550123', '2125550124', '12125550125', '666'])).toStrictEqual({
      spelling: '14155550100',
      otherForm: '0000000000',
      others: ['4155550100'],
    });
  });

  it('is the one that a row has for this very number, whatever the others look like', () => {
    expect(printedPhone('+14155550100', ['2125550123', '2125550124', '(415) 555-0100'])).toStrictEqual({
      spelling: '(415) 555-0100',
      otherForm: '0000000000',
      others: ['4155550100'],
    });
  });

  it('is that of numbers abroad for a number abroad', () => {
    const rows = ['2125550123', '442079460000', '2125550124'];
    expect(printedPhone('+493012345678', rows)).toStrictEqual({ spelling: '493012345678', others: [] });
    expect(printedPhone('+493012345678', ['+442079460000'])).toStrictEqual({
      spelling: '+493012345678',
      others: [],
    });
  });

  it('is the national number where no row tells', () => {
    expect(printedPhone('+14155550100', ['666', 'Anonymous']).spelling).toBe('4155550100');
    expect(phoneSpellings('+14155550100')).toStrictEqual([
      '4155550100',
      '14155550100',
      '+14155550100',
      ...['415-555-0100', '(415) 555-0100', '415.555.0100', '415 555 0100', '(415)555-0100'],
      ...['+1 415-555-0100', '1-415-555-0100', '+1 (415) 555-0100', '1 (415) 555-0100', '1.415.555.0100'],
      '0014155550100',
    ]);
    expect(phoneSpellings('+442079460958')).toStrictEqual(['442079460958', '+442079460958']);
  });
});
