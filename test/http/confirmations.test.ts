import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { FakeRedis } from './limits/fake-redis.js';
import {
  bearer,
  makeTokens,
  messageOf,
  post,
  type Running,
  send,
  startServer,
  textOf,
  toolCall,
} from './running.js';

const REVISION = '2026-07-28';
const ARGS = { call_log_id: '789', extra_field_01: 'Pass' };
const tokens = makeTokens();

let sandbox: Sandbox;
const servers: Running[] = [];
beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  await sandbox.close();
});

async function start(env: Record<string, string> = {}): Promise<Running> {
  const server = await startServer(
    {
      ...tokens.env,
      CALL_LOGS_CONFIRM_WRITES: 'ask',
      CONVOSO_BASE_URL: sandbox.url,
      ...env,
    },
    { authToken: sandbox.token },
  );
  servers.push(server);
  return server;
}

const updates = () => sandbox.requests.filter(({ path }) => path.endsWith('/log/update')).length;

/** Calls the update as a 2025-era client does. */
const update = async (server: Running, token: string, more: object = {}) =>
  textOf(await post(server.url, toolCall('update_call_log_fields', { ...ARGS, ...more }), bearer(token)));

async function tokenFrom(server: Running, token: string): Promise<string> {
  const text = await update(server, token);
  return /confirm_token "([^"]+)"/.exec(text)?.[1] ?? text;
}

/** Calls the update as a 2026-07-28 client that puts forms to a person; `params` holds the answer of a second round. */
async function modern(
  server: Running,
  token: string,
  params: object = {},
  capabilities: object = { elicitation: {} },
) {
  const reply = await post(
    server.url,
    {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: {
        name: 'update_call_log_fields',
        arguments: ARGS,
        ...params,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': REVISION,
          'io.modelcontextprotocol/clientInfo': { name: 'test', version: '0' },
          'io.modelcontextprotocol/clientCapabilities': capabilities,
        },
      },
    },
    {
      ...bearer(token),
      'mcp-protocol-version': REVISION,
      'mcp-method': 'tools/call',
      'mcp-name': 'update_call_log_fields',
    },
  );
  const { result, error } = messageOf(reply);
  const { requestState, content } = (result ?? {}) as { requestState?: string; content?: { text: string }[] };
  return { requestState, text: content?.[0]?.text ?? error?.message ?? '' };
}

const yes = (requestState: string | undefined) => ({
  requestState,
  inputResponses: { confirm: { action: 'accept', content: { confirm: true } } },
});

describe('a confirmation over HTTP', () => {
  it('outlives a reload, and is not used again after one', async () => {
    const server = await start();
    const [used, kept] = [await tokenFrom(server, tokens.editor), await tokenFrom(server, tokens.editor)];
    expect(await update(server, tokens.editor, { confirm_token: used })).toContain('Updated call 789');
    await server.reload();
    expect(await update(server, tokens.editor, { confirm_token: used })).toContain('used already');
    expect(await update(server, tokens.editor, { confirm_token: kept })).toContain('Updated call 789');
    await server.reload();
    expect(await update(server, tokens.editor, { confirm_token: kept })).toContain('used already');
    expect(updates()).toBe(2);
  });

  it('counts for the caller it was made for alone, as a token and as an answer of the person', async () => {
    const server = await start();
    const confirm_token = await tokenFrom(server, tokens.editor);
    expect(await update(server, tokens.writer, { confirm_token })).toContain('the caller differs');
    const { requestState } = await modern(server, tokens.editor);
    expect(requestState).toBeDefined();
    expect((await modern(server, tokens.writer, yes(requestState))).text).toContain('the caller differs');
    expect(updates()).toBe(0);
    expect(await update(server, tokens.editor, { confirm_token })).toContain('Updated call 789');
    expect((await modern(server, tokens.editor, yes(requestState))).text).toContain('Updated call 789');
    expect(updates()).toBe(2);
    expect((await modern(server, tokens.editor, yes(requestState))).text).toContain('used already');
    expect(updates()).toBe(2);
  });

  it('is said to be used once per process where no Redis is shared', async () => {
    const said = ({ log }: Running) => log.filter(({ message }) => String(message).includes('confirmation'));
    expect(said(await start())).toEqual([expect.objectContaining({ level: 'warn' })]);
    expect(said(await start({ CALL_LOGS_CONFIRM_WRITES: 'never' }))).toEqual([]);
  });

  it('tells a client of the 2025 era that the server, not its host, cannot ask', async () => {
    const server = await start();
    const text = await update(server, tokens.editor);
    expect(text).toContain('this server cannot ask them through the host');
    expect(text).not.toContain('this host cannot');
    const bare = await modern(server, tokens.editor, {}, {});
    expect(bare.text).toContain('this host cannot ask them for the server');
  });

  it('is only the host’s where the operator wants the person to be asked', async () => {
    const lenient = await start();
    const strict = await start({ CALL_LOGS_CONFIRM_WRITES: 'ask-host' });
    const confirm_token = await tokenFrom(lenient, tokens.editor);
    for (const text of [
      await update(strict, tokens.editor),
      await update(strict, tokens.editor, { confirm_token }),
      (await modern(strict, tokens.editor, {}, {})).text,
    ]) {
      expect(text).not.toContain('confirm_token "');
      expect(text).not.toContain('Updated call');
    }
    expect(updates()).toBe(0);
    const { requestState } = await modern(strict, tokens.editor);
    expect((await modern(strict, tokens.editor, yes(requestState))).text).toContain('Updated call 789');
  });

  it('shows nothing of a call to a token that may only write, in both eras', async () => {
    const server = await start();
    const preview = await post(server.url, toolCall('update_call_log_fields', ARGS), bearer(tokens.writer));
    const confirm_token = /confirm_token \\"([^"\\]+)/.exec(preview.body)?.[1];
    const made = await post(
      server.url,
      toolCall('update_call_log_fields', { ...ARGS, confirm_token }),
      bearer(tokens.writer),
    );
    expect(made.body).toContain('Updated call 789');
    const { requestState, text } = await modern(server, tokens.writer);
    const answered = await modern(server, tokens.writer, yes(requestState));
    for (const body of [preview.body, made.body, text, answered.text]) {
      for (const canary of ['2026-03-03', '12345', '555']) expect(body).not.toContain(canary);
    }
    // A caller who may read sees it.
    expect(await update(server, tokens.editor)).toContain('2026-03-03');
  });
});

