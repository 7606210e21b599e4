import type { CallLog, Recording, TextField } from '../convoso/call-log.js';
import { linksOf, withoutLinks } from './links.js';
import { type OutgoingCall, type OutgoingText, outgoingCall, outgoingText } from './outgoing.js';
import { KnownNumbers, maskPhones, NONE_KNOWN, PhoneLabels } from './phones.js';

/** What `CALL_LOGS_REDACT` can name. */
export const MASKS = ['phone', 'name', 'recording', 'comment'] as const;
export type MaskWord = (typeof MASKS)[number];

/** Stands where a value was masked: the reader sees that there is one. */
const MASKED = '***';

/** Fields that hold one phone number and nothing else. */
const PHONE_FIELDS = ['phone_number', 'number_dialed', 'caller_id_displayed', 'inbound_number'] as const;
const PHONE_FIELD_SET: ReadonlySet<string> = new Set(PHONE_FIELDS);
/** Text that people of the account typed about anything: numbers are masked in it, names of leads are not looked for. */
const LABELS: ReadonlySet<string> = new Set([
  'status_name',
  'user',
  'campaign',
  'queue',
  'term_reason',
  'status',
]);

/** An id as services make them; anything else in its place is text. */
const PLAIN_ID = /^[\w-]+$/;
const PLAIN_SESSION = /^[\w.:@-]+$/;

/** Undocumented fields by what their names promise. */
const NAMES_A_LEAD = /name/i;
const NAMES_SOMETHING_ELSE = /^(campaign|list|queue|status|agent|user|file|host|domain|script)/i;
const NAMES_A_PHONE = /phone|mobile|\bcell|caller_?id|dialed|\bani\b|\bdnis\b/i;
const NAMES_A_COMMENT = /comment|note|remark|message/i;
const NAMES_A_RECORDING = /record|audio/i;

/**
 * What may not leave the server, by the setting `CALL_LOGS_REDACT`. Ids are never masked: without them nothing could be
 * looked up. Names of agents, campaigns and queues are not personal data of leads and stay.
 */
export class Masks {
  readonly words: readonly MaskWord[];
  readonly #set: ReadonlySet<MaskWord>;

  constructor(words: readonly MaskWord[] = []) {
    this.#set = new Set(words);
    this.words = MASKS.filter((word) => this.#set.has(word));
  }

  has(word: MaskWord): boolean {
    return this.#set.has(word);
  }

  /** Masks for one answer: within it, equal numbers get equal labels and different numbers different ones. */
  forAnswer(): AnswerMasks {
    return new AnswerMasks(this);
  }

  /** Text that belongs to no call, such as what the service says in an error. */
  text(text: string): string {
    return this.has('phone') ? maskPhones(text, 'prose', NONE_KNOWN, new PhoneLabels()) : text;
  }
}

/** Passes calls on as they may leave the server. Use one for everything that one answer shows. */
export class AnswerMasks {
  readonly #masks: Masks;
  readonly #labels = new PhoneLabels();

  constructor(masks: Masks) {
    this.#masks = masks;
  }

