import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { THIRD_PARTY_NOTE } from '../../src/render/third-party.js';
import { type Bench, openBench } from '../support/tools.js';
import {
  type Answer,
  cut,
  html,
  livePage,
  page,
  row,
  startUpstream,
  type Upstream,
} from '../support/upstream.js';

let upstream: Upstream;
let bench: Bench;
beforeAll(async () => {
  upstream = await startUpstream();
  bench = openBench({ url: upstream.url });
});
afterAll(async () => {
  await bench.close();
  await upstream.close();
});

const recording = [
  { recording_id: 'rec1', type: 'mp3', filename: 'f.mp3', src: 'https://x/s', public_url: 'https://x/p' },
];

describe('get_call_log', () => {
  it('says everything known, recordings included', async () => {
    upstream.answer = () =>
      livePage([row({ id: '789', first_name: 'Maria', status_name: 'Sold', wrap_code: 'W', recording })]);
    const { text, structured } = await bench.ask('get_call_log', { id: '789' });
    expect(text).toContain('id: 789\ncall_date: 2026-03-03 14:30:00\ncall_length: 61 s\n');
    for (const words of [
      'first_name: Maria',
      'wrap_code: W',
      'public_url https://x/p',
      'src https://x/s',
      'filename f.mp3',
      'Meaning of status: COMPLETED = Sold',
      'third-party text',
      'Extra-field values cannot be read',
    ]) {
      expect(text).toContain(words);
    }
    expect(structured).toMatchObject({
      found: true,
      id: '789',
      call: { first_name: 'Maria', recording, other: { wrap_code: 'W' } },
      statuses: { COMPLETED: 'Sold' },
    });
  });

  it('leaves the links out on request, even where the service sends them', async () => {
    upstream.answer = () => page([row({ id: '789', recording })]);
    const result = await bench.ask('get_call_log', { id: '789', include_recordings: 0 });
    expect(JSON.stringify(result)).not.toMatch(/https:|f\.mp3/);
    expect(result.text).toContain('Recordings were not asked for');
  });

  it('not found is an answer that says what to try', async () => {
    upstream.answer = () => ({ success: true, results: [] });
    const { text, structured } = await bench.ask('get_call_log', { id: '404' });
    expect(text).toMatch(/^No call log has the id 404 \(all history searched\)\.\nLikely causes: .+\nNext: /);
    expect(structured).toStrictEqual({ found: false, id: '404' });
  });

  /** A service that has these calls, and returns those of the last 30 days of a window at most. */
  function cutsWindows(rows: readonly { id: string; call_date: string }[]): Answer {
    return ({ form }) => {
      const { id, start_time: start = '', end_time: end = '', order, limit } = form;
      const first = new Date(Date.parse(`${end.replace(' ', 'T')}Z`) - 30 * 86_400_000).toISOString();
      const from = [start, first.slice(0, 19).replace('T', ' ')].toSorted().at(-1) ?? '';
      const found = rows
        .filter(({ call_date: at }) => at >= from && at <= end)
        .filter((one) => id === undefined || one.id === id)
        .toSorted((a, b) => (order === 'asc' ? 1 : -1) * a.call_date.localeCompare(b.call_date));
      return { ...page(found.slice(0, Number(limit)).map((one) => row(one))), total_found: found.length };
    };
  }

  it('does not say that there is no call where the service returns only the newest days', async () => {
    upstream.answer = cutsWindows([
      { id: '1', call_date: '2026-01-20 10:00:00' },
      { id: '2', call_date: '2026-02-10 10:00:00' },
      { id: '3', call_date: '2026-03-01 10:00:00' },
    ]);
    const { text, structured } = await bench.ask('get_call_log', { id: '1' });
    expect(structured).toMatchObject({
      found: false,
      id: '1',
      unverified: expect.stringMatching(/does not return whole windows/),
    });
    expect(text).toMatch(/not certain that there is none\. The service does not return whole windows: /);
    expect(text).toContain(
      'Next: find the call with search_call_logs with id 1 and a start_time and end_time',
    );
    expect((await bench.ask('get_call_log', { id: '3' })).structured).toMatchObject({ found: true });
  });

  it('says that it was not checked that there is no call, where the check fails', async () => {
    upstream.answer = ({ form }) =>
      form['id'] === undefined ? { success: false, code: 6030, error: 'No' } : page([]);
    const { text, structured } = await bench.ask('get_call_log', { id: '404' });
    expect(structured).toMatchObject({
      found: false,
      unverified: expect.stringMatching(/^It was not checked that/),
    });
    expect(text).toContain('It was not checked that there are no such calls: ');
  });

  it('opens a call whose id the service knows with zeros before it', async () => {
    upstream.answer = ({ form }) =>
      form['id'] === '0789' || form['id'] === undefined ? page([row({ id: '0789' })]) : page([]);
    expect((await bench.ask('get_call_log', { id: '789' })).structured).toMatchObject({
      found: true,
      call: { id: '0789' },
    });
  });

  it('does not pass another call off as the one asked for', async () => {
    upstream.answer = () => page([row({ id: '790' })]);
    expect(await bench.refused('get_call_log', { id: '789' })).toContain(
      'other calls than the one asked for',
    );
  });

  it('says when the record cannot be read', async () => {
    upstream.answer = () => page([row({ id: '7 8 9' })]);
    expect(await bench.refused('get_call_log', { id: '789' })).toContain('its id is malformed');
  });
});