describe('replicas that share a Redis', () => {
  let redis: FakeRedis;
  beforeEach(async () => {
    redis = await FakeRedis.start();
  });
  afterEach(() => redis.stop());

  const status = async ({ origin }: Running) => JSON.parse((await send(`${origin}/readyz`)).body).status;
  async function replica(): Promise<Running> {
    const server = await start({ CALL_LOGS_REDIS_URL: redis.url });
    await expect.poll(() => status(server), { timeout: 10_000 }).toBe('ready');
    return server;
  }

  it('take a confirmation once among them, also when they start again', async () => {
    const [one, two] = [await replica(), await replica()];
    const confirm_token = await tokenFrom(one, tokens.editor);
    const { requestState } = await modern(one, tokens.editor);
    const all = await Promise.all(
      [one, two, one, two, one, two].map((server) => update(server, tokens.editor, { confirm_token })),
    );
    expect(all.filter((text) => text.includes('Updated call 789'))).toHaveLength(1);
    expect(all.filter((text) => text.includes('used already'))).toHaveLength(5);
    expect((await modern(two, tokens.editor, yes(requestState))).text).toContain('Updated call 789');
    expect((await modern(one, tokens.editor, yes(requestState))).text).toContain('used already');
    const again = await replica();
    expect(await update(again, tokens.editor, { confirm_token })).toContain('used already');
    expect((await modern(again, tokens.editor, yes(requestState))).text).toContain('used already');
    expect(updates()).toBe(2);
    expect(one.log.filter(({ message }) => String(message).includes('confirmation'))).toEqual([]);
  });

  it('refuse a confirmation while Redis is away, and take it when it is back and still remembers', async () => {
    const server = await replica();
    const confirm_token = await tokenFrom(server, tokens.editor);
    await redis.stop();
    await expect.poll(() => status(server), { timeout: 10_000 }).toBe('degraded');
    expect(await update(server, tokens.editor, { confirm_token })).toContain('cannot be found out');
    expect(updates()).toBe(0);
    await redis.start();
    await expect.poll(() => status(server), { timeout: 10_000 }).toBe('ready');
    expect(await update(server, tokens.editor, { confirm_token })).toContain('Updated call 789');
    expect(updates()).toBe(1);
  });

  it('refuse a confirmation while Redis answers with errors', async () => {
    const server = await replica();
    const confirm_token = await tokenFrom(server, tokens.editor);
    redis.fault = (command) => (command === 'SET' ? 'OOM command not allowed' : undefined);
    expect(await update(server, tokens.editor, { confirm_token })).toContain('cannot be found out');
    expect(await status(server)).toBe('degraded');
    redis.fault = () => undefined;
    await expect.poll(() => status(server), { timeout: 10_000 }).toBe('ready');
    expect(await update(server, tokens.editor, { confirm_token })).toContain('Updated call 789');
  });

  it('refuse one that was used before Redis lost its memory, and one made before', async () => {
    const [one, two] = [await replica(), await replica()];
    const used = await tokenFrom(one, tokens.editor);
    const unused = await tokenFrom(one, tokens.editor);
    expect(await update(one, tokens.editor, { confirm_token: used })).toContain('Updated call 789');
    await redis.stop();
    redis.keys.clear();
    await redis.start();
    for (const server of [one, two]) {
      await expect.poll(() => status(server), { timeout: 10_000 }).toBe('ready');
    }
    for (const confirm_token of [used, unused]) {
      expect(await update(two, tokens.editor, { confirm_token })).toContain('has lost which confirmations');
    }
    expect(updates()).toBe(1);
    const fresh = await tokenFrom(one, tokens.editor);
    expect(await update(two, tokens.editor, { confirm_token: fresh })).toContain('Updated call 789');
  });
});

describe('completion of call ids', () => {
  it('offers a caller the calls that this caller was shown, and no other’s', async () => {
    const server = await start();
    const complete = async (token: string) => {
      const message = {
        jsonrpc: '2.0',
        id: 1,
        method: 'completion/complete',
        params: {
          ref: { type: 'ref/resource', uri: 'call-logs://calls/{id}' },
          argument: { name: 'id', value: '7' },
        },
      };
      const { result } = messageOf(await post(server.url, message, bearer(token)));
      return (result as { completion: { values: string[] } }).completion.values;
    };
    await post(server.url, toolCall('get_call_log', { id: '790' }), bearer(tokens.editor));
    const read = {
      jsonrpc: '2.0',
      id: 1,
      method: 'resources/read',
      params: { uri: 'call-logs://calls/789' },
    };
    await post(server.url, read, bearer(tokens.reader));
    expect(await complete(tokens.editor)).toEqual(['790']);
    expect(await complete(tokens.reader)).toEqual(['789']);
  });
});
