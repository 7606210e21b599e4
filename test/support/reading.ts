/** What a reader of an answer's text can get back out of it, knowing only the text. */
export interface ReadAnswer {
  readonly columns: readonly string[];
  /** The rows with the shared values in; `call_date` put together again from its day and time. */
  readonly rows: readonly Readonly<Record<string, string>>[];
  /** What each code stands for, by field. */
  readonly legends: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Fields said to be left out: how many, and those that are named. */
  readonly omitted: { readonly count: number; readonly named: readonly string[] };
  /** Arguments of the next page, as far as the text gives them: those that stay the same may be left to the reader. */
  readonly next: Record<string, unknown> | undefined;
}

/** Reads the text of a concise search answer as a person would: shared values, table, legends, what is left out, next. */
export function readAnswer(text: string): ReadAnswer {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => /^(time|min:sec|id)(\||$)/.test(line));
  if (start === -1) throw new Error(`there is no table in: ${text.slice(0, 300)}`);
  const headings = cells(lines[start] ?? '').map(heading);
  const columns = headings.flatMap(({ columns: some }) => some);
  const shared = Object.fromEntries(
    cells(lines.find((line) => line.startsWith('All rows: '))?.slice(10) ?? '')
      .filter((pair) => pair !== '')
      .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
  const rows: Record<string, string>[] = [];
  let day = '';
  let at = start + 1;
  for (; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const run = /^(\d{4}-\d{2}-\d{2})( \d{2}:)?$/.exec(line);
    if (columns[0] === 'time' && run !== null) {
      // The day, to be followed by the time; or the day and the hour, by minutes and seconds.
      day = run[2] === undefined ? `${line} ` : line;
      continue;
    }
    const values = cells(line);
    if (values.length !== headings.length || (columns.length === 1 && !/^\w+$/.test(line))) break;
    rows.push({ ...shared, ...rowOf(headings, values, day) });
  }
  const rest = lines.slice(at);
  const omitted = rest.find((line) => line.startsWith('Only in detailed: '));
  const next = rest.find((line) => line.startsWith('Next page: '));
  return {
    columns,
    rows,
    legends: legendsOf(rest, rows),
    omitted: omittedOf(omitted),
    next: next === undefined ? undefined : nextOf(next.slice(11)),
  };
}

function legendsOf(
  lines: readonly string[],
  rows: readonly Readonly<Record<string, string>>[],
): Record<string, Record<string, string>> {
  const legends: Record<string, Record<string, string>> = {};
  for (const line of lines) {
    const [, field = '', text = ''] = /^(\w+): (.*)$/.exec(line) ?? [];
    if (/^(user|campaign|list|queue)_id$/.test(field)) legends[field] = meanings(text, ' ');
    if (field !== 'status') continue;
    const said = text.replace(/(^|; others )as (the codes|they) read$/, '');
    const codes = said === text ? [] : rows.map(({ status = '' }) => status);
    legends[field] = {
      ...Object.fromEntries(codes.map((code) => [code, ownWords(code)])),
      ...(said === '' ? {} : meanings(said, ' = ')),
    };
  }
  return legends;
}

/** NO_ANSWER reads as “No Answer”. */
function ownWords(code: string): string {
  return code
    .toLowerCase()
    .replace(/_/g, ' ')
    .replace(/\b\w/g, (letter) => letter.toUpperCase());
}

function omittedOf(line: string | undefined): ReadAnswer['omitted'] {
  if (line === undefined) return { count: 0, named: [] };
  const [, more] = /^Only in detailed: (\d+) more fields\.$/.exec(line) ?? [];
  if (more !== undefined) return { count: Number(more), named: [] };
  const named = line.replace(/^[^:]*: |\.$/g, '').split(', ');
  return { count: named.length, named };
}

function nextOf(text: string): Record<string, unknown> {
  const [, offset] = /^same arguments, offset (\d+)$/.exec(text) ?? [];
  return offset === undefined ? JSON.parse(text) : { offset: Number(offset) };
}

/** The columns of a cell, and what an empty cell stands for: another column's value, or a value of its own. */
interface Heading {
  readonly columns: readonly string[];
  readonly blank: string | undefined;
}

function heading(text: string): Heading {
  if (text === 'min:sec') return { columns: ['time'], blank: undefined };
  if (text === 'first_name last_name') return { columns: text.split(' '), blank: undefined };
  const match = /^(\w+)(?:\(s\))?(?:\(blank: (.*)\))?$/.exec(text);
  if (match === null) throw new Error(`not a heading: ${text}`);
  return { columns: [match[1] ?? ''], blank: match[2] };
}

function rowOf(headings: readonly Heading[], values: readonly string[], day: string): Record<string, string> {
  const row: Record<string, string> = {};
  for (const [index, { columns, blank }] of headings.entries()) {
    const value = values[index] || (blank === undefined ? '' : (row[blank] ?? blank));
    if (value === '') continue;
    const parts = columns.length === 1 ? [value] : value.split(' ');
    for (const [place, column] of columns.entries()) {
      row[column === 'time' ? 'call_date' : column] =
        column === 'time' ? `${day}${value}` : (parts[place] ?? '');
    }
  }
  return row;
}

/** Splits at bars that are not escaped, and takes the escapes out. */
function cells(line: string): string[] {
  const out = [''];
  for (let at = 0; at < line.length; at += 1) {
    const last = out.length - 1;
    if (line[at] === '\\') {
      at += 1;
      out[last] += line[at] ?? '';
    } else if (line[at] === '|') out.push('');
    else out[last] += line[at] ?? '';
  }
  return out;
}

function meanings(text: string, sign: string): Record<string, string> {
  return Object.fromEntries(
    text.split('; ').map((pair) => {
      const at = pair.indexOf(sign);
      return [pair.slice(0, at), pair.slice(at + sign.length)];
    }),
  );
}
