import { SettingsError } from '../config/settings-error.js';
import { SANDBOX_TIME_ZONE, startSandbox } from '../sandbox/server.js';
import { errorCode, withCode } from '../util/error-code.js';
import { aborted, type CommandInput, print } from './command.js';

/** Serves the stand-in Convoso alone, on loopback, until the process is told to stop. */
export async function sandbox({ settings, io }: CommandInput): Promise<number> {
  const port = settings.port ?? 0;
  const running = await startSandbox({
    dialect: settings.dialect,
    port,
    today: settings.today ?? 'real',
  }).catch((error: unknown) => {
    throw new SettingsError({
      what: 'The sandbox cannot start.',
      why:
        errorCode(error) === 'EADDRINUSE'
          ? `Port ${port} is in use.`
          : withCode(`Port ${port} cannot be opened`, error),
      next: 'Choose another with --port, or --port 0 for any free one.',
    });
  });
  print(
    io,
    `Sandbox (${settings.dialect} dialect) at ${running.url}\nCONVOSO_BASE_URL=${running.url} CONVOSO_AUTH_TOKEN=${running.token} CONVOSO_TIMEZONE=${SANDBOX_TIME_ZONE}`,
  );
  await aborted(io.signal);
  await running.close();
  return 0;
}
