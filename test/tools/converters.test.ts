import { describe, expect, it } from 'vitest';
import { listTools } from './surface.js';

// What the converters of model vendors ask of a tool's input schema, by their published rules. Their packages are no
// dependency of this one.

interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly format?: string;
  readonly additionalProperties?: unknown;
  readonly [keyword: string]: unknown;
}

const surface = await listTools();
const tools = surface.map((tool) => [tool.name, tool.inputSchema as unknown as Schema] as const);

/** The schema and all below it, each with its depth: the tool's own object is 1. */
function schemasIn(schema: Schema, depth = 1): { schema: Schema; depth: number }[] {
  const below = [
    ...Object.values(schema.properties ?? {}),
    ...(schema.items === undefined ? [] : [schema.items]),
  ];
  return [{ schema, depth }, ...below.flatMap((one) => schemasIn(one, depth + 1))];
}

const keywordsOf = (schema: Schema) =>
  new Set(schemasIn(schema).flatMap(({ schema: one }) => Object.keys(one)));

describe.each(tools)('the arguments of %s', (name, schema) => {
  // platform.claude.com, "Define tools": the name matches ^[a-zA-Z0-9_-]{1,64}$, input_schema is a JSON Schema object.
  // The root may not be a union (the API refuses oneOf, allOf and anyOf at the top level).
  it('are what Anthropic’s tools take', () => {
    expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    expect(schema.type).toBe('object');
    for (const union of ['oneOf', 'allOf', 'anyOf']) expect(schema).not.toHaveProperty(union);
    // Property names: ^[a-zA-Z0-9_.-]{1,64}$.
    for (const property of Object.keys(schema.properties ?? {}))
      expect(property).toMatch(/^[a-zA-Z0-9_.-]{1,64}$/);
  });

  // ai.google.dev, "Function calling" and the API reference's Schema: an OpenAPI 3.0 subset. Names begin with a letter or
  // underscore, up to 64 characters of a-z, A-Z, 0-9, _, . and -; an enum is of strings; one type a schema; arrays say what
  // they hold. `parametersJsonSchema` takes JSON Schema as it is; converters drop the keywords of GEMINI_DROPS.
  it('are what Gemini’s function declarations take', () => {
    expect(name).toMatch(/^[a-zA-Z_][a-zA-Z0-9_.-]{0,63}$/);
    // A parameter's name begins with a letter or underscore, too, and has no dots or dashes.
    for (const property of Object.keys(schema.properties ?? {}))
      expect(property).toMatch(/^[a-zA-Z_][a-zA-Z0-9_]{0,63}$/);
    for (const { schema: one } of schemasIn(schema)) {
      expect(one.type).toMatch(/^(string|number|integer|boolean|array|object)$/);
      if (one.type === 'array') expect(one.items).toBeDefined();
      if (one.enum !== undefined) {
        expect(one.type).toBe('string');
        expect(one.enum.every((value) => typeof value === 'string' && value !== '')).toBe(true);
      }
      if (one.type === 'string' && one.format !== undefined)
        expect(['enum', 'date-time']).toContain(one.format);
      if (one.required !== undefined)
        for (const required of one.required) expect(one.properties).toHaveProperty(required);
    }
    const others = [...keywordsOf(schema)].filter(
      (keyword) => !GEMINI_KEYWORDS.has(keyword) && !GEMINI_DROPS.has(keyword),
    );
    expect(others).toEqual([]);
  });

  // developers.openai.com, "Structured outputs: supported schemas" and "Function calling": strict mode wants every property
  // required and additionalProperties false. Vendors' converters (the Agents SDK) make optional properties required and
  // nullable; what they cannot mend is checked on the result.
  it('are what OpenAI’s strict mode takes, once optional arguments are nullable', () => {
    expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    const strict = strictened(schema);
    expect(strict.type).toBe('object');
    let properties = 0;
    let enums = 0;
    let characters = 0;
    for (const { schema: one, depth } of schemasIn(strict)) {
      expect(depth).toBeLessThanOrEqual(10);
      for (const keyword of Object.keys(one)) expect(OPENAI_KEYWORDS).toContain(keyword);
      if (one.properties !== undefined) {
        expect(one.additionalProperties).toBe(false);
        expect(one.required).toStrictEqual(Object.keys(one.properties));
        properties += Object.keys(one.properties).length;
        characters += Object.keys(one.properties).join('').length;
      }
      if (one.enum !== undefined) {
        enums += one.enum.length;
        characters += one.enum.join('').length;
        if (one.enum.length > 250) expect(one.enum.join('').length).toBeLessThanOrEqual(15_000);
      }
    }
    expect(properties).toBeLessThanOrEqual(5_000);
    expect(enums).toBeLessThanOrEqual(1_000);
    expect(characters).toBeLessThanOrEqual(120_000);
  });
});

const GEMINI_KEYWORDS = new Set(
  (
    'type format title description nullable enum maxItems minItems properties required minProperties maxProperties ' +
    'minLength maxLength pattern example anyOf propertyOrdering default items minimum maximum'
  ).split(' '),
);
/** Keywords beside OpenAPI's that say nothing a converter could lose. */
const GEMINI_DROPS = new Set(['$schema', 'additionalProperties']);

const OPENAI_KEYWORDS = [
  'type',
  'description',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'enum',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'pattern',
  'format',
  'minItems',
  'maxItems',
  'anyOf',
];

/** As the converters do: every property required, the optional ones nullable, defaults and the dialect's name left out. */
function strictened({ $schema: _, default: __, ...schema }: Schema): Schema {
  const { properties, required = [], items } = schema;
  return {
    ...schema,
    ...(items === undefined ? {} : { items: strictened(items) }),
    ...(properties === undefined
      ? {}
      : {
          additionalProperties: schema.additionalProperties,
          required: Object.keys(properties),
          properties: Object.fromEntries(
            Object.entries(properties).map(([property, one]) => {
              const strict = strictened(one);
              return [
                property,
                required.includes(property)
                  ? strict
                  : {
                      ...strict,
                      type: [strict.type as string, 'null'],
                      ...(strict.enum === undefined ? {} : { enum: [...strict.enum, null] }),
                    },
              ];
            }),
          ),
        }),
  };
}
