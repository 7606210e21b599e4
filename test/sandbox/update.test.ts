import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { retrieve, update } from './asking.js';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

describe('update by the contract', () => {
  beforeEach(async () => {
    sandbox = await startSandbox();
  });

  it('answers with the record, in the fields of the contract example', async () => {
    const { status, body } = await update(sandbox, {
      call_log_id: '789',
      extra_field_01: 'note_data',
      extra_field_02: 'custom_value',
    });
    expect(status).toBe(200);
    expect(body).toStrictEqual({
      success: true,
      id: '789',
      lead_id: '12345',
      list_id: '333',
      campaign_id: '111',
      user: 'Marcus Reed',
      user_id: '22222',
      phone_number: '5551234567',
      status: 'COMPLETED',
      call_length: 300,
      call_date: '2026-03-03 14:30:00',
      recording: [
        {
          src: 'https://convoso.com/recording/rec123',
          type: 'mp3',
          recording_id: 'rec123',
          filename: 'call_123.mp3',
          public_url: 'https://convoso.com/public/rec123',
        },
      ],
    });
    expect(sandbox.extraFields('789')).toEqual({
      extra_field_01: 'note_data',
      extra_field_02: 'custom_value',
    });
  });

  it('names Jane Smith as user 12345', async () => {
    const call = sandbox.calls.find(({ user_id }) => user_id === '12345');
    const { body } = await update(sandbox, { call_log_id: call?.id ?? '', extra_field_01: 'x' });
    expect(body).toMatchObject({ user: 'Jane Smith', user_id: '12345' });
  });

  it('leaves fields alone that are not sent, and clears one that is sent empty', async () => {
    await update(sandbox, { call_log_id: '789', extra_field_01: 'one', extra_field_02: 'two' });
    await update(sandbox, { call_log_id: '789', extra_field_02: 'deux' });
    expect(sandbox.extraFields('789')).toEqual({ extra_field_01: 'one', extra_field_02: 'deux' });
    await update(sandbox, { call_log_id: '789', extra_field_01: '' });
    expect(sandbox.extraFields('789')).toEqual({ extra_field_02: 'deux' });
    expect(sandbox.extraFields('790')).toEqual({});
  });

  it('does not show extra fields in retrieve', async () => {
    const before = await retrieve(sandbox, { id: '789' });
    await update(sandbox, { call_log_id: '789', extra_field_01: 'hidden' });
    expect(await retrieve(sandbox, { id: '789' })).toEqual(before);
  });

  it('keeps updates to itself', async () => {
    await update(sandbox, { call_log_id: '789', extra_field_01: 'mine' });
    const other = await startSandbox();
    expect(other.extraFields('789')).toEqual({});
    await other.close();
  });

  it('keeps 255 characters, counted as a reader counts them, and refuses 256', async () => {
    const longest = '🎉'.repeat(255);
    await update(sandbox, { call_log_id: '789', extra_field_01: longest });
    expect(sandbox.extraFields('789')).toEqual({ extra_field_01: longest });
    const { body } = await update(sandbox, {
      call_log_id: '789',
      extra_field_01: 'short',
      extra_field_02: 'x'.repeat(256),
    });
    expect(body).toStrictEqual({ success: false, error: 'Extra field validation error', code: 6062 });
    expect(sandbox.extraFields('789')).toEqual({ extra_field_01: longest });
  });

  it('answers with the record when there is nothing to write', async () => {
    const { body } = await update(sandbox, { call_log_id: '789', note: 'not a field' });
    expect(body).toMatchObject({ success: true, id: '789' });
    expect(sandbox.extraFields('789')).toEqual({});
  });

  it.each([
    [{ auth_token: 'wrong', call_log_id: '789' }, { error: 'Invalid authentication token' }],
    [{ extra_field_01: 'x' }, { error: 'Invalid call_log_id', code: 6060 }],
    [
      { call_log_id: '', extra_field_01: 'x' },
      { error: 'Invalid call_log_id', code: 6060 },
    ],
    [
      { call_log_id: '78x', extra_field_01: 'x' },
      { error: 'Invalid call_log_id', code: 6060 },
    ],
    [
      { call_log_id: '791', extra_field_01: 'x' },
      { error: 'Call log not found', code: 6061 },
    ],
    [
      { call_log_id: '789', extra_field_21: 'x' },
      { error: 'Extra field validation error', code: 6062 },
    ],
  ])('refuses %j', async (form, error) => {
    const { status, body } = await update(sandbox, form);
    expect(status).toBe(200);
    expect(body).toStrictEqual({ success: false, ...error });
    expect(sandbox.extraFields('789')).toEqual({});
  });
});

describe('update as live', () => {
  beforeEach(async () => {
    sandbox = await startSandbox({ dialect: 'live' });
  });

  it('says only that it worked', async () => {
    const { body } = await update(sandbox, { call_log_id: '789', extra_field_01: 'x', extra_field_21: 'y' });
    expect(body).toStrictEqual({ success: true });
    expect(sandbox.extraFields('789')).toEqual({ extra_field_01: 'x' });
  });

  it('takes an empty value as one given', async () => {
    await update(sandbox, { call_log_id: '789', extra_field_01: 'x' });
    const { body } = await update(sandbox, { call_log_id: '789', extra_field_01: '' });
    expect(body).toStrictEqual({ success: true });
    expect(sandbox.extraFields('789')).toEqual({});
  });

  it.each([
    [{ auth_token: 'wrong', call_log_id: '789' }, 5001],
    [{ extra_field_01: 'x' }, 6032],
    [{ call_log_id: '791', extra_field_01: 'x' }, 6033],
    [{ call_log_id: '78x', extra_field_01: 'x' }, 6033],
    [{ call_log_id: '789' }, 6035],
    [{ call_log_id: '789', extra_field_01: 'x'.repeat(256) }, 6062],
  ])('refuses %j', async (form, code) => {
    const { body } = await update(sandbox, form);
    expect(body).toStrictEqual({ success: false, code, text: expect.stringMatching(/\w+ \w+/) });
    expect(sandbox.extraFields('789')).toEqual({});
  });
});
