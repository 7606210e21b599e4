import type { CallLog } from './call-log.js';
import {
  BUILT_IN_FLAGS,
  type FlagSource,
  NO_FLAGS,
  STATUS_FLAGS,
  type StatusFlag,
  type StatusFlags,
} from './status-flags.js';
import { codeKey, nameKey } from './status-key.js';

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
  'after_hours',
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
export type StatusOverride = {
  readonly meaning?: string | undefined;
  readonly group?: OutcomeGroup | undefined;
} & { readonly [flag in StatusFlag]?: boolean | undefined };

/** What a call counts as, and what else its status says. */
export interface StatusKind extends StatusFlags {
  readonly group: OutcomeGroup;
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

/** What marks calls of one outcome: codes, and the wordings in which accounts and the vendor's tables name them. */
interface LiveOutcome {
  readonly codes: string;
  /** Wordings of this outcome alone: under such a name any code has it. */
  readonly names: string;
  /** Wordings that are also used for other outcomes: they go with these codes and say nothing about others. */
  readonly vague?: string;
}

/**
 * Codes that live accounts commonly use and those that the vendor publishes for the dialer, by what they usually count as.
 * The service defines no meaning for them (the account does, in `status_name`), so none is given here. N is left out:
 * accounts disagree on it. Congestion counts as busy: the number may be good, and another attempt may get through. What a
 * list says of a lead (NEW, DUP, CBHOLD) is no outcome of a call.
 */
const LIVE_OUTCOMES: Readonly<Partial<Record<OutcomeGroup, LiveOutcome>>> = {
  human: {
    codes: 'SALE NI CALLBK',
    names: 'sale, sale made, sold, not interested, call completed, wrong party',
    vague:
      'completed, answered, call answered, wrong number, callback, call back, callback set, callback scheduled, ' +
      'scheduled callback, schedule callback',
  },
  machine: {
    codes: 'A AA AM AL AFAX',
    names:
      'answering machine, answering machine filtered, answering machine message, answering machine message played, ' +
      'answering machine msg played, answering machine sent to message, answering machine sent to mesg, voicemail, ' +
      'voicemail reached, fax, fax machine',
    vague: 'machine, ans machine, machine answered, left message, message played',
  },
  no_answer: {
    codes: 'NA NAIC CPDNA',
    names: 'no answer, not answered, unanswered, did not answer, ring no answer',
  },
  busy: {
    codes: 'B UB CG CGT CPDB',
    names:
      'busy, busy filtered, busy signal, busy line, line busy, user busy, number busy, congestion, network congestion, ' +
      'temporary congestion, congestion temporary, circuit busy',
  },
  bad_number: {
    codes: 'DC CPDINV CPDSI BPN OI WRONG',
    names:
      'disconnected number, number disconnected, number not in service, invalid number, bad number, bad phone number, ' +
      'operator intercept, sit intercept, special information tone, special information tone intercept',
    vague: 'disconnected, not in service, invalid, wrong number, wrong, intercept',
  },
  blocked: {
    codes: 'ANONY CIDB CPDREJ REJ DNCC DNCL DNCLCC DNCRT DNCW QDNC',
    names: 'call blocked, caller id blocked, blocked caller id, anonymous caller, call rejected',
    vague:
      'blocked, rejected, do not call, dnc, dnc list, do not call list, dnc list match, dnc match, dnc hopper match, ' +
      'do not call hopper match, do not call hopper camp match, dnc campaign, campaign dnc, campaign dnc list, ' +
      'do not call campaign, dnc wireless, wireless dnc, wireless list, wireless',
  },
  abandoned: {
    codes: 'DROP XDROP PDROP',
    names: 'abandoned, call abandoned, abandoned call, no agent available, agent not available',
    vague:
      'abandon, drop, dropped, call dropped, dropped call, queue drop, inbound drop, outbound drop, pre routing drop, ' +
      'outbound pre routing drop, agent not available in',
  },
  failed: {
    codes: 'ERI LOGOUT CGD CGO CPDATB',
    names:
      'call failed, all trunks busy, congestion account disconnected, congestion account out of minutes, agent error',
    vague:
      'failed, error, disconnected, call disconnected, logout, logged out, agent logout, agent logged out',
  },
  caller_hangup: {
    codes: 'HU CALLHU BCHU',
    names: 'caller hung up, caller hangup, customer hung up',
    vague: 'hung up, hang up, call hung up',
  },
  after_hours: {
    codes: 'AHXFER',
    names:
      'after hours, queue after hours, after hours action, queue after hours action, after hours transfer',
  },
  in_progress: {
    codes: 'QUEUE INCALL XFER',
    names: 'call in progress, lead being called',
    vague:
      'in progress, in call, in queue, queue, queued, lead to be called, transfer, transferred, call transferred',
  },
};

/** By name: the one outcome that it tells under any code, and those that it goes with. */
interface NamedOutcomes {
  readonly tells: Set<OutcomeGroup>;
  readonly fits: Set<OutcomeGroup>;
}

function publishedNames(): ReadonlyMap<string, NamedOutcomes> {
  const published = new Map<string, NamedOutcomes>();
  const add = (name: string, group: OutcomeGroup, tells: boolean) => {
    const key = nameKey(name);
    const known = published.get(key) ?? { tells: new Set(), fits: new Set() };
    published.set(key, known);
    known.fits.add(group);
    if (tells) known.tells.add(group);
  };
  for (const [code, { meaning = '', group }] of Object.entries(CONTRACT)) {
    add(meaning, group, true);
    add(code, group, false);
  }
  for (const [group, { names, vague }] of Object.entries(LIVE_OUTCOMES) as [OutcomeGroup, LiveOutcome][]) {
    for (const name of names.split(',')) add(name, group, true);
    for (const name of vague?.split(',') ?? []) add(name, group, false);
  }
  return published;
}

const PUBLISHED_NAMES = publishedNames();

const KNOWN_CODES: ReadonlySet<string> = new Set([
  ...Object.keys(CONTRACT),
  ...Object.values(LIVE_OUTCOMES).flatMap(({ codes }) => codes.split(' ')),
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
  after_hours: 'called after hours',
  in_progress: 'in progress',
  other: 'other',
  unmapped: 'meaning not known',
};

const IN_PROGRESS_NAME = /^call in progress$/i;

/** In progress only while there is no length: what came of a transferred call that has ended is not known. */
const TRANSFERRED = 'XFER';

/** More names than the statuses of an account have; what is worked out of them is forgotten beyond that. */
const MAX_KINDS = 2_000;

const IN_PROGRESS: StatusKind = { group: 'in_progress', ...NO_FLAGS };
const UNMAPPED: StatusKind = { group: 'unmapped', ...NO_FLAGS };

/**
 * Meanings, outcome groups and flags of status codes, with an account's own definitions over the defaults. Codes are compared
 * in any letter case; a code in no table is `unmapped`, never refused.
 */
export class StatusBook {
  /** True where the account says of a status that it is a success: without any, no success is not the same as none made. */
  readonly definesSuccess: boolean;
  readonly #codes = new Map<string, StatusMeaning>();
  /** Codes whose outcome the account has given: no name of a row changes it. */
  readonly #given = new Set<string>();
  /** By code: the flags that the account has given. */
  readonly #flags = new Map<string, StatusOverride>();
  /** By code and name, as rows have them. */
  readonly #kinds = new Map<string, StatusKind>();

  constructor(overrides: Readonly<Record<string, StatusOverride>> = {}) {
    for (const [group, { codes }] of Object.entries(LIVE_OUTCOMES)) {
      for (const code of codes.split(' ')) this.#codes.set(code, { group: group as OutcomeGroup });
    }
    for (const [code, known] of Object.entries(CONTRACT)) this.#codes.set(code, known);
    for (const [code, override] of Object.entries(overrides)) {
      const { meaning } = override;
      // Nothing is sold to, and no callback agreed with, anyone but a person.
      const group = override.group ?? (override.success || override.callback ? 'human' : undefined);
      const known = this.#codes.get(codeKey(code)) ?? { group: 'unmapped' as const };
      this.#codes.set(codeKey(code), {
        ...known,
        ...(meaning ? { meaning } : {}),
        ...(group === undefined ? {} : { group }),
      });
      if (group !== undefined) this.#given.add(codeKey(code));
      this.#flags.set(codeKey(code), override);
    }
    this.definesSuccess = Object.values(overrides).some(({ success }) => success === true);
  }

