// npm run check:deps: counts the packages of other people that reach whoever installs this one, and keeps both counts small:
// those that npm installs along with it (for every platform together, so no machine gets more), and those inside dist/.
import { readFileSync } from 'node:fs';
import { BETWEEN, DATA, WITHIN } from './notices.mjs';

/** Most packages of either kind. */
const MOST = 25;

const root = new URL('..', import.meta.url);
const { packages } = JSON.parse(readFileSync(new URL('package-lock.json', root), 'utf8'));
const PREFIX = 'node_modules/';

const installed = Object.entries(packages)
  .filter(([path, { dev }]) => path !== '' && dev !== true)
  .map(([path]) => path);

// The build writes a notice for each package that it took something from, and for what those carry in bundles of their own.
const notices = readFileSync(new URL('dist/THIRD-PARTY-NOTICES.txt', root), 'utf8').split(BETWEEN);
const headings = notices.map((notice) => notice.slice(0, notice.indexOf('\n')));
const pathOf = (heading) => PREFIX + heading.split(' ', 1)[0];
const data = headings.map(pathOf).filter((path) => Object.values(DATA).includes(path.slice(PREFIX.length)));
const bundled = headings
  .filter((heading) => !heading.endsWith(WITHIN))
  .map(pathOf)
  .filter((path) => !data.includes(path));
const within = headings.filter((heading) => heading.endsWith(WITHIN)).map(pathOf);
const unknown = bundled.filter((path) => packages[path] === undefined);

let held = true;
function check(holds, words) {
  if (!holds) held = false;
  console.log(`${holds ? 'ok ' : 'NO '} ${words}`);
}

function list(paths) {
  return paths.map((path) => path.slice(path.lastIndexOf(PREFIX) + PREFIX.length)).join(', ') || 'none';
}

check(
  installed.length <= MOST,
  `${installed.length} installed with it (at most ${MOST}): ${list(installed)}`,
);
check(bundled.length <= MOST, `${bundled.length} inside dist/ (at most ${MOST}): ${list(bundled)}`);
check(true, `${within.length} that those carry inside: ${list(within)}`);
check(true, `${data.length} whose data a source file was made of: ${list(data)}`);
check(unknown.length === 0, `inside dist/ but not in package-lock.json: ${list(unknown)}`);
const scripts = [...installed, ...bundled].filter((path) => packages[path]?.hasInstallScript === true);
check(scripts.length === 0, `with install scripts: ${list(scripts)}`);
if (!held) process.exitCode = 1;
