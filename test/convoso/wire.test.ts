import { describe, expect, it } from 'vitest';
import { parseJson } from '../../src/convoso/json.js';
import { readPage, readRefusal, readUpdateReply, UnexpectedShape } from '../../src/convoso/wire.js';
import { livePage, page, row } from '../support/upstream.js';

const RECORDING = {
  src: 'https://convoso.com/recording/rec123',
  type: 'mp3',
  recording_id: 'rec123',
  filename: 'call_123.mp3',
  public_url: 'https://convoso.com/public/rec123',
};

function onlyCall(fields: Readonly<Record<string, unknown>>) {
  const read = readPage(page([row(fields)]));
  expect(read.malformed).toStrictEqual([]);
  expect(read.calls).toHaveLength(1);
  return read.calls[0];
}

describe('both envelopes', () => {
  it('parse to the same calls and total', () => {
    const contract = readPage(
      page(
        [row({ recording: [RECORDING], call_length: 300, call_type: 'outbound' }), row({ id: '1002' })],
        150,
      ),
    );
    const live = readPage(
      livePage(
        [
          row({ recording: [RECORDING], call_length: '300', call_type: 'OUTBOUND' }),
          row({ id: 1002, call_length: '61' }),
        ],
        150,
      ),
    );
    expect(contract.dialect).toBe('contract');
    expect(live.dialect).toBe('live');
    expect({ ...live, dialect: 'contract' }).toStrictEqual(contract);
    expect(contract.total_found).toBe(150);
    expect(contract.received).toBe(2);
    expect(contract.calls[0]).toStrictEqual({
      id: '1001',
      lead_id: '501',
      list_id: '333',
      campaign_id: '111',
      user_id: '22222',
      phone_number: '2125550123',
      status: 'COMPLETED',
      call_length: 300,
      call_date: '2026-03-03 14:30:00',
      number_dialed: '2125550123',
      call_type: 'OUTBOUND',
      recording: [RECORDING],
    });
  });

  it.each([
    ['the contract’s “Call log not found”', { success: true, results: [] }],
    ['a live page without rows', livePage([])],
    ['a live page whose list is null', { success: true, data: { total_found: '0', results: null } }],
    ['a live page without a list', { success: true, data: { total_found: '0' } }],
    ['a total of 0 and no list', { total_found: 0 }],
  ])('%s is an empty result', (_what, reply) => {
    const { calls, malformed, received, total_found } = readPage(reply);
    expect({ calls, malformed, received, total_found }).toStrictEqual({
      calls: [],
      malformed: [],
      received: 0,
      total_found: 0,
    });
  });

  it.each([
    ['an empty list where PHP prints an object', { success: true, data: [] }],
    ['a live page without rows and total', { success: true, data: { results: [] } }],
    ['a bare success', { success: true }],
  ])('%s has no rows, and leaves open how many calls there are', (_what, reply) => {
    expect(readPage(reply)).toMatchObject({ received: 0, total_found: null });
  });

  it.each([
    [{ warning: 'one shard timed out' }, ['warning']],
    [{ partial: true }, ['partial']],
    [{ code: 5002 }, ['code']],
    [{ status: 'partial' }, ['status']],
    [{ _shards: { failed: 1 } }, ['_shards']],
    [{ message: 'OK', took_ms: 12, request_id: '4f-1', cached: false, code: 200, note: null }, []],
  ])('a page with %j beside its rows carries %j as remarks', (more, asides) => {
    expect(readPage({ ...more, total_found: 1, results: [{ id: '1' }] }).asides).toEqual(asides);
    expect(
      readPage({ success: true, data: { ...more, total_found: 1, results: [{ id: '1' }] } }).asides,
    ).toEqual(asides);
  });

  it.each([
    [{ has_more: true }, true],
    [{ has_more: false }, false],
    [{ next_page: 'p2' }, true],
    [{}, false],
  ])('a page with %j says of further pages: %s', (more, said) => {
    expect(readPage({ ...more, total_found: 1, results: [{ id: '1' }] }).promisesMore).toBe(said);
  });

  it.each([
    ['a list', []],
    ['a text', 'ok'],
    ['null', null],
    ['an empty object', {}],
    ['other JSON', { status: 'up', version: 3 }],
    ['results that are no list', { results: { id: '1' } }],
    ['data that is no object', { success: true, data: 'none' }],
    ['a total that is no number', { total_found: 'many', results: [] }],
    ['a negative total', { total_found: -1, results: [] }],
  ])('are not what is %s', (_what, reply) => {
    expect(() => readPage(reply)).toThrow(UnexpectedShape);
  });

  it.each([
    ['an empty list', []],
    ['an empty object', {}],
    ['an empty page', { total_found: '0', results: [] }],
    ['a page whose list is null', { total_found: 0, results: null }],
  ])('rows at the root beside data that is %s are the rows', (_what, data) => {
    const { calls, total_found } = readPage({ success: true, data, total_found: 3, results: [row(), row()] });
    expect(calls).toHaveLength(2);
    expect(total_found).toBe(3);
  });

  it('rows in data beside an empty list at the root are the rows, and either place may tell the total', () => {
    const { calls, total_found } = readPage({
      success: true,
      results: [],
      total_found: 7,
      data: { results: [row()] },
    });
    expect(calls).toHaveLength(1);
    expect(total_found).toBe(7);
  });

  it.each([
    ['two lists', { results: [row()], data: { results: [row({ id: '2' })] } }],
    ['a list of another name', { success: true, results: [], rows: [row()] }],
    ['a list of another name in data', { success: true, data: { calls: [row()], results: [] } }],
    ['a page inside another member', { success: true, response: { results: [row()] } }],
    ['rows with keys', { success: true, data: { 0: row(), 1: row({ id: '2' }) } }],
    ['a single record', { success: true, data: row() }],
    ['rows where a list with keys stands for results', { success: true, results: { 0: row() } }],
  ])('%s is refused rather than read as no calls', (_what, reply) => {
    expect(() => readPage(reply)).toThrow(UnexpectedShape);
  });

  it('tells the larger total where two disagree and there is no row', () => {
    const reply = { success: true, total_found: 3, data: { total_found: '0', results: [] } };
    expect(readPage(reply).total_found).toBe(3);
  });

  it('is not led astray by what else a reply says of an account', () => {
    expect(readPage({ ...page([]), meta: { account: { id: 1, status: 'ACTIVE' } } }).received).toBe(0);
  });

  it('says that the total is unknown rather than inventing one', () => {
    expect(readPage({ results: [row()] }).total_found).toBeNull();
  });
});

