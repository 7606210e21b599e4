import { type CallLog, type Recording, TEXT_FIELDS, type TextField } from '../convoso/call-log.js';
import { isKnownCode } from '../convoso/statuses.js';
import { withoutEncoded } from './encoded.js';
import { inert } from './inert.js';
import { LeadNames, MASKED } from './lead-names.js';
import { LEFT_OUT, linksOf, removeLinks, withoutLinks } from './links.js';
import { type OutgoingCall, type OutgoingText, outgoingCall, outgoingText } from './outgoing.js';
import {
  digitsOf,
  KnownNumbers,
  MIN_DIGITS,
  maskPhones,
  NONE_KNOWN,
  PhoneLabels,
  type TextKind,
} from './phones.js';
import { isHarmless, NAMES_A_PHONE } from './unknown-fields.js';

/** What `CALL_LOGS_REDACT` can name. */
export const MASKS = ['phone', 'name', 'recording', 'comment'] as const;
export type MaskWord = (typeof MASKS)[number];

/** Fields that hold one phone number and nothing else. */
const PHONE_FIELDS = ['phone_number', 'number_dialed', 'caller_id_displayed', 'inbound_number'] as const;
const PHONE_FIELD_SET: ReadonlySet<string> = new Set(PHONE_FIELDS);
/** Fields that calls are grouped and named by. */
const LABELS: readonly TextField[] = [
  ...(['status', 'status_name', 'user_id', 'user', 'campaign_id', 'campaign', 'list_id'] as const),
  ...(['queue_id', 'queue', 'call_type', 'term_reason'] as const),
];
/** Fields that hold an id, which is mostly digits. */
const ID_FIELDS: ReadonlySet<string> = new Set([
  ...['id', 'lead_id', 'user_id', 'campaign_id', 'list_id', 'queue_id', 'originating_agent_id', 'session_id'],
]);
/** An id as services make them; anything else in its place is text. */
const PLAIN_ID = /^[\w.:@-]+$/;
/** A status code as accounts make them; a longer one, or one that is typed like a name, is text. */
const CODE = /^[A-Z\d_-]{1,6}$/;
/** Names of fields that hold no text of the service's. */
const DOCUMENTED: ReadonlySet<string> = new Set([...TEXT_FIELDS, 'call_date', 'call_length', 'recording']);
/** The name of a field as programs give them. */
const FIELD_NAME = /^[a-z][\w ]{0,40}$/i;

/**
 * What may not leave the server, by the setting `CALL_LOGS_REDACT`. Ids are never masked, unless they hold what is: without
 * them nothing could be looked up. Names of agents, campaigns and queues are not personal data of leads and stay, but for
 * the lead's own name in them.
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

  /**
   * What the service says in words of its own. Nobody can tell whose name or which comment they hold: where either is
   * masked, so are they.
   */
  text(text: string): OutgoingText {
    if (this.has('name') || this.has('comment')) return outgoingText(MASKED);
    return outgoingText(inert(this.log(removeLinks(text, []))));
  }

  /** What this program says to its own log. */
  log(text: string): string {
    return this.has('phone') ? maskPhones(text, 'prose', NONE_KNOWN, new PhoneLabels()) : text;
  }
}

/** Passes calls on as they may leave the server. Use one for everything that one answer shows. */
export class AnswerMasks {
  readonly #masks: Masks;
  readonly #labels = new PhoneLabels();
  /** By field and value: the label without the name that all its calls have in it, null where they do not. */
  readonly #leadsOnly = new Map<string, string | null>();
  /** By field and value: those numbers of its calls that stand in it. */
  readonly #ownNumbers = new Map<string, KnownNumbers>();

  constructor(masks: Masks) {
    this.#masks = masks;
  }

  /** Whether values of this kind are masked. */
  hides(word: MaskWord): boolean {
    return this.#masks.has(word);
  }

  /**
   * A call as it may be shown. Recording links and file names, and all other links in it, pass only when recordings were
   * asked for and are not masked; what a host would render as a link, an image or a tag is made plain text.
   */
  call(call: CallLog, recordingsAskedFor: boolean): OutgoingCall {
    return this.#redacted(call, recordingsAskedFor, inert);
  }

  /** A call as it may be written to a file, which nobody renders: the same, word for word. */
  stored(call: CallLog, recordingsAskedFor: boolean): OutgoingCall {
    return this.#redacted(call, recordingsAskedFor, (text) => text);
  }

  /** One value of calls, such as the label of a group they make up. */
  label(field: TextField | 'id' | 'call_date', value: string): OutgoingText {
    const key = keyOf(field, value);
    const named = this.#leadsOnly.get(key) ?? value;
    const numbers = this.#ownNumbers.get(key);
    const left = numbers === undefined ? named : this.#withoutNumbers(named, numbers);
    const call = { id: '', call_length: null, [field]: left };
    return outgoingText(this.call(call, false)[field] ?? '');
  }

