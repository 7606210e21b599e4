import { AjvJsonSchemaValidator } from '@modelcontextprotocol/client/validators/ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { callsIn } from '../support/answers.js';
import { readAnswer } from '../support/reading.js';
import { type Answer, cut, html, sendJson, startUpstream, type Upstream } from '../support/upstream.js';
import { type CallResult, type Connection, connectors, isWhole, type ListedTool } from './connectors.js';

// One suite for every client and transport: what a host and its model see of the server. What follows a `return` in it does
// not depend on the transport, and a contributor’s run tests it once.

const CANARY = 'canary-token-7f3a9d';
const WRONG_CANARY = 'wrong-canary-token-51c0';

type Call = Record<string, unknown> & { id: string };

let contract: Sandbox;
let live: Sandbox;
/** Stands before the contract sandbox, so that a test can break one answer. */
let front: Upstream;

beforeAll(async () => {
  contract = await startSandbox({ token: CANARY });
  live = await startSandbox({ dialect: 'live', token: CANARY });
  front = await startUpstream();
});
afterAll(async () => {
  await Promise.all([front.close(), contract.close(), live.close()]);
});

const forward: Answer = ({ url, body, headers }, response) => {
  const type = headers['content-type'] ?? '';
  void fetch(contract.url.replace('/v1', url), { method: 'POST', body, headers: { 'Content-Type': type } })
    .then((reply) => reply.text())
    .then((reply) => sendJson(response, reply));
  return undefined;
};

const FAULTS: [string, Answer, RegExp][] = [
  ['answers HTML', html, /web page \(HTML\)/],
  ['cuts the connection', cut, /connection broke/],
  [
    'answers with another JSON',
    (_request, response) => sendJson(response, '{"status":"up"}'),
    /not the API’s/,
  ],
];

