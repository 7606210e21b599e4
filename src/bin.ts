#!/usr/bin/env node
import module from 'node:module';

// Nothing but this file may be read by a Node that is too old: what the rest needs is missing there, and it would end in
// the middle of something. A test holds these numbers to `engines` in package.json.
const NEEDED = { major: 20, minor: 19 };
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major > NEEDED.major || (major === NEEDED.major && minor >= NEEDED.minor)) {
  // Where Node keeps compiled code between starts (22.1 and later), this must come before anything is loaded.
  (module as { enableCompileCache?: () => unknown }).enableCompileCache?.();
  await (await import('./run-process.js')).runProcess();
} else {
  process.stderr.write(
    `convoso-call-logs-mcp: Node ${process.versions.node} is too old: install Node ${NEEDED.major}.${NEEDED.minor} or newer.\n`,
  );
  process.exitCode = 2;
}
