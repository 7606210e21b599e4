import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { ask, retrieve } from './asking.js';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ dialect: 'live' });
});
afterAll(() => sandbox.close());

type Row = Record<string, unknown>;
const everything = { start_time: '2025-02-01 00:00:00', limit: '500' };

describe('the live envelope', () => {
  it('wraps a page in data, with the total as text', async () => {
    const { body } = await retrieve(sandbox, { ...everything, limit: '2', offset: '4' });
    expect(body).toStrictEqual({
      success: true,
      data: {
        offset: 4,
        limit: 2,
        total_found: String(sandbox.calls.length),
        entries: 2,
        results: [expect.any(Object), expect.any(Object)],
      },
    });
  });

  it('gives 500 calls when no limit is sent', async () => {
    const { body } = await retrieve(sandbox);
    expect(body.data).toMatchObject({ limit: 500, entries: 500 });
    expect(body.data.results).toHaveLength(500);
  });

  it('has an empty list for nothing found', async () => {
    const { body } = await retrieve(sandbox, { ...everything, id: '999999999' });
    expect(body).toStrictEqual({
      success: true,
      data: { offset: 0, limit: 500, total_found: '0', entries: 0, results: [] },
    });
  });
});

describe('live rows', () => {
  it('carry text for numbers and the names of everything', async () => {
    const { body } = await retrieve(sandbox, { id: '789', include_recordings: '1' });
    const [row] = body.data.results;
    expect(row).toMatchObject({
      id: '789',
      campaign: 'Medicare Advantage',
      user: 'Marcus Reed',
      first_name: 'Maria',
      last_name: 'Gonzalez',
      status_name: 'Call Completed',
      call_length: '300',
      called_count: '1',
      call_type: 'OUTBOUND',
    });
    expect(row.recording).toHaveLength(1);
    expect(Object.keys(row).sort()).toEqual(
      (
        'agent_comment call_date call_length call_type called_count caller_id_displayed campaign campaign_id ' +
        'first_name id inbound_number last_name lead_id list_id number_dialed originating_agent_id phone_number ' +
        'queue queue_id queue_position queue_seconds recording session_id status status_name term_reason user user_id'
      ).split(' '),
    );
  });

  it('carry nothing but text, null and recordings', async () => {
    const { body } = await retrieve(sandbox, everything);
    for (const { recording, ...row } of body.data.results as Row[]) {
      expect(recording).toEqual([]);
      expect(Object.values(row).every((value) => value === null || typeof value === 'string')).toBe(true);
    }
  });

  it('have no length while the call lasts', async () => {
    const { body } = await retrieve(sandbox, { status: 'INCALL' });
    expect(body.data.total_found).toBe('4');
    for (const row of body.data.results) {
      expect(row).toMatchObject({ call_length: null, status_name: 'Call in Progress' });
    }
  });

  it('say nothing in four ways, the same way each time', async () => {
    const first = await retrieve(sandbox, { ...everything, call_type: 'OUTBOUND' });
    const queues = new Set(first.body.data.results.map((row: Row) => row['queue_id']));
    expect(queues).toEqual(new Set([null, '', 'null', 'NULL']));
    expect(await retrieve(sandbox, { ...everything, call_type: 'OUTBOUND' })).toEqual(first);
  });

  it('write the type in capitals, and Inbound in places', async () => {
    const types = async (call_type: string) => {
      const { body } = await retrieve(sandbox, { ...everything, call_type });
      return new Set(body.data.results.map((row: Row) => row['call_type']));
    };
    expect(await types('inbound')).toEqual(new Set(['INBOUND', 'Inbound']));
    expect(await types('MANUAL')).toEqual(new Set(['MANUAL']));
  });

  it('show the queue of inbound calls', async () => {
    const { body } = await retrieve(sandbox, { ...everything, queue_id: '502', limit: '1' });
    const [row] = body.data.results;
    expect(row).toMatchObject({
      queue_id: '502',
      queue: 'Auto Service',
      inbound_number: '6575550151',
      number_dialed: '6575550151',
    });
    expect(row.caller_id_displayed).toBe(row.phone_number);
    expect(row.queue_seconds).toMatch(/^\d+$/);
    expect(row.queue_position).toMatch(/^[1-6]$/);
  });
});

describe('the live default window', () => {
  const found = async (form: Record<string, string>) =>
    Number((await retrieve(sandbox, form)).body.data.total_found);
  const count = (is: (date: string) => boolean) => sandbox.calls.filter((call) => is(call.call_date)).length;

  it('is today only when no date is sent, even for a lookup by id', async () => {
    expect(await found({})).toBe(count((date) => date.startsWith('2026-03-03')));
    expect(await found({ start_time: '', end_time: ' ' })).toBe(
      count((date) => date.startsWith('2026-03-03')),
    );
    expect(await found({ id: '100001' })).toBe(0);
    expect(await found({ id: '100001', start_time: '2025-02-01 00:00:00' })).toBe(1);
  });

  it('is open on the other side when one date is sent', async () => {
    const time = '2026-02-12 12:00:00';
    expect(await found({ start_time: time })).toBe(count((date) => date >= time));
    expect(await found({ end_time: time })).toBe(count((date) => date <= time));
  });
});

describe('live refusals', () => {
  it.each([
    [{ auth_token: 'wrong' }, 5001],
    [{ campaign_id: '999' }, 6004],
    [{ queue_id: '999' }, 6030],
    [{ list_id: '999' }, 6002],
    [{ user_id: '999' }, 6006],
    [{ offset: '40001' }, 7231],
    [{ offset: 'abc' }, 7231],
    [{ limit: '501' }, 7258],
    [{ limit: 'abc' }, 7258],
    [{ start_time: 'yesterday' }, 6031],
  ])('%j', async (form, code) => {
    const { status, body } = await retrieve(sandbox, form);
    expect(status).toBe(200);
    expect(body).toStrictEqual({ success: false, code, text: expect.stringMatching(/\w+ \w+/) });
  });

  it.each([
    [{ called_count: 'two' }, 'Invalid called_count'],
    [{ start_time: '2026-03-02 00:00:00', end_time: '2026-03-01 00:00:00' }, 'Invalid date range'],
  ])('%j has no published number', async (form, text) => {
    expect((await retrieve(sandbox, form)).body).toStrictEqual({ success: false, text });
  });

  it('finds nothing for a status or type it has never heard of', async () => {
    for (const form of [{ status: 'XDROP' }, { call_type: 'FAX' }]) {
      expect((await retrieve(sandbox, { ...everything, ...form })).body.data.total_found).toBe('0');
    }
  });

  it('takes an unknown order for the usual one', async () => {
    const usual = await retrieve(sandbox, { limit: '5' });
    expect(await retrieve(sandbox, { limit: '5', order: 'up' })).toEqual(usual);
  });

  it('answers paths it does not have in its own words', async () => {
    expect(await ask(sandbox, '/users')).toEqual({
      status: 404,
      body: { success: false, text: 'Not found' },
    });
  });
});