  /** A call as it may leave. Recording links and file names pass only when they were asked for and are not masked. */
  call(call: CallLog, recordingsAskedFor: boolean): OutgoingCall {
    const withLinks = recordingsAskedFor && !this.#masks.has('recording');
    if (this.#masks.words.length === 0 && (withLinks || !mayHoldLinks(call))) return outgoingCall(call);
    const clean = this.#cleaner(call, withLinks);
    const leaving: Record<string, unknown> = { ...call };
    for (const [field, value] of Object.entries(call)) {
      if (typeof value === 'string') leaving[field] = this.#field(field, value, clean);
    }
    if (call.recording !== undefined) {
      leaving['recording'] = call.recording.map((recording) =>
        mapTexts(withLinks ? recording : withoutLinks(recording), (text) => clean(text, 'path')),
      );
    }
    if (call.other !== undefined) leaving['other'] = this.#others(call.other, withLinks, clean);
    return outgoingCall(leaving as unknown as CallLog);
  }

  /** One value of calls, such as the label of a group they make up. */
  label(field: TextField, value: string): OutgoingText {
    return outgoingText(this.call({ id: '', call_length: null, [field]: value }, false)[field] ?? '');
  }

  #field(field: string, value: string, clean: Clean): string {
    if ((field === 'first_name' || field === 'last_name') && this.#masks.has('name')) return MASKED;
    if (field === 'agent_comment') return this.#masks.has('comment') ? MASKED : clean(value, 'prose');
    if (PHONE_FIELD_SET.has(field)) return this.#phone(value);
    if (LABELS.has(field))
      return this.#masks.has('phone') ? maskPhones(value, 'prose', NONE_KNOWN, this.#labels) : value;
    if (field === 'id') return this.id(value);
    // Ids are mostly digits: only the call's own numbers are looked for in them.
    const plain = field === 'session_id' ? PLAIN_SESSION : PLAIN_ID;
    return clean(value, plain.test(value) ? 'known' : 'prose');
  }

  /** The id of a call: never masked, unless it is no id but text. */
  id(value: string): OutgoingText {
    return outgoingText(
      PLAIN_ID.test(value) || !this.#masks.has('phone')
        ? value
        : maskPhones(value, 'prose', NONE_KNOWN, this.#labels),
    );
  }

  /** The whole of a field that holds a number; the name of a caller may stand in it instead. */
  #phone(value: string): string {
    const named = this.#masks.has('name') && /\p{L}{2}/u.test(value);
    if (!this.#masks.has('phone')) return named ? MASKED : value;
    const digits = value.replace(/\P{Nd}/gu, '');
    if (digits.length > 4) return this.#labels.of(digits);
    return named ? MASKED : value;
  }

  #others(other: Readonly<Record<string, string>>, withLinks: boolean, clean: Clean): Record<string, string> {
    const kept = Object.entries(other).flatMap(([name, value]): [string, string][] => {
      if (!withLinks && NAMES_A_RECORDING.test(name) && /:\/\/|\.\w{2,4}$/.test(value)) return [];
      return [[clean(name, 'prose'), this.#other(name, value, clean)]];
    });
    return Object.fromEntries(kept);
  }

  #other(name: string, value: string, clean: Clean): string {
    if (this.#masks.has('comment') && NAMES_A_COMMENT.test(name)) return MASKED;
    const namesALead = NAMES_A_LEAD.test(name) && !NAMES_SOMETHING_ELSE.test(name);
    if (this.#masks.has('name') && namesALead) return MASKED;
    return NAMES_A_PHONE.test(name) ? this.#phone(value) : clean(value, 'prose');
  }

  /** What is done to every free text of one call: its links, its lead's names and all phone numbers go. */
  #cleaner(call: CallLog, withLinks: boolean): Clean {
    const links = withLinks ? [] : linksOf(call);
    const names = this.#masks.has('name') ? namePattern(call) : undefined;
    const masksPhones = this.#masks.has('phone');
    const known = masksPhones
      ? new KnownNumbers(PHONE_FIELDS.flatMap((field) => call[field] ?? []))
      : NONE_KNOWN;
    return (text, kind) => {
      let clean = text;
      for (const link of links) clean = clean.replaceAll(link, '(recording link left out)');
      if (names !== undefined) clean = clean.replace(names, MASKED);
      return masksPhones ? maskPhones(clean, kind, known, this.#labels) : clean;
    };
  }
}

/** `prose` people typed; `path` is a file name, a URL or an id with digits of its own; `known` only the call's own numbers. */
type Clean = (text: string, kind: 'prose' | 'path' | 'known') => string;

function mayHoldLinks(call: CallLog): boolean {
  return call.recording !== undefined || call.other !== undefined;
}

/** Finds the lead's names as words, in any letter case, and run together. */
function namePattern({ first_name: first, last_name: last }: CallLog): RegExp | undefined {
  const whole = [first, last].flatMap((name) => name ?? []);
  const parts = whole.flatMap((name) => name.split(/[\s-]+/)).filter((part) => part.length > 2);
  const together = first === undefined || last === undefined ? [] : [`${first}${last}`, `${last}${first}`];
  const words = [...together, ...whole, ...parts].filter((word) => word.length > 1).map(escaped);
  if (words.length === 0) return undefined;
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${words.join('|')})(?![\\p{L}\\p{N}])`, 'giu');
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function mapTexts(recording: Recording, change: (text: string) => string): Recording {
  return Object.fromEntries(
    Object.entries(recording).map(([field, value]: [string, string]) => [
      field,
      field === 'type' ? value : change(value),
    ]),
  );
}
