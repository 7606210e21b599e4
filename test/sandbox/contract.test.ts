import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, type SandboxCall, startSandbox } from '../../src/sandbox/server.js';
import { ask, retrieve } from './asking.js';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const newestFirst = () => [...sandbox.calls].reverse();

describe('the contract examples', () => {
  it('gives call 789 exactly as printed', async () => {
    const { status, body } = await retrieve(sandbox, { id: '789', include_recordings: '1' });
    expect(status).toBe(200);
    expect(body).toStrictEqual({
      offset: 0,
      limit: 10,
      total_found: 1,
      results: [
        {
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
          call_type: 'outbound',
          recording: [
            {
              src: 'https://convoso.com/recording/rec123',
              type: 'mp3',
              recording_id: 'rec123',
              filename: 'call_123.mp3',
              public_url: 'https://convoso.com/public/rec123',
            },
          ],
        },
      ],
    });
  });

  it('gives call 790 exactly as printed', async () => {
    const { body } = await retrieve(sandbox, { id: '790', include_recordings: '1' });
    expect(body.results).toStrictEqual([
      {
        id: '790',
        lead_id: '12346',
        list_id: '333',
        campaign_id: '111',
        user_id: '22222',
        phone_number: '5551234568',
        status: 'NO_ANSWER',
        call_length: 0,
        call_date: '2026-03-03 14:35:00',
        number_dialed: '18001234568',
        call_type: 'outbound',
        recording: [],
      },
    ]);
  });

  it('answers an unknown call with success and nothing', async () => {
    const { body } = await retrieve(sandbox, { id: '999999999' });
    expect(body).toStrictEqual({ success: true, results: [] });
  });

  it('keeps the envelope around an empty page that is not a lookup by id', async () => {
    const { body } = await retrieve(sandbox, { lead_id: '999999999' });
    expect(body).toStrictEqual({ offset: 0, limit: 10, total_found: 0, results: [] });
  });

  it('keeps recordings back unless they are asked for', async () => {
    expect((await retrieve(sandbox, { id: '789' })).body.results[0].recording).toEqual([]);
    const refused = await retrieve(sandbox, { id: '789', include_recordings: '0' });
    expect(refused.body.results[0].recording).toEqual([]);
  });

  it('gives a call in progress an integer length', async () => {
    const { body } = await retrieve(sandbox, { status: 'INCALL' });
    expect(body.results.map((row: { call_length: unknown }) => row.call_length)).toEqual([0, 0, 0, 0]);
  });
});