describe('update_call_log_fields', () => {
  it.each([
    [{ success: 0, code: 6061, error: 'Call log not found' }, 'Convoso error 6061'],
    [{ success: 'FALSE', error: 'Field is locked' }, '“Field is locked”'],
    [{ success: true, error: 'Field is locked' }, '“Field is locked”'],
    [{ success: true, data: { success: false, error: 'Field is locked' } }, '“Field is locked”'],
  ])('is not made where the service answers %j', async (reply, words) => {
    upstream.answer = () => reply;
    const text = await bench.refused('update_call_log_fields', { call_log_id: '789', extra_field_01: 'x' });
    expect(text).toMatch(/^The update was not made/);
    expect(text).toContain(words);
  });

  const NOTE = 'The API does not return extra-field values, so the new values cannot be read back here.';

  it('names the call that was touched from a reply that carries it, without reading it again', async () => {
    upstream.requests.length = 0;
    upstream.answer = () => ({ success: true, ...row({ id: '789', user: 'Jane Smith', recording }) });
    const { text, structured } = await bench.ask('update_call_log_fields', {
      call_log_id: '789',
      extra_field_01: 'secret note',
      clear_fields: ['extra_field_02'],
    });
    expect(upstream.requests.map(({ url }) => url)).toStrictEqual(['/v1/log/update']);
    expect(text).toContain(
      `Updated call 789: extra_field_01 = secret note; emptied extra_field_02. ${NOTE}\nThe call that was touched:\nid: 789\n`,
    );
    expect(structured).toMatchObject({
      updated: true,
      call_log_id: '789',
      set: ['extra_field_01'],
      cleared: ['extra_field_02'],
      values: { extra_field_01: 'secret note' },
      call: { id: '789', user: 'Jane Smith' },
      note: NOTE,
    });
    expect(text).not.toMatch(/https:|f\.mp3/);
  });

  it('reads the call back when the reply only says that it worked', async () => {
    upstream.requests.length = 0;
    upstream.answer = ({ url }) =>
      url.endsWith('/update') ? { success: true } : livePage([row({ id: '789' })]);
    const { structured } = await bench.ask('update_call_log_fields', {
      call_log_id: '789',
      extra_field_01: 'x',
    });
    expect(upstream.requests.map(({ url }) => url)).toStrictEqual(['/v1/log/update', '/v1/log/retrieve']);
    expect(structured).toMatchObject({ updated: true, call: { id: '789' } });
  });

  it('says what was set and what was emptied, and nothing of what was not', async () => {
    upstream.answer = () => ({ success: true, ...row({ id: '789' }) });
    const line = async (args: object) =>
      (await bench.ask('update_call_log_fields', { call_log_id: '789', ...args })).text.split('\n', 1)[0];
    expect(await line({ extra_field_01: 'x', extra_field_02: 'y' })).toBe(
      `Updated call 789: extra_field_01 = x; extra_field_02 = y. ${NOTE}`,
    );
    expect(await line({ clear_fields: ['extra_field_01', 'extra_field_02'] })).toBe(
      `Updated call 789: emptied extra_field_01, extra_field_02. ${NOTE}`,
    );
  });

  it('says which field by its label, what was written, and where no agent or no person was on the call', async () => {
    const own = openBench({
      url: upstream.url,
      account: {
        extra_fields: { extra_field_01: { label: 'QA result' }, extra_field_02: { label: 'Reviewed, by' } },
        system_users: ['666666'],
        users: { 22222: 'Jane Smith' },
      },
    });
    const written = async (fields: object, args: object = { extra_field_01: 'Fail' }) => {
      upstream.answer = () => ({ success: true, ...row({ id: '789', user_id: '22222', ...fields }) });
      return own.ask('update_call_log_fields', { call_log_id: '789', ...args });
    };
    const person = await written(
      { status: 'COMPLETED' },
      { extra_field_01: 'Fail', extra_field_02: 'Kim; Lee' },
    );
    expect(person.text).toMatch(/^Updated call 789: QA result = Fail; Reviewed, by = "Kim; Lee"\. The API/);
    expect(person.text).toMatch(/call_date: .*call_length: .*status: COMPLETED/s);
    expect(person.text).toContain('name of user_id: 22222 = Jane Smith');
    expect(person.structured).toMatchObject({ values: { 'QA result': 'Fail', 'Reviewed, by': 'Kim; Lee' } });
    expect(person.structured).not.toHaveProperty('remarks');
    const machine = await written({ status: 'ANSWERING_MACHINE', user_id: '666666' });
    expect(machine.structured['remarks']).toEqual([
      'No agent was on this call: its user is the dialer itself (666666).',
      'No person was on this call: its status counts as machine.',
    ]);
    expect(machine.text).toContain('No person was on this call: its status counts as machine.');
    const nobody = await written({ status: 'COMPLETED', user_id: null });
    expect(nobody.structured['remarks']).toEqual([expect.stringContaining('it has no user')]);
    await own.close();
  });

  it('marks third-party text of the touched call where there is some, and asks for no recordings', async () => {
    const touched = async (fields: object) => {
      upstream.requests.length = 0;
      upstream.answer = ({ url }) =>
        url.endsWith('/update') ? { success: true } : page([row({ id: '789', ...fields })]);
      return bench.ask('update_call_log_fields', { call_log_id: '789', extra_field_01: 'x' });
    };
    expect((await touched({ agent_comment: 'call again' })).text).toContain(THIRD_PARTY_NOTE);
    // Nobody has named this user.
    const { text } = await touched({ user_id: '4' });
    expect(text).not.toContain(THIRD_PARTY_NOTE);
    expect(text.trimEnd().split('\n').at(-1)).toMatch(/^\w+: /);
    expect(upstream.requests.map(({ form }) => form['include_recordings'])).toStrictEqual([undefined, '0']);
  });

  it.each([
    [{}, /No field to change was given\..*Give extra_field_01, extra_field_02 or clear_fields\./s],
    [
      { extra_field_01: 'x', clear_fields: ['extra_field_01'] },
      /extra_field_01 is both set and in clear_fields\..*Choose one: give a value, or name it in clear_fields\./s,
    ],
    [{ extra_field_01: ' ' }, /extra_field_01 is blank\..*clear_fields \["extra_field_01"\]/s],
  ])('refuses %j and sends nothing', async (args, words) => {
    upstream.requests.length = 0;
    const text = await bench.refused('update_call_log_fields', { call_log_id: '789', ...args });
    expect(text).toMatch(/^Nothing was updated\./);
    expect(text).toMatch(words);
    expect(upstream.requests).toStrictEqual([]);
  });

  it.each([
    ['fails', html, /The change was stored; reading the call back failed: .*web page/],
    [
      'finds nothing',
      () => page([]),
      /says it stored the change, but reading the call back failed: No call log has the id \w+ \(all history searched\)\./,
    ],
  ])('is still reported as made when reading back %s', async (_what, answer, words) => {
    upstream.answer = (request, response) =>
      request.url.endsWith('/update') ? { success: true } : answer(request, response);
    const { text, structured } = await bench.ask('update_call_log_fields', {
      call_log_id: '789',
      extra_field_01: 'x',
    });
    expect(text).toMatch(words);
    expect(structured).toMatchObject({ updated: true, note: expect.stringMatching(words) });
    expect(structured).not.toHaveProperty('call');
  });

  it('says when the service names another call', async () => {
    upstream.answer = () => ({ success: true, ...row({ id: '790' }) });
    const text = await bench.refused('update_call_log_fields', { call_log_id: '789', extra_field_01: 'x' });
    expect(text).toMatch(/^The update of call 789 may have changed another call\.\nWhy: .*call 790\./);
  });

  it('says what of a reply that claims success does not show the change, and sends it once', async () => {
    upstream.requests.length = 0;
    const why = async (reply: object) => {
      upstream.answer = () => reply;
      const args = { call_log_id: '789', extra_field_01: 'x', clear_fields: ['extra_field_02'] };
      const text = await bench.refused('update_call_log_fields', args);
      expect(text).toMatch(/^The update may or may not have been made\.\n.*\n.*before repeating it/);
      return /does not show the change: (.*)\.$/m.exec(text)?.[1];
    };
    expect(await why({ success: true, updated: 0 })).toBe('it says more than the documented reply does');
    expect(await why({ success: true, extra_field_01: 'y', extra_field_02: '' })).toBe(
      'it gives extra_field_01 another value than was sent',
    );
    expect(await why({ success: true, data: { id: '789', extra_field_02: null } })).toBe(
      'it lists extra fields, and extra_field_01 is not among them',
    );
    expect(upstream.requests).toHaveLength(3);
  });

  it('says when it is unknown whether the change was stored, and sends it once', async () => {
    upstream.requests.length = 0;
    upstream.answer = cut;
    const text = await bench.refused('update_call_log_fields', { call_log_id: '789', extra_field_01: 'x' });
    expect(text).toMatch(
      /^The update may or may not have been made\.\nWhy: .+\nNext: Whether the change was stored is unknown/,
    );
    expect(upstream.requests).toHaveLength(1);
  });

  it.each([
    [{ success: false, code: 6061, error: 'x' }, 'No call log has this call_log_id.'],
    [{ success: false, code: 6033, text: 'x' }, 'No call log has this call_log_id.'],
    [{ success: false, code: 6062, error: 'x' }, 'does not pass the account’s rules'],
  ])('says that nothing was changed when refused: %j', async (reply, why) => {
    upstream.answer = () => reply;
    const text = await bench.refused('update_call_log_fields', { call_log_id: '789', extra_field_01: 'x' });
    expect(text).toMatch(/^The update was not made/);
    expect(text).toContain(why);
  });
});

