import type { ZoneOffsets } from '../account-time/zone-offsets.js';
import type { TextField } from '../convoso/call-log.js';
import type { StatusBook } from '../convoso/statuses.js';
import { type AccountKnowledge, keyLabel, NONE, nameLabel } from '../query/groupings.js';
import type { AnswerMasks } from '../redact/masks.js';
import { type OutgoingText, outgoingText, withRemark } from '../redact/outgoing.js';
import type { AuditRules } from './rules.js';
import type { KeptCall, SeenCall } from './seen-call.js';

/** A value of a finding, fit to leave the server. */
export type Cell = OutgoingText | number | null;

/** One thing to look into. */
export interface Finding {
  /** False where the log leaves open whether it is one: `why` says what. */
  readonly certain: boolean;
  readonly why?: string;
  /** By column. */
  readonly cells: readonly Cell[];
  /** The calls behind it, in order of time; of very many the first. */
  readonly calls: readonly KeptCall[];
  /** How many calls are behind it. */
  readonly callCount: number;
}

/** What came of a screen. */
export interface ScreenResult {
  /** After the title, without a full stop: `1 of 4 campaigns over 3 %`. */
  readonly headline: string;
  /** What was counted, full sentences; the denominator first. */
  readonly basis: readonly string[];
  /** The same counts by name. */
  readonly counted: Readonly<Record<string, number>>;
  /** Names of the cells. */
  readonly columns: readonly string[];
  /** Those that the filters show, worst first. */
  readonly findings: readonly Finding[];
}

/** Why a screen cannot be made, and how to mend it; full sentences. */
export interface Unable {
  readonly why: string;
  readonly next: string;
}

/** What screens know besides the calls. */
export interface ScreenContext {
  readonly rules: AuditRules;
  readonly book: StatusBook;
  readonly clock: ZoneOffsets | undefined;
  /** First and last second of the window asked about, as ordinals. */
  readonly start: number;
  readonly end: number;
}

/** What is known when the reading has ended. */
export interface Ending {
  /** Whether every call of the evidence was read. */
  readonly complete: boolean;
  /** When the evidence ends, on the scale of `SeenCall.earliest`. */
  readonly end: number;
  readonly labels: Labels;
}

/** One screen over one reading: it is given every call, oldest first, and keeps what its findings rest on. */
export interface Screen {
  add(call: SeenCall): void;
  result(ending: Ending): ScreenResult | Unable;
}

/** Values of calls as one answer may show them. Equal values are equal, in every part of the answer. */
export class Labels {
  readonly masks: AnswerMasks;
  /** True once a label holds what people typed: a name, or a value of more than a word. */
  hasTyped = false;
  readonly #known: AccountKnowledge;

  constructor(masks: AnswerMasks, known: AccountKnowledge) {
    this.masks = masks;
    this.#known = known;
  }

  number(key: string): OutgoingText {
    return this.masks.label('phone_number', key);
  }

  id(id: string): OutgoingText {
    return this.masks.label('id', id);
  }

  /** A value of one field of calls. */
  value(field: TextField | 'call_date', value: string): OutgoingText {
    const label = this.masks.label(field, value);
    this.hasTyped ||= field !== 'call_date' && !PLAIN.test(label);
    return label;
  }

  /** `113 (Home Solar)`. */
  campaign(id: string | undefined): OutgoingText {
    const key = id ?? NONE;
    const label = keyLabel('campaign', key, this.masks);
    const name = nameLabel('campaign', key, undefined, this.#known.names, this.masks);
    this.hasTyped ||= name !== undefined;
    return name === undefined ? label : withRemark(label, name);
  }

  /** Ids, at most `most` of them: `1, 2 and 5 more`. */
  ids(ids: readonly string[], most = 10): string {
    const shown = ids.slice(0, most).map((id) => this.id(id));
    return `${shown.join(', ')}${ids.length > most ? ` and ${ids.length - most} more` : ''}`;
  }
}

/** One word, as codes and ids are. */
const PLAIN = /^[\w.+*()-]*$/;

/** Text of this program's. */
export function word(text: string): OutgoingText {
  return outgoingText(text);
}

/** `1 call`, `1,015 calls`. */
export function counted(count: number, thing: string, things = `${thing}s`): string {
  return `${numeral(count)} ${count === 1 ? thing : things}`;
}

export function numeral(count: number): string {
  return count.toLocaleString('en-US');
}

/** How many findings there are: `3 numbers`, `3 numbers and 1 possibly,`, `no certain number, 1 possibly,`; `no number`. */
export function foundWords(findings: readonly Finding[], thing: string, things = `${thing}s`): string {
  const certain = findings.filter((one) => one.certain).length;
  const possible = findings.length - certain;
  if (possible === 0) return certain === 0 ? `no ${thing}` : counted(certain, thing, things);
  const sure = certain === 0 ? `no certain ${thing}` : counted(certain, thing, things);
  return `${sure}, and ${numeral(possible)} possibly,`;
}

/** Certain findings before possible ones, then as given. */
export function certainFirst(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => Number(b.certain) - Number(a.certain));
}
