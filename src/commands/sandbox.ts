import type { Settings } from '../config/settings.js';
import { SettingsError } from '../config/settings.js';
import { SANDBOX_TIME_ZONE, startSandbox } from '../sandbox/server.js';

/** Serves the stand-in Convoso alone, on loopback, until the process is told to stop. */
export async function sandbox(settings: Settings): Promise<void> {
  const port = settings.port ?? 0;
  const running = await startSandbox({ dialect: settings.dialect, port }).catch(
    (error: NodeJS.ErrnoException) => {
      throw new SettingsError({
        what: 'The sandbox cannot start.',
        why:
          error.code === 'EADDRINUSE'
            ? `Port ${port} is in use.`
            : `Port ${port} cannot be opened (${error.code}).`,
        next: 'Choose another with --port, or --port 0 for any free one.',
      });
    },
  );
  process.stdout.write(
    `Sandbox (${settings.dialect} dialect) at ${running.url}\nCONVOSO_BASE_URL=${running.url} CONVOSO_AUTH_TOKEN=${running.token} CONVOSO_TIMEZONE=${SANDBOX_TIME_ZONE}\n`,
  );
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  await running.close();
}
