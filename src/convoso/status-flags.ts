import { nameKey } from './status-key.js';

/** What a status says of a call beside its outcome: something was sold or agreed, no more calls are wanted, a later call is. */
export const STATUS_FLAGS = ['success', 'do_not_call', 'callback'] as const;
export type StatusFlag = (typeof STATUS_FLAGS)[number];
export type StatusFlags = { readonly [flag in StatusFlag]: boolean };

export const NO_FLAGS: StatusFlags = { success: false, do_not_call: false, callback: false };

/** What a flag is built in for: codes, and the words of names (`nameKey`) that say it under any code. */
export interface FlagSource {
  readonly codes: ReadonlySet<string>;
  readonly names: ReadonlySet<string>;
}

function source(codes: string, names: string): FlagSource {
  return { codes: new Set(codes.split(' ')), names: new Set(names.split(', ').map(nameKey)) };
}

/**
 * What is a success differs by account, and so does whether DNC is a person's request or a match of a list: only what the
 * vendor publishes, and a sale, is built in.
 */
export const BUILT_IN_FLAGS: Readonly<Record<StatusFlag, FlagSource>> = {
  success: source('SALE', 'sale, sale made, sold'),
  do_not_call: source('QDNC', 'queue dnc, do not call request, dnc request, requested do not call'),
  callback: source(
    'CALLBK',
    'callback, call back, callback set, callback scheduled, scheduled callback, schedule callback',
  ),
};

/** Words in codes and names that make a flag likely, and words beside them that do not. */
const HINTS: Readonly<Record<StatusFlag, { readonly likely: RegExp; readonly unlikely: RegExp }>> = {
  success: {
    likely:
      /\b(?:sales?|sold|appointment|appt|apt set|booked|enroll?ed|enrollment|converted|won|signed|paid)\b/,
    unlikely:
      /\b(?:no|not|non|never|un|lost|pre|post|cancel\w*|resched\w*|missed|declined|already|pending|call ?back)\b/,
  },
  do_not_call: {
    likely:
      /\bdnc\b|\bdo not (?:call|contact)\b|\bdont call\b|\bopt(?:ed)? ?out\b|\bremove from (?:call )?list\b|\bstop calling\b/,
    unlikely: /\b(?:match\w*|filter\w*|hopper|campaign|wireless|list match)\b/,
  },
  callback: {
    likely: /\bcall ?backs?\b|\bcallbk\b|\bcb\b|\bcall (?:me |again )?later\b/,
    unlikely: /\b(?:no|not|missed|hold|expired|cancel\w*)\b/,
  },
};

/** Flags that a code and the name rows have for it make likely, for a person to check. */
export function likelyFlags(code: string, name: string): StatusFlag[] {
  const words = [code, name]
    .map((text) =>
      text
        .toLowerCase()
        .replace(/['’]/g, '')
        .replace(/[^\p{L}\p{N}]+/gu, ' '),
    )
    .join(' ');
  return STATUS_FLAGS.filter((flag) => HINTS[flag].likely.test(words) && !HINTS[flag].unlikely.test(words));
}
