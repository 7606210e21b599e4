// How benchmarks print what they measured, and put it into docs/benchmarks.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** A table in Markdown, with a line that says when, by which command and on what machine it was measured. */
export function report(command, header, rows) {
  const row = (cells) => `| ${cells.join(' | ')} |`;
  const table = [row(header), row(header.map(() => '---')), ...rows.map(row)].join('\n');
  const [{ model }] = cpus();
  const date = new Date().toISOString().slice(0, 10);
  return `${table}\n\n${date}, \`${command}\`, Node ${process.versions.node}, ${cpus().length} × ${model.trim()}.`;
}

/** Puts a report between `<!-- marker -->` and the next `<!-- end -->` of docs/benchmarks.md. */
export function writeReport(marker, text) {
  const page = new URL('../docs/benchmarks.md', import.meta.url);
  const section = new RegExp(`(<!-- ${marker} -->\\n)[\\s\\S]*?(<!-- end -->)`);
  writeFileSync(
    page,
    readFileSync(page, 'utf8').replace(section, (_, start, end) => `${start}\n${text}\n\n${end}`),
  );
}
