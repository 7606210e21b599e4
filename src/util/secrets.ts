/**
 * Values that must not leave this process by any text: the token, passwords in URLs. They are found by value, not by the
 * look of a secret, however their characters are written. One set for the whole process, so that no way out has to be told
 * of it.
 */

/** Shorter values are no secrets, and removing them would eat ordinary words. */
const MIN_LENGTH = 6;

const REMOVED = '[secret removed]';

/** Each secret with the number of times it was registered. */
const holders = new Map<string, number>();
/** Finds every registered secret in every form; undefined while there is none. */
let pattern: RegExp | undefined;
let shortest = Number.POSITIVE_INFINITY;

/**
 * Registers a value that no text may carry from now on; values under 6 characters are not kept.
 * @returns gives the registration back, once the value is used no more
 */
export function keepSecret(value: string): () => void {
  if (value.length < MIN_LENGTH) return () => {};
  holders.set(value, (holders.get(value) ?? 0) + 1);
  index();
  let kept = true;
  return () => {
    if (!kept) return;
    kept = false;
    const left = (holders.get(value) ?? 1) - 1;
    if (left === 0) holders.delete(value);
    else holders.set(value, left);
    index();
  };
}

function index(): void {
  // Longest first, so that a secret that contains another goes whole.
  const values = [...holders.keys()].toSorted((one, other) => other.length - one.length);
  shortest = values.at(-1)?.length ?? Number.POSITIVE_INFINITY;
  pattern =
    values.length === 0 ? undefined : new RegExp(values.flatMap((value) => formsOf(value)).join('|'), 'gi');
}

/**
 * Patterns for a value: its characters one by one, each plain or escaped in any of the ways of `charForms`, and its bytes as
 * a whole in hexadecimal and Base64. Letter case is left to the flag of the expression.
 */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const hex = [...bytes].map(hexByte);
  return [
    [...value].map(charForms).join(''),
    hex.join('(?:[\\s:,-]|0x|\\\\{1,8}x){0,4}'),
    ...[0, 1, 2].flatMap((offset) => base64Forms(bytes, offset)),
  ];
}

/** Escapes are bounded, so that a text of nothing but backslashes is searched in linear time. */
const BACKSLASHES = '\\\\{0,8}';
const NAMED_ENTITIES: Readonly<Record<string, string>> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': 'quot',
  "'": 'apos',
  '+': 'plus',
  '/': 'sol',
  '=': 'equals',
  '\\': 'bsol',
  _: 'lowbar',
};

/**
 * A character as itself, escaped in JSON (also twice), percent-encoded (also twice, and as a form writes spaces) or as an
 * HTML entity. Encodings laid over each other are met by the repeated `25` of `%2525…` and `amp;` of `&amp;amp;…`.
 */
function charForms(char: string): string {
  const code = (char.codePointAt(0) ?? 0).toString(10);
  const point = (char.codePointAt(0) ?? 0).toString(16);
  const units = Array.from({ length: char.length }, (_, at) =>
    char.charCodeAt(at).toString(16).padStart(4, '0'),
  );
  const entity = NAMED_ENTITIES[char] === undefined ? '' : `|${NAMED_ENTITIES[char]}`;
  return `(?:${[
    `${BACKSLASHES}${escaped(char)}`,
    [...Buffer.from(char)].map((byte) => `[%=](?:25|3D){0,4}${hexByte(byte)}`).join(''),
    `&(?:amp;){0,4}(?:#0{0,8}${code}|#x0{0,8}${point}${entity});?`,
    units.map((unit) => `\\\\{1,8}u\\{?${unit}\\}?`).join(''),
    ...(char === ' ' ? ['\\+'] : []),
  ].join('|')})`;
}

/** The value in Base64 (also the kind for URLs), standing so many bytes into what was encoded, as a password does behind a user name. */
function base64Forms(bytes: Buffer, offset: number): string[] {
  const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replaceAll('=', '');
  // Characters that the bytes before and after have a part in are left out.
  const first = Math.ceil((offset * 8) / 6);
  const end = Math.floor(((offset + bytes.length) * 8) / 6);
  const own = encoded.slice(first, end);
  return own.length < MIN_LENGTH ? [] : [[...own].map(base64Char).join('')];
}

function base64Char(char: string): string {
  if (char === '+') return '(?:[+-]|%2B)';
  return char === '/' ? '(?:[/_]|%2F|\\\\/)' : char;
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

function escaped(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** The text without any registered secret. Costs next to nothing for texts shorter than the shortest secret. */
export function scrub(text: string): string {
  return pattern === undefined || text.length < shortest ? text : text.replace(pattern, REMOVED);
}

/** A JSON value without any registered secret in its texts and names; the same object when it holds none. */
export function scrubValue<T>(value: T): T {
  const json = JSON.stringify(value);
  return json === undefined || scrub(json) === json ? value : (deep(value) as T);
}

function deep(value: unknown): unknown {
  if (typeof value === 'string') return scrub(value);
  if (Array.isArray(value)) return value.map(deep);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [scrub(name), deep(one)]));
}