  /** Codes of which the account says that they have a flag. */
  flagged(flag: StatusFlag): string[] {
    return [...this.#flags].filter(([, given]) => given[flag] === true).map(([code]) => code);
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

  /**
   * What a call counts as and which flags its status has: what the account gives its code; otherwise what the code and the
   * name that the row has for it say together. The same code means different things in two accounts, so under a name that
   * does not go with what is built in a call counts as what that name is published for, and is `unmapped` where it is
   * published for nothing, or for more than one thing. A call without length whose status reads "Call in Progress" is in
   * progress. Only a call that reached a person (`human`) is a success, and a call in progress has no flag.
   */
  kindOf({
    status = '',
    status_name,
    call_length,
  }: Pick<CallLog, 'status' | 'status_name' | 'call_length'>): StatusKind {
    if (call_length === null && IN_PROGRESS_NAME.test(status_name ?? '')) return IN_PROGRESS;
    const key = status_name === undefined ? status : `${status}\0${status_name}`;
    let kind = this.#kinds.get(key);
    if (kind === undefined) {
      kind = this.#workOut(status, status_name);
      if (this.#kinds.size >= MAX_KINDS) this.#kinds.clear();
      this.#kinds.set(key, kind);
    }
    const ended = kind.group === 'in_progress' && call_length !== null && codeKey(status) === TRANSFERRED;
    return ended && !this.#given.has(TRANSFERRED) ? UNMAPPED : kind;
  }

  /** The outcome group of `kindOf`. */
  groupOf(call: Pick<CallLog, 'status' | 'status_name' | 'call_length'>): OutcomeGroup {
    return this.kindOf(call).group;
  }

  #workOut(code: string, name: string | undefined): StatusKind {
    // A name that repeats the code says no more than it.
    const named = name === undefined ? '' : nameKey(name);
    const words = named === '' || named === nameKey(code) ? undefined : named;
    const group = this.#groupOf(code, words);
    if (group === 'in_progress') return IN_PROGRESS;
    const given = this.#flags.get(codeKey(code));
    const has = (flag: StatusFlag) => given?.[flag] ?? hasFlag(BUILT_IN_FLAGS[flag], code, words);
    const flags = Object.fromEntries(STATUS_FLAGS.map((flag) => [flag, has(flag)])) as Record<
      StatusFlag,
      boolean
    >;
    return { group, ...flags, success: flags.success && group === 'human' };
  }

  #groupOf(code: string, words: string | undefined): OutcomeGroup {
    const group = this.#codes.get(codeKey(code))?.group ?? 'unmapped';
    if (words === undefined || this.#given.has(codeKey(code))) return group;
    const published = PUBLISHED_NAMES.get(words);
    if (published?.fits.has(group)) return group;
    const [told, ...others] = published?.tells ?? [];
    return told === undefined || others.length > 0 ? 'unmapped' : told;
  }

  /** The meaning to print for a code: the account's own (`status_name` of a row) wins, then the definition, then the group. */
  meaningOf(code: string, statusName?: string): string {
    if (statusName !== undefined) return statusName;
    const known = this.#codes.get(codeKey(code));
    return known?.meaning ?? GROUP_WORDS[known?.group ?? 'unmapped'];
  }
}

/** Where a row names the status, the name decides: the code may be another account's. */
function hasFlag({ codes, names }: FlagSource, code: string, words: string | undefined): boolean {
  return words === undefined ? codes.has(codeKey(code)) : names.has(words);
}
