/**
 * What other programs can import: the tool surface and the settings as data. Nothing is started and nothing is read from
 * the environment.
 */
import * as z from 'zod';
import { tools } from './tools/index.js';

export { type SettingRow, settingRows } from './settings.js';
export { VERSION } from './version.js';

/** A tool as hosts see it. */
export interface ToolSurface {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Whether the tool changes anything at the service. */
  readonly access: 'read' | 'write';
  /** JSON Schema 2020-12. */
  readonly inputSchema: Record<string, unknown>;
  /** JSON Schema 2020-12. */
  readonly outputSchema: Record<string, unknown>;
}

/** Every tool, in the order hosts list them. */
export function toolSurfaces(): ToolSurface[] {
  return tools.map(({ name, title, description, access, input, output }) => ({
    name,
    title,
    description,
    access,
    inputSchema: z.toJSONSchema(input, { io: 'input' }),
    outputSchema: z.toJSONSchema(output, { io: 'output' }),
  }));
}
