/**
 * Values that must not leave this process by any text: the token, bearer tokens of HTTP callers, credentials in URLs. They
 * are found by value, not by pattern, in every form they travel in. One set for the whole process, so that no way out
 * has to be told of it.
 */

/** Shorter values are no secrets, and removing them would eat ordinary words. */
const MIN_LENGTH = 6;

const REMOVED = '[secret removed]';

/** Each form of each secret, with the number of times it was registered. Longest first, so that a form that contains another goes whole. */
let forms: readonly string[] = [];
let shortest = Number.POSITIVE_INFINITY;
const holders = new Map<string, number>();

/**
 * Registers a value that no text may carry from now on; values under 6 characters are not kept.
 * @returns gives the registration back (a caller's bearer token, once its request is answered).
 */
export function keepSecret(value: string): () => void {
  if (value.length < MIN_LENGTH) return () => {};
  const own = formsOf(value);
  for (const form of own) holders.set(form, (holders.get(form) ?? 0) + 1);
  index();
  let kept = true;
  return () => {
    if (!kept) return;
    kept = false;
    for (const form of own) {
      const left = (holders.get(form) ?? 1) - 1;
      if (left === 0) holders.delete(form);
      else holders.set(form, left);
    }
    index();
  };
}

function index(): void {
  forms = [...holders.keys()].toSorted((one, other) => other.length - one.length);
  shortest = forms.at(-1)?.length ?? Number.POSITIVE_INFINITY;
}

/** As it is; as it stands in JSON, in a URL, in a form; and in Base64. */
function formsOf(value: string): ReadonlySet<string> {
  const json = JSON.stringify(value).slice(1, -1);
  return new Set([
    value,
    json,
    json.replaceAll('/', '\\/'),
    encodeURIComponent(value),
    new URLSearchParams({ v: value }).toString().slice(2),
    Buffer.from(value).toString('base64'),
    Buffer.from(value).toString('base64url'),
  ]);
}

/** The text without any registered secret. Costs next to nothing for texts shorter than the shortest secret. */
export function scrub(text: string): string {
  if (text.length < shortest) return text;
  let clean = text;
  for (const form of forms) if (clean.includes(form)) clean = clean.replaceAll(form, REMOVED);
  return clean;
}

/** A JSON value without any registered secret in its texts and names; the same object when it holds none. */
export function scrubValue<T>(value: T): T {
  const json = JSON.stringify(value);
  return json === undefined || !forms.some((form) => json.includes(form)) ? value : (deep(value) as T);
}

function deep(value: unknown): unknown {
  if (typeof value === 'string') return scrub(value);
  if (Array.isArray(value)) return value.map(deep);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [scrub(name), deep(one)]));
}