describe('an answer from the sandbox', () => {
  it('is always marked', async () => {
    upstream.answer = () => page([row({ id: '789' })]);
    const sandboxed = openBench({ url: upstream.url, sandbox: true });
    for (const [tool, args] of [
      ['search_call_logs', {}],
      ['get_call_log', { id: '789' }],
    ] as const) {
      const { text, structured } = await sandboxed.ask(tool, args);
      expect(text).toMatch(/^SANDBOX DATA: generated calls, not a real account\.\n/);
      expect(structured['sandbox']).toBe(true);
    }
    await sandboxed.close();
    expect((await bench.ask('get_call_log', { id: '789' })).structured).not.toHaveProperty('sandbox');
  });
});

describe('an unforeseen error', () => {
  it('is an answer that gives nothing away, and is reported to the log', async () => {
    const broken = openBench({ url: upstream.url });
    const account = broken.context.account as { statuses: unknown };
    account.statuses = undefined;
    upstream.answer = () => page([row({ id: '789' })]);
    const text = await broken.refused('get_call_log', { id: '789' });
    await broken.close();
    expect(text).toMatch(/^The call failed inside this server\./);
    expect(text).not.toMatch(/TypeError|undefined|src\//);
    expect(broken.unexpected).toHaveLength(1);
  });
});
