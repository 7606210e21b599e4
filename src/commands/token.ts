import { SettingsError } from '../config/settings-error.js';
import { isScope, SCOPES } from '../http/auth/scopes.js';
import { newToken } from '../http/auth/static-tokens.js';
import { type CommandInput, print } from './command.js';

/** Prints a new token for the http command, once, and the line that admits it. */
export async function token({ operands, io }: CommandInput): Promise<number> {
  const [name = 'client', ...given] = operands;
  const unknown = given.find((scope) => !isScope(scope));
  if (unknown !== undefined) {
    throw new SettingsError({
      what: 'No token was made.',
      why: `“${unknown.slice(0, 40)}” is not a scope.`,
      next: `Use: token [name] [scope…], with scopes out of ${SCOPES.join(' and ')} (the first unless given).`,
    });
  }
  const made = newToken(name, given.length === 0 ? [SCOPES[0]] : given);
  return print(
    io,
    [
      'Token, for the client; it is not shown again:',
      `  ${made.token}`,
      'Line for CALL_LOGS_HTTP_TOKENS_FILE (or CALL_LOGS_HTTP_TOKENS), for the server:',
      `  ${made.line}`,
    ].join('\n'),
  );
}
