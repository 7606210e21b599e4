// Writes what is generated from the built code: tables and host snippets in README.md, and the files that hosts and
// registries install from. With --check it only says which of them are not current.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { settingList, toolSurfaces } from '../dist/index.js';
import { hostSnippets, installFiles } from './install-files.mjs';

const ROOT = new URL('../', import.meta.url);
const read = (path) => readFileSync(new URL(path, ROOT), 'utf8');

const facts = { manifest: JSON.parse(read('package.json')), settings: settingList(), tools: toolSurfaces() };

const sections = {
  hosts: hostSnippets(facts),
  tools: table(
    ['Tool', 'Access', 'What it is for'],
    facts.tools.map((tool) => [`\`${tool.name}\``, tool.access, tool.description]),
  ),
  settings: table(
    ['Environment', 'Flag', 'Meaning', 'Default'],
    facts.settings.map(({ env, flag, value, description, default: fallback }) => [
      env === undefined ? '' : `\`${env}\``,
      flag === undefined ? '' : `\`--${flag}${value === undefined ? '' : ` ${value}`}\``,
      description,
      fallback === undefined || fallback === false ? '' : `\`${fallback}\``,
    ]),
  ),
};

function table(header, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/** README.md with each generated section replaced. */
function readme() {
  return Object.entries(sections).reduce(
    (text, [name, content]) =>
      text.replace(
        new RegExp(`(<!-- generated: ${name} -->\n)[\\s\\S]*?(<!-- end -->)`),
        (_, start, end) => `${start}\n${content}\n\n${end}`,
      ),
    read('README.md'),
  );
}

const files = {
  'README.md': readme(),
  ...Object.fromEntries(
    Object.entries(installFiles(facts)).map(([path, content]) => [
      path,
      `${JSON.stringify(content, null, 2)}\n`,
    ]),
  ),
};

for (const [path, content] of Object.entries(files)) {
  if (!process.argv.includes('--check')) {
    mkdirSync(new URL('.', new URL(path, ROOT)), { recursive: true });
    writeFileSync(new URL(path, ROOT), content);
  } else if (readOrEmpty(path) !== content) {
    console.error(`${path} is not current: run \`npm run docs\` and commit it.`);
    process.exitCode = 1;
  }
}

function readOrEmpty(path) {
  try {
    return read(path);
  } catch {
    return '';
  }
}
