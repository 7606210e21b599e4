import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../support/tools.js';
import { page, row, startUpstream, type Upstream } from '../support/upstream.js';

// What assistants really send: numbers for ids, strings for numbers, blanks for nothing. What leaves is the documented form.

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
beforeEach(() => {
  upstream.requests.length = 0;
  upstream.answer = (request) =>
    request.url.endsWith('/update') ? { success: true, ...row({ id: '789' }) } : page([]);
});

const PAGING = { limit: '10', offset: '0', order: 'desc', include_recordings: '0' };
const ALL_HISTORY = { start_time: '2000-01-01 00:00:00', end_time: '2026-03-05 02:00:00' };

/** What a call of a tool sends upstream, without the token; pages that only look things up are full ones. */
async function sent(tool: string, args: unknown): Promise<Record<string, string>> {
  await bench.ask(tool, args);
  const { auth_token, ...form } =
    upstream.requests.find((request) => request.form['limit'] !== '500')?.form ?? {};
  expect(auth_token).toBe('sandbox-token');
  return form;
}

describe('search_call_logs', () => {
  it('sends every argument under its documented name', async () => {
    const args = {
      id: '1',
      lead_id: '2',
      campaign_id: '3',
      queue_id: '4',
      list_id: '5',
      user_id: '6',
      status: 'NO_ANSWER',
      phone_number: '2125550123',
      number_dialed: '2125550124',
      first_name: 'Ana',
      last_name: 'Ruiz',
      start_time: '2026-03-01 08:00:00',
      end_time: '2026-03-03 17:00:00',
      limit: 50,
      offset: 100,
      call_type: 'OUTBOUND',
      order: 'asc',
      called_count: 3,
      include_recordings: 1,
    };
    expect(await sent('search_call_logs', args)).toStrictEqual(
      Object.fromEntries(Object.entries(args).map(([name, value]) => [name, String(value)])),
    );
  });

  it('sends a wide window and the defaults when nothing is given', async () => {
    expect(await sent('search_call_logs', {})).toStrictEqual({ ...PAGING, ...ALL_HISTORY });
    upstream.requests.length = 0;
    expect(await sent('search_call_logs', undefined)).toStrictEqual({ ...PAGING, ...ALL_HISTORY });
  });

  it.each([
    'id',
    'lead_id',
    'campaign_id',
    'queue_id',
    'list_id',
    'user_id',
    'status',
    'phone_number',
    'number_dialed',
  ])('takes %s as a number and as a string', async (name) => {
    expect((await sent('search_call_logs', { [name]: 12_345 }))[name]).toBe('12345');
    upstream.requests.length = 0;
    expect((await sent('search_call_logs', { [name]: ' 12345 ' }))[name]).toBe('12345');
  });

  it('keeps every digit of a long id given as a string, and refuses it as a number, which has lost some', async () => {
    expect((await sent('search_call_logs', { id: '9007199254740993' }))['id']).toBe('9007199254740993');
    expect(await bench.refused('search_call_logs', { id: 2 ** 53 })).toMatch(/id must be a text/);
  });

  it('takes numeric strings for numbers', async () => {
    expect(
      await sent('search_call_logs', {
        limit: '499',
        offset: ' 40000 ',
        called_count: '0',
        include_recordings: '1',
      }),
    ).toMatchObject({ limit: '499', offset: '40000', called_count: '0', include_recordings: '1' });
  });

  it.each([
    [true, '1'],
    ['True', '1'],
    [1, '1'],
    [false, '0'],
    ['false', '0'],
    ['0', '0'],
    ['', '0'],
    [null, '0'],
  ])('takes include_recordings %j as %s', async (given, value) => {
    expect((await sent('search_call_logs', { include_recordings: given }))['include_recordings']).toBe(value);
  });

  it.each([
    ['outbound', 'OUTBOUND'],
    ['Inbound', 'INBOUND'],
    ['mAnUaL', 'MANUAL'],
    ['3way', '3WAY'],
  ])('takes call_type %s in any letter case', async (given, value) => {
    expect(await sent('search_call_logs', { call_type: given, order: 'ASC' })).toMatchObject({
      call_type: value,
      order: 'asc',
    });
  });

  it('takes a blank filter for one not given', async () => {
    const names = [
      'id',
      'lead_id',
      'campaign_id',
      'queue_id',
      'list_id',
      'user_id',
      'status',
      'phone_number',
      'number_dialed',
      'first_name',
      'last_name',
      'start_time',
      'end_time',
      'limit',
      'offset',
      'call_type',
      'order',
      'called_count',
      'include_recordings',
      'response_format',
    ];
    for (const blank of ['', '  ', null]) {
      upstream.requests.length = 0;
      expect(
        await sent('search_call_logs', Object.fromEntries(names.map((name) => [name, blank]))),
      ).toStrictEqual({
        ...PAGING,
        ...ALL_HISTORY,
      });
    }
  });

  it.each([
    [{ limit: 501 }, 'limit must be at most 500.'],
    [{ limit: 0 }, 'limit must be at least 1.'],
    [{ limit: '501' }, 'limit must be at most 500.'],
    [{ limit: 2.5 }, 'limit must be a whole number.'],
    [{ limit: 'all' }, 'limit must be a whole number.'],
    [{ limit: [10] }, 'limit must be a whole number.'],
    [{ offset: 40_001 }, 'offset must be at most 40000.'],
    [{ offset: -1 }, 'offset must be at least 0.'],
    [{ called_count: 'often' }, 'called_count must be a whole number.'],
    [{ order: 'newest' }, 'order must be one of asc, desc.'],
    [{ call_type: 'outgoing' }, 'call_type must be one of OUTBOUND, INBOUND, MANUAL, 3WAY.'],
    [{ include_recordings: 2 }, 'include_recordings must be at most 1.'],
    [{ include_recordings: 'some' }, 'include_recordings must be a whole number.'],
    [{ response_format: 'long' }, 'response_format must be one of concise, detailed.'],
    [{ lead_id: { eq: '1' } }, 'lead_id must be a text.'],
    [{ lead_id: ['1', '2'] }, 'lead_id is one value in search_call_logs; summarize_call_logs'],
    [{ lead_id: '1,2' }, 'It is one value in search_call_logs; summarize_call_logs, sample_call_logs and'],
    [{ lead_id: '!1' }, 'It is one value in search_call_logs'],
    [{ call_type: 'OUTBOUND,MANUAL' }, 'call_type is one value in search_call_logs'],
    [{ lead_id: true }, 'lead_id must be a text.'],
    [{ lead_id: 1.5 }, 'lead_id must be a text.'],
    [{ first_name: 'x'.repeat(201) }, 'first_name must be at most 200 characters long.'],
    [{ start_time: 1_772_000_000 }, 'start_time must be a text.'],
    [{ start_time: '2026-02-30' }, '“2026-02-30” is not a date and time that exists'],
    [{ start_time: '2026-03-02', end_time: '2026-03-01' }, 'is after end_time'],
    [{ end_time: '2026-03-02T00:00:00Z' }, 'CONVOSO_TIMEZONE'],
  ])('refuses %j and sends nothing', async (args, words) => {
    expect(await bench.refused('search_call_logs', args)).toContain(words);
    expect(upstream.requests).toStrictEqual([]);
  });
});

