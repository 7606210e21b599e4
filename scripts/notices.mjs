// The licenses of what is inside dist/, found by looking at what was built: esbuild names every file it read, and source maps
// name the files that other people's bundles were made of before they came here.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, sep } from 'node:path';

const LICENSE_FILE = /^(licen[cs]e|notice|copying)([.-].*)?$/i;

/** What a package carries that neither way can see: compiled code without a source map. */
const COMPILED_IN = { undici: ['llhttp'] };

/** Not a package of its own: a part of the SDK's repository, under the SDK's license. */
const PARTS = { '@modelcontextprotocol/core-internal': '@modelcontextprotocol/core' };

/** Data that a file of the sources was made of, by that file; its license is kept in scripts/licenses/. */
export const DATA = { 'src/phone/area-code-table.ts': 'google/libphonenumber' };

/** Ends the first line of the notice of a package that another package brought along in its own bundle. */
export const WITHIN = '[within another package]';
/** Stands between two notices. */
export const BETWEEN = '\n\n────────\n\n';

/**
 * The text of the notices.
 * @param {URL} root folder with node_modules and scripts
 * @param {URL} dist the built files
 * @param {string[]} inputs every file that esbuild read into them
 * @throws {Error} naming the packages whose license is nowhere to be found
 */
export function thirdPartyNotices(root, dist, inputs) {
  const bundled = packagesOf(inputs);
  const versions = new Map([...bundled, ...packagesOf(mappedSources(dist))]);
  for (const [file, name] of Object.entries(DATA)) if (inputs.includes(file)) versions.set(name, undefined);
  for (const name of bundled.keys())
    for (const inner of COMPILED_IN[name] ?? []) versions.set(inner, undefined);
  const without = [];
  const notices = [...versions].sort().map(([name, version]) => {
    const facts = manifestOf(root, name);
    const texts = licenseTexts(root, name);
    if (texts.length === 0) without.push(name);
    const words = [name, version ?? facts?.version, facts?.license && `(${facts.license})`];
    if (Object.values(DATA).includes(name)) words.push('[data]');
    else if (!bundled.has(name)) words.push(WITHIN);
    return [words.filter(Boolean).join(' '), ...texts].join('\n\n');
  });
  if (without.length > 0) {
    throw new Error(`No license text for ${without.join(', ')}: put one into scripts/licenses/.`);
  }
  return `${notices.join(BETWEEN)}\n`;
}

/** Packages by name, with a version where a path tells it. */
function packagesOf(paths) {
  const packages = new Map();
  for (const path of paths) {
    const found = packageOf(path);
    if (found === undefined) continue;
    const name = PARTS[found.name] ?? found.name;
    packages.set(name, found.version ?? packages.get(name));
  }
  return packages;
}

function mappedSources(dist) {
  return readdirSync(dist)
    .filter((name) => name.endsWith('.map'))
    .flatMap((name) => JSON.parse(readFileSync(new URL(name, dist), 'utf8')).sources);
}

/** The innermost package that a path lies in, with its version where the path tells it, as pnpm's do. */
function packageOf(path) {
  const name = path
    .split(sep)
    .join('/')
    .match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1];
  if (name === undefined) return undefined;
  const inStore = `/.pnpm/${name.replace('/', '+')}@`;
  const at = path.indexOf(inStore);
  return { name, version: at < 0 ? undefined : path.slice(at + inStore.length).match(/^[^_(/]+/)?.[0] };
}

function manifestOf(root, name) {
  try {
    return JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, root), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Every license and notice that the installed package carries, or the one that is kept here for it. */
function licenseTexts(root, name) {
  const carried = filesBelow(new URL(`node_modules/${name}/`, root)).filter((file) =>
    LICENSE_FILE.test(basename(file.pathname)),
  );
  const kept = new URL(`scripts/licenses/${name.replace('/', '+')}.txt`, root);
  const files = carried.length > 0 ? carried : [kept];
  const texts = files.flatMap((file) => {
    try {
      return [readFileSync(file, 'utf8').trim()];
    } catch {
      return [];
    }
  });
  return [...new Set(texts)];
}

/** Files of a package; those of packages inside it are their own. */
function filesBelow(folder) {
  let entries = [];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    if (entry.isFile()) return [new URL(encodeURIComponent(entry.name), folder)];
    const inner = entry.isDirectory() && entry.name !== 'node_modules';
    return inner ? filesBelow(new URL(`${encodeURIComponent(entry.name)}/`, folder)) : [];
  });
}