describe('a row', () => {
  it('keeps ids and numbers that are not computed with as strings, with every digit', () => {
    const read = readPage(
      parseJson('{"total_found":1,"results":[{"id":9007199254740993,"lead_id":42,"called_count":3}]}'),
    );
    expect(read.calls[0]).toMatchObject({ id: '9007199254740993', lead_id: '42', called_count: '3' });
  });

  it.each([null, '', 'null', 'NULL', '  '])('takes %j for a field that is not there', (nothing) => {
    const call = onlyCall({
      first_name: nothing,
      agent_comment: nothing,
      call_length: nothing,
      call_date: nothing,
      recording: nothing,
      extra: nothing,
    });
    expect(Object.keys(call ?? {}).toSorted()).toStrictEqual(
      [
        'call_length',
        'call_type',
        'campaign_id',
        'id',
        'lead_id',
        'list_id',
        'number_dialed',
        'phone_number',
        'status',
        'user_id',
      ].toSorted(),
    );
    expect(call?.call_length).toBeNull();
  });

  it('tells no length from a length of zero', () => {
    expect(onlyCall({ call_length: 0 })?.call_length).toBe(0);
    expect(onlyCall({ call_length: '0' })?.call_length).toBe(0);
    expect(onlyCall({ call_length: undefined })?.call_length).toBeNull();
  });

  it('writes call types in one letter case', () => {
    for (const word of ['inbound', 'INBOUND', 'Inbound'])
      expect(onlyCall({ call_type: word })?.call_type).toBe('INBOUND');
  });

  it('keeps unknown fields apart, nested ones as JSON', () => {
    const call = onlyCall({
      wrap_code: 'W1',
      score: 7,
      vip: true,
      nested: { a: 1, b: ['x\u202ey'] },
      list: [1],
      ...{ gone: null, empty: {}, none: [] },
    });
    expect(call?.other).toStrictEqual({
      wrap_code: 'W1',
      score: '7',
      vip: 'true',
      nested: '{"a":1,"b":["xy"]}',
      list: '[1]',
    });
    expect(call?.unread).toBeUndefined();
  });

  it('numbers the names of unknown fields that read alike once they are cleaned', () => {
    const call = onlyCall({ a$: '1', 'a#': '2', 'a!': '3', '\u200b': '4' });
    expect(call?.other).toStrictEqual({ a_: '1', a_2: '2', a_3: '3', _: '4' });
  });

  it('bounds the number of unknown fields and says how many more there are', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`f${index}`, index]));
    const call = onlyCall(many);
    expect(Object.keys(call?.other ?? {})).toHaveLength(100);
    expect(call?.unread).toStrictEqual(['400 further fields']);
  });

  it('bounds the length of a nested field and survives any depth', () => {
    const deep = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`);
    const call = onlyCall({ long: { text: 'x'.repeat(9000) }, deep });
    expect(call?.other?.['long']).toMatch(/^\{"text":"x{1900,}…$/);
    expect(call?.other?.['deep']?.length).toBeLessThanOrEqual(2000);
  });

  it('gives a field named __proto__ another name, whatever hides in it', () => {
    const reply = JSON.parse(
      '{"total_found":1,"results":[{"id":"1","__proto__":{"status":"SALE"},"__pro\\u200bto__":"x","constructor":"c"}]}',
    );
    const [call] = readPage(reply).calls;
    expect(Object.getPrototypeOf(call)).toBe(Object.prototype);
    expect(call?.status).toBeUndefined();
    expect(call?.other).toStrictEqual({ _: '{"status":"SALE"}', _2: 'x', constructor: 'c' });
    expect(Object.getPrototypeOf(call?.other)).toBe(Object.prototype);
  });

  it('cleans every text, names of unknown fields included', () => {
    const call = onlyCall({ agent_comment: 'a\nb\u202ec', 'od\u0000d': 'x\u200by' });
    expect(call?.agent_comment).toBe('a bc');
    expect(call?.other).toStrictEqual({ odd: 'xy' });
  });

  it('turns a call date with an offset into account time when the zone is known', () => {
    const reply = page([row({ call_date: '2026-03-03T22:30:00Z' })]);
    expect(readPage(reply, 'America/Los_Angeles').calls[0]?.call_date).toBe('2026-03-03 14:30:00');
    expect(readPage(reply).calls[0]?.call_date).toBe('2026-03-03T22:30:00Z');
  });

  it.each([
    ['text', 'a row'],
    ['null', null],
    ['a list', []],
    ['without id', row({ id: undefined })],
    ['with a blank id', row({ id: ' ' })],
    ['with an id that is an object', row({ id: {} })],
  ])('that cannot be read (%s) is reported and costs the page nothing else', (_what, bad) => {
    const read = readPage(page([row({ id: '1' }), bad, row({ id: '3' })], 3));
    expect(read.calls.map(({ id }) => id)).toStrictEqual(['1', '3']);
    expect(read.received).toBe(3);
    expect(read.malformed).toStrictEqual([
      { index: 1, id: undefined, problem: expect.stringMatching(/^(it|its) /) },
    ]);
  });

  it.each([
    ['call_length', 'long'],
    ['call_length', -1],
    ['call_length', '-5'],
    ['call_length', '05:00'],
    ['call_length', { seconds: 5 }],
    ['call_length', true],
    ['status', { code: 'SALE' }],
    ['call_date', ['2026-03-03', '14:30']],
    ['agent_comment', ['called', 'back']],
    ['queue_position', [1, 2]],
    ['user_id', { id: 5 }],
  ])('whose %s is %j stays, says so, and shows what was given', (field, value) => {
    const call = onlyCall({ [field]: value });
    expect(call).toMatchObject({ id: '1001', unread: [field] });
    expect(call?.[field as 'status'] ?? null).toBeNull();
    expect(call?.other).toStrictEqual({
      [field]: typeof value === 'object' ? JSON.stringify(value) : String(value),
    });
  });

  it.each(['queue_position', 'agent_comment', 'call_length', 'call_date', 'status', 'lead_id'])(
    'whose %s is an empty list or object has none',
    (field) => {
      for (const empty of [[], {}]) {
        const call = onlyCall({ [field]: empty });
        expect(call?.[field as 'status'] ?? null).toBeNull();
        expect(call).not.toHaveProperty('unread');
        expect(call).not.toHaveProperty('other');
      }
    },
  );
});

describe('recordings', () => {
  const URL = 'https://convoso.com/recording/rec123';
  it.each([
    ['a list', [RECORDING], [RECORDING]],
    ['one object', RECORDING, [RECORDING]],
    ['a list with keys, as PHP prints one', { 3: RECORDING, 7: { src: URL } }, [RECORDING, { src: URL }]],
    ['an empty object', {}, []],
    ['JSON in a text', JSON.stringify([RECORDING]), [RECORDING]],
    ['JSON of one object in a text', JSON.stringify(RECORDING), [RECORDING]],
    ['an empty list in a text', '[]', []],
    ['a link', URL, [{ src: URL }]],
    ['links', [URL, `${URL}4`], [{ src: URL }, { src: `${URL}4` }]],
    ['a file name', 'call_123.mp3', [{ filename: 'call_123.mp3' }]],
    ['ids', ['rec123', 124], [{ recording_id: 'rec123' }, { recording_id: '124' }]],
    ['a list with null in it', [null, RECORDING, ''], [RECORDING]],
    ['false', false, []],
    ['0', 0, []],
    ['“no”', 'no', []],
    ['true', true, [{}]],
    ['“yes”', 'yes', [{}]],
  ])('given as %s are read', (_what, recording, read) => {
    const call = onlyCall({ recording });
    expect(call?.recording).toStrictEqual(read);
    expect(call).not.toHaveProperty('unread');
    expect(call).not.toHaveProperty('other');
  });

  it.each([
    ['a word', 'perhaps', undefined],
    ['broken JSON', '[{"src":', undefined],
    ['an object of other things', { duration: 5 }, undefined],
    ['a list of which one is a list', [RECORDING, [1]], [RECORDING]],
  ])('given as %s are said to be unread', (_what, recording, read) => {
    const call = onlyCall({ recording });
    expect(call?.recording).toStrictEqual(read);
    expect(call?.unread).toStrictEqual(['recording']);
  });

  it('keep what is not documented of them among the other fields', () => {
    const call = onlyCall({
      recording: [{ ...RECORDING, duration: 12, src: { url: 'x' } }, { duration: 5 }],
    });
    const { src: _, ...rest } = RECORDING;
    expect(call?.recording).toStrictEqual([rest, {}]);
    expect(call?.other).toStrictEqual({
      'recording.src': '{"url":"x"}',
      'recording.duration': '12',
      'recording.duration2': '5',
    });
  });
});

describe('replies to an update', () => {
  it('carry the record in the contract', () => {
    const { call } = readUpdateReply({
      success: true,
      ...row({ id: '789', user: 'Jane Smith', recording: [RECORDING] }),
    });
    expect(call).toMatchObject({ id: '789', user: 'Jane Smith', recording: [RECORDING] });
    expect(call?.other).toBeUndefined();
  });

  it('say only that it worked on the live service, trailing comma or not', () => {
    expect(readUpdateReply({ success: true })).toStrictEqual({ call: null });
    expect(readUpdateReply(parseJson('{"success": true,}'))).toStrictEqual({ call: null });
    expect(readUpdateReply({ success: 'true' })).toStrictEqual({ call: null });
  });

  it('may carry the record inside data', () => {
    expect(readUpdateReply({ success: true, data: row({ id: '789' }) }).call?.id).toBe('789');
  });

  it.each([[{}], [{ id: '789' }], [[]], [null], [{ results: [] }]])(
    'that do not say so are no replies: %j',
    (reply) => {
      expect(() => readUpdateReply(reply)).toThrow(UnexpectedShape);
    },
  );
});

describe('refusals', () => {
  it.each([
    [
      { success: false, error: 'Invalid date range' },
      { code: undefined, text: 'Invalid date range' },
    ],
    [
      { success: false, error: 'Invalid campaign ID', code: 6026 },
      { code: 6026, text: 'Invalid campaign ID' },
    ],
    [
      { success: false, code: 5001, text: 'Invalid auth_token' },
      { code: 5001, text: 'Invalid auth_token' },
    ],
    [
      { success: false, code: '5001', text: 'x' },
      { code: 5001, text: 'x' },
    ],
    [
      { success: false, error: 6026 },
      { code: 6026, text: undefined },
    ],
    [
      { success: 'false', message: 'no' },
      { code: undefined, text: 'no' },
    ],
    [{ success: false }, { code: undefined, text: undefined }],
    [{ error: 'Invalid authentication token' }, { code: undefined, text: 'Invalid authentication token' }],
    [
      { success: true, error: 'Query timed out' },
      { code: undefined, text: 'Query timed out' },
    ],
    [
      { success: true, error: 'Query timed out', results: [] },
      { code: undefined, text: 'Query timed out' },
    ],
    [
      { success: true, data: { error: 'Query timed out', results: [row()] } },
      { code: undefined, text: 'Query timed out' },
    ],
    [
      { success: true, data: { success: false, error: 'nope' } },
      { code: undefined, text: 'nope' },
    ],
    [
      { success: true, error: { code: 6026, message: 'Invalid campaign ID' } },
      { code: 6026, text: 'Invalid campaign ID' },
    ],
    [
      { success: true, errors: ['Invalid campaign ID'] },
      { code: undefined, text: 'Invalid campaign ID' },
    ],
    [
      { code: 6061, text: 'Call log not found' },
      { code: 6061, text: 'Call log not found' },
    ],
  ])('are read from %j', (reply, refusal) => {
    expect(readRefusal(reply)).toStrictEqual(refusal);
  });

  it.each([false, 'false', 'FALSE', 'False', 0, '0', 'no', 'NO', ' no ', 'n', 'off', '', 'failed'])(
    'are read where success is %j',
    (success) => {
      expect(readRefusal({ success, code: 6061, error: 'Call log not found' })).toStrictEqual({
        code: 6061,
        text: 'Call log not found',
      });
      expect(readRefusal({ success })).toBeDefined();
      expect(readRefusal({ success: true, data: { success, results: [] } })).toBeDefined();
    },
  );

  it.each([null, '', 'null', false, 0, '0', 'false', 'none', [], {}])(
    'are not seen in a reply whose error is %j',
    (error) => {
      expect(readRefusal({ success: true, error, errors: error, results: [row()] })).toBeUndefined();
    },
  );

  it.each([
    [page([])],
    [livePage([])],
    [{ success: true }],
    [{ success: true, code: 200, text: 'OK', results: [] }],
    [{ code: 200, text: 'OK', total_found: 0 }],
    [{ error: null, data: { results: [] } }],
    [[]],
    [null],
    ['no'],
  ])('are not seen in %j', (reply) => {
    expect(readRefusal(reply)).toBeUndefined();
  });
});

describe('bounds and spellings', () => {
  it.each([
    ['7'.repeat(100), true],
    ['7'.repeat(101), false],
    ['7 8', false],
  ])('of an id of %s: valid is %s', (id, isOne) => {
    const { calls, malformed } = readPage(page([row({ id })]));
    expect(calls.map((call) => call.id)).toStrictEqual(isOne ? [id] : []);
    expect(malformed).toStrictEqual(
      isOne ? [] : [{ index: 0, id: expect.stringMatching(/^7/), problem: 'its id is malformed' }],
    );
  });

  it.each([
    ['150', 150],
    [' 150 ', 150],
    [0, 0],
  ])('a total of %j is %i', (total_found, total) => {
    expect(readPage({ total_found, results: [] }).total_found).toBe(total);
  });

  it.each(['x150', '150x', '1e3', 1.5, -1, '1234567890123456'])('a total of %j is refused', (total_found) => {
    expect(() => readPage({ total_found, results: [] })).toThrow('its total_found is not a number');
  });

  it.each([
    ['12.5', 12.5],
    ['00:05:00', 300],
    ['1:02:03', 3723],
    ['100:00:00.5', 360_000.5],
    ['1,200', 1200],
    ['12,345,678.5', 12_345_678.5],
    ['1e3', 1000],
    ['1.2E+3', 1200],
    [' 300 ', 300],
    ['12.', null],
    ['12.5x', null],
    ['x12', null],
    ['12.x', null],
    ['1,20', null],
    ['00:65:00', null],
    ['1e21', null],
    [1e21, null],
  ])('a length of %j is %s', (call_length, seconds) => {
    const { calls } = readPage(page([row({ call_length })]));
    expect(calls[0]?.call_length).toBe(seconds);
  });

  it.each([true, 'true', 1, '1'])('success %j of an update is one', (success) => {
    expect(readUpdateReply({ success })).toStrictEqual({ call: null });
  });

  it.each([false, 'false', 0, '0', 'yes', null])('success %j of an update is none', (success) => {
    expect(() => readUpdateReply({ success })).toThrow(UnexpectedShape);
  });

  it('an error is a refusal, whatever else the reply says', () => {
    for (const more of [{}, { results: [] }, { success: true }, { ...row(), success: true }])
      expect(readRefusal({ error: 'No.', ...more })).toStrictEqual({ code: undefined, text: 'No.' });
    expect(readRefusal({ error: '' })).toBeUndefined();
  });
});
