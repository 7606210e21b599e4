import { cleanText } from '../util/third-party-text.js';

/** An object of JSON. */
export type JsonObject = Record<string, unknown>;

/** Cleaned text of a scalar; null when it stands for nothing; undefined when it is an object or a list. */
export function scalarText(value: unknown): string | null | undefined {
  if (typeof value === 'string') {
    const text = cleanText(value);
    return text === '' || text === 'null' || text === 'NULL' ? null : text;
  }
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : null;
  if (typeof value === 'boolean') return String(value);
  return value === null || value === undefined ? null : undefined;
}

/** A whole number from 0, or its digits; null for anything else. */
export function wholeNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : null;
  return typeof value === 'string' && /^\s*\d{1,15}\s*$/.test(value) ? Number(value) : null;
}

/** What services print for yes. */
export function isTrue(value: unknown): boolean {
  return value === true || value === 1 || (typeof value === 'string' && /^\s*(?:true|1)\s*$/i.test(value));
}

/** What services print for no. */
export function isFalse(value: unknown): boolean {
  return value === false || value === 0 || (typeof value === 'string' && FALSE.test(value.trim()));
}

const FALSE = /^(?:false|0|no|n|f|off|none)$/i;

/** What stands for no value where one could be. */
export function isNothing(value: unknown): boolean {
  return scalarText(value) === null || isFalse(value) || isEmpty(value);
}

/** An object or a list without anything in it. */
export function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** An object that is not a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
