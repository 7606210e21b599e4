import type { Tool } from './define-tool.js';

/** A tool as hosts see it, without the code that answers. */
export type Surface = Pick<Tool, 'name' | 'title' | 'description' | 'access' | 'createsFiles'> & {
  /** JSON Schema 2020-12. */
  readonly inputSchema: Record<string, unknown>;
  /** JSON Schema 2020-12. */
  readonly outputSchema: Record<string, unknown>;
};

/**
 * The surfaces of the tools of an account that nothing is known of, as the build wrote them down: scripts/build.mjs puts
 * them in the place of this file. Undefined where the sources run as they are.
 */
export const builtSurfaces: readonly Surface[] | undefined = undefined;
