import { InMemoryTransport } from '@modelcontextprotocol/client';
import type { JSONRPCMessage } from '@modelcontextprotocol/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serverFactory } from '../../src/mcp/server.js';
import { createTools } from '../../src/tools/index.js';
import { MODERN_META, post, type Running, startServer } from '../http/running.js';
import { openBench } from '../support/tools.js';

const LONG = 'x'.repeat(900_000);
const HIDDEN = 'search\u202E_call\u200B_logs';

const asked = {
  tool: (name: string) => ['tools/call', { name, arguments: {} }] as const,
  prompt: (name: string) => ['prompts/get', { name, arguments: {} }] as const,
  resource: (uri: string) => ['resources/read', { uri }] as const,
  'completed prompt': (name: string) =>
    [
      'completion/complete',
      { ref: { type: 'ref/prompt', name }, argument: { name: 'from', value: '' } },
    ] as const,
  'completed resource': (uri: string) =>
    [
      'completion/complete',
      { ref: { type: 'ref/resource', uri }, argument: { name: 'id', value: '' } },
    ] as const,
  method: (name: string) => [name, {}] as const,
};
const longNames = Object.entries(asked).map(([kind, request]) => [kind, request(LONG)] as const);

describe('a server in memory', () => {
  const bench = openBench({ url: 'http://127.0.0.1:9/v1' });
  const [near, far] = InMemoryTransport.createLinkedPair();
  const server = serverFactory({
    tools: createTools(bench.context, false),
    context: bench.context,
    version: '0',
  })();

  beforeAll(async () => {
    await near.start();
    await server.connect(far as Parameters<typeof server.connect>[0]);
  });
  afterAll(async () => {
    await server.close();
    await bench.close();
  });

  let last = 0;
  function errorOf(
    method: string,
    params: Record<string, unknown>,
  ): Promise<{ code: number; message: string }> {
    last += 1;
    const id = last;
    return new Promise((resolve, reject) => {
      near.onmessage = (answer: JSONRPCMessage) =>
        'error' in answer && answer.id === id
          ? resolve(answer.error)
          : reject(new Error(JSON.stringify(answer)));
      near.send({ jsonrpc: '2.0', id, method, params }).catch(reject);
    });
  }

  it.each(longNames)('does not repeat the whole of a long name: %s', async (_, [method, params]) => {
    expect(JSON.stringify(await errorOf(method, params)).length).toBeLessThan(1_000);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'no_such_tool'])(
    'says that there is no tool or prompt called %s, and which there are',
    async (name) => {
      expect(await errorOf(...asked.tool(name))).toStrictEqual({
        code: -32_602,
        message: expect.stringMatching(
          new RegExp(`^There is no tool “${name}”\\. Use one of search_call_logs, `),
        ),
      });
      for (const [method, params] of [asked.prompt(name), asked['completed prompt'](name)]) {
        expect(await errorOf(method, params)).toStrictEqual({
          code: -32_602,
          message: expect.stringMatching(
            new RegExp(`^There is no prompt “${name}”\\. Use one of call_history, `),
          ),
        });
      }
    },
  );

  it('repeats a name without the characters that nobody sees', async () => {
    expect((await errorOf(...asked.tool(HIDDEN))).message).toMatch(/^There is no tool “search_call_logs”/);
  });
});

const OTHER_VERSION = { ...MODERN_META, 'io.modelcontextprotocol/protocolVersion': LONG };

describe('a server over HTTP', () => {
  let running: Running;
  beforeAll(async () => {
    running = await startServer();
  });
  afterAll(() => running.stop());

  it.each([...longNames, ['version of the protocol', ['tools/list', { _meta: OTHER_VERSION }]] as const])(
    'does not repeat the whole of a long name: %s',
    async (_, [method, params]) => {
      const message = { jsonrpc: '2.0', id: 1, method, params };
      const plain = await post(running.url, message);
      const modern = await post(
        running.url,
        { ...message, params: { _meta: MODERN_META, ...params } },
        { 'mcp-protocol-version': '2026-07-28', 'mcp-method': method.slice(0, 100) },
      );
      for (const { body } of [plain, modern]) {
        expect(body).toContain('"error"');
        expect(body.length).toBeLessThan(1_500);
      }
    },
  );
});
