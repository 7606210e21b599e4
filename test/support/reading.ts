/** What a reader of an answer's text can get back out of it, knowing only the text. */
export interface ReadAnswer {
  readonly columns: readonly string[];
  /** The rows with the shared values in; `call_date` put together again from its day and time. */
  readonly rows: readonly Readonly<Record<string, string>>[];
  /** What each code stands for, by field. */
  readonly legends: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly leftOut: readonly string[];
  readonly next: Record<string, unknown> | undefined;
}

/** Reads the text of a concise search answer as a person would: shared values, table, legends, what is left out, next. */
export function readAnswer(text: string): ReadAnswer {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => /^(time|id)(\||$)/.test(line));
  if (start === -1) throw new Error(`there is no table in: ${text.slice(0, 300)}`);
  const headings = cells(lines[start] ?? '').map(heading);
  const columns = headings.map(({ column }) => column);
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
    if (columns[0] === 'time' && /^\d{4}-\d{2}-\d{2}$/.test(line)) {
      day = line;
      continue;
    }
    const values = cells(line);
    if (values.length !== columns.length || (columns.length === 1 && !/^\w+$/.test(line))) break;
    rows.push({ ...shared, ...rowOf(headings, values, day) });
  }
  const rest = lines.slice(at);
  const leftOut = rest.find((line) => line.startsWith('Only in detailed: '));
  const next = rest.find((line) => line.startsWith('Next page: '));
  return {
    columns,
    rows,
    legends: Object.fromEntries(
      rest.flatMap((line) => {
        const legend = /^(\w+): (.* = .*)$/.exec(line);
        return legend === null ? [] : [[legend[1], meanings(legend[2] ?? '')]];
      }),
    ),
    leftOut: leftOut === undefined ? [] : leftOut.replace(/^[^:]*: |\.$/g, '').split(', '),
    next: next === undefined ? undefined : JSON.parse(next.slice(next.indexOf('{'))),
  };
}

/** A column, and what its empty cells stand for: another column's value, or a value of their own. */
interface Heading {
  readonly column: string;
  readonly blank: string | undefined;
}

function heading(text: string): Heading {
  const match = /^(\w+)(?:\(s\))?(?:\(blank: (.*)\))?$/.exec(text);
  if (match === null) throw new Error(`not a heading: ${text}`);
  return { column: match[1] ?? '', blank: match[2] };
}

function rowOf(headings: readonly Heading[], values: readonly string[], day: string): Record<string, string> {
  const row: Record<string, string> = {};
  for (const [index, { column, blank }] of headings.entries()) {
    const value = values[index] || (blank === undefined ? '' : (row[blank] ?? blank));
    if (value === '') continue;
    row[column === 'time' ? 'call_date' : column] = column === 'time' ? `${day} ${value}` : value;
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

function meanings(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split('; ').map((pair) => [pair.slice(0, pair.indexOf(' = ')), pair.slice(pair.indexOf(' = ') + 3)]),
  );
}
