import type { Sandbox } from '../../src/sandbox/server.js';

// The token is written out here, and the shapes below are loose: these tests know the wire, not the code.

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a reply is whatever came over the wire
  readonly body: any;
}

/** Posts a form to the sandbox with its token and reads the JSON that comes back. */
export async function ask(
  sandbox: Sandbox,
  path: string,
  form: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${sandbox.url}${path}`, {
    method: 'POST',
    body: new URLSearchParams({ auth_token: sandbox.token, ...form }),
  });
  return { status: response.status, body: await response.json() };
}

export const retrieve = (sandbox: Sandbox, form: Record<string, string> = {}) =>
  ask(sandbox, '/log/retrieve', form);

export const update = (sandbox: Sandbox, form: Record<string, string> = {}) =>
  ask(sandbox, '/log/update', form);