describe('filters', () => {
  // Each filter against an answer worked out from the rows, with a value that some but not all calls have.
  const cases: [form: Record<string, string>, is: (call: SandboxCall) => boolean][] = [
    [{ id: '100500' }, (call) => call.id === '100500'],
    [{ lead_id: '200900' }, (call) => call.lead_id === '200900'],
    [{ campaign_id: '112' }, (call) => call.campaign_id === '112'],
    [{ queue_id: '501' }, (call) => call.queue_id === '501'],
    [{ list_id: '333' }, (call) => call.list_id === '333'],
    [{ user_id: '12345' }, (call) => call.user_id === '12345'],
    [{ user_id: '666666' }, (call) => call.user_id === '666666'],
    [{ status: 'SALE' }, (call) => call.status === 'SALE'],
    [{ phone_number: '5551234567' }, (call) => call.phone_number === '5551234567'],
    [{ number_dialed: '6575550150' }, (call) => call.number_dialed === '6575550150'],
    [{ first_name: 'Maria' }, (call) => call.first_name === 'Maria'],
    [{ first_name: 'mARIA' }, (call) => call.first_name === 'Maria'],
    [{ last_name: "O'Neill" }, (call) => call.last_name === "O'Neill"],
    [{ start_time: '2026-03-02 00:00:00' }, (call) => call.call_date >= '2026-03-02 00:00:00'],
    [{ end_time: '2026-02-03 12:00:00' }, (call) => call.call_date <= '2026-02-03 12:00:00'],
    [{ call_type: 'MANUAL' }, (call) => call.call_type === 'MANUAL'],
    [{ call_type: 'inbound' }, (call) => call.call_type === 'INBOUND'],
    [{ call_type: '3way' }, (call) => call.call_type === '3WAY'],
    [{ called_count: '4' }, (call) => call.called_count === 4],
    [
      { user_id: '12345', status: 'COMPLETED', campaign_id: '113', start_time: '2026-02-20 00:00:00' },
      (call) =>
        call.user_id === '12345' &&
        call.status === 'COMPLETED' &&
        call.campaign_id === '113' &&
        call.call_date >= '2026-02-20 00:00:00',
    ],
  ];
  it.each(cases)('%j', async (form, is) => {
    const expected = newestFirst().filter(is);
    expect(expected.length).toBeGreaterThan(0);
    expect(expected.length).toBeLessThan(sandbox.calls.length);
    const { body } = await retrieve(sandbox, { ...form, limit: '500' });
    expect(body.total_found).toBe(expected.length);
    expect(body.results.map((row: { id: string }) => row.id)).toEqual(
      expected.slice(0, 500).map((call) => call.id),
    );
  });

  it('includes both ends of a window, to the second', async () => {
    const ids = async (start_time: string, end_time: string) =>
      (await retrieve(sandbox, { lead_id: '12345', start_time, end_time })).body.total_found;
    expect(await ids('2026-03-03 14:30:00', '2026-03-03 14:30:00')).toBe(1);
    expect(await ids('2026-03-03 14:30:01', '2026-03-03 14:40:00')).toBe(0);
    expect(await ids('2026-03-03 14:00:00', '2026-03-03 14:29:59')).toBe(0);
  });

  it('takes a blank parameter as one not given, and ignores unknown ones', async () => {
    const { body } = await retrieve(sandbox, {
      id: '',
      campaign_id: ' ',
      status: '',
      start_time: '',
      limit: '',
      offset: '',
      order: '',
      called_count: '',
      include_recordings: '',
      agent: 'nobody',
    });
    expect(body).toMatchObject({ offset: 0, limit: 10, total_found: sandbox.calls.length });
  });
});

describe('order and pages', () => {
  it('is newest first unless asked, by date and then id', async () => {
    const { body } = await retrieve(sandbox, { limit: '500' });
    const rows: { id: string; call_date: string }[] = body.results;
    const sorted = [...rows].sort(
      (a, b) => b.call_date.localeCompare(a.call_date) || Number(b.id) - Number(a.id),
    );
    expect(rows).toEqual(sorted);
    expect(rows[0]?.call_date.slice(0, 10)).toBe('2026-03-03');
    const explicit = await retrieve(sandbox, { limit: '500', order: 'DESC' });
    expect(explicit.body).toEqual(body);
  });

  it('orders calls of the same second by id', async () => {
    const twins = sandbox.calls.find((call, i) => sandbox.calls[i + 1]?.call_date === call.call_date);
    const time = twins?.call_date ?? '';
    const { body } = await retrieve(sandbox, { start_time: time, end_time: time, order: 'asc' });
    const ids = body.results.map((row: { id: string }) => Number(row.id));
    expect(ids.length).toBeGreaterThan(1);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
  });

  it('walks a day oldest first without a gap or a repeat', async () => {
    const expected = sandbox.calls.filter((call) => call.call_date.startsWith('2026-02-10'));
    const ids: string[] = [];
    for (let offset = 0; ; offset += 300) {
      const { body } = await retrieve(sandbox, {
        start_time: '2026-02-10 00:00:00',
        end_time: '2026-02-10 23:59:59',
        order: 'asc',
        limit: '300',
        offset: String(offset),
      });
      expect(body).toMatchObject({ offset, limit: 300, total_found: expected.length });
      ids.push(...body.results.map((row: { id: string }) => row.id));
      if (body.results.length < 300) break;
    }
    expect(ids).toEqual(expected.map((call) => call.id));
  });

  it('has a last page, and nothing after it', async () => {
    const today = { start_time: '2026-03-03 00:00:00' };
    const total = sandbox.calls.filter(({ call_date }) => call_date >= today.start_time).length;
    const last = await retrieve(sandbox, { ...today, offset: String(total - 3), limit: '10' });
    expect(last.body.results).toHaveLength(3);
    const beyond = await retrieve(sandbox, { ...today, offset: '40000' });
    expect(beyond.body).toEqual({ offset: 40_000, limit: 10, total_found: total, results: [] });
  });

  it('gives 500 calls at most and one at least', async () => {
    expect((await retrieve(sandbox, { limit: '500' })).body.results).toHaveLength(500);
    expect((await retrieve(sandbox, { limit: '1' })).body.results).toHaveLength(1);
  });
});

