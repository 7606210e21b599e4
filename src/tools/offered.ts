import { failureText } from '../render/failures.js';
import { Failure } from '../util/failure.js';
import { Lazy } from '../util/lazy.js';
import type { Tool, ToolContext } from './define-tool.js';
import { builtSurfaces, type Surface } from './surfaces.js';

/** A tool that shows its surface at once; its code comes with `loadTools`, at the latest with the first call. */
export type ResidentTool = Surface & Pick<Tool, 'run'>;

/**
 * The tools of an account, for a server that should answer its first messages soon: a surface that was written down when
 * the program was built needs none of the tools' code until one is called.
 */
export async function offeredTools(
  context: Pick<ToolContext, 'account' | 'confirmations'>,
  readOnly: boolean,
): Promise<readonly (Tool | ResidentTool)[]> {
  const plain = Object.keys(context.account.extraFields).length === 0 && context.confirmations === undefined;
  if (!plain || builtSurfaces === undefined) return (await loadTools()).createTools(context, readOnly);
  return builtSurfaces
    .filter(({ access }) => access === 'read' || !readOnly)
    .map((surface) => ({ ...surface, run: resident(surface.name) }));
}

const loaded = new Lazy(() => import('./index.js'));

/** Loads the code of every tool, once. What could not be loaded is tried again by the next who asks. */
export function loadTools(): Promise<typeof import('./index.js')> {
  return loaded.get();
}

/** Runs the tool of this name. Like every tool's, it never throws. */
function resident(name: string): Tool['run'] {
  return async (args, context, scope) => {
    try {
      const tool = (await loadTools()).tools.find((one) => one.name === name);
      if (tool === undefined) throw new Error(`The surface of ${name} was built without its tool.`);
      return await tool.run(args, context, scope);
    } catch (error) {
      context.onUnexpected(error);
      return { text: failureText(notLoaded(error)), isError: true };
    }
  };
}

function notLoaded(cause: unknown): Failure {
  return new Failure(
    {
      what: 'The tool could not be loaded.',
      why: 'The files of this server were removed or replaced while it ran.',
      next: 'Restart the server in the host, then try again.',
    },
    { cause },
  );
}
