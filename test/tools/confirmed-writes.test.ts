import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { Confirmations } from '../../src/tools/confirmations.js';
import type { CallerScope } from '../../src/tools/define-tool.js';
import { createTools } from '../../src/tools/index.js';
import { type Bench, openBench } from '../support/tools.js';

const TOOL = 'update_call_log_fields';
const args = { call_log_id: '789', extra_field_01: 'Pass' };

let sandbox: Sandbox;
let bench: Bench;
beforeEach(async () => {
  sandbox = await startSandbox();
  bench = openBench({
    url: sandbox.url,
    confirmations: new Confirmations('secret'),
    account: {
      users: { '22222': 'Marcus Reed' },
      extra_fields: { extra_field_01: { label: 'QA result' } },
    },
  });
});
afterEach(async () => {
  await bench.close();
  await sandbox.close();
});
const updates = () => sandbox.requests.filter(({ path }) => path.endsWith('/log/update'));

describe('a host that cannot ask the person', () => {
  /** The token in the text of a refusal. */
  const tokenOf = (text: string) => /confirm_token "([^"]+)"/.exec(text)?.[1] ?? '';

  it('gets a preview and a token, and the token makes that change, once', async () => {
    const preview = await bench.refused(TOOL, args);
    for (const words of [
      'Nothing was updated yet',
      'Update call log 789?',
      'extra_field_01 (QA result): set to “Pass”',
      'call_date: 2026-03-03 14:30:00',
      'user_id: 22222 = Marcus Reed',
    ]) {
      expect(preview).toContain(words);
    }
    expect(updates()).toEqual([]);

    const confirmed = { ...args, confirm_token: tokenOf(preview) };
    expect((await bench.ask(TOOL, confirmed)).structured).toMatchObject({
      updated: true,
      set: ['extra_field_01'],
    });
    expect(sandbox.extraFields('789')).toEqual({ extra_field_01: 'Pass' });

    expect(await bench.refused(TOOL, confirmed)).toContain('used already');
    expect(updates()).toHaveLength(1);
  });

  it('cannot use the token for another value, call or field', async () => {
    const confirm_token = tokenOf(await bench.refused(TOOL, args));
    for (const other of [
      { ...args, extra_field_01: 'Fail' },
      { ...args, call_log_id: '790' },
      { ...args, extra_field_02: 'more' },
      { call_log_id: '789', clear_fields: ['extra_field_01'] },
    ]) {
      expect(await bench.refused(TOOL, { ...other, confirm_token })).toContain('not for this change');
    }
    expect(await bench.refused(TOOL, { ...args, confirm_token: 'yes' })).toContain('not for this change');
    expect(updates()).toEqual([]);
  });

  it('shows that a field is emptied, and what a value hides', async () => {
    const preview = await bench.refused(TOOL, {
      call_log_id: '789',
      extra_field_01: 'a\u202Eb',
      clear_fields: ['extra_field_02'],
    });
    expect(preview).toContain('extra_field_02: empty it');
    expect(preview).toContain('set to “ab” (3 characters in all, some not shown)');
  });

  it('gets the whole change and the whole call to show', async () => {
    const preview = await bench.refused(TOOL, { ...args, extra_field_02: 'x'.repeat(1_001) });
    const [intro, question, ...lines] = preview.split('\n');
    expect([intro, question]).toStrictEqual([
      'Nothing was updated yet: the person has to confirm this change, and this host cannot ask them for the server.',
      'Why: Writes are set to be confirmed (confirm_writes). The change is:',
    ]);
    expect(lines.slice(0, 6)).toStrictEqual([
      'Update call log 789?',
      '- extra_field_01 (QA result): set to “Pass”',
      expect.stringMatching(
        /^- extra_field_02: set to “x{999}…” \(1001 characters in all, some not shown\)$/,
      ),
      'The values that are there now are overwritten and cannot be read first.',
      'The call:',
      '  id: 789',
    ]);
    expect(lines.slice(-2)).toStrictEqual([
      '  name of user_id: 22222 = Marcus Reed',
      expect.stringMatching(
        /^Next: Show the person this preview\. Only if they agree, call update_call_log_fields again with the same arguments and confirm_token "[^"]+" \(valid 5 minutes, for exactly this change, once\)\.$/,
      ),
    ]);
  });

  it('is told what to do with a token that does not count', async () => {
    expect(await bench.refused(TOOL, { ...args, confirm_token: 'yes' })).toBe(
      'Nothing was updated.\nWhy: The confirmation is not for this change: the call, a field, a value or the caller differs, or a server of another account made it.\nNext: Call again without confirm_token to get a new preview, and show it to the person.',
    );
  });

  it('is not asked about a call that does not exist', async () => {
    const text = await bench.refused(TOOL, { ...args, call_log_id: '99999999' });
    expect(text).toContain('No call log has the id 99999999');
    expect(tokenOf(text)).toBe('');
  });
});

