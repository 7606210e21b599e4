import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { serverFactory } from '../../src/mcp/server.js';
import { tools } from '../../src/tools/index.js';
import { openBench } from '../support/tools.js';
import { listFrom, listTools } from './surface.js';

// Rules that hold for every tool, the ones to come included.

const surface = await listTools();

describe.each(surface.map((tool) => [tool.name, tool] as const))('%s', (name, tool) => {
  const input = tool.inputSchema as {
    type: string;
    properties: Record<string, Record<string, unknown>>;
    required?: string[];
  } & Record<string, unknown>;

  it('is described in words and under 1,024 characters', () => {
    expect(name).toMatch(/^[a-z][a-z_]{2,63}$/);
    expect(tool.title).toMatch(/^[A-Z].{3,60}$/);
    expect(tool.description?.length).toBeGreaterThan(80);
    expect(tool.description?.length).toBeLessThan(1_024);
  });

  it('carries all four hints, derived from whether it reads or writes, and whether it leaves files behind', () => {
    const { access, createsFiles } = tools.find((one) => one.name === name) ?? {};
    const writes = access === 'write';
    expect(createsFiles).toBe(name === 'export_call_logs' ? true : undefined);
    expect(tool.annotations).toStrictEqual({
      title: tool.title,
      readOnlyHint: !writes && createsFiles === undefined,
      destructiveHint: writes,
      idempotentHint: createsFiles === undefined,
      openWorldHint: true,
    });
  });

  it.each(['inputSchema', 'outputSchema'] as const)('has a plain object for its %s', (which) => {
    const schema = tool[which] as Record<string, unknown>;
    expect(schema['$schema']).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(schema['type']).toBe('object');
    for (const union of ['anyOf', 'oneOf', 'allOf', 'not', 'if']) expect(schema).not.toHaveProperty(union);
    expect(schema['additionalProperties']).toBe(false);
    const words = JSON.stringify(schema);
    expect(words).not.toMatch(/"\$(ref|defs|dynamicRef|id)"|"definitions"|"nullable"/);
  });

  it('describes every argument, with one type each and no union', () => {
    for (const [argument, schema] of Object.entries(input.properties)) {
      expect([argument, schema['description']]).toStrictEqual([argument, expect.stringMatching(/\S.{4,}/)]);
      expect([argument, schema['type']]).toStrictEqual([
        argument,
        expect.stringMatching(/^(string|integer|array|boolean)$/),
      ]);
      expect(JSON.stringify(schema)).not.toMatch(/"(anyOf|oneOf|allOf)"/);
    }
  });

  it('states the default that it applies', () => {
    const schema = tools.find((one) => one.name === name)?.input;
    for (const [argument, { default: stated }] of Object.entries(input.properties)) {
      const applied = schema?.shape[argument]?.safeParse(undefined);
      expect([argument, applied?.success === true ? applied.data : undefined]).toStrictEqual([
        argument,
        stated,
      ]);
    }
  });

  it('requires exactly what cannot be left out', () => {
    const schema = tools.find((one) => one.name === name)?.input;
    const needed = Object.keys(input.properties).filter(
      (argument) => schema?.shape[argument]?.safeParse(undefined).success === false,
    );
    expect(input.required ?? []).toStrictEqual(needed);
  });

  it('refuses an unknown argument and lists the valid ones, before anything is sent', async () => {
    // Nobody listens here: a request would fail with another text.
    const bench = openBench({ url: 'http://127.0.0.1:9/v1' });
    const text = await bench.refused(name, { no_such_argument: 1 });
    expect(text).toContain('Unknown argument: no_such_argument.');
    expect(text).toContain(`Use only these arguments: ${Object.keys(input.properties).join(', ')}.`);
    await bench.close();
  });

  it.each([[[]], ['text'], [7], [true]])('refuses %j for its arguments', async (args) => {
    const bench = openBench({ url: 'http://127.0.0.1:9/v1' });
    expect(await bench.refused(name, args)).toContain('The arguments must be one JSON object.');
    await bench.close();
  });
});

describe('the list of tools', () => {
  it('changes only on purpose', async () => {
    await expect(`${JSON.stringify(surface, null, 2)}\n`).toMatchFileSnapshot('surface.snapshot.json');
  });

  it('is the same every time', async () => {
    expect(await listTools()).toStrictEqual(surface);
  });

  it('has each name once', () => {
    expect(new Set(surface.map(({ name }) => name)).size).toBe(surface.length);
  });
});

describe('documented parameters', () => {
  const propertiesOf = (name: string) => {
    const schema = surface.find((tool) => tool.name === name)?.inputSchema;
    return (schema?.properties ?? {}) as Record<string, Record<string, unknown>>;
  };
  const text = { type: 'string' };

  it('of Retrieve/Search are all there, minus the token', () => {
    const documented = {
      id: text,
      lead_id: text,
      campaign_id: text,
      queue_id: text,
      list_id: text,
      user_id: text,
      status: text,
      phone_number: text,
      number_dialed: text,
      first_name: text,
      last_name: text,
      start_time: text,
      end_time: text,
      limit: { type: 'integer', minimum: 1, maximum: 500, default: 10 },
      offset: { type: 'integer', minimum: 0, maximum: 40_000, default: 0 },
      call_type: { type: 'string', enum: ['OUTBOUND', 'INBOUND', 'MANUAL', '3WAY'] },
      order: { type: 'string', enum: ['asc', 'desc'], default: 'desc' },
      called_count: { type: 'integer', minimum: 0 },
      include_recordings: { type: 'integer', minimum: 0, maximum: 1, default: 0 },
    };
    expect(propertiesOf('search_call_logs')).toMatchObject(documented);
    expect(Object.keys(propertiesOf('search_call_logs')).toSorted()).toStrictEqual(
      [...Object.keys(documented), 'after', 'response_format'].toSorted(),
    );
  });

  it('of Update are all there, minus the token', () => {
    expect(propertiesOf('update_call_log_fields')).toMatchObject({
      call_log_id: text,
      extra_field_01: text,
      extra_field_02: text,
      clear_fields: { type: 'array', items: { type: 'string', enum: ['extra_field_01', 'extra_field_02'] } },
    });
  });

  it('of opening a call are its id and whether to include recordings', () => {
    expect(propertiesOf('get_call_log')).toMatchObject({
      id: text,
      include_recordings: { type: 'integer', minimum: 0, maximum: 1, default: 1 },
    });
  });
});

describe('the adapter', () => {
  it('offers only the tools it is given', async () => {
    const listed = await listTools(tools.filter((tool) => tool.access === 'read'));
    expect(listed.every((tool) => tool.annotations?.destructiveHint === false)).toBe(true);
    expect(listed.length).toBe(tools.filter((tool) => tool.access === 'read').length);
  });

  it('converts schemas once, however many servers the factory makes', async () => {
    let conversions = 0;
    const input = z.strictObject({});
    const counted = new Proxy(input, {
      get(target, name, receiver) {
        if (name === '_zod') conversions += 1;
        return Reflect.get(target, name, receiver);
      },
    });
    const [tool] = tools;
    if (tool === undefined) throw new Error('there are no tools');
    const bench = openBench({ url: 'http://127.0.0.1:9/v1' });
    const factory = serverFactory({
      tools: [{ ...tool, input: counted }],
      context: bench.context,
      version: '0',
    });
    const listed = await listFrom(factory());
    const once = conversions;
    expect(once).toBeGreaterThan(0);
    expect(await listFrom(factory())).toStrictEqual(listed);
    expect(conversions).toBe(once);
    await bench.close();
  });
});
