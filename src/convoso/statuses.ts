import type { CallLog } from './call-log.js';
import { codeKey } from './status-key.js';

/** What a status counts as. `unmapped`: this server does not know, and answers state the share of such calls. */
export const OUTCOME_GROUPS = [
  'human',
  'machine',
  'no_answer',
  'busy',
  'bad_number',
  'blocked',
  'abandoned',
  'failed',
  'caller_hangup',
  'in_progress',
  'other',
  'unmapped',
] as const;

export type OutcomeGroup = (typeof OUTCOME_GROUPS)[number];

/** What is known of one status code: its meaning, where somebody defined one, and what it counts as. */
export interface StatusMeaning {
  readonly meaning?: string;
  readonly group: OutcomeGroup;
}

/** What an account says of one of its codes; what it leaves out or blank stays as it is defined here. */
export interface StatusOverride {
  readonly meaning?: string | undefined;
  readonly group?: OutcomeGroup | undefined;
}

/** The contract's "Common Status Codes", word for word. */
const CONTRACT: Readonly<Record<string, StatusMeaning>> = {
  COMPLETED: { meaning: 'Call completed successfully', group: 'human' },
  NO_ANSWER: { meaning: "Contact didn't answer", group: 'no_answer' },
  BUSY: { meaning: 'Number was busy', group: 'busy' },
  INVALID: { meaning: 'Invalid phone number', group: 'bad_number' },
  DISCONNECTED: { meaning: 'Call disconnected abnormally', group: 'failed' },
  FAILED: { meaning: 'Call failed to connect', group: 'failed' },
  ANSWERING_MACHINE: { meaning: 'Voicemail/answering machine reached', group: 'machine' },
  CALL_BLOCKED: { meaning: 'Call blocked by system', group: 'blocked' },
  WRONG_PARTY: { meaning: 'Wrong party reached', group: 'human' },
};

/**
 * Codes that live accounts commonly use, by what they usually count as. The service defines no meaning for them (the
 * account does, in `status_name`), so none is given here. N is left out: accounts disagree on it.
 */
const LIVE_GROUPS: Readonly<Partial<Record<OutcomeGroup, string>>> = {
  human: 'SALE NI',
  machine: 'A AA AM AL AFAX',
  no_answer: 'NA NAIC CPDNA',
  busy: 'B UB CG CGT CPDB',
  bad_number: 'DC CPDINV BPN OI WRONG',
  blocked: 'CIDB CPDREJ REJ DNCC DNCL DNCLCC DNCRT DNCW',
  abandoned: 'DROP XDROP PDROP',
  failed: 'ERI LOGOUT',
  caller_hangup: 'HU CALLHU',
  in_progress: 'QUEUE INCALL XFER',
};

const KNOWN_CODES: ReadonlySet<string> = new Set([
  ...Object.keys(CONTRACT),
  ...Object.values(LIVE_GROUPS).flatMap((codes) => codes.split(' ')),
]);

/** Whether a code is one that the contract or live accounts use, in any letter case. */
export function isKnownCode(code: string): boolean {
  return KNOWN_CODES.has(code.toUpperCase());
}

/** Codes whose group sources disagree on; answers that count them say so. */
export const DISPUTED_STATUSES: ReadonlySet<string> = new Set(['PDROP']);

/** What each group is, in words that read after "counted as". */
export const GROUP_WORDS: Readonly<Record<OutcomeGroup, string>> = {
  human: 'answered by a person',
  machine: 'answering machine',
  no_answer: 'no answer',
  busy: 'busy',
  bad_number: 'bad number',
  blocked: 'blocked',
  abandoned: 'abandoned',
  failed: 'failed',
  caller_hangup: 'caller hung up',
  in_progress: 'in progress',
  other: 'other',
  unmapped: 'meaning not known',
};

const IN_PROGRESS_NAME = /^call in progress$/i;

/**
 * Meanings and outcome groups of status codes, with an account's own definitions over the defaults. Codes are compared in
 * any letter case; a code in no table is `unmapped`, never refused.
 */
export class StatusBook {
  readonly #codes = new Map<string, StatusMeaning>();

  constructor(overrides: Readonly<Record<string, StatusOverride>> = {}) {
    for (const [group, codes] of Object.entries(LIVE_GROUPS)) {
      for (const code of codes.split(' ')) this.#codes.set(code, { group: group as OutcomeGroup });
    }
    for (const [code, known] of Object.entries(CONTRACT)) this.#codes.set(code, known);
    for (const [code, { meaning, group }] of Object.entries(overrides)) {
      const known = this.#codes.get(codeKey(code)) ?? { group: 'unmapped' as const };
      this.#codes.set(codeKey(code), {
        ...known,
        ...(meaning ? { meaning } : {}),
        ...(group === undefined ? {} : { group }),
      });
    }
  }

  /** Every code with a definition, in the order of the tables. */
  entries(): IterableIterator<[string, StatusMeaning]> {
    return this.#codes.entries();
  }

  /** What is written down about a code; undefined when nothing is. */
  definitionOf(code: string): string | undefined {
    return this.#codes.get(codeKey(code))?.meaning || undefined;
  }

  /** True for a code that is defined in just this spelling. */
  has(code: string): boolean {
    return this.#codes.has(code);
  }

  /** What a call counts as. A call without length whose status reads "Call in Progress" is in progress. */
  groupOf(call: Pick<CallLog, 'status' | 'status_name' | 'call_length'>): OutcomeGroup {
    if (call.call_length === null && IN_PROGRESS_NAME.test(call.status_name ?? '')) return 'in_progress';
    return this.#codes.get(codeKey(call.status ?? ''))?.group ?? 'unmapped';
  }

  /** The meaning to print for a code: the account's own (`status_name` of a row) wins, then the definition, then the group. */
  meaningOf(code: string, statusName?: string): string {
    if (statusName !== undefined) return statusName;
    const known = this.#codes.get(codeKey(code));
    return known?.meaning ?? GROUP_WORDS[known?.group ?? 'unmapped'];
  }
}
