// Packs the built program as an MCPB bundle: build/<name>-<version>.mcpb. The target can be given as the first argument.
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { packExtension, validateManifest } from '@anthropic-ai/mcpb';

const ROOT = new URL('../', import.meta.url);
const stage = new URL('build/mcpb/', ROOT);
const { name, version } = JSON.parse(await readFile(new URL('package.json', ROOT), 'utf8'));
const target = process.argv[2] ?? fileURLToPath(new URL(`build/${name}-${version}.mcpb`, ROOT));

rmSync(stage, { recursive: true, force: true });
mkdirSync(new URL('server/', stage), { recursive: true });
cpSync(new URL('mcpb/manifest.json', ROOT), new URL('manifest.json', stage));
cpSync(new URL('LICENSE', ROOT), new URL('LICENSE', stage));
for (const file of readdirSync(new URL('dist/', ROOT))) {
  if (/\.(js|txt)$/.test(file)) cpSync(new URL(`dist/${file}`, ROOT), new URL(`server/${file}`, stage));
}
// Node must read the program as ES modules wherever the bundle is unpacked.
writeFileSync(new URL('server/package.json', stage), '{ "type": "module" }\n');

const valid = validateManifest(fileURLToPath(new URL('manifest.json', stage)));
const packed =
  valid && (await packExtension({ extensionPath: fileURLToPath(stage), outputPath: target, silent: true }));
if (!packed) process.exitCode = 1;
else console.log(`Bundle: ${target}`);
