import { toAccountTime } from '../account-time/stamps.js';
import { cleanText } from '../util/third-party-text.js';
import { type CallLog, type Recording, TEXT_FIELDS, type TextField } from './call-log.js';
import { isEmpty, isFalse, isObject, isTrue, scalarText } from './scalars.js';

/** A row that was read: a call, or why it is none and what stands for its id. */
export type ReadRow =
  | { readonly call: CallLog; readonly problem?: undefined }
  | { readonly problem: string; readonly id: string | undefined };

const TEXT_FIELD_SET: ReadonlySet<string> = new Set(TEXT_FIELDS);
/** Longer than any id, and than a filter can be. */
const MAX_ID_LENGTH = 100;
/** Fields beyond the documented ones that are kept of a row, and recordings. */
const MAX_OTHER_FIELDS = 100;
const MAX_RECORDINGS = 100;

/**
 * Reads a row (contract: "Call Log Object"). Only without an id it is no call log: whatever else cannot be read is named in `unread`, and the call stays.
 * Dates with an offset are turned into account time when the zone is known.
 */
export function readRow(row: unknown, zone: string | undefined): ReadRow {
  if (!isObject(row)) return { problem: 'it is not an object', id: undefined };
  const id = scalarText(row['id']);
  if (id === undefined || id === null) return { problem: 'it has no id', id: undefined };
  if (id.length > MAX_ID_LENGTH || /\s/.test(id))
    return { problem: 'its id is malformed', id: cleanText(id, MAX_ID_LENGTH) };
  const call: { -readonly [field in keyof CallLog]: CallLog[field] } = { id, call_length: null };
  const other = new OtherFields();
  const unread: string[] = [];
  for (const field of Object.keys(row)) {
    const value = row[field];
    if (field === 'id' || value === null || value === '') continue;
    if (field === 'call_length') {
      const seconds = readSeconds(value);
      if (seconds !== undefined) call.call_length = seconds;
      else {
        unread.push(field);
        other.add(field, value);
      }
    } else if (field === 'recording') {
      const { recordings, isWhole } = readRecordings(value, other);
      if (recordings !== undefined) call.recording = recordings;
      if (!isWhole) unread.push(field);
    } else if (field === 'call_date' || TEXT_FIELD_SET.has(field)) {
      const text = scalarText(value);
      if (typeof text === 'string') call[field as TextField | 'call_date'] = normalize(field, text, zone);
      else if (text === undefined && !isEmpty(value)) {
        unread.push(field);
        other.add(field, value);
      }
    } else {
      other.add(field, value);
    }
  }
  if (other.dropped > 0) unread.push(`${other.dropped} further fields`);
  if (other.fields !== undefined) call.other = other.fields;
  if (unread.length > 0) call.unread = unread;
  return { call };
}

function normalize(field: string, text: string, zone: string | undefined): string {
  if (field === 'call_type') return text.toUpperCase();
  return field === 'call_date' ? toAccountTime(text, zone) : text;
}

/** What could make a field's name look like a field with its value, or like another cell. */
const NOT_IN_A_NAME = /[^\p{L}\p{M}\p{N} _.-]/gu;

/** Fields that no document names, under names of their own. */
class OtherFields {
  fields: Record<string, string> | undefined;
  /** Fields past the bound. */
  dropped = 0;
  #count = 0;

  add(field: string, value: unknown): void {
    const text = scalarText(value);
    if (text === null || (text === undefined && isEmpty(value))) return;
    if (this.#count === MAX_OTHER_FIELDS) {
      this.dropped += 1;
      return;
    }
    this.#count += 1;
    this.fields ??= {};
    this.fields[this.#freeName(field)] = text ?? compactJson(value);
  }

  /** Names that read alike once they are cleaned are numbered: `a_`, `a_2`. */
  #freeName(field: string): string {
    const cleaned = cleanText(field, 64).replace(NOT_IN_A_NAME, '_');
    const name = cleaned === '' || cleaned === '__proto__' ? '_' : cleaned;
    let free = name;
    for (let number = 2; Object.hasOwn(this.fields ?? {}, free); number += 1) free = `${name}${number}`;
    return free;
  }
}

