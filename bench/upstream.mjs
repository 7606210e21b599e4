// The sandbox as an upstream of its own process, so that what it costs is not the server's.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

/** Starts it; `rows` asks it directly, as a program without this server would. */
export async function startUpstream(dialect = 'contract') {
  const child = spawn(process.execPath, [CLI, 'sandbox', '--dialect', dialect, '--today', '2026-03-03'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise((resolve) => {
    child.stdout.once('data', (chunk) => resolve(String(chunk)));
  });
  const env = Object.fromEntries(line.match(/\w+=\S+/g).map((pair) => pair.split(/=(.*)/s)));
  return {
    env,
    async rows(asked) {
      const form = {
        order: 'desc',
        start_time: '2000-01-01 00:00:00',
        end_time: '2026-12-31 00:00:00',
        ...asked,
      };
      const day = { start_time: ' 00:00:00', end_time: ' 23:59:59' };
      for (const [name, time] of Object.entries(day)) if (form[name].length === 10) form[name] += time;
      const body = new URLSearchParams({ ...form, auth_token: env.CONVOSO_AUTH_TOKEN });
      const reply = await fetch(`${env.CONVOSO_BASE_URL}/log/retrieve`, { method: 'POST', body });
      return reply.json();
    },
    close() {
      child.kill();
    },
  };
}
