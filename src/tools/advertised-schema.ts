import * as z from 'zod';

// Some hosts put every schema into the model's context: what a reader does not need is left out. Answers are held to the
// whole schema all the same (`output.parse` in define-tool.ts).

/** Marks an object or a list of which hosts are told only that it is one: its fields are documented, or explained by the answer. */
export function open<Schema extends z.ZodType>(schema: Schema): Schema {
  return schema.meta({ [OPEN]: true });
}

const OPEN = 'open';

/** JSON Schema 2020-12 of a tool's arguments or results, as hosts see it. */
export function advertisedSchema(schema: z.ZodObject, io: 'input' | 'output'): Record<string, unknown> {
  const { override } = io === 'input' ? INPUT : OUTPUT;
  return { ...z.toJSONSchema(schema, { io, override }) };
}

type Override = NonNullable<NonNullable<Parameters<typeof z.toJSONSchema>[1]>['override']>;

/** Lengths and bounds that only a mistake could pass are told with the refusal. */
const INPUT: { override: Override } = {
  override: ({ jsonSchema }) => {
    delete jsonSchema.maxLength;
    withoutSafeBounds(jsonSchema);
  },
};

const OUTPUT: { override: Override } = {
  override: ({ jsonSchema, path }) => {
    withoutSafeBounds(jsonSchema);
    if (path.length > 0) delete jsonSchema.additionalProperties;
    delete jsonSchema['propertyNames'];
    if (jsonSchema[OPEN] !== true) return;
    for (const key of Object.keys(jsonSchema)) {
      if (key !== 'type' && key !== 'description') delete jsonSchema[key];
    }
  },
};

/** Whole numbers come with the bounds of what a double holds exactly; nothing here comes near them. */
function withoutSafeBounds(schema: { minimum?: number; maximum?: number }): void {
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
}
