// Every failure that the sources word, read from the sources, for docs/errors.md: a message that changes there changes here.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSync, transformSync } from 'esbuild';
import { table } from './table.mjs';

/**
 * Every object literal that says why something failed and what to do next, in the order of the sources.
 * @param {URL} folder the sources, with a slash at the end
 * @returns {{ path: string, what: string[], why: string[], next: string[] }[]} the path inside the folder, and each
 *   wording that a part can have, with … for what is filled in; none where a part is made elsewhere
 */
export function failures(folder) {
  return readdirSync(folder, { recursive: true })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .flatMap((path) => {
      // Printed again, so that quotes, comments and types are the same everywhere.
      const source = readFileSync(new URL(path, folder), 'utf8');
      const { code } = transformSync(source, { loader: 'ts', target: 'esnext', charset: 'utf8' });
      return failuresIn(code).map((failure) => ({ path, ...failure }));
    });
}

const PART = /(what|why|next)(?=[,:\n])/y;

function failuresIn(code) {
  const found = [];
  /** The braces that are open, each with the parts named directly inside of it. */
  const open = [];
  for (let at = 0; at < code.length; ) {
    if (code[at] === '{') open.push(new Map());
    if (code[at] === '}') {
      const parts = open.pop();
      if (parts?.has('why') && parts.has('next'))
        found.push({ what: parts.get('what') ?? [], why: parts.get('why'), next: parts.get('next') });
    }
    PART.lastIndex = at;
    const name = /[\s{,]/.test(code[at - 1] ?? ' ') ? PART.exec(code)?.[1] : undefined;
    const parts = open.at(-1);
    if (name !== undefined && parts !== undefined && !parts.has(name)) {
      parts.set(name, code[at + name.length] === ':' ? wordings(code, at + name.length + 1) : []);
      at += name.length;
    } else at = after(code, at);
  }
  return found.filter((one) => [one.what, one.why, one.next].flat().length > 0);
}

/** The texts that a value can be: those of its strings and templates outside of brackets, up to the comma that ends it. */
function wordings(code, start) {
  const texts = [];
  let depth = 0;
  for (let at = start; ; at = after(code, at)) {
    const sign = code[at];
    if ('"`'.includes(sign)) {
      if (depth === 0 && !/[!=]== $/.test(code.slice(at - 4, at)))
        texts.push(textOf(code.slice(at, after(code, at))));
    } else if ('([{'.includes(sign)) depth++;
    else if (')]}'.includes(sign)) depth--;
    if (depth < 0 || (depth === 0 && sign === ',')) return texts;
  }
}

const STRING = /"(?:[^"\\]|\\.)*"/y;
const REGEX = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\]|\\.)*\])+\/[a-z]*/y;

/** Where the token at this place ends: a string, a template or a regular expression as a whole, and else one character. */
function after(code, at) {
  if (code[at] === '"') return matchEnd(STRING, code, at);
  if (code[at] === '`') return templateEnd(code, at);
  if (code[at] === '/' && /(?:^|[=(,:[!&|?{};]|return)\s*$/.test(code.slice(Math.max(0, at - 10), at)))
    return matchEnd(REGEX, code, at);
  return at + 1;
}

function matchEnd(pattern, code, at) {
  pattern.lastIndex = at;
  return at + (pattern.exec(code)?.[0].length ?? 1);
}

function templateEnd(code, start) {
  let at = start + 1;
  while (code[at] !== '`') {
    if (code[at] === '\\') at += 2;
    else at = code.startsWith('${', at) ? holeEnd(code, at) : at + 1;
  }
  return at + 1;
}

function holeEnd(code, start) {
  let depth = 0;
  let at = start + 1;
  do {
    if (code[at] === '{') depth++;
    if (code[at] === '}') depth--;
    at = after(code, at);
  } while (depth > 0);
  return at;
}

/** A literal as a reader meets it, with … for each value that is filled in. */
function textOf(literal) {
  if (literal.startsWith('"')) return JSON.parse(literal);
  let text = '';
  for (let at = 1; at < literal.length - 1; ) {
    const hole = literal.startsWith('${', at);
    if (literal[at] === '\\') at++;
    text += hole ? '…' : literal[at];
    at = hole ? holeEnd(literal, at) : at + 1;
  }
  return text;
}

/** Where in the sources a failure is worded, and what it is about for who meets it. */
const SUBJECTS = [
  ['The service', /^(convoso|walk)\//],
  ['Arguments, names and times', /^(query|render|account-time|phone)\//],
  ['Answers over many calls', /^(stats|calls|walk)\//],
  ['Exports', /^export\/|export/],
  ['Tools and updates', /^(tools|mcp)\/|^calls\/update-log/],
  ['HTTP', /^http\//],
  ['Archive', /archive/],
  ['Settings and commands', /./],
];

/** A table for each subject: what it says and what to do. @param {URL} folder the sources */
export function failureTables(folder) {
  const tables = new Map(SUBJECTS.map(([title]) => [title, new Set()]));
  for (const failure of failures(folder)) {
    // Words that continue a message worded elsewhere say nothing alone.
    if (failure.what.length === 0 && failure.why.every((why) => why.startsWith('…'))) continue;
    const [title] = SUBJECTS.find(([, pattern]) => pattern.test(failure.path));
    tables.get(title).add(JSON.stringify([says(failure), failure.next.map(cell).join(' Or: ') || FILLED_IN]));
  }
  return [...tables]
    .filter(([, rows]) => rows.size > 0)
    .map(
      ([title, rows]) =>
        `## ${title}\n\n${table(
          ['It says', 'Do'],
          [...rows].map((row) => JSON.parse(row)),
        )}`,
    )
    .join('\n\n');
}

const FILLED_IN = 'What the message says after this.';

function says({ what, why }) {
  const subject = what.map(cell).join(' Or: ');
  const reason = why.map(cell).join(' Or: ');
  return subject === '' ? reason : reason === '' ? `**${subject}**` : `**${subject}** ${reason}`;
}

/** A text in a cell of a table: signs that Markdown would read are shown as they are. */
function cell(text) {
  return text.replace(/[<>*`\\[\]]/g, (sign) => `\\${sign}`).replaceAll('\n', ' ');
}

/** What each error number of the service means, for each endpoint. @param {URL} folder the sources */
export async function serviceErrorTable(folder) {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL('convoso/errors.ts', folder))],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
  });
  const { ERROR_CODES } = await import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
  );
  return table(
    ['Endpoint', 'Number', 'It says', 'Do'],
    Object.entries(ERROR_CODES).flatMap(([endpoint, codes]) =>
      Object.entries(codes).map(([code, { why, next }]) => [endpoint, code, cell(why), cell(next)]),
    ),
  );
}