/** A list or an object as cleaned JSON, cut like any long text. */
function compactJson(value: unknown): string {
  try {
    return cleanText(JSON.stringify(value));
  } catch {
    // Nested deeper than the stack reaches.
    return '(nested too deeply to be shown)';
  }
}

/** `1,200`, with or without a fraction. */
const GROUPED = /^\d{1,3}(?:,\d{3}){1,2}(?:\.\d+)?$/;
/** PHP prints large numbers as `1.2e3`. */
const PLAIN_NUMBER = /^\d{1,9}(?:\.\d+)?(?:e\+?\d)?$/i;
const CLOCK = /^(\d{1,4}):([0-5]?\d):([0-5]?\d(?:\.\d+)?)$/;

/** Seconds, from a number or `HH:MM:SS`; null when not given; undefined when it is no duration. */
function readSeconds(value: unknown): number | null | undefined {
  const text = scalarText(value);
  if (text === null || (text === undefined && isEmpty(value))) return null;
  if (text === undefined) return undefined;
  const number = GROUPED.test(text) ? text.replaceAll(',', '') : text;
  if (PLAIN_NUMBER.test(number)) return Number(number);
  const clock = CLOCK.exec(text);
  if (clock === null) return undefined;
  const [hours = 0, minutes = 0, seconds = 0] = clock.slice(1).map(Number);
  return hours * 3600 + minutes * 60 + seconds;
}

const RECORDING_FIELDS = ['src', 'type', 'recording_id', 'filename', 'public_url'] as const;

interface ReadRecordings {
  /** Undefined when nothing is said of recordings. */
  readonly recordings: Recording[] | undefined;
  readonly isWhole: boolean;
}

/** Recordings: a list of objects in both dialects; services also give one, a list with keys, JSON in a text, a link or a word. */
function readRecordings(value: unknown, other: OtherFields): ReadRecordings {
  const entries = recordingEntries(value)?.filter((entry) => scalarText(entry) !== null);
  if (entries === undefined) return { recordings: undefined, isWhole: scalarText(value) === null };
  const kept = entries.slice(0, MAX_RECORDINGS).map((entry) => readRecording(entry, other));
  return {
    recordings: kept.filter((recording) => recording !== undefined),
    isWhole: entries.length <= MAX_RECORDINGS && !kept.includes(undefined),
  };
}

/** The recordings that a value holds, each as it was given; undefined when it cannot be told. */
function recordingEntries(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (isFalse(value)) return [];
  if (isObject(value)) {
    if (RECORDING_FIELDS.some((field) => value[field] !== undefined)) return [value];
    const entries = Object.values(value);
    return entries.every((entry) => isObject(entry) || entry === null) ? entries : undefined;
  }
  const json = typeof value === 'string' && /^\s*[[{]/.test(value) ? parsedJson(value) : undefined;
  if (json !== undefined) return recordingEntries(json);
  return recordingOfText(value) === undefined ? undefined : [value];
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** One recording; what is not documented of it becomes another field of the call. Undefined when it is none. */
function readRecording(entry: unknown, other: OtherFields): Recording | undefined {
  if (!isObject(entry)) return recordingOfText(entry);
  const recording: Recording = {};
  for (const [field, value] of Object.entries(entry)) {
    const known = RECORDING_FIELDS.find((name) => name === field);
    const text = scalarText(value);
    if (known === undefined || text === undefined) other.add(`recording.${field}`, value);
    else if (text !== null) recording[known] = text;
  }
  return recording;
}

/** A recording from a text that can only be one of its fields, or a word that there is one. */
function recordingOfText(value: unknown): Recording | undefined {
  const text = scalarText(value);
  if (text === null || text === undefined) return undefined;
  if (isTrue(text) || /^yes$/i.test(text)) return {};
  if (/^[a-z][a-z\d+.-]*:\/\/\S+$/i.test(text)) return { src: text };
  if (/^[^/\\]+\.[a-z\d]{2,4}$/i.test(text)) return { filename: text };
  return /^[\w:-]*\d[\w:-]*$/.test(text) ? { recording_id: text } : undefined;
}