describe('errors', () => {
  const general = 'general error';
  const cases: [form: Record<string, string>, error: string, code: number | typeof general][] = [
    [{ auth_token: 'wrong' }, 'Invalid authentication token', general],
    [{ auth_token: '' }, 'Invalid authentication token', general],
    [{ campaign_id: '999' }, 'Invalid campaign ID', 6026],
    [{ campaign_id: 'Medicare Advantage' }, 'Invalid campaign ID', 6026],
    [{ queue_id: '999' }, 'Invalid queue ID', 6041],
    [{ list_id: '999' }, 'Invalid list ID', 6042],
    [{ user_id: '999' }, 'Invalid user ID', 6006],
    [{ start_time: '2026-03-01' }, 'Invalid date format', 6031],
    [{ start_time: '2026-02-30 00:00:00' }, 'Invalid date format', 6031],
    [{ end_time: '2026-03-01T08:00:00' }, 'Invalid date format', 6031],
    [{ end_time: '2026-03-01 24:00:00' }, 'Invalid date format', 6031],
    [{ status: 'NOPE' }, 'Invalid status', 6050],
    [{ start_time: '2026-03-02 00:00:00', end_time: '2026-03-01 00:00:00' }, 'Invalid date range', general],
    [{ limit: '501' }, 'Limit cannot exceed 500', general],
    [{ limit: '99999999999999' }, 'Limit cannot exceed 500', general],
    [{ limit: '0' }, 'Limit must be a whole number from 1 to 500', general],
    [{ limit: 'abc' }, 'Limit must be a whole number from 1 to 500', general],
    [{ offset: '40001' }, 'Offset cannot exceed 40000', general],
    [{ offset: '-1' }, 'Offset must be a whole number from 0 to 40000', general],
    [{ called_count: 'two' }, 'called_count must be a whole number', general],
    [{ include_recordings: '2' }, 'include_recordings must be 0 or 1', general],
    [{ call_type: 'FAX' }, 'call_type must be OUTBOUND, INBOUND, MANUAL or 3WAY', general],
    [{ order: 'newest' }, 'order must be asc or desc', general],
  ];
  it.each(cases)('%j', async (form, error, code) => {
    const { status, body } = await retrieve(sandbox, form);
    expect(status).toBe(200);
    expect(body).toStrictEqual(
      code === general ? { success: false, error } : { success: false, error, code },
    );
  });

  it('checks the token before anything else', async () => {
    const { body } = await retrieve(sandbox, { auth_token: 'wrong', limit: 'abc' });
    expect(body.error).toBe('Invalid authentication token');
  });

  it('answers paths it does not have with 404', async () => {
    const { status, body } = await ask(sandbox, '/leads/search');
    expect(status).toBe(404);
    expect(body).toEqual({ success: false, error: 'Not found' });
  });

  it('answers other methods with 405, even with the parameters in the query', async () => {
    const response = await fetch(`${sandbox.url}/log/retrieve?auth_token=${sandbox.token}`);
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
    expect(await response.json()).toEqual({ success: false, error: 'Method not allowed' });
  });

  it('reads nothing but forms', async () => {
    const response = await fetch(`${sandbox.url}/log/retrieve`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ auth_token: sandbox.token }),
    });
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({ success: false });
  });

  it('refuses a body over a megabyte and goes on working', async () => {
    const { status, body } = await retrieve(sandbox, { status: 'x'.repeat(1024 * 1024) });
    expect(status).toBe(413);
    expect(body).toEqual({ success: false, error: 'Request body too large' });
    expect((await retrieve(sandbox, { id: '789' })).body.total_found).toBe(1);
  });
});
