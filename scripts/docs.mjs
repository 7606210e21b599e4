// Writes the generated tables of README.md from the built code. With --check it only says whether they are current.
import { readFileSync, writeFileSync } from 'node:fs';
import { settingRows, toolSurfaces } from '../dist/index.js';

const README = new URL('../README.md', import.meta.url);

const tables = {
  tools: table(
    ['Tool', 'Access', 'What it is for'],
    toolSurfaces().map((tool) => [`\`${tool.name}\``, tool.access, tool.description]),
  ),
  settings: table(
    ['Environment', 'Flag', 'Meaning', 'Default'],
    settingRows().map(({ env, flag, value, description, fallback }) => [
      env === undefined ? '' : `\`${env}\``,
      flag === undefined ? '' : `\`--${flag}${value === undefined ? '' : ` ${value}`}\``,
      description,
      fallback === undefined ? '' : `\`${fallback}\``,
    ]),
  ),
};

function table(header, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

const current = readFileSync(README, 'utf8');
const updated = Object.entries(tables).reduce(
  (text, [name, content]) =>
    text.replace(
      new RegExp(`(<!-- generated: ${name} -->\n)[\\s\\S]*?(<!-- end -->)`),
      (_, start, end) => `${start}\n${content}\n\n${end}`,
    ),
  current,
);

if (process.argv.includes('--check')) {
  if (updated !== current) {
    console.error('README.md is not current: run `npm run docs` and commit it.');
    process.exitCode = 1;
  }
} else {
  writeFileSync(README, updated);
}
