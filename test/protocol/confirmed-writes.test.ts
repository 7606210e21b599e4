import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { type AnyClient, type Ask, isWhole, KINDS, type PersonsReply } from './clients.js';

interface Result {
  readonly isError?: boolean;
  readonly content: { text: string }[];
  readonly structuredContent?: Record<string, unknown>;
}

describe.each(KINDS)('confirmed writes with $name', ({ name, connect, canBeAsked }) => {
  let sandbox: Sandbox;
  let client: AnyClient | undefined;
  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterEach(() => client?.close());
  afterAll(() => sandbox.close());

  const updates = () => sandbox.requests.filter(({ path }) => path.endsWith('/log/update')).length;

  async function update(ask: Ask | undefined, fields: Record<string, unknown>): Promise<Result> {
    await client?.close();
    client = await connect(
      [],
      {
        CONVOSO_AUTH_TOKEN: sandbox.token,
        CONVOSO_BASE_URL: sandbox.url,
        CALL_LOGS_CONFIRM_WRITES: 'ask',
      },
      ask,
    );
    const args = { call_log_id: '789', ...fields };
    return (await client.callTool({ name: 'update_call_log_fields', arguments: args })) as Result;
  }

  if (canBeAsked) {
    it('a yes of the person makes the change that was shown', async () => {
      const seen: string[] = [];
      const result = await update(
        (message) => {
          seen.push(message);
          return { action: 'accept', content: { confirm: true } };
        },
        { extra_field_01: 'Pass' },
      );
      expect(result.structuredContent).toMatchObject({ updated: true, set: ['extra_field_01'] });
      expect(seen).toEqual([expect.stringContaining('extra_field_01: set to “Pass”')]);
      expect(seen[0]).toContain('call_date: 2026-03-03 14:30:00');
      expect(sandbox.extraFields('789')).toEqual({ extra_field_01: 'Pass' });
    });

    const refusals: PersonsReply[] = [
      { action: 'decline' },
      { action: 'cancel' },
      { action: 'accept', content: { confirm: false } },
    ];
    it.each(isWhole(name) ? refusals : refusals.slice(0, 1))('%j updates nothing', async (reply) => {
      const before = updates();
      const result = await update(() => reply, { extra_field_01: 'Fail' });
      expect(result.isError).toBe(true);
      expect(result.content[0]?.text).toContain('Nothing was updated.');
      expect(updates()).toBe(before);
    });
  } else {
    it('a host that cannot be reached while the call runs gets the two-step path', async () => {
      const before = updates();
      const result = await update(
        () => {
          throw new Error('asked all the same');
        },
        { extra_field_01: 'Fail' },
      );
      expect(result.isError).toBe(true);
      expect(result.content[0]?.text).toContain('confirm_token "');
      expect(updates()).toBe(before);
    });
  }

  if (!isWhole(name)) return;

  it('a host that fails to ask updates nothing', async () => {
    const before = updates();
    const failing = update(() => Promise.reject(new Error('no window')), { extra_field_01: 'Fail' });
    const outcome = await failing.catch((error: unknown) => error);
    expect((outcome as { isError?: boolean }).isError ?? outcome instanceof Error).toBe(true);
    expect(updates()).toBe(before);
  });

  it('a host that cannot ask is told the two-step path, and the token it gets works', async () => {
    const before = updates();
    const preview = await update(undefined, { extra_field_02: 'Seen' });
    expect(preview.isError).toBe(true);
    expect(updates()).toBe(before);
    const confirm_token = /confirm_token "([^"]+)"/.exec(preview.content[0]?.text ?? '')?.[1];
    // Another process with the same token: a replica.
    const result = await update(undefined, { extra_field_02: 'Seen', confirm_token });
    expect(result.structuredContent).toMatchObject({ updated: true });
    expect(updates()).toBe(before + 1);
  });
});
