import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bearer, LIST_TOOLS, makeTokens, messageOf, post, send, startServer } from './running.js';

// The recipes of docs/hosting.md, run by the programs they are for. Only addresses and certificates are replaced.

const HOSTING = readFileSync(new URL('../../docs/hosting.md', import.meta.url), 'utf8');

function recipe(language: string): string {
  const found = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(HOSTING)?.[1];
  if (found === undefined) throw new Error(`docs/hosting.md holds no recipe for ${language}.`);
  return found;
}

/** A replacement that must find what it replaces. */
function replaced(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`The recipe no longer says “${from}”.`);
  return text.replaceAll(from, to);
}

interface Proxy {
  readonly name: string;
  readonly present: boolean;
  start(directory: string, port: number, upstream: string): ChildProcess;
}

const PROXIES: readonly Proxy[] = [
  {
    name: 'caddy',
    present: spawnSync('caddy', ['version']).status === 0,
    start(directory, port, upstream) {
      const site = replaced(
        replaced(
          recipe('caddyfile'),
          'calls.example.com {',
          `http://calls.example.com:${port} {\n\tbind 127.0.0.1`,
        ),
        '127.0.0.1:3000',
        upstream,
      );
      const file = join(directory, 'Caddyfile');
      writeFileSync(file, `{\n\tadmin off\n}\n${site}`);
      return spawn('caddy', ['run', '--config', file, '--adapter', 'caddyfile'], {
        stdio: 'ignore',
        env: { PATH: process.env['PATH'], HOME: directory },
      });
    },
  },
  {
    name: 'nginx',
    present: spawnSync('nginx', ['-v']).status === 0,
    start(directory, port, upstream) {
      const site = replaced(
        replaced(recipe('nginx'), 'listen 443 ssl;', `listen 127.0.0.1:${port};`),
        '127.0.0.1:3000',
        upstream,
      );
      const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
        (kind) => `${kind}_temp_path ${join(directory, kind)};`,
      );
      const file = join(directory, 'nginx.conf');
      writeFileSync(
        file,
        `daemon off; pid ${join(directory, 'pid')}; error_log stderr; events {}\nhttp { access_log off; ${paths.join(' ')}\n${site}}`,
      );
      return spawn('nginx', ['-p', directory, '-e', 'stderr', '-c', file], { stdio: 'ignore' });
    },
  },
];

for (const { name, present } of PROXIES) {
  if (!present) console.warn(`SKIPPED: no ${name} on this machine (Debian: apt-get install ${name}).`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

for (const proxy of PROXIES) {
  describe(`behind ${proxy.name} as docs/hosting.md sets it up`, () => {
    it.runIf(proxy.present)(
      'serves the protocol to who has a token, and nothing else',
      { timeout: 60_000 },
      async () => {
        const tokens = makeTokens();
        const server = await startServer({
          ...tokens.env,
          CALL_LOGS_HTTP_ALLOWED_HOSTS: 'calls.example.com',
          CALL_LOGS_HTTP_TRUSTED_PROXIES: '127.0.0.1',
        });
        const directory = mkdtempSync(join(tmpdir(), 'proxy-'));
        const port = await freePort();
        const running = proxy.start(directory, port, new URL(server.url).host);
        const ended = new Promise((resolve) => running.once('exit', resolve));
        const origin = `http://127.0.0.1:${port}`;
        const host = { host: `calls.example.com:${port}` };
        const status = (path: string) =>
          send(origin + path, { headers: host }).then(
            (reply) => reply.status,
            () => 0,
          );
        await expect.poll(() => status('/healthz'), { timeout: 20_000, interval: 100 }).toBe(404);
        expect(await status('/readyz')).toBe(404);
        expect(await status('/metrics')).toBe(404);
        expect(await status('/mcp/')).toBe(404);
        const stranger = await post(`${origin}/mcp`, LIST_TOOLS, host);
        expect(stranger.status).toBe(401);
        const known = await post(`${origin}/mcp`, LIST_TOOLS, { ...host, ...bearer(tokens.reader) });
        expect(messageOf(known).result).toHaveProperty('tools');
        await server.stop();
        // Without the server, a probe through the proxy is not told that all is well.
        expect(await status('/healthz')).toBe(404);
        expect((await post(`${origin}/mcp`, LIST_TOOLS, host)).status).toBe(502);
        running.kill('SIGTERM');
        await ended;
        rmSync(directory, { recursive: true, force: true });
      },
    );

    it.runIf(proxy.present)('reaches no server without authentication', { timeout: 60_000 }, async () => {
      const server = await startServer();
      const directory = mkdtempSync(join(tmpdir(), 'proxy-'));
      const port = await freePort();
      const running = proxy.start(directory, port, new URL(server.url).host);
      const ended = new Promise((resolve) => running.once('exit', resolve));
      const ask = (host: string) =>
        post(`http://127.0.0.1:${port}/mcp`, LIST_TOOLS, { host }).then(
          (reply) => reply.status,
          () => 0,
        );
      await expect.poll(() => ask(`calls.example.com:${port}`), { timeout: 20_000, interval: 100 }).toBe(403);
      running.kill('SIGTERM');
      await ended;
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    });
  });
}