describe('a host that can ask', () => {
  const canAsk = { canAsk: true };
  const answered = (answer: CallerScope['answer']) => ({ canAsk: true, answer });

  async function asked(given: object = args): Promise<{ ask: string; state: string }> {
    const { question, structured, isError } = await bench.run(TOOL, given, canAsk);
    expect([structured, isError]).toEqual([undefined, false]);
    if (question === undefined) throw new Error('nothing was asked');
    return question;
  }

  it('is asked with the call and the change, and a yes makes it', async () => {
    const { ask, state } = await asked();
    expect(ask).toContain('extra_field_01 (QA result): set to “Pass”');
    expect(ask).toContain('lead_id: 12345');
    expect(updates()).toEqual([]);
    const result = await bench.run(TOOL, args, answered({ said: 'yes', state }));
    expect(result.structured).toMatchObject({ updated: true });
    expect(updates()).toHaveLength(1);
  });

  it.each([
    ['no', 'The person declined the change.'],
    ['nothing', 'The person did not confirm the change.'],
  ] as const)('and answers %s: nothing is updated', async (said, why) => {
    const { state } = await asked();
    const result = await bench.run(TOOL, args, answered({ said, state }));
    expect(result).toMatchObject({
      isError: true,
      text: `Nothing was updated.\nWhy: ${why}\nNext: Do not repeat it unless the person asks for it again.`,
    });
    expect(updates()).toEqual([]);
  });

  it('cannot have a yes count after the person said no to the same question', async () => {
    const { state } = await asked();
    await bench.run(TOOL, args, answered({ said: 'no', state }));
    const late = await bench.run(TOOL, args, answered({ said: 'yes', state }));
    expect(late.text).toContain('has been used already');
    expect(updates()).toEqual([]);
  });

  it('cannot have a yes count for another change, without its state, or twice', async () => {
    const { state } = await asked();
    const run = (given: object, echoed: string | undefined) =>
      bench.run(TOOL, given, answered({ said: 'yes', state: echoed }));
    expect((await run({ ...args, extra_field_01: 'Fail' }, state)).text).toContain('not for this change');
    expect((await run(args, undefined)).text).toContain('not for this change');
    expect(updates()).toEqual([]);
    expect((await run(args, state)).isError).toBe(false);
    expect((await run(args, state)).text).toBe(
      'Nothing was updated.\nWhy: The confirmation has been used already.\nNext: Call again, so that the person is asked about this change.',
    );
    expect(updates()).toHaveLength(1);
  });

  it('asks the person even when the assistant brings a token', async () => {
    const preview = await bench.refused(TOOL, args);
    const confirm_token = /confirm_token "([^"]+)"/.exec(preview)?.[1];
    await asked({ ...args, confirm_token });
    expect(updates()).toEqual([]);
  });
});

describe('a caller who may only write', () => {
  const canaries = ['2026-03-03', '12345', 'Marcus Reed', '22222'];

  it('sees nothing of the call: in the preview, the question and the answer', async () => {
    const scope = { writeOnly: true, principal: 'writer' };
    const reads = () => sandbox.requests.filter(({ path }) => path.endsWith('/log/retrieve')).length;
    const before = reads();
    const preview = await bench.run(TOOL, args, scope);
    const asked = await bench.run(TOOL, args, { ...scope, canAsk: true });
    const confirm_token = /confirm_token "([^"]+)"/.exec(preview.text)?.[1];
    const made = await bench.run(TOOL, { ...args, confirm_token }, scope);
    expect(made.structured).toMatchObject({ updated: true, note: expect.stringContaining('not shown') });
    expect(made.structured).not.toHaveProperty('call');
    for (const answer of [preview, asked, made]) {
      expect(answer.text).toContain('The call is not shown');
      for (const canary of canaries) expect(JSON.stringify(answer)).not.toContain(canary);
    }
    expect(reads()).toBe(before);
    expect(sandbox.extraFields('789')).toEqual({ extra_field_01: 'Pass' });
  });
});

describe('a server on which only hosts that ask may write', () => {
  it('refuses a host that cannot ask, with or without a token, and says why', async () => {
    const strict = openBench({
      url: sandbox.url,
      confirmations: new Confirmations('secret', { tokens: false }),
    });
    const token = new Confirmations('secret').mint({
      kind: 'told',
      change: { call_log_id: '789', fields: { extra_field_01: 'Pass' } },
      principal: undefined,
    });
    for (const given of [args, { ...args, confirm_token: token }]) {
      const { isError, text } = await strict.run(TOOL, given);
      expect(isError).toBe(true);
      expect(text).not.toContain('confirm_token "');
    }
    for (const [askProblem, words] of [
      [undefined, 'this host cannot ask'],
      ['stateless', 'keeps no sessions over HTTP'],
      ['script', 'command line'],
    ] as const) {
      const { text } = await strict.run(TOOL, args, askProblem === undefined ? {} : { askProblem });
      expect(text).toContain('only when the host asks the person');
      expect(text).toContain(words);
    }
    expect(updates()).toEqual([]);
    const { question } = await strict.run(TOOL, args, { canAsk: true });
    const answer = { said: 'yes' as const, state: question?.state };
    expect((await strict.run(TOOL, args, { canAsk: true, answer })).isError).toBe(false);
    expect(updates()).toHaveLength(1);
    await strict.close();
  });
});

it('confirm_token is an argument only where writes are confirmed', () => {
  const fields = (confirmations: Confirmations | undefined) => {
    const tools = createTools({ account: bench.context.account, confirmations }, false);
    return Object.keys(tools.find(({ name }) => name === TOOL)?.input.shape ?? {});
  };
  expect(fields(new Confirmations('s'))).toContain('confirm_token');
  expect(fields(new Confirmations('s', { tokens: false }))).not.toContain('confirm_token');
  expect(fields(undefined)).not.toContain('confirm_token');
});