describe.each(connectors)('$name', ({ name, connect, revision }) => {
  const whole = isWhole(name);
  let onContract: Connection;
  let onLive: Connection;
  let listed: readonly ListedTool[];
  const heard: string[] = [];
  const validators = new Map<string, ReturnType<AjvJsonSchemaValidator['getValidator']>>();

  beforeAll(async () => {
    front.answer = forward;
    const env = {
      CONVOSO_AUTH_TOKEN: CANARY,
      CONVOSO_TIMEZONE: 'America/Los_Angeles',
      CALL_LOGS_LOG_LEVEL: 'debug',
    };
    onContract = await connect({ ...env, CONVOSO_BASE_URL: front.url });
    onLive = whole ? await connect({ ...env, CONVOSO_BASE_URL: live.url }) : onContract;
    listed = await onContract.listTools();
    await onLive.listTools();
  });
  afterAll(async () => {
    await Promise.all([onContract.close(), onLive.close()]);
  });

  async function call(
    name: string,
    args: Record<string, unknown> = {},
    on = onContract,
    signal?: AbortSignal,
  ): Promise<CallResult> {
    const result = await on.callTool(name, args, signal);
    heard.push(JSON.stringify(result));
    return result;
  }

  /** The check of a tool's structured content against the schema that it advertised. */
  function validator(name: string) {
    const made = validators.get(name);
    if (made !== undefined) return made;
    const schema = listed.find((tool) => tool.name === name)?.outputSchema;
    if (schema === undefined) throw new Error(`${name} advertises no output schema`);
    const validate = new AjvJsonSchemaValidator().getValidator(schema);
    validators.set(name, validate);
    return validate;
  }

  /** A good answer: its text, and its structured content, valid against the schema that was advertised. */
  async function ask(name: string, args: Record<string, unknown> = {}, on = onContract) {
    const result = await call(name, args, on);
    const text = textOf(result);
    expect([result.isError ?? false, text]).toStrictEqual([false, text]);
    const structured = result.structuredContent ?? {};
    const verdict = validator(name)(structured);
    expect(verdict.errorMessage).toBeUndefined();
    expect(verdict.valid).toBe(true);
    return { text, structured };
  }

  const callsOf = (structured: Record<string, unknown>) => callsIn(structured) as unknown as Call[];

  describe('opening', () => {
    it('agrees on the revision and introduces the server', () => {
      expect(onContract.revision).toBe(revision);
      expect(onContract.server.name).toBe('convoso-call-logs-mcp');
      expect(onContract.instructions).toMatch(/Call dates are in account time: America\/Los_Angeles\./);
    });

    it('lists the tools, the same every time', async () => {
      expect(listed.map(({ name }) => name)).toStrictEqual(
        expect.arrayContaining(['search_call_logs', 'get_call_log', 'update_call_log_fields']),
      );
      for (const tool of listed) {
        expect(tool.inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
        expect(tool.outputSchema).toMatchObject({ type: 'object' });
        expect(tool.annotations).toHaveProperty('readOnlyHint');
      }
      expect(await onContract.listTools()).toStrictEqual(listed);
    });
  });

  describe('search_call_logs', () => {
    it('answers, and its text and structured content say the same', async () => {
      for (const on of [onContract, onLive]) {
        const { text, structured } = await ask(
          'search_call_logs',
          { campaign_id: '111', start_time: '2026-03-02', end_time: '2026-03-02', include_recordings: true },
          on,
        );
        const read = readAnswer(text);
        expect(text).toContain(
          `${structured['total_found']} calls found. Rows 1-10, page 1 of ${Math.ceil(Number(structured['total_found']) / 10)}`,
        );
        expect(structured['next']).toMatchObject(read.next ?? { nothing: 'was read' });
        expect(read.omitted.count).toBe(((structured['omitted_fields'] ?? []) as string[]).length);
        expect(read.legends).toStrictEqual({
          ...(structured['names'] as object | undefined),
          status: structured['statuses'],
        });
        const shared = structured['shared'] as object;
        expect(read.rows).toStrictEqual(callsOf(structured).map((one) => asWritten({ ...shared, ...one })));
      }
    });

    if (!whole) return;

    it('leads through next to every call exactly once', async () => {
      const day = { start_time: '2026-03-02', end_time: '2026-03-02', user_id: '22222' };
      const expected = contract.calls
        .filter(({ call_date, user_id }) => call_date.startsWith('2026-03-02') && user_id === '22222')
        .map(({ id }) => id)
        .toReversed();
      expect(expected.length).toBeGreaterThan(20);
      for (const on of [onContract, onLive]) {
        const met: string[] = [];
        let next: Record<string, unknown> | undefined = { ...day, limit: 17 };
        while (next !== undefined) {
          const { structured } = await ask('search_call_logs', next, on);
          met.push(...callsOf(structured).map(({ id }) => id));
          next = structured['next'] as Record<string, unknown> | undefined;
        }
        expect(met).toStrictEqual(expected);
      }
    });

    it('finds nothing without that being an error', async () => {
      const { text, structured } = await ask('search_call_logs', { lead_id: '404404' });
      expect(text).toMatch(/^No calls match\.\nFilters: lead_id=404404\.\nWindow: all history/);
      expect(structured).toMatchObject({ total_found: 0, calls: { rows: [] } });
    });

    it('answers many questions at once, each with its own calls', async () => {
      const some = contract.calls.filter((_call, index) => index % 2_000 === 0);
      const answers = await Promise.all(some.map(({ id }) => ask('search_call_logs', { id })));
      expect(answers.map(({ structured }) => callsOf(structured).map(({ id }) => id))).toStrictEqual(
        some.map(({ id }) => [id]),
      );
    });
  });

  describe('get_call_log', () => {
    it('opens the contract’s own example, recordings included', async () => {
      for (const on of [onContract, onLive]) {
        const { text, structured } = await ask('get_call_log', { id: '789' }, on);
        expect(structured).toMatchObject({
          found: true,
          call: {
            id: '789',
            lead_id: '12345',
            list_id: '333',
            campaign_id: '111',
            user_id: '22222',
            phone_number: '5551234567',
            status: 'COMPLETED',
            call_length: 300,
            call_date: '2026-03-03 14:30:00',
            number_dialed: '18001234567',
            call_type: 'OUTBOUND',
            recording: [{ public_url: 'https://convoso.com/public/rec123', filename: 'call_123.mp3' }],
          },
        });
        const { recording, call_length, ...rest } = structured['call'] as Record<string, unknown>;
        expect(text).toContain(`call_length: ${call_length} s`);
        for (const [field, value] of Object.entries(rest)) expect(text).toContain(`${field}: ${value}\n`);
        for (const value of Object.values((recording as object[])[0] ?? {})) expect(text).toContain(value);
      }
    });

    if (!whole) return;

    it('says that there is no such call without that being an error', async () => {
      for (const on of [onContract, onLive]) {
        const { text, structured } = await ask('get_call_log', { id: '1' }, on);
        expect(text).toMatch(/^No call log has the id 1 /);
        expect(structured).toStrictEqual({
          found: false,
          id: '1',
          account_time: expect.stringMatching(/^[A-Z][a-z]{2} \d{4}-\d{2}-\d{2} \d{2}:\d{2}$/),
        });
      }
    });
  });

  describe('update_call_log_fields', () => {
    it('stores values and clears them, and names the call it touched', async () => {
      const both = [
        [onContract, contract],
        [onLive, live],
      ] as const;
      for (const [on, sandbox] of whole ? both : both.slice(0, 1)) {
        const { text, structured } = await ask(
          'update_call_log_fields',
          { call_log_id: '790', extra_field_01: 'QA: passed', extra_field_02: 'ça va' },
          on,
        );
        expect(sandbox.extraFields('790')).toStrictEqual({
          extra_field_01: 'QA: passed',
          extra_field_02: 'ça va',
        });
        expect(structured).toMatchObject({ updated: true, call: { id: '790', status: 'NO_ANSWER' } });
        expect(text).toMatch(
          /^Updated call 790: extra_field_01 = "QA: passed"; extra_field_02 = ça va\. The API does not return/,
        );
        await ask('update_call_log_fields', { call_log_id: 790, clear_fields: ['extra_field_01'] }, on);
        expect(sandbox.extraFields('790')).toStrictEqual({ extra_field_02: 'ça va' });
        await ask('update_call_log_fields', { call_log_id: 790, clear_fields: ['extra_field_02'] }, on);
        expect(sandbox.extraFields('790')).toStrictEqual({});
      }
    });
  });

  if (whole)
    describe('both dialects', () => {
      it.each([
        {},
        { lead_id: '12345' },
        { phone_number: '5551234568' },
        { campaign_id: '112', order: 'asc' },
        { status: 'COMPLETED', call_type: 'inbound', limit: 25 },
        { start_time: '2026-02-10 09:00:00', end_time: '2026-02-10 09:30:00', limit: 40 },
        { queue_id: '501', offset: 30 },
        { user_id: '22222', first_name: 'maria' },
        { called_count: 4, list_id: '333', limit: 5 },
        { id: '404' },
      ])('give the same answer to %j', async (args) => {
        const [one, other] = await Promise.all(
          [onContract, onLive].map((on) =>
            ask('search_call_logs', { ...args, response_format: 'detailed' }, on),
          ),
        );
        const [ours, theirs] = [one?.structured ?? {}, other?.structured ?? {}];
        // Windows that end now end a moment apart.
        const sameNow = (value: unknown) =>
          JSON.stringify(value)?.replace(/2026-03-03 20:\d\d:\d\d/g, 'now') ?? 'nothing';
        for (const fact of ['total_found', 'returned', 'page', 'pages', 'order', 'window', 'next']) {
          expect([fact, sameNow(theirs[fact])]).toStrictEqual([fact, sameNow(ours[fact])]);
        }
        const [these, those] = [callsOf(ours), callsOf(theirs)];
        expect(those.map(({ id }) => id)).toStrictEqual(these.map(({ id }) => id));
        for (const [index, call] of these.entries()) {
          const counterpart: Record<string, unknown> = those[index] ?? {};
          const both = Object.keys(call).filter((field) => field in counterpart);
          expect(both.length).toBeGreaterThanOrEqual(10);
          for (const field of both) expect([field, counterpart[field]]).toStrictEqual([field, call[field]]);
        }
      });
    });

  describe('bad input', () => {
    it('an unknown tool is an error of the protocol', async () => {
      await expect(call('delete_call_log', { id: '789' })).rejects.toMatchObject({ code: -32_602 });
      await ask('get_call_log', { id: '789' });
    });

    if (!whole) return;

    it.each([
      [
        'search_call_logs',
        { campaign: '111' },
        /Unknown argument: campaign\.\nNext: Use only these arguments: id, lead_id/,
      ],
      ['get_call_log', { call_log_id: '789' }, /id is required.*Unknown argument: call_log_id/s],
      ['search_call_logs', { limit: 'ten' }, /limit must be a whole number/],
      ['search_call_logs', { status: ['BUSY', 'FAILED'] }, /status is one value in search_call_logs/],
      ['search_call_logs', { start_time: '2026-02-30' }, /“2026-02-30” is not a date and time that exists/],
      ['search_call_logs', { start_time: '2026-03-02', end_time: '2026-03-01' }, /reversed.*Swap them/s],
      ['search_call_logs', { limit: 501 }, /limit must be at most 500/],
      ['search_call_logs', { offset: 40_001 }, /offset must be at most 40000/],
      [
        'update_call_log_fields',
        { call_log_id: '789' },
        /No field to change was given\.\nNext: Give extra_field_01/,
      ],
      [
        'update_call_log_fields',
        { call_log_id: '789', extra_field_01: 'x', clear_fields: ['extra_field_01'] },
        /both set and in clear_fields/,
      ],
      [
        'update_call_log_fields',
        { call_log_id: '404', extra_field_01: 'x' },
        /No call log has this call_log_id/,
      ],
      [
        'update_call_log_fields',
        { call_log_id: '789', extra_field_01: 'x'.repeat(300) },
        /account’s rules for this extra field/,
      ],
      ['search_call_logs', { campaign_id: '999' }, /campaign_id is not a campaign of this account/],
      ['search_call_logs', { queue_id: '999' }, /queue_id is not a queue of this account/],
      ['search_call_logs', { list_id: '999' }, /list_id is not a list of this account/],
      ['search_call_logs', { user_id: '999' }, /user_id is not an agent user of this account/],
    ])('%s %j is an error that says what to do', async (name, args, words) => {
      for (const on of [onContract, onLive]) expectError(await call(name, args, on), words);
    });
  });

  describe('a service that fails', () => {
    it.each(whole ? FAULTS : FAULTS.slice(0, 1))(
      'once (%s) is an error, and the next call works',
      async (_what, fault, words) => {
        front.answer = fault;
        const broken = await call('search_call_logs', { lead_id: '12345' });
        const update = await call('update_call_log_fields', { call_log_id: '789', extra_field_01: 'x' });
        front.answer = forward;
        expectError(broken, words);
        expectError(update, /The update may or may not have been made/);
        expect(textOf(broken)).not.toMatch(/doctype|internal-host/);
        const { structured } = await ask('search_call_logs', { lead_id: '12345' });
        expect(structured['total_found']).toBe(1);
      },
    );
  });

  it('a call that its host cancels ends there and at the service, and the next call works', async () => {
    let hungUp = false;
    front.answer = ({ socket }) => {
      socket.on('close', () => {
        hungUp = true;
      });
      cancel.abort('no longer wanted');
      return undefined;
    };
    const cancel = new AbortController();
    await expect(call('search_call_logs', { lead_id: '12345' }, onContract, cancel.signal)).rejects.toThrow();
    // Over HTTP without sessions a client of an earlier revision cancels only by closing its streams.
    if (!name.endsWith('HTTP') || revision >= '2026') await expect.poll(() => hungUp).toBe(true);
    front.answer = forward;
    const { structured } = await ask('search_call_logs', { lead_id: '12345' });
    expect(structured['total_found']).toBe(1);
  });

  describe('the token', () => {
    it('when wrong is an error that says so, in both dialects, and the server stays up', async () => {
      for (const { url } of whole ? [contract, live] : [contract]) {
        const wrong = await connect({
          CONVOSO_BASE_URL: url,
          CONVOSO_AUTH_TOKEN: WRONG_CANARY,
          CALL_LOGS_LOG_LEVEL: 'debug',
        });
        for (const [name, args] of [
          ['search_call_logs', {}],
          ['get_call_log', { id: '789' }],
          ['update_call_log_fields', { call_log_id: '789', extra_field_01: 'x' }],
        ] as const) {
          expectError(
            await call(name, args, wrong),
            /does not accept the authentication token.*CONVOSO_AUTH_TOKEN/s,
          );
        }
        heard.push(wrong.log());
        await wrong.close();
      }
    });

    it('appears in no answer, list or log', async () => {
      heard.push(onContract.log(), onLive.log(), JSON.stringify(listed), onContract.instructions ?? '');
      expect(heard.length).toBeGreaterThan(whole ? 50 : 10);
      expect(heard.filter((words) => words.includes(CANARY) || words.includes(WRONG_CANARY))).toStrictEqual(
        [],
      );
    });
  });
});

function textOf(result: CallResult): string {
  expect(result.content.map(({ type }) => type)).toStrictEqual(['text']);
  return result.content[0]?.text ?? '';
}

/** An error for the model: marked, without structured content, saying what failed, why and what to do, and nothing else. */
function expectError(result: CallResult, words: RegExp): void {
  const text = textOf(result);
  expect(result.isError).toBe(true);
  expect(result).not.toHaveProperty('structuredContent');
  expect(text).toMatch(words);
  expect(text).toMatch(/^\S.*\nWhy: \S.*\nNext: \S.*$/);
  expect(text).not.toMatch(/\bat .+:\d+:\d+|node_modules|Error:/);
}

/** A call of the structured content as the table writes it. */
function asWritten(call: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(call).map(([field, value]) => [
      field,
      field === 'recording'
        ? (value as { public_url: string }[]).map(({ public_url }) => public_url).join(' ')
        : String(value),
    ]),
  );
}
