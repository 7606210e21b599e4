/**
 * JSON as the service prints it. Two quirks that `JSON.parse` alone gets wrong are mended first: a comma before a
 * closing bracket (the vendor's own documentation prints one), and whole numbers past 2^53, whose digits must survive
 * because they are ids.
 */

// Only where a value can start: long digits inside strings (session ids, file names) must not cost a second pass.
const LONG_INTEGER_VALUE = /[:[,](?:\s+-?|-)?\d{16}/;

/** Deepest nesting read; a page of the API has five levels. */
const MAX_DEPTH = 64;
/** Longer than a page of 500 rows with recordings; what is shorter (UTF-16 units) parses in a fraction of a second at any depth. */
const DEPTH_MATTERS_FROM = 524_288;

/**
 * Parses a reply body. A leading byte order mark is ignored; integers of 16 digits or more come back as strings.
 * @throws SyntaxError when the text is not JSON even after mending, or is large and nested deeper than 64 levels.
 */
export function parseJson(body: string): unknown {
  const text = body.charCodeAt(0) === 0xfeff ? body.slice(1) : body;
  if (text.length > DEPTH_MATTERS_FROM && isDeep(text)) throw new SyntaxError('Nested too deeply.');
  if (LONG_INTEGER_VALUE.test(text)) return JSON.parse(mend(text));
  try {
    return JSON.parse(text);
  } catch (error) {
    const mended = mend(text);
    if (mended === text) throw error;
    return JSON.parse(mended);
  }
}

/** Quotes long integers and drops trailing commas, leaving the insides of strings alone. One pass, linear time. */
function mend(text: string): string {
  const out: string[] = [];
  let kept = 0;
  let at = 0;
  while (at < text.length) {
    const char = text[at];
    if (char === '"') {
      at = endOfString(text, at);
    } else if (char === ',') {
      const closer = skipSpace(text, at + 1);
      if (text[closer] === '}' || text[closer] === ']') {
        out.push(text.slice(kept, at));
        kept = at + 1;
      }
      at += 1;
    } else if (char !== undefined && NUMBER_CHAR.test(char)) {
      const end = endOfNumber(text, at);
      const number = text.slice(at, end);
      if (LONG_INTEGER.test(number)) {
        out.push(text.slice(kept, at), `"${number}"`);
        kept = end;
      }
      at = end;
    } else {
      at += 1;
    }
  }
  out.push(text.slice(kept));
  return out.join('');
}

/** Whether brackets outside strings nest deeper than is read. */
function isDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = endOfString(text, at) - 1;
    else if (code === 0x5b || code === 0x7b) {
      depth += 1;
      if (depth > MAX_DEPTH) return true;
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
  }
  return false;
}

const NUMBER_CHAR = /[-+.0-9eE]/;
const LONG_INTEGER = /^-?\d{16,}$/;

/** Just past the quote that closes a string: one that an even number of backslashes, or none, stands before. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let before = at - 1;
    while (text[before] === '\\') before -= 1;
    if ((at - before) % 2 === 1) return at + 1;
  }
  return text.length;
}

function endOfNumber(text: string, start: number): number {
  let at = start;
  while (at < text.length && NUMBER_CHAR.test(text[at] ?? '')) at += 1;
  return at;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && /\s/.test(text[at] ?? '')) at += 1;
  return at;
}
