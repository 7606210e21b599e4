import { describe, expect, it } from 'vitest';
import { CANARY_PHONE, CANARY_TOKEN, leaks } from './canaries.js';

describe('the search for what must not leave', () => {
  it.each([
    CANARY_PHONE,
    `1${CANARY_PHONE}`,
    '+1 (212) 555-0177',
    '212.555.0177',
    `20260303_${CANARY_PHONE}.mp3`,
    `S-${CANARY_PHONE}-1`,
    `abc${CANARY_PHONE}`,
    `{"next":"\\n${CANARY_PHONE}"}`,
    '(212) 555-****',
    '1-212-555-xx77',
    '{"body":"\\n212555',
  ])('finds the phone number in %s', (text) => {
    expect(leaks(`said: ${text}`)).toStrictEqual(['the phone number']);
    expect(leaks(text)).toStrictEqual(['the phone number']);
  });

  it('finds the token, and one cut short', () => {
    expect(leaks(`auth_token=${CANARY_TOKEN}`)).toStrictEqual(['the token']);
    expect(leaks(CANARY_TOKEN.slice(0, 14))).toStrictEqual(['the token']);
  });

  it.each([
    '{"ms":10021.255512}',
    '{"ms":3.4212555}',
    '6c1d0212-555a-4b1e-9c5e-0f3a7c0d1e2f',
    'calls.9fa2125553bd0012.parquet',
    '20260303-143212555',
  ])('takes %s for chance', (text) => {
    expect(leaks(text)).toStrictEqual([]);
  });
});
