import * as z from 'zod';
import type { ExtraField } from '../config/account-file.js';
import { cleanText } from '../util/third-party-text.js';

/** The fields that the contract documents ("Call Log—Update API", parameters); an account file adds its own. */
const DOCUMENTED = ['extra_field_01', 'extra_field_02'] as const;
const MAX_VALUE_LENGTH = 10_000;

type Fields = Readonly<Record<string, ExtraField>>;

/** The names of the fields that can be written, in order. */
export function extraFieldNames(fields: Fields): readonly [string, ...string[]] {
  const [first, ...rest] = [...new Set([...DOCUMENTED, ...Object.keys(fields)])].sort();
  return [first ?? DOCUMENTED[0], ...rest];
}

/** One optional input for each field that can be written; values are checked as the account file says. */
export function extraFieldInputs(fields: Fields): Record<string, ReturnType<typeof fieldInput>> {
  return Object.fromEntries(extraFieldNames(fields).map((name) => [name, fieldInput(name, fields[name])]));
}

function fieldInput(name: string, field: ExtraField | undefined) {
  const allowed = field?.allowed_values;
  const value =
    allowed === undefined
      ? z.string().max(field?.max_length ?? MAX_VALUE_LENGTH)
      : z.enum(allowed as [string, ...string[]]);
  return z
    .preprocess(valueText(allowed ?? []), value.optional())
    .describe(`${subjectOf(name, field)}; omit to leave it as it is`);
}

function subjectOf(name: string, field: ExtraField | undefined): string {
  if (field === undefined) return `New value of custom extra field ${name.slice(-2)}`;
  const { label, description } = field;
  return `New value of “${cleanText(label)}”${description === undefined ? '' : ` (${cleanText(description)})`}`;
}

/** Numbers and booleans are written as text; one of the allowed values is recognized in any letter case. */
function valueText(allowed: readonly string[]): (given: unknown) => unknown {
  return (given) => {
    if (given === null) return undefined;
    const text = typeof given === 'number' || typeof given === 'boolean' ? String(given) : given;
    if (typeof text !== 'string') return text;
    return allowed.find((value) => value.toLowerCase() === text.trim().toLowerCase()) ?? text;
  };
}
