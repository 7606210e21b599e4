import metadata from 'libphonenumber-js/min/metadata';
import { NORTH_AMERICA, type NumberingPlan, useNumberingPlan } from './phone.js';

/**
 * Reads numbers without a country code as numbers of this country (ISO 3166, two letters). The plans of all countries are
 * large: this file is loaded by accounts outside the US only.
 * @returns false when no such country has a plan, and then nothing changes
 */
export function usePhoneCountry(country: string): boolean {
  const plan = planOf(country);
  if (plan !== undefined) useNumberingPlan(plan);
  return plan !== undefined;
}

function planOf(country: string): NumberingPlan | undefined {
  const found = Object.entries(metadata.countries).find(([code]) => code === country)?.[1];
  if (found === undefined) return undefined;
  // The places that libphonenumber-js gives these in its own data.
  const [callingCode, abroadPrefix, national, lengths, , trunkPrefix]: readonly unknown[] = found;
  if (callingCode === NORTH_AMERICA.callingCode) return NORTH_AMERICA;
  return {
    callingCode: String(callingCode),
    trunkPrefix: typeof trunkPrefix === 'string' ? trunkPrefix : '',
    abroadPrefix: String(abroadPrefix),
    national: String(national),
    longest: Math.max(...(Array.isArray(lengths) ? lengths.map(Number) : [])),
  };
}