  /** The value of one call, as it stands for other calls too; undefined where it says something of this call's lead. */
  sharedLabel(call: CallLog, field: TextField): OutgoingText | undefined {
    const { [field]: value } = call;
    if (value === undefined || this.#ofLead(call, field, value) !== value) return undefined;
    if (this.#numbersIn(call, value) !== undefined) return undefined;
    return this.label(field, value);
  }

  /**
   * The same calls, looked at as they pass: a label that names the lead of each of its calls is masked when it is asked
   * for. One that is shared by calls of other leads is a label like any other.
   */
  watched(calls: AsyncIterable<readonly CallLog[]>): AsyncIterable<readonly CallLog[]> {
    if (!this.#masks.has('name') && !this.#masks.has('phone')) return calls;
    return { [Symbol.asyncIterator]: () => this.#watch(calls) };
  }

  async *#watch(calls: AsyncIterable<readonly CallLog[]>): AsyncGenerator<readonly CallLog[], void> {
    for await (const batch of calls) {
      for (const call of batch) {
        if (this.#masks.has('name')) for (const field of LABELS) this.#note(call, field);
        if (this.#masks.has('phone')) this.#noteNumbers(call);
      }
      yield batch;
    }
  }

  #note(call: CallLog, field: TextField): void {
    const { [field]: value } = call;
    if (value === undefined) return;
    const key = keyOf(field, value);
    if (this.#leadsOnly.get(key) === null) return;
    const left = this.#ofLead(call, field, value);
    this.#leadsOnly.set(key, left === value ? null : left);
  }

  /** Labels and ids that hold the number of one of their calls are masked, whatever other calls they stand for. */
  #noteNumbers(call: CallLog): void {
    for (const field of [...LABELS, ...ID_FIELDS] as TextField[]) {
      const { [field]: value } = call;
      if (value === undefined) continue;
      const numbers = this.#numbersIn(call, value);
      if (numbers === undefined) continue;
      const key = keyOf(field, value);
      const known = this.#ownNumbers.get(key)?.numbers ?? [];
      this.#ownNumbers.set(key, new KnownNumbers([...known, ...numbers.numbers]));
    }
  }

  /** The numbers of a call that stand in this value of it; undefined when none does. */
  #numbersIn(call: CallLog, value: string): KnownNumbers | undefined {
    if (!this.#masks.has('phone') || digitsOf(value).length < MIN_DIGITS) return undefined;
    const { numbers } = new KnownNumbers(PHONE_FIELDS.flatMap((field) => call[field] ?? []));
    const others = this.#withoutNumbers(value, NONE_KNOWN);
    const held = numbers.filter(
      (number) => this.#withoutNumbers(value, new KnownNumbers([number])) !== others,
    );
    return held.length === 0 ? undefined : new KnownNumbers(held);
  }

  /** Links go first: without its digits one would not be known for a link. */
  #withoutNumbers(value: string, known: KnownNumbers): string {
    return maskPhones(removeLinks(value, []), 'id', known, this.#labels);
  }

  /** A value of a call without the names of the call's lead. */
  #ofLead(call: CallLog, field: TextField, value: string): string {
    if (!this.#masks.has('name') || (field === 'status' && isCode(value))) return value;
    const clean = removeLinks(value, []);
    const masked = new LeadNames(call).mask(clean);
    return masked === clean ? value : masked;
  }

  /** Filters of a question about calls, as they may be written beside what it found. */
  filters(filters: Readonly<Record<string, string>>): Record<string, OutgoingText> {
    const left = this.stored({ id: '', call_length: null, ...filters }, false);
    const names = Object.keys(filters) as (TextField | 'id')[];
    return Object.fromEntries(names.map((name) => [name, outgoingText(left[name] ?? '')]));
  }

  #redacted(call: CallLog, recordingsAskedFor: boolean, last: (text: string) => string): OutgoingCall {
    const withLinks = recordingsAskedFor && !this.#masks.has('recording');
    const clean = this.#cleaner(call, withLinks, last);
    let changed: Record<string, unknown> | undefined;
    const change = (field: string, value: unknown) => {
      changed ??= { ...call };
      changed[field] = value;
    };
    for (const field in call) {
      const value = call[field as TextField];
      if (typeof value !== 'string') continue;
      const left = this.#field(field, value, clean);
      if (left !== value) change(field, left);
    }
    if (call.recording !== undefined) {
      const kept = call.recording.map((one) => mapTexts(withLinks ? one : withoutLinks(one), clean));
      if (!withLinks || kept.some((one, i) => one !== call.recording?.[i])) change('recording', kept);
    }
    if (call.unread !== undefined) {
      const unread = call.unread.map((name) => (DOCUMENTED.has(name) ? name : clean(name, 'prose')));
      if (unread.some((name, i) => name !== call.unread?.[i])) change('unread', unread);
    }
    if (call.other !== undefined) {
      const others = this.#others(call.other, clean);
      if (others !== call.other) change('other', others);
    }
    return outgoingCall((changed ?? call) as CallLog);
  }

  #field(field: string, value: string, clean: Clean): string {
    const masks = this.#masks;
    if (masks.words.length === 0 && !MAY_NEED_CARE.test(value)) return value;
    if (field === 'call_date' && STAMP.test(value)) return value;
    if ((field === 'first_name' || field === 'last_name') && masks.has('name')) return MASKED;
    if (field === 'agent_comment' && masks.has('comment')) return MASKED;
    if (PHONE_FIELD_SET.has(field)) return this.#phone(value, clean);
    if (field === 'status' && isCode(value)) return clean(value, 'code');
    return clean(value, ID_FIELDS.has(field) && PLAIN_ID.test(value) ? 'id' : 'prose');
  }

  /** The whole of a field that holds a number; the name of a caller may stand in it instead. */
  #phone(value: string, clean: Clean): string {
    if (this.#masks.has('phone')) {
      const digits = digitsOf(value);
      if (digits.length > 4) return this.#labels.of(digits);
    }
    return this.#masks.has('name') && /\p{L}{2}/u.test(value) ? MASKED : clean(value, 'prose');
  }

  #others(other: Readonly<Record<string, string>>, clean: Clean): Readonly<Record<string, string>> {
    const entries = Object.entries(other);
    const left = entries.map(([name, value]): [string, string] => [
      this.#otherName(name, clean),
      this.#other(name, value, clean),
    ]);
    const same = left.every(([name, value], i) => name === entries[i]?.[0] && value === entries[i]?.[1]);
    return same ? other : Object.fromEntries(left);
  }