describe('get_call_log', () => {
  it.each(['789', 789, ' 789 '])('takes id %j and searches all history for it', async (id) => {
    expect(await sent('get_call_log', { id })).toStrictEqual({
      ...ALL_HISTORY,
      // What comes back is checked by its id, so the window may be wider than now: clocks differ.
      end_time: '2026-03-05 23:59:59',
      id: '789',
      limit: '2',
      offset: '0',
      order: 'desc',
      include_recordings: '1',
    });
  });

  it('leaves recordings out on request', async () => {
    expect((await sent('get_call_log', { id: 1, include_recordings: false }))['include_recordings']).toBe(
      '0',
    );
  });

  it.each([
    [{}, 'id is required: give it as a string.'],
    [{ id: '' }, 'id is required: give it as a string.'],
    [{ id: null }, 'id is required: give it as a string.'],
    [{ id: ['1'] }, 'id is required: give it as a string.'],
    [{ id: '1', include_recordings: 3 }, 'include_recordings must be at most 1.'],
  ])('refuses %j and sends nothing', async (args, words) => {
    expect(await bench.refused('get_call_log', args)).toContain(words);
    expect(upstream.requests).toStrictEqual([]);
  });
});

describe('update_call_log_fields', () => {
  it('sends what is set as it is and what is cleared as empty, and nothing of what is omitted', async () => {
    expect(
      await sent('update_call_log_fields', { call_log_id: 789, extra_field_01: ' kept as typed ' }),
    ).toStrictEqual({
      call_log_id: '789',
      extra_field_01: ' kept as typed ',
    });
    upstream.requests.length = 0;
    expect(
      await sent('update_call_log_fields', {
        call_log_id: '789',
        extra_field_01: 5,
        clear_fields: ['extra_field_02'],
      }),
    ).toStrictEqual({ call_log_id: '789', extra_field_01: '5', extra_field_02: '' });
  });

  it('takes names of fields in any letter case, and null for nothing', async () => {
    expect(
      await sent('update_call_log_fields', {
        call_log_id: '789',
        extra_field_01: null,
        clear_fields: ['EXTRA_FIELD_02', 'extra_field_02'],
      }),
    ).toStrictEqual({ call_log_id: '789', extra_field_02: '' });
    upstream.requests.length = 0;
    expect(
      await sent('update_call_log_fields', { call_log_id: '789', extra_field_01: 'x', clear_fields: null }),
    ).toStrictEqual({ call_log_id: '789', extra_field_01: 'x' });
  });

  it.each([
    [{ call_log_id: '789' }, 'No field to change was given.'],
    [{ call_log_id: '789', clear_fields: [] }, 'No field to change was given.'],
    [{ extra_field_01: 'x' }, 'call_log_id is required: give it as a string.'],
    [{ call_log_id: ' ', extra_field_01: 'x' }, 'call_log_id is required'],
    [
      { call_log_id: '789', extra_field_01: 'x', clear_fields: ['extra_field_01'] },
      'extra_field_01 is both set and in clear_fields.',
    ],
    [{ call_log_id: '789', extra_field_01: '' }, 'extra_field_01 is blank.'],
    [{ call_log_id: '789', extra_field_02: '   ' }, 'clear_fields ["extra_field_02"]'],
    [
      { call_log_id: '789', clear_fields: ['extra_field_03'] },
      'must be one of extra_field_01, extra_field_02',
    ],
    [{ call_log_id: '789', clear_fields: 'extra_field_01' }, 'clear_fields must be a list.'],
    [{ call_log_id: '789', extra_field_01: { a: 1 } }, 'extra_field_01 must be a text.'],
    [{ call_log_id: '789', extra_field_03: 'x' }, 'Unknown argument: extra_field_03.'],
  ])('refuses %j and sends nothing', async (args, words) => {
    expect(await bench.refused('update_call_log_fields', args)).toContain(words);
    expect(upstream.requests).toStrictEqual([]);
  });
});
