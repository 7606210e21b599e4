import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { runHere } from '../support/run.js';

const TOKEN = 'canary-token-7f3a9d';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ token: TOKEN });
});
afterAll(() => sandbox.close());

const call = (args: readonly string[], env: Readonly<Record<string, string>> = {}, input = '') =>
  runHere(['call', ...args], { CONVOSO_BASE_URL: sandbox.url, CONVOSO_AUTH_TOKEN: TOKEN, ...env }, input);

describe('call', () => {
  it('prints the text of an answer', async () => {
    const { code, stdout, stderr } = await call(['get_call_log', '{"id":"789"}']);
    expect([code, stderr]).toStrictEqual([0, '']);
    expect(stdout).toMatch(/^id: 789\ncall_date: 2026-03-03 14:30:00\ncall_length: 300 s\n/);
  });

  it('prints the whole result with --json', async () => {
    const { code, stdout } = await call(['get_call_log', '{"id":"789"}', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      isError: false,
      text: expect.stringMatching(/^id: 789/),
      structured: { found: true, call: { id: '789' } },
    });
  });

  it('takes its arguments from stdin for -, and none for nothing', async () => {
    expect((await call(['get_call_log', '-'], {}, '{"id":"790"}\n')).stdout).toMatch(/^id: 790/);
    expect((await call(['search_call_logs'])).stdout).toMatch(/calls found\. Rows 1-10/);
  });

  it('runs on the sandbox without a token', async () => {
    const { code, stdout } = await runHere([
      'call',
      'get_call_log',
      '{"id":"789"}',
      '--sandbox',
      '--dialect',
      'live',
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^SANDBOX DATA: .*\nid: 789\n/);
  });

  it.each([
    ['an argument that is wrong', ['search_call_logs', '{"limit":501}'], {}, /limit must be at most 500/],
    [
      'a call that the service refuses',
      ['search_call_logs', '{"campaign_id":"999"}'],
      {},
      /campaign_id is not a campaign/,
    ],
    [
      'a wrong token',
      ['get_call_log', '{"id":"789"}'],
      { CONVOSO_AUTH_TOKEN: 'wrong-canary' },
      /authentication token/,
    ],
  ])('ends with exit code 1 and the text of the error for %s', async (_what, args, env, words) => {
    const { code, stdout, stderr } = await call(args, env);
    expect([code, stderr]).toStrictEqual([1, '']);
    expect(stdout).toMatch(words);
    expect(stdout).not.toMatch(/canary/);
  });

  it.each([
    ['no tool', [], /There is no tool given\. .*search_call_logs, get_call_log, .*update_call_log_fields/],
    ['a tool that does not exist', ['delete_call_log'], /There is no tool “delete_call_log”/],
    ['arguments that are no JSON', ['get_call_log', '{id:789}'], /not valid JSON/],
    ['too many operands', ['get_call_log', '{}', '{}'], /too many operands/],
    ['a tool that writes, read-only', ['update_call_log_fields', '{}', '--read-only'], /There is no tool/],
  ])('ends with exit code 2 and one line on stderr for %s', async (_what, args, words) => {
    const { code, stdout, stderr } = await call(args);
    expect([code, stdout]).toStrictEqual([2, '']);
    expect(stderr).toMatch(/^convoso-call-logs-mcp: [^\n]+\n$/);
    expect(stderr).toMatch(words);
  });
});

it.each([
  ['an account', []],
  ['the sandbox', ['--sandbox']],
])('a preview of a confirmed write that call printed is taken by the next call, on %s', async (_, flags) => {
  const env = { CALL_LOGS_CONFIRM_WRITES: 'ask' };
  const change = { call_log_id: '789', extra_field_01: 'Pass' };
  const update = (args: object) => call(['update_call_log_fields', JSON.stringify(args), ...flags], env);
  const preview = await update(change);
  expect(preview.code).toBe(1);
  expect(preview.stdout).toContain('nobody is asked on a command line');
  const confirm_token = /confirm_token "([^"]+)"/.exec(preview.stdout)?.[1];
  expect((await update({ ...change, extra_field_01: 'Fail', confirm_token })).stdout).toContain('differs');
  const made = await update({ ...change, confirm_token });
  expect([made.code, made.stdout]).toEqual([0, expect.stringContaining('Updated call 789')]);
});
