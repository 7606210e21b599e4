// Writes what is generated from the built code and the sources: tables, host snippets, printed output and the picture in
// README.md and docs/, and the files that hosts and registries install from. With --check it only says which are not current.
//
// A page says where: `<!-- generated: NAME -->` … `<!-- end -->` is replaced by that section, and
// `<!-- output -->` … `<!-- end -->` (or a part of it, such as
// `<!-- output: for 12 lines -->`) by what the last command of the `sh` block before it prints.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { settingList, toolSurfaces } from '../dist/index.js';
import { answerPicture, PICTURE_COMMAND } from './answer-picture.mjs';
import { failureTables, serviceErrorTable } from './failures.mjs';
import { figures } from './figures.mjs';
import { hostSnippets, installFiles, releasedSnippets } from './install-files.mjs';
import { settingTables } from './setting-groups.mjs';
import { table } from './table.mjs';

const ROOT = new URL('../', import.meta.url);
const read = (path) => readFileSync(new URL(path, ROOT), 'utf8');

const facts = { manifest: JSON.parse(read('package.json')), settings: settingList(), tools: toolSurfaces() };

const serviceErrors = await serviceErrorTable(new URL('src/', ROOT));

const SECTIONS = {
  hosts: () => hostSnippets(facts),
  'released hosts': () => releasedSnippets(facts),
  tools: () =>
    table(
      ['Tool', 'Access', 'What it is for'],
      facts.tools.map((tool) => [`\`${tool.name}\``, tool.access, tool.description]),
    ),
  figures: () => figures(read('docs/benchmarks.md')),
  settings: () => settingTables(facts.settings),
  'service errors': () => serviceErrors,
  failures: () => failureTables(new URL('src/', ROOT)),
};

/** The content of a generated section: one of SECTIONS, or `file PATH`, which shows that file. */
function section(name) {
  const [, path] = /^file (.+)$/.exec(name) ?? [];
  if (path !== undefined) return fenced(path.split('.').at(-1), read(path).trimEnd());
  if (!Object.hasOwn(SECTIONS, name)) throw new Error(`There is no generated section “${name}”.`);
  return SECTIONS[name]();
}

/** What a command prints; only the program itself can be asked. */
function outputOf(command, env = {}) {
  const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);
  const args = command === 'npm run demo' ? ['dist/cli.js', 'demo', '--today', '2026-03-03'] : words.slice(1);
  if (args[0] !== 'dist/cli.js') throw new Error(`“${command}” does not run this program.`);
  const text = execFileSync(process.execPath, args, {
    cwd: fileURLToPath(ROOT),
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...env },
  });
  // The sandbox's clock begins at 20:00:00 and runs: a command that takes a second ends its window a second later.
  return text.trimEnd().replace(/(2026-03-03 20:00):\d\d/g, '$1:00');
}

/**
 * The part of an output that a marker asks for, with … for what it leaves out: `from "WORDS"`, the line that holds them;
 * `until "WORDS"`, before that line; `for N lines`. @throws when the words do not occur
 */
function partOf(text, asked = '') {
  const lines = text.split('\n');
  const [, from, until, count] =
    /^(?: from "([^"]+)")?(?: until "([^"]+)")?(?: for (\d+) lines)?$/.exec(asked) ?? [];
  const lineOf = (words) => {
    const found = lines.findIndex((line) => line.includes(words));
    if (found === -1) throw new Error(`The output has no line with “${words}”.`);
    return found;
  };
  const first = from === undefined ? 0 : lineOf(from);
  const last = until === undefined ? lines.length : lineOf(until);
  const end = count === undefined ? last : Math.min(last, first + Number(count));
  return [...(first > 0 ? ['…'] : []), ...lines.slice(first, end), ...(end < lines.length ? ['…'] : [])].join(
    '\n',
  );
}

function fenced(language, text) {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

const SH_BLOCK = /^```sh[^\n]*\n([\s\S]*?)^```$/gm;

/** The output of the last command of the `sh` block before this place in a page, with what that block exports. */
function outputBefore(text, offset) {
  const [, commands = ''] = [...text.slice(0, offset).matchAll(SH_BLOCK)].at(-1) ?? [];
  const exported = [...commands.matchAll(/^export (\w+)=(\S+)$/gm)].map(([, name, value]) => [name, value]);
  const command = commands.trimEnd().split('\n').at(-1).split(' && ').at(-1);
  return outputOf(command, Object.fromEntries(exported));
}

/** A page with each generated part replaced. */
function page(path) {
  let replaced = 0;
  const made = read(path).replace(
    /(<!-- (?:generated: (.+)|output(?::((?: (?:from|until|for) (?:"[^"]+"|\d+ lines))+))?) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, start, name, asked, end, offset, text) => {
      replaced++;
      const content =
        name === undefined ? fenced('text', partOf(outputBefore(text, offset), asked)) : section(name);
      return `${start}\n${content}\n\n${end}`;
    },
  );
  const markers = made.match(/^<!-- (?:generated|output)/gm)?.length ?? 0;
  if (markers !== replaced) throw new Error(`${path} has a marker that cannot be read, or no end for one.`);
  return made;
}

const pages = ['README.md', ...readdirSync(new URL('docs/', ROOT)).map((name) => `docs/${name}`)];

const files = {
  ...Object.fromEntries(pages.filter((path) => path.endsWith('.md')).map((path) => [path, page(path)])),
  'docs/answer.svg': answerPicture(outputOf(PICTURE_COMMAND)),
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