  /** A name that is none as programs give them is text; signs in it have become underscores where it was read. */
  #otherName(name: string, clean: Clean): string {
    if (this.#masks.words.length > 0 && !FIELD_NAME.test(name)) return MASKED;
    if (!/[.:]|http/i.test(name)) return clean(name, 'prose');
    return clean(name.replaceAll('_', '/'), 'prose').includes(LEFT_OUT) ? LEFT_OUT : clean(name, 'prose');
  }

  /** No document says what stands in such a field: under any mask only what is known to be harmless passes. */
  #other(name: string, value: string, clean: Clean): string {
    if (this.#masks.words.length === 0 || isHarmless(name, value)) return clean(value, 'prose');
    return this.#masks.has('phone') && NAMES_A_PHONE.test(name) && !/\p{L}/u.test(value)
      ? this.#phone(value, clean)
      : MASKED;
  }

  /** What is done to every text of one call: its links, its lead's names and all phone numbers go. */
  #cleaner(call: CallLog, withLinks: boolean, last: (text: string) => string): Clean {
    const links = withLinks || call.recording === undefined ? [] : linksOf(call);
    const names = this.#masks.has('name') ? new LeadNames(call) : undefined;
    const known = this.#masks.has('phone')
      ? new KnownNumbers(PHONE_FIELDS.flatMap((field) => call[field] ?? []))
      : undefined;
    const plain: Clean = (text, kind) => {
      let clean = withLinks ? text : removeLinks(text, links);
      if (names !== undefined && kind !== 'code') clean = names.mask(clean);
      if (known === undefined) return clean;
      return maskPhones(clean, kind === 'code' ? 'prose' : kind, known, this.#labels);
    };
    const hides = (decoded: string) => plain(decoded, 'prose') !== decoded;
    return (text, kind) => last(plain(withoutEncoded(text, MASKED, hides), kind));
  }
}

function isCode(status: string): boolean {
  return CODE.test(status) || isKnownCode(status);
}

function keyOf(field: string, value: string): string {
  return `${field}\0${value}`;
}

/** `code`: a status code, which stays though it reads like a name. */
type Clean = (text: string, kind: TextKind | 'code') => string;

/** Without any of these a text holds neither a link, encoded or not, nor what a host would render: nothing is to be done without masks. */
const MAY_NEED_CARE = /[/%&\\<\]]|\.[^\s.]|[^\x20-\x7e]|[A-Za-z\d+_-]{16}/;
const STAMP = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d$/;

function mapTexts(recording: Recording, clean: Clean): Recording {
  const entries: [string, string][] = Object.entries(recording);
  const left = entries.map(([field, value]): [string, string] => [
    field,
    clean(value, field === 'type' ? 'prose' : 'path'),
  ]);
  return left.every(([, value], i) => value === entries[i]?.[1]) ? recording : Object.fromEntries(left);
}
