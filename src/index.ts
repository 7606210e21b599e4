/**
 * What other programs can import: the tool surface and the settings as data. Nothing is started and nothing is read from
 * the environment.
 */

import * as z from 'zod';
import * as settings from './config/settings.js';
import { advertisedSchema } from './tools/advertised-schema.js';
import { tools } from './tools/index.js';
import { present } from './util/present.js';

export { VERSION } from './version.js';

// The types of this file name no other file of the project and no library, so that they stand alone in the package.

/** A setting as documentation and installers see it. */
export interface Setting {
  readonly name: string;
  /** What it is about: documents group settings by it. */
  readonly subject: string;
  readonly type: 'string' | 'number' | 'boolean';
  readonly description: string;
  /** What holds when it is not given; absent when nothing does. */
  readonly default?: string | number | boolean;
  /** The only values it takes. */
  readonly choices?: readonly string[];
  /** Its environment variable. */
  readonly env?: string;
  /** Its flag, without dashes. */
  readonly flag?: string;
  /** Placeholder of the flag's value; a flag without one takes no value. */
  readonly value?: string;
  readonly secret?: boolean;
  /** Title under which installers ask for it; settings without one they leave alone. */
  readonly title?: string;
  readonly path?: 'file' | 'directory';
}

/** Every setting, in the order of the documentation. */
export function settingList(): Setting[] {
  const { properties = {} } = z.toJSONSchema(settings.settingsSchema, {
    io: 'output',
    unrepresentable: 'any',
  });
  return settings.settingRows().map(({ fallback: _, ...row }) => {
    const schema = properties[row.name];
    return typeof schema === 'object' ? { ...row, ...valueFacts(schema) } : { ...row, type: 'string' };
  });
}

function valueFacts(schema: z.core.JSONSchema.BaseSchema): Pick<Setting, 'type' | 'default' | 'choices'> {
  const { type, default: fallback, enum: choices } = schema;
  return {
    type: type === 'boolean' ? type : type === 'number' || type === 'integer' ? 'number' : 'string',
    ...(typeof fallback === 'string' || typeof fallback === 'number' || typeof fallback === 'boolean'
      ? { default: fallback }
      : {}),
    ...present({ choices: choices?.map(String) }),
  };
}

/** A tool as hosts see it. */
export interface ToolSurface {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Whether the tool changes anything at the service. */
  readonly access: 'read' | 'write';
  /** Present when a call leaves a file behind on the machine the server runs on. */
  readonly createsFiles?: true;
  /** JSON Schema 2020-12. */
  readonly inputSchema: Record<string, unknown>;
  /** JSON Schema 2020-12. */
  readonly outputSchema: Record<string, unknown>;
}

/** Every tool, in the order hosts list them. */
export function toolSurfaces(): ToolSurface[] {
  return tools.map(({ name, title, description, access, createsFiles, input, output }) => ({
    name,
    title,
    description,
    access,
    ...present({ createsFiles }),
    inputSchema: advertisedSchema(input, 'input'),
    outputSchema: advertisedSchema(output, 'output'),
  }));
}
