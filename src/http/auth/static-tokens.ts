import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SettingsError } from '../../config/settings-error.js';
import { withCode } from '../../util/error-code.js';
import { isScope, SCOPES } from './scopes.js';

/** One accepted token: its name, its SHA-256 digest and what it may do. */
export interface StaticToken {
  readonly name: string;
  readonly digest: Buffer;
  readonly scopes: readonly string[];
}

const NAME = /^[\w.@-]{1,64}$/;
const DIGEST = /^sha256:([0-9a-f]{64})$/i;

/**
 * Reads lines `name sha256:digest scope…`; blank lines and what follows `#` are left out.
 * @param where the setting they come from, for messages
 * @throws SettingsError naming the line, never its content
 */
export function parseTokenLines(text: string, where: string): StaticToken[] {
  const tokens: StaticToken[] = [];
  for (const [index, line] of text.split(/[\n;]/).entries()) {
    const [name, digest, ...scopes] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (name === undefined || name === '') continue;
    const hex = DIGEST.exec(digest ?? '')?.[1];
    const problem = !NAME.test(name)
      ? 'has a name that is not made of letters, digits and . _ @ -'
      : hex === undefined
        ? 'has no digest of the form sha256: and 64 hexadecimal digits'
        : scopes.length === 0 || !scopes.every(isScope)
          ? `does not end with scopes out of ${SCOPES.join(', ')}`
          : tokens.some((other) => other.name === name)
            ? 'repeats a name'
            : undefined;
    if (problem !== undefined || hex === undefined) {
      throw new SettingsError({
        what: `${where} cannot be used.`,
        why: `Line ${index + 1} ${problem}.`,
        next: 'Write each line as “name sha256:digest scope…”; the command token prints one.',
      });
    }
    tokens.push({ name, digest: Buffer.from(hex, 'hex'), scopes });
  }
  if (tokens.length === 0) {
    throw new SettingsError({
      what: `${where} cannot be used.`,
      why: 'It holds no token.',
      next: 'Add a line made with the command token, or remove the setting.',
    });
  }
  return tokens;
}

/** @throws SettingsError when the file cannot be read or a line cannot be used */
export function readTokenFile(path: string): StaticToken[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new SettingsError({
      what: 'CALL_LOGS_HTTP_TOKENS_FILE cannot be used.',
      why: withCode('The file cannot be opened', error),
      next: 'Correct the path or the file’s permissions.',
    });
  }
  return parseTokenLines(text, 'CALL_LOGS_HTTP_TOKENS_FILE');
}

/** The token's entry. Takes as long for a wrong token as for a right one. */
export function findToken(tokens: readonly StaticToken[], token: string): StaticToken | undefined {
  const digest = createHash('sha256').update(token).digest();
  let found: StaticToken | undefined;
  for (const one of tokens) if (timingSafeEqual(one.digest, digest)) found = one;
  return found;
}

/** A new token of 256 random bits, and the line that admits it. */
export function newToken(name: string, scopes: readonly string[]): { token: string; line: string } {
  const token = `clt_${randomBytes(32).toString('base64url')}`;
  const digest = createHash('sha256').update(token).digest('hex');
  const line = `${name} sha256:${digest} ${scopes.join(' ')}`;
  parseTokenLines(line, 'The token');
  return { token, line };
}
