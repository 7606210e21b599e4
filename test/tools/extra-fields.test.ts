import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createTools } from '../../src/tools/index.js';
import { type Bench, openBench } from '../support/tools.js';
import { startUpstream, type Upstream } from '../support/upstream.js';

let upstream: Upstream;
let bench: Bench;
beforeAll(async () => {
  upstream = await startUpstream(() => ({ success: true }));
  bench = openBench({
    url: upstream.url,
    account: {
      extra_fields: {
        extra_field_02: {
          label: 'QA result',
          description: 'Of the last review',
          allowed_values: ['Pass', 'Needs work'],
        },
        extra_field_17: { label: 'Ticket', max_length: 6 },
      },
    },
  });
});
beforeEach(() => {
  upstream.requests.length = 0;
});
afterAll(async () => {
  await bench.close();
  await upstream.close();
});
const update = (fields: object) => bench.ask('update_call_log_fields', { call_log_id: '789', ...fields });
const refused = (fields: object) =>
  bench.refused('update_call_log_fields', { call_log_id: '789', ...fields });
const sent = () => upstream.requests.find(({ url }) => url.endsWith('/log/update'))?.form;

describe('the extra fields of an account file', () => {
  it('join the tool under their documented names, with their labels', () => {
    const tool = createTools(bench.context, false).find(({ access }) => access === 'write');
    const { properties } = z.toJSONSchema(tool?.input ?? z.object(), { io: 'input' });
    expect(Object.keys(properties ?? {})).toEqual([
      'call_log_id',
      'extra_field_01',
      'extra_field_02',
      'extra_field_17',
      'clear_fields',
    ]);
    expect(properties).toMatchObject({
      extra_field_01: { type: 'string', description: expect.stringContaining('custom extra field 01') },
      extra_field_02: {
        enum: ['Pass', 'Needs work'],
        description: expect.stringContaining('“QA result” (Of the last review)'),
      },
      extra_field_17: { maxLength: 6, description: expect.stringContaining('“Ticket”') },
      clear_fields: { items: { enum: ['extra_field_01', 'extra_field_02', 'extra_field_17'] } },
    });
  });

  it('are sent under those names, an allowed value as it is spelled in the file', async () => {
    await update({ extra_field_02: ' needs WORK ', extra_field_17: 123_456 });
    expect(sent()).toMatchObject({ extra_field_02: 'Needs work', extra_field_17: '123456' });
  });

  it('take numbers and truth values as text, and null as not given', async () => {
    await update({ extra_field_01: true, extra_field_02: null, extra_field_17: 0 });
    expect(sent()).toMatchObject({ extra_field_01: 'true', extra_field_17: '0' });
    expect(sent()).not.toHaveProperty('extra_field_02');
    upstream.requests.length = 0;
    await update({ extra_field_01: 5, extra_field_17: null });
    expect(sent()).toMatchObject({ extra_field_01: '5' });
    expect(sent()).not.toHaveProperty('extra_field_17');
    expect(await refused({ extra_field_01: ['x'] })).toContain('extra_field_01 must be a text.');
  });

  it('are described by label and what belongs in them, those without a label by number', () => {
    const tool = createTools(bench.context, false).find(({ access }) => access === 'write');
    const { properties } = z.toJSONSchema(tool?.input ?? z.object(), { io: 'input' });
    const described = (name: string) =>
      (properties?.[name] as { description?: string } | undefined)?.description;
    expect(described('extra_field_01')).toBe('New value of custom extra field 01; omit to leave it as it is');
    expect(described('extra_field_02')).toBe(
      'New value of “QA result” (Of the last review); omit to leave it as it is',
    );
    expect(described('extra_field_17')).toBe('New value of “Ticket”; omit to leave it as it is');
  });

  it('can be emptied, those with allowed values too', async () => {
    await update({ clear_fields: ['extra_field_02', 'EXTRA_FIELD_17'] });
    expect(sent()).toMatchObject({ extra_field_02: '', extra_field_17: '' });
  });

  it.each([
    [{ extra_field_02: 'Maybe' }, /extra_field_02 must be one of Pass, Needs work/],
    [{ extra_field_02: '' }, /extra_field_02 must be one of Pass, Needs work/],
    [{ extra_field_01: 'x'.repeat(10_001) }, /extra_field_01 must be at most 10000 characters/],
    [{ extra_field_17: '1234567' }, /extra_field_17 must be at most 6 characters/],
    [{ extra_field_17: ' ' }, /extra_field_17 is blank/],
    [{ extra_field_03: 'x' }, /Unknown argument: extra_field_03/],
  ])('are checked before anything is sent: %j', async (fields, words) => {
    expect(await refused(fields)).toMatch(words);
    expect(upstream.requests).toEqual([]);
  });
});
