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
    ['an empty list where PHP prints an object', { success: true, data: [] }],
    ['a bare success', { success: true }],
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
    ['a list', []],
    ['a text', 'ok'],
    ['null', null],
    ['an empty object', {}],
    ['other JSON', { status: 'up', version: 3 }],
    ['results that are no list', { results: { id: '1' } }],
    ['data that is no object', { success: true, data: 'none' }],
    ['a total that is no number', { total_found: 'many', results: [] }],
    ['a negative total', { total_found: -1, results: [] }],
  ])('%s is neither', (_what, reply) => {
    expect(() => readPage(reply)).toThrow(UnexpectedShape);
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

  it('keeps unknown scalar fields apart and drops nested ones', () => {
    const call = onlyCall({ wrap_code: 'W1', score: 7, vip: true, nested: { a: 1 }, list: [1], gone: null });
    expect(call?.other).toStrictEqual({ wrap_code: 'W1', score: '7', vip: 'true' });
  });

  it('bounds the number of unknown fields', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`f${index}`, index]));
    expect(Object.keys(onlyCall(many)?.other ?? {})).toHaveLength(100);
  });

  it('lets no field named __proto__ through, whatever hides in the name', () => {
    const reply = JSON.parse(
      '{"total_found":1,"results":[{"id":"1","__proto__":{"status":"SALE"},"__pro\\u200bto__":"x","constructor":"c"}]}',
    );
    const [call] = readPage(reply).calls;
    expect(Object.getPrototypeOf(call)).toBe(Object.prototype);
    expect(call?.status).toBeUndefined();
    expect(call?.other).toStrictEqual({ constructor: 'c' });
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
    ['with a length that is no number', row({ call_length: 'long' })],
    ['with a negative length', row({ call_length: -1 })],
    ['with a status that is an object', row({ status: {} })],
    ['with a date that is a list', row({ call_date: [] })],
    ['with a recording that is no list', row({ recording: 'yes' })],
    ['with a recording that is no object', row({ recording: ['rec123'] })],
  ])('that cannot be read (%s) is reported and costs the page nothing else', (_what, bad) => {
    const read = readPage(page([row({ id: '1' }), bad, row({ id: '3' })], 3));
    expect(read.calls.map(({ id }) => id)).toStrictEqual(['1', '3']);
    expect(read.received).toBe(3);
    expect(read.malformed).toHaveLength(1);
    expect(read.malformed[0]?.index).toBe(1);
    expect(read.malformed[0]?.problem).toMatch(/^(it|its) /);
  });

  it('names the id of a malformed row when it has one', () => {
    expect(readPage(page([row({ id: '77', call_length: 'x' })])).malformed).toStrictEqual([
      { index: 0, id: '77', problem: 'its call_length is not a number of seconds' },
    ]);
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
  ])('are read from %j', (reply, refusal) => {
    expect(readRefusal(reply)).toStrictEqual(refusal);
  });

  it.each([
    [page([])],
    [livePage([])],
    [{ success: true }],
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
  ])('an id of %s is one: %s', (id, isOne) => {
    const { calls, malformed } = readPage(page([row({ id })]));
    expect(calls.map((call) => call.id)).toStrictEqual(isOne ? [id] : []);
    expect(malformed).toStrictEqual(isOne ? [] : [{ index: 0, id: undefined, problem: 'its id is no id' }]);
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
    ['12.', undefined],
    ['12.5x', undefined],
    ['x12', undefined],
    ['12.x', undefined],
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

  it('an error without a word on success is a refusal, unless rows came with it', () => {
    expect(readRefusal({ error: 'No.' })).toStrictEqual({ code: undefined, text: 'No.' });
    expect(readRefusal({ error: '' })).toBeUndefined();
    expect(readRefusal({ error: 'No.', results: [] })).toBeUndefined();
    expect(readRefusal({ error: 'No.', success: true })).toBeUndefined();
  });
});
